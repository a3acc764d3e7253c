"""The rooms that have to do with categories, registered together."""

from flask import Flask

from web.admin import categories, category, category_files, category_publishing, whose


def init_categories(app: Flask) -> None:
    """Register the categories' routes."""
    for module in (categories, category, category_files, category_publishing, whose):
        app.register_blueprint(module.blueprint)
