"""The settings of a city."""

from flask import Flask

from web.admin import areas, changes, home, look, messages, options, people, rules
from web.admin.rooms import rooms
from web.admin.sizes import ground_words


def init_admin(app: Flask) -> None:
    """Register the settings' routes."""
    app.register_blueprint(home.blueprint)
    app.register_blueprint(areas.blueprint)
    app.register_blueprint(look.blueprint)
    app.register_blueprint(options.blueprint)
    app.register_blueprint(messages.blueprint)
    app.register_blueprint(changes.blueprint)
    app.register_blueprint(rules.blueprint)
    app.register_blueprint(people.blueprint)
    app.jinja_env.globals["rooms"] = rooms
    app.jinja_env.globals["ground_words"] = ground_words
