"""Accessibility and width of every page: axe (WCAG A to 2.2 AA) finds nothing, and nothing is wider than a phone."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tests.journeys.browser import NEEDS_CHROMIUM, chromium, let_in, send, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import Shown, every_page
from tests.journeys.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.timeout(600), NEEDS_CHROMIUM]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What a theme can break: the two themes differ in nothing but colours."""
NOT_OURS = ".swagger-ui"
"""Swagger UI draws the API's description; its own contrasts and nested buttons can't be mended from outside."""
LIST_BESIDE = ".listpane"
"""The queue beside a report; it is looked at by itself, tab by tab."""
FURTHER = ".onmap ~ .onmap ~ .onmap ~ .onmap"
"""Of the list under the map, which scrolls by itself, what lies at its edge or beyond; all are drawn alike."""
NARROWEST = 320
HEIGHTS = {360: 740, 1280: 900}
STRIDE = int(os.environ.get("AXE_STRIDE", "3"))
"""On a phone in the light every page is looked at; in the dark and on a desk every third, or with AXE_STRIDE=1 all."""
FOR_PROGRAMS = ("open311", "open311_found", "open311_test")
"""Blueprints that speak XML and JSON alone."""
NO_PAGES = {
    "admin_bundle.download",
    "admin_category.of_code",
    "admin_category_files.download",
    "admin_changes.download",
    "admin_plan.paper",
    "admin_look.colours",
    "api-docs.openapi_json",
    "api_complaints.complaint",
    "areas.feed",
    "billing_public.agreement_text",
    "complaint.private_photo",
    "figures.download",
    "figures.download_of_cities",
    "figures.map_of_areas",
    "house.alive",
    "house.crest",
    "house.outline",
    "house.public_photo",
    "house.ready",
    "house.theme",
    "lists.pins",
    "metrics.metrics",
    "operator_claims.letter",
    "operator_plans.paper",
    "own_data.account",
    "own_data.download",
    "places.categories",
    "places.locate",
    "report.photo",
    "service_worker.script",
    "sharing.icon",
    "sharing.icon_of_pixels",
    "sharing.manifest",
    "sharing.qr",
    "signup_check.colours",
    "signup_check.crest",
    "signup_rehearsal.outline",
    "staff_complaint.picture",
    "staff_composer.colleagues",
    "staff_figures.download",
    "staff_files.download",
    "staff_map.places",
    "staff_queue.changes",
    "work.picture",
    "works.on_the_map",
}
"""What answers GET without being a page: data, files, pictures, colours."""
TAKE_MORE = {
    "admin_plan.invoice",
    "alerts.link",
    "borders.of_claim",
    "borders.of_neighbour",
    "borders.of_operator",
    "catalogue_proposals.of_city",
    "catalogue_proposals.of_operator",
    "commons_letter.page",
    "entry.form",
    "operator_claims.one",
    "operator_disputes.one",
    "operator_leaving.page",
    "operator_plans.invoice",
    "sign_in.second_step",
    "sign_in_oidc.back",
    "sign_in_oidc.begin",
    "sign_in_oidc.failed",
    "signup_live.form",
    "signup_live.poster",
    "signup_people.form",
    "signup_place.form",
    "signup_check.form",
    "signup_rehearsal.form",
    "signup_you.code_form",
    "signup_you.link_form",
    "staff_checks.one",
    "welcome.form",
    "work.page",
    "admin_area_versions.version",
    "admin_asset_import.look",
    "admin_category_files.look",
    "admin_assets.asset",
    "admin_assets.labels",
    "admin_calendars.decree",
    "admin_changes.one",
    "admin_notices.notice",
    "works.page",
    "works.link",
}
"""Pages that several people have to bring about; their own tests read them as strict HTML."""

Pages = list[Shown]


@pytest.fixture(scope="module")
def pages(platform: Platform) -> Pages:
    return every_page(platform)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class Visits:
    """The browser's windows, one for each host and sign-in. wrong: what scripts and policies complained about."""

    def __init__(self, browser: Browser, platform: Platform, width: int) -> None:
        self.browser, self.platform, self.width = browser, platform, width
        self.windows: dict[tuple[str | None, str | None], Page] = {}
        self.wrong: list[str] = []

    def open(self, shown: Shown) -> Page:
        """The page, as it is answered, with all that can be unfolded unfolded."""
        page = self._window(shown)
        address = self.platform.url(shown.slug) + shown.path
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": self.width, "height": HEIGHTS[self.width]})
        if shown.form is None:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == shown.status, (shown.name, answer.status)
        else:
            page.goto(self.platform.url(shown.slug) + "/track")
            send(page, address, dict(shown.form))
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        # The bar of a phone lies over what scrolls by under it, and axe doesn't scroll.
        page.evaluate("document.querySelector('.bottombar')?.style.setProperty('position', 'static')")
        return page

    def _window(self, shown: Shown) -> Page:
        key = shown.slug, shown.who
        if key not in self.windows:
            context = self.browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta", reduced_motion="reduce")
            context.add_init_script(AXE_SCRIPT)
            if shown.who is not None:
                let_in(context, Person(self.platform, shown.slug, shown.who))
            self.windows[key] = context.new_page()
            watched(self.windows[key], self.wrong)
        return self.windows[key]


