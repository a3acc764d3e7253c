"""Cities that nobody onboarded: from /signup to a live portal that takes a report. One by "Lanjut" throughout and
without a mouse, one with everything changed.
"""

import gzip
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect
from shapely.geometry.base import BaseGeometry
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from complaints.photos.storage import FileStorage
from config.postgres import EmbeddedPostgres
from config.settings import ROOT
from onboarding.bundle import read_bundle, write_bundle
from onboarding.export import export_tenant
from onboarding.provision import provision
from tenants.catalogue import Municipality
from tests.conftest import copied
from tests.journeys.browser import (
    DESK,
    NEEDS_CHROMIUM,
    PHONE,
    chromium,
    device,
    press,
    sign_in,
    tab_to,
    watched,
    write,
)
from tests.journeys.conftest import Platform
from tests.journeys.mail import await_mail
from tests.journeys.pages import OPERATOR
from web.app import utc_now

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

BOUNDARIES = ROOT.parent / "shared" / "data" / "boundaries" / "jabodetabek_adm2.geojson"
EMAIL, PASSWORD = "kepala@diskominfo.kotabogor.go.id", "tiga kata acak"
MAYOR, HEAD = "kepala@tangerangselatankota.go.id", "siti@tangerangselatankota.go.id"
CREST = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v4L4 8 1 5z" fill="#f2c200"/></svg>'
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


