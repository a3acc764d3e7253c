"""Debian's Chromium, driven by Playwright, and pages as one sees them in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.conftest import PASSWORD
from tests.journeys.person import COOKIE, Person

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
NEEDS_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None, reason="There is no Chromium on the PATH: sudo apt-get install chromium"
)
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera that shows a moving test picture, and nobody who has to allow it."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
MOST_STEPS = 150
FOCUSED = """() => { const one = document.activeElement, box = one.closest('label');
    return [one.id || (one.matches('a, button') ? one.textContent.trim() : one.getAttribute('name')),
        [one, box].filter(Boolean).map(each => getComputedStyle(each)).some(
            style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)]; }"""
"""[id, words or name of what has the focus; whether that can be seen]"""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """One running browser. more: further options."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, *more])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def device(browser: Browser, *, at: tuple[float, float] | None = None, **how: Any) -> Iterator[BrowserContext]:
    """A phone or a desk of somebody in Indonesia. at: (lon, lat) that its GPS says. how: PHONE or DESK and more."""
    if at is not None:
        how |= {
            "geolocation": {"longitude": at[0], "latitude": at[1], "accuracy": 12},
            "permissions": ["geolocation"],
        }
    context = browser.new_context(**{"locale": "id-ID", "timezone_id": "Asia/Jakarta", **how})
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


def let_in(context: BrowserContext, person: Person) -> None:
    """Hand a browser the sign-in of somebody, so that not each test types a password."""
    context.add_cookies([{"name": COOKIE, "value": person.cookies[COOKIE], "url": person.origin}])


def sign_in(page: Page, origin: str, email: str) -> None:
    """Sign in by the form of a host, as a person does."""
    page.goto(f"{origin}/sign-in")
    page.get_by_label("Alamat surel").fill(email)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def tab_to(page: Page, name: str) -> None:
    """Tab until the control with this id, name or text has the focus, which has to be seen at each step."""
    passed = []
    here, seen = page.evaluate(FOCUSED)
    for _ in range(MOST_STEPS):
        if here == name:
            return
        page.keyboard.press("Tab")
        here, seen = page.evaluate(FOCUSED)
        passed.append(here)
        # on its way round the focus passes the page itself, which is no control and shows no ring
        assert here is None or seen, f"nothing shows that the focus is on {here}"
    raise AssertionError(f"{name} isn't reached by Tab; passed were {passed}")


def press(page: Page, name: str) -> None:
    """Tab to a link or a button and press Enter on it; the next page has come when this returns."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, words: str) -> None:
    """Tab to a field and type."""
    tab_to(page, name)
    page.keyboard.type(words)


def send(page: Page, address: str, fields: dict[str, str]) -> None:
    """Send a form from the page that is open to an address of its host, as its own button would."""
    with page.expect_navigation():
        page.evaluate(
            """([address, fields]) => {
                const form = document.createElement("form");
                form.method = "post";
                form.action = address;
                for (const [name, value] of Object.entries(fields)) {
                    const field = document.createElement("input");
                    field.name = name;
                    field.value = value;
                    form.append(field);
                }
                document.body.append(form);
                form.submit();
            }""",
            [address, fields],
        )


def watched(page: Page, wrong: list[str]) -> None:
    """Note from now on what goes wrong on a page beside its answer: broken scripts, what a policy refused."""
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            wrong.append(f"{page.url}: {said.text}")
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
