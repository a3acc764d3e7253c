"""A notification from end to end: asked for on a phone, sent by the worker, shown by the service worker, tapped."""

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.browser import NEEDS_CHROMIUM, PHONE, chromium, device, let_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER, id_of
from tests.journeys.person import Person
from tests.journeys.test_offline import await_in
from tests.messages.push_service import PushService

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

ARRIVES_WITHIN_S = 120
"""The worker may have all of the demonstration to tell first."""

OUR_SERVICE = """subscription => {
    PushManager.prototype.subscribe = async () => ({ toJSON: () => subscription });
}"""
"""Chromium's own push service is outside; what it would hand to the page comes from ours, keys and all."""

SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(one => [one.title, one.body, one.tag])"""

TAPPED = """async () => {
    const opened = new Promise(resolve => { self.clients.openWindow = async address => resolve(address); });
    const [shown] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification: shown }));
    return [await opened, (await self.registration.getNotifications()).length];
}"""
"""A tap, without a screen to tap on: only a true one may open a window, so what it would open is noted."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService().open() as running:
        yield running


def test_a_new_report_is_on_the_officers_phone_and_a_tap_opens_it(
    browser: Browser, platform: Platform, service: PushService
) -> None:
    officer, wrong = Person(platform, "bekasi", OFFICER), list[str]()
    with device(browser, **PHONE) as phone:
        phone.grant_permissions(["notifications"], origin=officer.origin)
        phone.add_init_script(f"({OUR_SERVICE})({json.dumps(_as_a_browser_has_it(service))})")
        let_in(phone, officer)
        page = phone.new_page()
        watched(page, wrong)
        registrations = _registrations(phone, page)
        page.goto(f"{officer.origin}/staff/preferences")
        page.get_by_role("button", name="Beri tahu di perangkat ini").click()
        expect(page.get_by_role("button", name="Hentikan di semua perangkat")).to_be_visible()

        # of a danger, so that no quiet hours hold it up
        reference = officer.report(IN_BEKASI, category="jalan-rusak")["reference"]
        said = _read_by_the_service(service)
        url = f"{officer.origin}/staff/complaints/{id_of(officer, reference)}"
        assert reference in said["title"]
        assert said["url"] == url

        _deliver(phone, page, registrations, officer.origin, json.dumps(said, ensure_ascii=False))
        await_in(page, f"async () => (await ({SHOWN})()).length === 1")
        assert page.evaluate(SHOWN) == [[said["title"], said["body"], said["tag"]]]
        (worker,) = phone.service_workers
        assert worker.evaluate(TAPPED) == [url, 0]
        page.goto(url)
        expect(page.locator("#detail .ref").first).to_have_text(reference)
    assert wrong == []


def _as_a_browser_has_it(service: PushService) -> dict[str, object]:
    given = service.subscription
    return {"endpoint": given["endpoint"], "keys": {"p256dh": given["p256dh"], "auth": given["auth"]}}


def _read_by_the_service(service: PushService) -> dict[str, str]:
    """What the worker sent, decrypted with the device's own keys."""
    deadline = time.monotonic() + ARRIVES_WITHIN_S
    while not service.shown and time.monotonic() < deadline:
        time.sleep(0.1)
    (said,) = service.shown
    return said


def _registrations(phone: BrowserContext, page: Page) -> dict[str, str]:
    """By scope, the ids of the service workers as DevTools names them; filled as they come."""
    found: dict[str, str] = {}
    tools = phone.new_cdp_session(page)
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.update({one["scopeURL"]: one["registrationId"] for one in event["registrations"]}),
    )
    tools.send("ServiceWorker.enable")
    return found


def _deliver(phone: BrowserContext, page: Page, registrations: dict[str, str], origin: str, data: str) -> None:
    """Hand the service worker of a host what its push service would."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tools = phone.new_cdp_session(page)
    tools.send("ServiceWorker.enable")
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registrations[f"{origin}/"], "data": data},
    )
