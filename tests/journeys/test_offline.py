"""An officer's way through streets without a signal: read, start, finish with a photo, and meet what others changed."""

import io
import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import make_url

from tests.cast import jpeg
from tests.journeys.browser import NEEDS_CHROMIUM, PHONE, chromium, device, let_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER, SUPERVISOR, id_of
from tests.journeys.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]
KEEPS = """async ids => {
    const page = await caches.match("/staff/kept");
    const html = page ? await page.text() : "";
    return ids.every(id => html.includes(id));
}"""
KEPT = """async () => (await (await caches.open("day-1")).keys()).map(one => new URL(one.url).pathname)"""

KEEP_AND_POST = """async path => {
    await (await caches.open("day-1")).put("/staff/kept", new Response("Lubang"));
    await fetch(path, {method: "POST"});
}"""
"""As if somebody's sign-in had lapsed with the list still kept."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def taken(platform: Platform, person: Person, words: str) -> tuple[str, str]:
    """(reference, id) of a new report that the officer has taken."""
    reference = Person(platform, "bekasi").report(IN_BEKASI, description=words)["reference"]
    complaint_id = id_of(person, reference)
    path = f"/staff/complaints/{complaint_id}"
    assert person.post(f"{path}/take", {"version": version(person, path)}).status == 303
    return reference, complaint_id


def version(person: Person, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', person.get(path).text)
    assert found is not None
    return found[1]


def kept_by(phone: BrowserContext, platform: Platform, *complaint_ids: str) -> Page:
    """The route, opened where there is a signal, until the phone has kept these reports."""
    page = phone.new_page()
    page.goto(f"{platform.url('bekasi')}/staff/route")
    await_in(page, "ids => navigator.serviceWorker.controller && ids", list(complaint_ids))
    await_in(page, KEEPS, list(complaint_ids))
    return page


def test_what_is_done_without_a_signal_arrives_once_there_is_one(browser: Browser, platform: Platform) -> None:
    officer = Person(platform, "bekasi", OFFICER)
    _reference, complaint_id = taken(platform, officer, "Lubang tanpa sinyal.")
    wrong: list[str] = []
    with device(browser, **PHONE) as phone:
        let_in(phone, officer)
        page = kept_by(phone, platform, complaint_id)
        watched(page, wrong)
        phone.set_offline(True)
        page.goto(f"{platform.url('bekasi')}/staff/complaints/{complaint_id}")
        stop = page.locator(f"#c-{complaint_id}")
        expect(stop).to_contain_text("Lubang tanpa sinyal.")
        expect(page.locator("[data-offline]")).to_be_visible()
        stop.locator("details").first.locator("summary").click()
        stop.locator("input[type=file]").set_input_files(
            {"name": "selesai.jpg", "mimeType": "image/jpeg", "buffer": io.BytesIO(jpeg("#334455")).getvalue()}
        )
        stop.locator("textarea").first.fill("Ditambal tanpa sinyal.")
        stop.locator("details").first.locator("button[type=submit]").click()
        expect(page.locator("[data-waiting-list] li")).to_have_count(2)
        page.reload()
        expect(page.locator("[data-waiting-list]")).to_contain_text("Ditambal tanpa sinyal.")
        expect(stop.locator("[data-mine]")).to_contain_text("Mulai kerjakan")
        assert "Ditambal tanpa sinyal" not in officer.get(f"/staff/complaints/{complaint_id}").text
        phone.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("[data-waiting-list]")).to_be_hidden(timeout=30_000)
        shown = officer.get(f"/staff/complaints/{complaint_id}").text
        assert "Ditambal tanpa sinyal." in shown
        assert moves(platform, complaint_id) == ["file", "take", "start", "resolve"]
        page.goto(f"{platform.url('bekasi')}/staff/complaints/{complaint_id}")
        expect(page.locator("#detail")).to_contain_text("Ditambal tanpa sinyal.")
    assert wrong == []


def test_what_others_changed_meanwhile_is_shown_with_what_was_written(browser: Browser, platform: Platform) -> None:
    officer, supervisor = Person(platform, "bekasi", OFFICER), Person(platform, "bekasi", SUPERVISOR)
    _reference, complaint_id = taken(platform, officer, "Lubang yang diperebutkan.")
    path = f"/staff/complaints/{complaint_id}"
    with device(browser, **PHONE) as phone:
        let_in(phone, officer)
        page = kept_by(phone, platform, complaint_id)
        phone.set_offline(True)
        page.goto(f"{platform.url('bekasi')}/staff/kept")
        stop = page.locator(f"#c-{complaint_id}")
        stop.locator("details").last.locator("summary").click()
        stop.locator("details").last.locator("textarea").fill("Saya sudah di lokasi.")
        stop.locator("details").last.locator("button[type=submit]").click()
        expect(page.locator("[data-waiting-list] li")).to_have_count(1)
        seen = version(supervisor, path)
        given = {"version": seen, "audience": "note", "note": "Tunggu dulu."}
        assert supervisor.post(f"{path}/remarks", given).status == 303
        phone.set_offline(False)
        # The browser's own "online" may send first and hide the button, so this can't wait for it to be seen.
        page.locator("[data-send]").dispatch_event("click")
        refused = page.locator("[data-refused-list] li")
        expect(refused).to_have_count(1, timeout=30_000)
        expect(refused).to_contain_text("Saya sudah di lokasi.")
        page.goto(f"{platform.url('bekasi')}/staff/route")
        expect(page.locator("#kept-note")).to_contain_text("perlu perhatian Anda")
        page.goto(f"{platform.url('bekasi')}/staff/kept")
        page.locator("[data-again]").click()
        expect(page.locator("[data-refused-list]")).to_be_hidden(timeout=30_000)
        assert "Saya sudah di lokasi." in officer.get(path).text
        assert moves(platform, complaint_id) == ["file", "take", "note", "note"]


def test_signing_out_leaves_nothing_to_read_on_the_phone(browser: Browser, platform: Platform) -> None:
    officer = Person(platform, "bekasi", OFFICER)
    _reference, complaint_id = taken(platform, officer, "Lubang yang dilupakan.")
    with device(browser, **PHONE) as phone:
        let_in(phone, officer)
        page = kept_by(phone, platform, complaint_id)
        assert "/staff/kept" in page.evaluate(KEPT)
        page.get_by_role("button", name="Keluar").click()
        page.wait_for_url(lambda address: "/staff" not in address)
        await_in(page, f"async () => (await ({KEPT})()).length === 0")
        page.go_back()
        expect(page.locator("[name=password]")).to_be_visible()
        assert "Lubang yang dilupakan" not in page.content()
        for path in ("/sign-in/code/entry", "/sign-in/second-step", "/provider/return", "/account/erasure"):
            page.evaluate(KEEP_AND_POST, path)
            await_in(page, f"async () => (await ({KEPT})()).length === 0")


def await_in(page: Page, script: str, arg: object = None) -> None:
    """Ask a page until the script's answer is true."""
    for _ in range(150):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(200)
    raise AssertionError(script)


def moves(platform: Platform, complaint_id: str) -> list[str]:
    """The history as the database has it."""
    url = make_url(platform.database)
    host = url.query.get("host", url.host)
    with psycopg.connect(f"host={host} dbname={url.database} user={url.username}") as connection:
        tenant = connection.execute("SELECT id FROM tenants WHERE slug = 'bekasi'").fetchone()
        assert tenant is not None
        connection.execute(f"SET LOCAL app.tenant_id = '{tenant[0]}'")
        rows = connection.execute("SELECT move FROM history WHERE complaint_id = %s ORDER BY number", [complaint_id])
        return [row[0] for row in rows if row[0] != "escalate"]
