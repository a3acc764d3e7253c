"""Without a mouse: a report from a desk, and an official's steps, by Tab, arrows, blank and Enter alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, chromium, device, let_in, tab_to
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER
from tests.journeys.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_report_is_written_and_sent_by_the_keyboard(browser: Browser, platform: Platform) -> None:
    with device(browser, **DESK) as desk:
        page = desk.new_page()
        page.goto(f"{platform.url('bekasi')}/report")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        tab_to(page, "spot")
        page.keyboard.type("-6.2383, 106.9756")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # Find
        expect(page.locator("#step-2 [data-part=here]")).to_contain_text("Jakasampurna")
        tab_to(page, "place")
        page.keyboard.type("Depan toko roti")
        tab_to(page, "category")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#category")).to_be_checked()
        expect(page.locator("[data-part=tell] input").first).to_be_attached()
        tab_to(page, "answers.kedalaman")
        page.keyboard.press("Space")
        tab_to(page, "description")
        page.keyboard.type("Lubang besar, ditulis tanpa tetikus.")
        tab_to(page, "anonymous")
        page.keyboard.press("Space")
        expect(page.locator(".beside [data-part=preview]")).to_contain_text("Dinas Bina Marga")
        tab_to(page, "Kirim laporan")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/complaints/BKS-\w{4}-\w{4}/manage/\w+\?sent=1$"))


def test_an_official_finds_opens_and_starts_a_report_by_the_keyboard(browser: Browser, platform: Platform) -> None:
    reported = Person(platform, "bekasi").report(IN_BEKASI)
    with device(browser, **DESK) as desk:
        let_in(desk, Person(platform, "bekasi", OFFICER))
        page = desk.new_page()
        page.goto(f"{platform.url('bekasi')}/staff?tab=agency")
        page.keyboard.press("j")
        expect(page.locator(".queue tbody tr").first.locator(".to")).to_be_focused()
        page.keyboard.press("j")
        second = page.locator(".queue tbody tr").nth(1)
        expect(second.locator(".to")).to_be_focused()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()
        # what comes meanwhile, and would stand first, is said and takes nobody's place
        Person(platform, "bekasi").report(IN_BEKASI, category="jalan-rusak")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("[data-news]")).to_be_visible()
        expect(second.locator(".to")).to_be_focused()
        page.keyboard.press("Enter")
        expect(second).to_have_attribute("aria-current", "true")
        page.keyboard.press("/")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.type(reported["reference"])
        page.keyboard.press("Enter")
        expect(page.locator("#detail .ref").first).to_have_text(reported["reference"])
        tab_to(page, "Mulai kerjakan")
        page.keyboard.press("Enter")
        expect(page.locator("#detail .dhead .status")).to_have_text("Dikerjakan")
        tab_to(page, "Tanya pelapor…")
        page.keyboard.press("Enter")
        expect(page.locator("#question")).to_be_focused()
        page.keyboard.type("Di sisi mana?")
        tab_to(page, "Tanya pelapor")
        page.keyboard.press("Enter")
        expect(page.locator("#detail .dhead .status")).to_have_text("Menunggu pelapor")


def test_the_focus_goes_to_what_has_to_be_put_right(browser: Browser, platform: Platform) -> None:
    with device(browser, **DESK) as desk:
        page = desk.new_page()
        page.goto(f"{platform.url('bekasi')}/report")
        page.get_by_role("button", name="Kirim laporan").press("Enter")
        summary = page.get_by_role("alert")
        expect(summary).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#category")).to_be_focused()
