"""Every blueprint of the web floor, registered in one place."""

from flask import Flask

from web import house, sign_in
from web.api import init_api
from web.staff import complaint as staff_complaint
from web.staff import making as staff_moves
from web.staff import queue as staff_queue
from web.resident import init_resident


def init_routes(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(house.blueprint)
    app.register_blueprint(sign_in.blueprint)
    app.register_blueprint(staff_queue.blueprint)
    app.register_blueprint(staff_complaint.blueprint)
    app.register_blueprint(staff_moves.blueprint)
    init_resident(app)
    init_api(app)
