"""`/signup`: a city signs itself up, in five steps that work without JavaScript and can be resumed anywhere."""

from flask import Flask

from onboarding import (
    blocks_page,
    border_page,
    bundle_page,
    category_templates_page,
    claims_page,
    commons_letter_page,
    difference_page,
    leaving_page,
    maintenance_page,
    overview_page,
    shipped,
    standing_page,
    suspension_page,
)
from onboarding.signup import check, governments, live, people, place, rehearsal, welcome, you


def init_signup(app: Flask) -> None:
    """Register the routes of onboarding."""
    for module in (governments, you, place, people, check, rehearsal, live, welcome):
        app.register_blueprint(module.blueprint)
    for module in (
        bundle_page,
        claims_page,
        standing_page,
        overview_page,
        border_page,
        suspension_page,
        maintenance_page,
        blocks_page,
        leaving_page,
        commons_letter_page,
        difference_page,
    ):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(category_templates_page.blueprint)
    app.extensions["settings_note"] = difference_page.note_for  # and their first page says what waits here
    app.extensions["official_areas"] = shipped.areas_of  # the settings below match names and codes with them
