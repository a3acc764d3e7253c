"""The console of those who run the platform, on the national host."""

from flask import Flask

from web.operator import breaches, calendar, disputes, help, outbox, tenants


def init_operator(app: Flask) -> None:
    """Register the operators' routes."""
    app.register_blueprint(tenants.blueprint)
    app.register_blueprint(disputes.blueprint)
    app.register_blueprint(outbox.blueprint)
    app.register_blueprint(calendar.blueprint)
    app.register_blueprint(help.blueprint)
    app.register_blueprint(breaches.blueprint)
