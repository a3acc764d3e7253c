"""The camera of the officer's page, with Chromium's pretended one: over the photo "before", with time and place."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, make_url, text

from tests.journeys.browser import FAKE_CAMERA, NEEDS_CHROMIUM, PHONE, chromium, device, let_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER, id_of, move
from tests.journeys.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*FAKE_CAMERA) as running:
        yield running


def test_an_officer_finishes_work_with_the_camera_of_the_page(browser: Browser, platform: Platform) -> None:
    officer, wrong = Person(platform, "bekasi", OFFICER), list[str]()
    complaint = started(officer)
    with device(browser, at=IN_BEKASI, **PHONE) as phone:
        phone.grant_permissions(["geolocation", "camera"])
        let_in(phone, officer)
        page = phone.new_page()
        watched(page, wrong)
        page.goto(f"{officer.origin}/staff/complaints/{complaint}")
        page.locator(".moves").get_by_role("link", name="Selesai, dengan foto").click()
        page.get_by_label("Yang dikerjakan").fill("Lubang ditambal.")
        shoot(page)
        expect(page.get_by_text("dengan tempat, ketepatan 12 m")).to_be_visible()
        page.locator(".moving").get_by_role("button", name="Selesai, dengan foto").click()
        expect(page.locator("#detail .dhead .status")).to_have_text("Selesai")
        assert wrong == []
    row = of_work(platform, complaint)
    assert row["capture"] == "camera"
    assert (row["claimed_lon"], row["claimed_lat"], row["claimed_accuracy_m"]) == (*IN_BEKASI, 12)
    assert row["claimed_at"] is not None


def test_what_was_taken_can_be_dropped_and_the_camera_is_let_go(browser: Browser, platform: Platform) -> None:
    officer = Person(platform, "bekasi", OFFICER)
    complaint = started(officer)
    with device(browser, **PHONE) as phone:
        phone.grant_permissions(["camera"])
        let_in(phone, officer)
        page = phone.new_page()
        page.goto(f"{officer.origin}/staff/complaints/{complaint}/resolution")
        shoot(page)
        expect(page.get_by_text("tanpa tempat")).to_be_visible()
        shoot(page)
        assert page.locator("input[name=shot]").evaluate("one => one.files.length") == 2
        page.get_by_role("button", name="Hapus foto 1").click()
        assert page.locator("input[name=shot]").evaluate("one => one.files.length") == 1
        expect(page.locator("input[name=claim]")).to_have_count(1)
        assert page.locator("video").evaluate("one => one.srcObject.getTracks().every(t => t.readyState === 'ended')")


def shoot(page: Page) -> None:
    """Take one photo over the photo of the reporter, if there is one."""
    page.get_by_role("button", name="Ambil foto di sini").click()
    finder = page.get_by_role("dialog", name="Kamera")
    expect(finder).to_be_visible()
    page.wait_for_function("() => document.querySelector('.finder video').videoWidth > 0")
    finder.get_by_role("button", name="Ambil foto").click()
    expect(finder).not_to_be_visible()


def started(officer: Person) -> str:
    """A report of Kota Bekasi on which this officer works; its id."""
    reported = officer.report(IN_BEKASI)
    move(officer, reported["reference"], "start")
    return id_of(officer, reported["reference"])


def of_work(platform: Platform, complaint: str) -> dict[str, object]:
    """The row of the one photo of the work."""
    engine = create_engine(make_url(platform.database).set(username="aduan_owner"))
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT * FROM evidence WHERE complaint_id = :id AND side = 'after'"), {"id": UUID(complaint)}
        ).mappings()
        row = dict(found.one())
    engine.dispose()
    return row