def test_a_city_is_live_within_a_minute_by_the_keyboard_alone_and_takes_a_report(
    browser: Browser, platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    _verify(browser, platform, "kotabogor.go.id")

    wrong: list[str] = []
    with device(browser, **PHONE) as phone:
        page = phone.new_page()
        watched(page, wrong)
        watch = Watch()
        page.goto(platform.url())
        press(page, "Bawa kota Anda ke sini")
        watch.look(page, "you")
        write(page, "name", "Ani Lestari")
        write(page, "email", EMAIL)
        press(page, "Lanjut: kirim kode")
        watch.look(page, "code")
        write(page, "code", _code(platform, EMAIL))
        press(page, "Lanjut")
        expect(page.get_by_role("heading", level=1, name="Kota Bogor")).to_be_visible()
        watch.look(page, "place")
        press(page, "Lanjut")
        watch.look(page, "people")
        press(page, "Lanjut")
        watch.look(page, "rehearsal")
        press(page, "Lanjut: kirim dari tengah kota")
        expect(page.get_by_role("heading", name="Inilah yang terjadi")).to_be_visible()
        watch.look(page, "outcome")
        press(page, "Lanjut")
        watch.look(page, "checklist")
        tab_to(page, "agreed")
        page.keyboard.press("Space")
        press(page, "Tayangkan sekarang")
        expect(page.get_by_role("heading", level=1, name="Kota Bogor sudah tayang")).to_be_visible()
        watch.look(page, "live")

        press(page, "Pilih kata sandi dan buka konsol")
        page.wait_for_url(re.compile(r"^http://bogor\.localhost:\d+/welcome/"))
        watch.look(page, "welcome")
        write(page, "password", PASSWORD)
        press(page, "Buka konsol")
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


def _verify(browser: Browser, platform: Platform, domain: str) -> None:
    """The operator, who has looked at the office's own page."""
    with device(browser, **DESK) as office:
        operator = office.new_page()
        sign_in(operator, platform.url(), OPERATOR)
        operator.goto(f"{platform.url()}/operator/domains")
        operator.get_by_role("button", name=f"Verifikasi {domain}").click()


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


def test_a_city_changes_everything_that_was_filled_in_and_is_the_same_by_its_bundle(
    browser: Browser, platform: Platform, cluster: EmbeddedPostgres, tmp_path: Path
) -> None:
    _verify(browser, platform, "tangerangselatankota.go.id")
    outline = _outline_of("36.74")
    wrong: list[str] = []
    with device(browser, **DESK) as desk:
        page = desk.new_page()
        watched(page, wrong)
        watch = Watch()
        page.goto(f"{platform.url()}/signup")
        page.get_by_label("Nama Anda").fill("Budi Santoso")
        page.get_by_label("Alamat surel kantor Anda").fill(MAYOR)
        _continue(page)
        page.get_by_label("Kode enam angka").fill(_code(platform, MAYOR))
        _continue(page)

        # the ground as the city's own survey has it, some metres off the catalogue's here and there
        expect(page.get_by_role("heading", level=1, name="Kota Tangerang Selatan")).to_be_visible()
        page.get_by_text("Bawa batas sendiri").click()
        page.locator("#boundary-file").set_input_files(
            {"name": "batas.kml", "mimeType": "application/vnd.google-earth.kml+xml", "buffer": _kml(outline)}
        )
        page.get_by_role("button", name="Periksa batas ini").click()
        expect(page.locator("#boundary")).to_contain_text("DKI Jakarta")
        watch.look(page, "own boundary")
        page.get_by_label("Alamat portal").fill("tangsel")
        page.get_by_label("Tiga huruf").fill("TSL")
        _continue(page)

        page.get_by_label("Alamat surel").first.fill(HEAD)
        page.get_by_label("Tugas rekan").first.select_option("supervisor")
        _continue(page)
        page.get_by_role("link", name="Periksa yang sudah terisi").click()
        watch.look(page, "what is filled in")
        _change_all(page)
        _continue(page)

        page.get_by_label("Apa yang rusak?").select_option("pju")
        page.locator("#point").click(position={"x": 140, "y": 140})
        expect(page.locator("#outcome + ol")).to_contain_text("Dinas Perhubungan")
        page.get_by_role("link", name="Lanjut").click()
        expect(page.locator("#list li.red")).to_have_count(0)
        expect(page.locator("#list li.amber").filter(has_text="DKI Jakarta")).to_be_visible()
        page.get_by_label("Kami menyetujui perjanjian").check()
        page.get_by_role("button", name="Tayangkan sekarang").click()
        page.get_by_role("button", name="Pilih kata sandi dan buka konsol").click()
        page.get_by_label("Pilih kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Buka konsol").click()
        page.wait_for_url(re.compile(r"^http://tangsel\.localhost:\d+/staff"))

        page.goto(platform.url("tangsel"))
        expect(page.get_by_role("heading", level=1, name="Apa yang perlu diperbaiki?")).to_be_visible()
        expect(page.locator("img.crest").first).to_be_visible()
        assert page.locator(".bar").first.evaluate("bar => getComputedStyle(bar).backgroundColor") == "rgb(15, 122, 77)"
        reference = _reports_there(browser, platform, outline, wrong)
        _head_sees(browser, platform, reference)
        page.goto(f"{platform.url('tangsel')}/admin/bundle")
        with page.expect_download() as taken:
            page.locator('a[href="/admin/bundle.zip"]').click()
        bundle = Path(taken.value.path()).read_bytes()
    assert wrong == []
    assert not watch.found, "\n".join(watch.found)

    with copied(cluster, "aduan") as url:
        engine = create_engine(url)
        storage = FileStorage(tmp_path)
        with Session(engine) as session:
            session.add(
                Municipality(
                    code="36.74", level="municipality", type="kota", name="Kota Tangerang Selatan", province_code="36",
                    province_name="Banten", claimable=True,
                )
            )  # fmt: skip
            made = provision(session, read_bundle(bundle), now=utc_now(), storage=storage)
            session.commit()
            assert made.tenant_id is not None
            again = write_bundle(export_tenant(session, made.tenant_id, storage=storage))
        engine.dispose()
    assert again == bundle, "another platform, the same city"


def _change_all(page: Page) -> None:
    """On the page of what was filled in, all of it unfolded: something of each kind."""
    page.get_by_label("Parkir liar").uncheck()
    page.get_by_label("Telkom dan operator telekomunikasi").uncheck()
    page.get_by_label("Jumat").fill("07:30-11:30, 13:30-16:30")
    page.get_by_label("Hari libur tambahan kota").fill("2026-11-26 Hari jadi Kota Tangerang Selatan")
    page.locator("#logo").set_input_files({"name": "lambang.svg", "mimeType": "image/svg+xml", "buffer": CREST})
    page.locator("#colour").fill("#0f7a4d")
    page.get_by_label("Garis dengan warna kedua").check()
    page.locator("#greeting-id").fill("Apa yang perlu diperbaiki? Ceritakan dengan foto.")
    page.locator("#imprint-id").fill("Dinas Komunikasi dan Informatika, Jalan Maruga Raya 1, Serua, Ciputat.")


def _reports_there(browser: Browser, platform: Platform, outline: BaseGeometry, wrong: list[str]) -> str:
    """A resident's report from within the city; its reference."""
    time.sleep(ANEW_S)
    point = outline.representative_point()
    with device(browser, **DESK) as home:
        page = home.new_page()
        watched(page, wrong)
        page.goto(f"{platform.url('tangsel')}/report")
        page.locator("#spot").fill(f"{point.y}, {point.x}")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # Find
        expect(page.locator("#step-2 [data-part=here]")).not_to_be_empty()
        expect(page.get_by_label("Parkir liar")).to_have_count(0)
        page.get_by_label("Lampu jalan mati").first.check()
        page.locator("#description").fill("Lampu di depan sekolah mati sejak kemarin.")
        page.get_by_role("button", name="Kirim laporan").click()
        page.wait_for_url(re.compile(r"/complaints/TSL-\w{4}-\w{4}/manage/\w+\?sent=1$"))
        return page.url.split("/")[4]


def _head_sees(browser: Browser, platform: Platform, reference: str) -> None:
    """The colleague who was invited comes by the mail, and has the report."""
    mail = await_mail(platform.post, HEAD, "Tangerang Selatan")
    link = re.search(r"http://tangsel\.localhost:\d+/invitation/\S+", mail.body)
    assert link is not None
    with device(browser, **DESK) as desk:
        page = desk.new_page()
        page.goto(link[0])
        page.get_by_label("Nama").fill("Siti Rahayu")
        page.get_by_label("kata sandi").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(re.compile("/staff"))
        page.goto(f"{platform.url('tangsel')}/staff?tab=all")
        page.get_by_role("link", name="Lampu jalan mati").click()
        expect(page.locator("body")).to_contain_text(reference)


def _outline_of(code: str) -> BaseGeometry:
    """The catalogue's, as it is shipped; simplified by some ten metres."""
    features = json.loads(gzip.decompress((ROOT / "onboarding/data/catalogue_idn.geojson.gz").read_bytes()))["features"]
    found = next(one["geometry"] for one in features if one["properties"]["code"] == code)
    return shapely.simplify(shapely.geometry.shape(found), 0.0001)


def _kml(outline: BaseGeometry) -> bytes:
    def ring(coordinates: Any) -> str:
        points = " ".join(f"{x:.6f},{y:.6f}" for x, y in coordinates)
        return f"<LinearRing><coordinates>{points}</coordinates></LinearRing>"

    polygons = "".join(
        f"<Polygon><outerBoundaryIs>{ring(part.exterior.coords)}</outerBoundaryIs>"
        + "".join(f"<innerBoundaryIs>{ring(hole.coords)}</innerBoundaryIs>" for hole in part.interiors)
        + "</Polygon>"
        for part in getattr(outline, "geoms", [outline])
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        f"<name>Batas</name><MultiGeometry>{polygons}</MultiGeometry></Placemark></Document></kml>"
    ).encode()


def _code(platform: Platform, email: str) -> str:
    """The code that was mailed."""
    found = re.search(r"\b\d{6}\b", await_mail(platform.post, email, "Kode").subject)
    assert found is not None
    return found[0]


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
