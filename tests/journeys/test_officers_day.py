"""An officer's day on a phone: theirs in the order of the way, the work, its photo, and a street without a signal."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.cast import jpeg
from tests.journeys.browser import FAKE_CAMERA, NEEDS_CHROMIUM, PHONE, chromium, device, sign_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER, id_of, move
from tests.journeys.person import Person
from tests.journeys.test_camera import shoot
from tests.journeys.test_offline import KEEPS, await_in, moves

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

A_STREET_ON = (106.9772, -6.2390)


HERE = (IN_BEKASI[0] + 0.004, IN_BEKASI[1] + 0.004)
"""Where nothing else is reported."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*FAKE_CAMERA) as running:
        yield running


def test_an_officers_day(browser: Browser, platform: Platform) -> None:
    officer, wrong = Person(platform, "bekasi", OFFICER), list[str]()
    far, near = (officer.report(point)["reference"] for point in (A_STREET_ON, HERE))
    for reference in (far, near):
        move(officer, reference, "take")
    with device(browser, at=HERE, **PHONE) as phone:
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

        # the next street has no signal: the work there is kept on the phone, and sent when there is one again
        further = id_of(officer, far)
        await_in(page, "ids => navigator.serviceWorker.controller && ids", [further])
        await_in(page, KEEPS, [further])
        phone.set_offline(True)
        page.goto(f"{officer.origin}/staff/complaints/{further}")
        stop = page.locator(f"#c-{further}")
        stop.locator("details").first.locator("summary").click()
        photo = {"name": "selesai.jpg", "mimeType": "image/jpeg", "buffer": jpeg("#334455")}
        stop.locator("input[type=file]").set_input_files(photo)
        stop.locator("textarea").first.fill("Ditambal tanpa sinyal.")
        stop.locator("details").first.locator("button[type=submit]").click()
        expect(page.locator("[data-waiting-list] li")).to_have_count(2)
        phone.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("[data-waiting-list]")).to_be_hidden(timeout=30_000)
        arrived = officer.get(f"/staff/complaints/{further}").text
        assert "Ditambal tanpa sinyal." in arrived
        assert moves(platform, further) == ["file", "take", "start", "resolve"]
    assert [one for one in wrong if "ERR_INTERNET_DISCONNECTED" not in one] == []
