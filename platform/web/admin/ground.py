"""The settings of the ground: areas with their versions, objects with their rules."""

from flask import Flask

from web.admin import area_versions, areas, asset_import, asset_rules, assets
from web.admin.sizes import ground_words


def init_ground(app: Flask) -> None:
    """Register these rooms' routes."""
    for module in (areas, area_versions, assets, asset_import, asset_rules):
        app.register_blueprint(module.blueprint)
    app.jinja_env.globals["ground_words"] = ground_words
