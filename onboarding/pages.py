"""Every page of this floor, registered in one place."""

from flask import Flask

from onboarding import bundle_page, category_templates_page, commons_letter_page, health, shipped
from onboarding.boundaries import area_page, difference_page
from onboarding.leaving import leaving_page, standing_page
from onboarding.operating import blocks_page, claims_page, maintenance_page, overview_page, suspension_page
from onboarding.signup import border_page, check, governments, live, people, place, rehearsal, welcome, you

PAGES = (
    *(governments, you, place, people, check, rehearsal, live, welcome),
    *(bundle_page, category_templates_page, border_page, difference_page, area_page, standing_page),
    *(overview_page, claims_page, suspension_page, leaving_page, maintenance_page, blocks_page),
    commons_letter_page,
)


def init_pages(app: Flask) -> None:
    """Register the routes of onboarding; payment's register themselves, as they need the provider."""
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    app.extensions["settings_note"] = area_page.note_for  # and their first page says what waits here
    app.extensions["settings_health"] = health.lines
    app.extensions["official_areas"] = shipped.areas_of  # the settings below match names and codes with them
