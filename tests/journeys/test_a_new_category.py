"""An admin makes a category with questions and its promise, and a minute later a resident reports in it, in English."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, PHONE, chromium, device, sign_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import ADMIN, IN_BEKASI

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_category_with_questions_is_made_promised_and_reported_in_english(
    browser: Browser, platform: Platform
) -> None:
    bekasi, wrong = platform.url("bekasi"), list[str]()
    with device(browser, **DESK) as desk, device(browser, at=IN_BEKASI, **{**PHONE, "locale": "en-GB"}) as phone:
        admin, resident = desk.new_page(), phone.new_page()
        watched(admin, wrong)
        watched(resident, wrong)
        sign_in(admin, bekasi, ADMIN)
        _make(admin, bekasi)
        _promise(admin, bekasi)
        _ask_who_gets_it(admin, bekasi)
        _report(resident, bekasi)
        assert wrong == []


def _make(page: Page, bekasi: str) -> None:
    """With two questions, a follow-up and its form beside it, all of it seen before it is saved."""
    page.goto(f"{bekasi}/admin/categories/new")
    page.locator("#name-id").fill("Halte rusak parah")
    page.locator("#name-en").fill("Wrecked bus stop")
    page.locator("#parent").select_option(label="Jalan dan lalu lintas")
    page.locator("#agency").select_option(index=1)
    page.locator("#new_type").select_option("yes_no")
    page.get_by_role("button", name="Tambahkan pertanyaan").click()
    page.locator("#questions-0-label-id").fill("Ada kaca pecah?")
    page.locator("#questions-0-label-en").fill("Is there broken glass?")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Ada kaca pecah?")
    page.locator("#new_type").select_option("choice")
    page.get_by_role("button", name="Tambahkan pertanyaan").click()
    page.locator("#questions-1-label-id").fill("Di mana kacanya?")
    page.locator("#questions-1-label-en").fill("Where is the glass?")
    for number, (indonesian, english) in enumerate([("Di lantai", "On the floor"), ("Di jalan", "In the road")]):
        page.locator(f"#questions-1-choices-{number}-label-id").fill(indonesian)
        page.locator(f"#questions-1-choices-{number}-label-en").fill(english)
    page.locator("#questions-1-when summary").click()
    page.locator("#questions-1-when").get_by_text("Ya", exact=True).click()
    page.locator("#preview_language").select_option("en")
    expect(preview).to_contain_text("Is there broken glass?")
    expect(preview).not_to_contain_text("Where is the glass?")
    preview.get_by_text("Yes", exact=True).click()
    expect(preview).to_contain_text("Where is the glass?")
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile(r"/admin/categories/[0-9a-f-]{36}\?saved=1$"))
    expect(page.locator("main .ref").first).to_have_text("halte-rusak-parah")


def _promise(page: Page, bekasi: str) -> None:
    page.goto(f"{bekasi}/admin/rules/new?category=halte-rusak-parah")
    for number, (milestone, amount, unit) in enumerate([("respond", "4", "working_hours"), ("resolve", "3", "days")]):
        page.locator(f"#m{number}-milestone").select_option(milestone)
        page.locator(f"#m{number}-amount").fill(amount)
        page.locator(f"#m{number}-unit").select_option(unit)
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile(r"/admin/rules/[0-9a-f-]{36}\?saved=1$"))


def _ask_who_gets_it(page: Page, bekasi: str) -> None:
    page.goto(f"{bekasi}/admin/who-gets-this?category=halte-rusak-parah")
    expect(page.locator(".map.steer path.city").first).to_be_attached()
    page.locator(".map.steer [role=application]").click(position={"x": 310, "y": 185})
    expect(page.locator("#answer .chain")).to_contain_text("Baris ini yang menentukan.")
    expect(page.locator("#answer .facts dt")).to_have_count(2)


def _report(page: Page, bekasi: str) -> None:
    """On a phone that speaks English, by the words that residents use."""
    page.goto(f"{bekasi}/report?lang=en")
    page.get_by_role("button", name="I can't take a photo").click()
    expect(page.locator("[data-part=here]")).to_contain_text("accurate to about 12 m")
    page.get_by_role("button", name="The place is right").click()
    page.locator("#q").fill("wrecked")
    page.locator("#step-3").get_by_role("radio", name="Wrecked bus stop").first.check()
    page.locator("#step-3").get_by_role("button", name="Continue").click()
    page.locator("#step-4").get_by_text("Yes", exact=True).click()
    page.locator("#step-4").get_by_text("On the floor").click()
    page.get_by_label("Description").fill("All the glass is out.")
    page.locator("#step-4").get_by_role("button", name="Continue").click()
    expect(page.locator("#step-5 [data-part=preview]")).to_contain_text("Wrecked bus stop")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url(re.compile(r"/complaints/BKS-\w{4}-\w{4}/manage/\w+\?sent=1$"))
    expect(page.locator("main")).to_contain_text("On the floor")
