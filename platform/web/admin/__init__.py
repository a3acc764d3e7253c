"""The settings of a city."""

from flask import Flask

from web.admin import agencies, changes, deputies, help, home, messages, people
from web.admin.ground import init_ground
from web.admin.promises import init_promises
from web.admin.rooms import rooms
from web.admin.wording import init_wording


def init_admin(app: Flask) -> None:
    """Register the settings' routes."""
    app.register_blueprint(home.blueprint)
    app.register_blueprint(help.blueprint)
    app.register_blueprint(agencies.blueprint)
    app.register_blueprint(messages.blueprint)
    app.register_blueprint(changes.blueprint)
    app.register_blueprint(people.blueprint)
    app.register_blueprint(deputies.blueprint)
    app.jinja_env.globals["rooms"] = rooms
    init_ground(app)
    init_promises(app)
    init_wording(app)
