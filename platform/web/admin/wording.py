"""The rooms of what a city shows and says: its look, its ways of working, its texts, its notices."""

from flask import Flask

from web.admin import domains, look, notices, options, texts


def init_wording(app: Flask) -> None:
    """Register their routes."""
    for blueprint in (look.blueprint, options.blueprint, texts.blueprint, notices.blueprint, domains.blueprint):
        app.register_blueprint(blueprint)
