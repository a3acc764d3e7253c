"""An officer's day on a phone: what is theirs in the order of the way, the next place, the work, its photo, sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import FAKE_CAMERA, NEEDS_CHROMIUM, PHONE, chromium, device, sign_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER, id_of, move
from tests.journeys.person import Person
from tests.journeys.test_camera import shoot

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

A_STREET_ON = (106.9772, -6.2390)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*FAKE_CAMERA) as running:
        yield running


def test_an_officers_day(browser: Browser, platform: Platform) -> None:
    officer, wrong = Person(platform, "bekasi", OFFICER), list[str]()
    far, near = (officer.report(point)["reference"] for point in (A_STREET_ON, IN_BEKASI))
    for reference in (far, near):
        move(officer, reference, "take")
    with device(browser, at=IN_BEKASI, **PHONE) as phone:
        phone.grant_permissions(["geolocation", "camera"])
        page = phone.new_page()
        watched(page, wrong)
        sign_in(page, officer.origin, OFFICER)

        page.locator(".bottombar").get_by_role("link", name="Rute").click()
        page.get_by_role("button", name="Mulai dari posisi saya").click()
        page.wait_for_url(lambda address: "lat=" in address)
        first = page.locator(".stop").first
        expect(first).to_contain_text("Berikutnya")
        expect(first.get_by_role("link", name="Selesaikan")).to_have_attribute(
            "href", f"/staff/complaints/{id_of(officer, near)}"
        )
        stops = page.locator(".stop").count()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

        first.get_by_role("link", name="Selesaikan").click()
        expect(page.locator("#detail .ref").first).to_have_text(near)
        page.get_by_role("button", name="Mulai kerjakan").click()
        expect(page.locator("#detail .dhead .status")).to_have_text("Dikerjakan")
        page.locator(".moves").get_by_role("link", name="Selesai, dengan foto").click()
        page.get_by_label("Yang dikerjakan").fill("Lubang ditambal aspal panas.")
        shoot(page)
        expect(page.get_by_text("dengan tempat, ketepatan 12 m")).to_be_visible()
        page.locator(".moving").get_by_role("button", name="Selesai, dengan foto").click()
        expect(page.locator("#detail .dhead .status")).to_have_text("Selesai")

        page.locator(".bottombar").get_by_role("link", name="Rute").click()
        expect(page.locator(".stop")).to_have_count(stops - 1)
    assert wrong == []
