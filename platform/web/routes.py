"""Every blueprint of the web floor, registered in one place."""

from flask import Flask

from web import entry, hooks, house, invitation, passkeys, password, security, service_worker, sign_in
from web.admin import init_admin
from web.admin.category_rooms import init_categories
from web.api import init_api
from web.open311 import init_open311
from web.operator import init_operator
from web.resident import init_resident
from web.staff import init_staff


def init_routes(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(house.blueprint)
    app.register_blueprint(hooks.blueprint)
    app.register_blueprint(invitation.blueprint)
    app.register_blueprint(service_worker.blueprint)
    app.register_blueprint(sign_in.blueprint)
    app.register_blueprint(entry.blueprint)
    app.register_blueprint(security.blueprint)
    app.register_blueprint(passkeys.blueprint)
    app.register_blueprint(password.blueprint)
    init_resident(app)
    init_staff(app)
    init_admin(app)
    init_categories(app)
    init_operator(app)
    init_api(app)
    init_open311(app)
