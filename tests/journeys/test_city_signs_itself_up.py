"""A city that nobody onboarded: from /signup to a live portal that takes a report, by "Lanjut" throughout."""

import json
import random
import re
import sys
import time
from collections.abc import Iterator

import pytest
import shapely
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from config.settings import ROOT
from tests.journeys.browser import DESK, NEEDS_CHROMIUM, PHONE, chromium, device, sign_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.mail import await_mail
from tests.journeys.pages import OPERATOR

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

BOUNDARIES = ROOT.parent / "shared" / "data" / "boundaries" / "jabodetabek_adm2.geojson"
EMAIL, PASSWORD = "kepala@diskominfo.kotabogor.go.id", "tiga kata acak"
MOST_S = 60
ANEW_S = 5
"""Within this time every process knows of a new city (design.md, section 5)."""
NARROWEST = 320
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class Watch:
    """The time that the sign-up takes, without that in which each page is examined. found: what was wrong on them."""

    def __init__(self) -> None:
        self.began, self.apart, self.found = time.monotonic(), 0.0, []

    def look(self, page: Page, name: str) -> None:
        """Examine a page: axe, and its width on the smallest phone."""
        began = time.monotonic()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.evaluate(f"() => {{ {AXE_SCRIPT} }}")
        rules = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
        for fault in page.evaluate("rules => axe.run(document, rules)", rules)["violations"]:
            self.found.append(f"{name}: {fault['id']} {fault['nodes'][0]['html'][:200]}")
        size = page.viewport_size
        page.set_viewport_size({"width": NARROWEST, "height": 740})
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > NARROWEST:
            self.found.append(f"{name} is {width} px wide")
        assert size is not None
        page.set_viewport_size(size)
        self.apart += time.monotonic() - began

    @property
    def took_s(self) -> float:
        return time.monotonic() - self.began - self.apart


def test_a_city_is_live_within_a_minute_of_machine_time_and_takes_a_report(
    browser: Browser, platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    with device(browser, **DESK) as office:
        operator = office.new_page()
        sign_in(operator, platform.url(), OPERATOR)
        operator.goto(f"{platform.url()}/operator/domains")
        operator.get_by_role("button", name="Verifikasi kotabogor.go.id").click()

    wrong: list[str] = []
    with device(browser, **PHONE) as phone:
        page = phone.new_page()
        watched(page, wrong)
        watch = Watch()
        page.goto(platform.url())
        page.get_by_role("link", name="Bawa kota Anda ke sini").click()
        watch.look(page, "you")
        page.get_by_label("Nama Anda").fill("Ani Lestari")
        page.get_by_label("Alamat surel kantor Anda").fill(EMAIL)
        _continue(page)
        watch.look(page, "code")
        code = re.search(r"\b\d{6}\b", await_mail(platform.post, EMAIL, "Kode").subject)
        assert code is not None
        page.get_by_label("Kode enam angka").fill(code[0])
        _continue(page)
        expect(page.get_by_role("heading", level=1, name="Kota Bogor")).to_be_visible()
        watch.look(page, "place")
        _continue(page)
        watch.look(page, "people")
        _continue(page)
        watch.look(page, "rehearsal")
        _continue(page)
        expect(page.get_by_role("heading", name="Inilah yang terjadi")).to_be_visible()
        watch.look(page, "outcome")
        page.get_by_role("link", name="Lanjut").click()
        watch.look(page, "checklist")
        page.get_by_label("Kami menyetujui perjanjian").check()
        page.get_by_role("button", name="Tayangkan sekarang").click()
        expect(page.get_by_role("heading", level=1, name="Kota Bogor sudah tayang")).to_be_visible()
        watch.look(page, "live")

        page.get_by_role("button", name="Pilih kata sandi dan buka konsol").click()
        page.wait_for_url(re.compile(r"^http://bogor\.localhost:\d+/welcome/"))
        watch.look(page, "welcome")
        page.get_by_label("Pilih kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Buka konsol").click()
        page.wait_for_url(re.compile(r"^http://bogor\.localhost:\d+/staff"))
        reference = _report(platform)
        page.goto(f"{platform.url('bogor')}/staff?tab=all")
        page.get_by_role("link", name="Jalan berlubang").click()
        expect(page.locator("body")).to_contain_text(reference)
        took_s = watch.took_s
        page.goto(f"{platform.url()}/signup/poster")
        watch.look(page, "poster")
    with capsys.disabled():
        sys.stdout.write(f"\na city signed itself up in {took_s:.1f} s of machine time (at most {MOST_S})\n")
    _holds_the_real_outline(platform)
    assert took_s < MOST_S
    assert not watch.found, "\n".join(watch.found)
    assert wrong == []


def _holds_the_real_outline(platform: Platform) -> None:
    """Points in and around Kota Bogor go where its outline says; asked only where that is beside this checkout."""
    if not BOUNDARIES.is_file():
        return
    features = json.loads(BOUNDARIES.read_text())["features"]
    bogor = next(shapely.geometry.shape(one["geometry"]) for one in features if one["properties"]["code"] == "32.71")
    west, south, east, north = bogor.bounds
    draw = random.Random(32.71)
    connection = platform.connect()
    for _ in range(60):
        lon, lat = draw.uniform(west, east), draw.uniform(south, north)
        _status, found = platform.send(connection, "GET", f"/api/v1/locate?lat={lat}&lon={lon}")
        inside = bogor.covers(shapely.Point(lon, lat))
        assert (found["tenant"]["slug"] == "bogor") == inside, (lon, lat, found)
    connection.close()


def _continue(page: Page) -> None:
    """Press the main button, whatever more it says than "Lanjut"."""
    page.locator(".wform").get_by_role("button", name=re.compile("^Lanjut")).click()


def _report(platform: Platform) -> str:
    """A resident's report on the national host; its reference."""
    time.sleep(ANEW_S)
    connection = platform.connect()
    status, filed = platform.send(
        connection,
        "POST",
        "/api/v1/complaints",
        {"category": "jalan-lubang", "description": "Lubang di jalan.", "lat": -6.595, "lon": 106.797},
        **{"Idempotency-Key": "0123456789abcdef0123456789abcde1"},
    )
    connection.close()
    assert status == 201, filed
    assert filed["tenant"]["slug"] == "bogor"
    return str(filed["reference"])