def test_axe_finds_nothing_on_a_phone_and_no_page_is_wider_than_the_smallest(
    browser: Browser, platform: Platform, pages: Pages
) -> None:
    visits = Visits(browser, platform, 360)
    found: list[str] = []
    for number, shown in enumerate(pages):
        page = visits.open(shown)
        found += _in_both_themes(page, shown, 360, dark=number % STRIDE == 0)
        page.set_viewport_size({"width": NARROWEST, "height": 740})
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > NARROWEST:
            found.append(f"{shown.name} is {width} px wide by {page.evaluate(WIDER, NARROWEST)}")
    assert not found, "\n".join(found)
    assert visits.wrong == []


def test_axe_finds_nothing_on_a_desk(browser: Browser, platform: Platform, pages: Pages) -> None:
    visits = Visits(browser, platform, 1280)
    found: list[str] = []
    for shown in pages[1 % STRIDE :: STRIDE]:
        if not shown.phone_only:
            page = visits.open(shown)
            _as_tall_as_it_is(page, 1280)
            # Every rule at once in the dark: the light of the same pages is looked at on the phone.
            page.emulate_media(color_scheme="dark")
            found += _violations(page, shown, 1280, "dark", {"type": "tag", "values": TAGS})
    assert not found, "\n".join(found)
    assert visits.wrong == []


def test_axe_finds_nothing_in_the_colours_of_other_cities(browser: Browser, platform: Platform) -> None:
    visits = Visits(browser, platform, 360)
    found: list[str] = []
    for slug in ("jakarta", "depok"):
        for path, who in (
            ("/", None),
            ("/complaints", None),
            ("/map", None),
            ("/report", None),
            ("/staff?tab=all", f"supervisor@{slug}.example"),
            ("/admin", f"admin@{slug}.example"),
        ):
            shown = Shown(f"{slug}: {path}", path, slug, who)
            found += _in_both_themes(visits.open(shown), shown, 360)
    assert not found, "\n".join(found)


def test_every_route_with_a_page_is_looked_at(app: Flask, pages: Pages) -> None:
    found = set()
    routes = app.url_map.bind("localhost")
    for shown in pages:
        with suppress(MethodNotAllowed, NotFound):  # what only a form is sent to, and what isn't there
            found.add(routes.match(shown.path.partition("?")[0], method="GET")[0])
    with_pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    for_programs = {endpoint for endpoint in with_pages if endpoint.partition(".")[0] in FOR_PROGRAMS}
    missing = with_pages - for_programs - NO_PAGES - TAKE_MORE - found
    assert not missing, ", ".join(sorted(missing))
    assert NO_PAGES - with_pages == set()


TALL = "document.scrollingElement.scrollHeight"
WIDER = """width => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > width + 0.5)
    .slice(0, 3).map(one => `${one.tagName}.${one.className}`).join(", ")"""


def _in_both_themes(page: Page, shown: Shown, width: int, *, dark: bool = True) -> list[str]:
    _as_tall_as_it_is(page, width)
    found = _violations(page, shown, width, "light", {"type": "tag", "values": TAGS})
    if not dark:
        return found
    page.emulate_media(color_scheme="dark")
    return found + _violations(page, shown, width, "dark", {"type": "rule", "values": OF_COLOUR})


def _as_tall_as_it_is(page: Page, width: int) -> None:
    """What lies under the fixed bar at one scroll position is reached by scrolling on. Twice: a map grows along."""
    for _ in range(2):
        page.set_viewport_size({"width": width, "height": max(HEIGHTS[width], page.evaluate(TALL) + 80)})


def _violations(page: Page, shown: Shown, width: int, theme: str, only: dict[str, Any]) -> list[str]:
    violations = page.evaluate(
        """async ([only, not]) => (await axe.run(
            {exclude: not.map(one => [one])}, {runOnly: only, resultTypes: ['violations']})).violations""",
        [only, [NOT_OURS, LIST_BESIDE] if shown.path.startswith("/staff/complaints/") else [NOT_OURS, FURTHER]],
    )
    return [
        f"{shown.name} at {width} px, {theme}: {one['id']} at {node['target']}: {node['failureSummary']}"
        for one in violations
        for node in one["nodes"]
    ]
