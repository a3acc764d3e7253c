"""The rooms of what a city shows and says: its look, its ways of working, its texts, its notices."""

from flask import Flask

from web.admin import domains, look, notices, options, replies, texts


def init_wording(app: Flask) -> None:
    """Register their routes."""
    for module in (look, options, texts, replies, notices, domains):
        app.register_blueprint(module.blueprint)
