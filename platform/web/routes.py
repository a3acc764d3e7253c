"""Every blueprint of the web floor, registered in one place."""

from flask import Flask

from web import house, sign_in
from web.api import init_api


def init_routes(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(house.blueprint)
    app.register_blueprint(sign_in.blueprint)
    init_api(app)
