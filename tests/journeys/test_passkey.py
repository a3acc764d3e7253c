"""A passkey in a real browser, with an authenticator of its own: made once, and used instead of a code."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, chromium, device, sign_in
from tests.journeys.conftest import PASSWORD, Platform

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

WHO = "dewi.anggraini@bekasi.example"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_passkey_is_made_and_signs_in_and_without_a_script_a_code_does(browser: Browser, platform: Platform) -> None:
    origin = platform.url("bekasi")
    with device(browser, **DESK) as desk:
        page = desk.new_page()
        developer = desk.new_cdp_session(page)
        developer.send("WebAuthn.enable")
        developer.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        sign_in(page, origin, WHO)
        page.goto(f"{origin}/account/security")
        page.locator("form[data-make] [name=name]").fill("Laptop kantor")
        page.locator("form[data-make] button").click()
        shown = page.get_by_text(re.compile(r"^[a-z2-9]{5}-[a-z2-9]{5}$"))
        expect(shown).to_have_count(10)
        codes = shown.all_inner_texts()
        page.goto(f"{origin}/account/security")
        expect(page.locator("#second")).to_contain_text("Laptop kantor")
        desk.clear_cookies()
        page.goto(f"{origin}/sign-in")
        page.get_by_label("Alamat surel").fill(WHO)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url("**/sign-in/second-step*")
        page.locator("[data-key]").click()
        page.wait_for_url("**/staff*")
    with device(browser, **DESK, java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(f"{origin}/sign-in")
        page.get_by_label("Alamat surel").fill(WHO)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        expect(page.locator("[data-key]")).to_be_hidden()
        page.locator("[name=code]").fill(codes[0])
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url("**/staff*")
