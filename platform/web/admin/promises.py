"""What a city promises, and by which calendar: the routes of both."""

from flask import Flask

from web.admin import calendars, rules, trying


def init_promises(app: Flask) -> None:
    """Register them."""
    app.register_blueprint(rules.blueprint)
    app.register_blueprint(calendars.blueprint)
    app.register_blueprint(trying.blueprint)
