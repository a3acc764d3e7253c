"""A supervisor's morning at a desk: what wasn't kept, what is late, who has nobody; assigned, validated, answered."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import create_engine, make_url, text

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, chromium, device, sign_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.pages import IN_BEKASI, OFFICER, SUPERVISOR, id_of, move
from tests.journeys.person import Person
from tests.journeys.snapshot import snapshot

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

KNOWN_WITHIN_MS = 3_000
"""Each process asks every two seconds whether a city has changed."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_supervisors_morning(browser: Browser, platform: Platform) -> None:
    officer, wrong = Person(platform, "bekasi", OFFICER), list[str]()
    nobodys, finished = (officer.report(IN_BEKASI)["reference"] for _ in range(2))
    move(officer, finished, "start")
    with validating(platform), device(browser, **DESK) as desk:
        page = desk.new_page()
        watched(page, wrong)
        page.wait_for_timeout(KNOWN_WITHIN_MS)
        done = {"note": "Ditambal."}
        move(officer, finished, "submission", done, photo=snapshot("#7d8f6a", IN_BEKASI))

        sign_in(page, officer.origin, SUPERVISOR)
        page.get_by_role("link", name="Pagi ini").first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("heading", name="Belum ada pemegang")).to_be_visible()

        page.get_by_role("link", name="Antrean").first.click()
        page.locator(".tabs").get_by_role("link", name="Terlambat").click()
        expect(page.locator(".queue tbody .late").first).to_be_visible()

        page.locator(".tabs").get_by_role("link", name="Tanpa pemegang").click()
        id_ = id_of(officer, nobodys)
        page.locator("#find").fill(nobodys)  # others may have left many that nobody holds
        page.locator("#find").press("Enter")
        page.wait_for_url(f"**/staff/complaints/{id_}*")
        page.locator(".moves").get_by_role("link", name="Disposisi ke dinas").click()
        page.get_by_label("Petugas").select_option(label="Rudi Hartono")
        page.locator(".moving").get_by_role("button", name="Disposisi ke dinas").click()
        expect(page.get_by_text("Laporan sudah didisposisikan")).to_be_visible()
        expect(page.locator("#detail .holder")).to_contain_text("Rudi Hartono")

        page.get_by_role("radio", name="Balasan publik").check(force=True)
        page.get_by_label("Teks").fill("Petugas kami datang besok pagi.")
        page.locator(".composer").get_by_role("button", name="Kirim").click()
        expect(page.get_by_text("Balasan Anda sudah terbit.")).to_be_visible()

        page.get_by_role("link", name="Validasi").first.click()
        page.locator(".task").filter(has_text=finished).get_by_role("link").first.click()
        expect(page.locator(".shot-large.after")).to_contain_text("m dari titik laporan")
        page.get_by_role("button", name="Validasi pekerjaan").click()
        expect(page.get_by_text("Pekerjaan sudah divalidasi")).to_be_visible()
        page.get_by_role("link", name=finished).click()
        expect(page.locator("#detail .dhead .status")).to_have_text("Selesai")
    assert wrong == []


@contextmanager
def validating(platform: Platform) -> Iterator[None]:
    """Kota Bekasi validates finished work meanwhile."""
    engine = create_engine(make_url(platform.database).set(username="aduan_owner"))

    def switch(on: str) -> None:
        with engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE tenants SET options = options || jsonb_build_object('validation', CAST(:on AS boolean)),"
                    " revision = revision + 1 WHERE slug = 'bekasi'"
                ),
                {"on": on},
            )
            connection.execute(text("UPDATE epochs SET value = value + 1"))

    switch("true")
    try:
        yield
    finally:
        switch("false")
        engine.dispose()
