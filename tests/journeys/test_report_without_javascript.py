"""The same report from a browser without scripts: whole, from any city's portal, once, and never lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, PHONE, chromium, device
from tests.journeys.conftest import Platform
from tests.journeys.snapshot import snapshot

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

IN_BEKASI_BY_GOOGLE = "https://www.google.com/maps/@-6.2383,106.9756,17z"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@contextmanager
def without_scripts(browser: Browser, how: dict[str, Any]) -> Iterator[Page]:
    with device(browser, java_script_enabled=False, **how) as context:
        yield context.new_page()


def test_a_phone_says_the_place_by_kelurahan_and_landmark(browser: Browser, platform: Platform) -> None:
    with without_scripts(browser, PHONE) as page:
        page.goto(platform.url("bekasi"))
        page.locator(".hero").get_by_role("link", name="Buat laporan").click()
        page.set_input_files("input[name=camera]", _file(snapshot("#a0a4a8", (106.99, -6.24))))
        page.get_by_role("button", name="Lanjut ke lokasi").click()
        expect(page.locator("#step-2")).to_be_visible()
        page.locator("summary").filter(has_text="kelurahan").click()
        page.get_by_label("Kelurahan atau desa").select_option(label="Kayuringinjaya")
        page.get_by_label("Patokan").fill("Seberang SDN 3, lajur kiri")
        page.get_by_role("button", name="Lokasi benar").click()
        _say_what(page, "Lubang sedalam mata kaki.")
        expect(page.locator("#step-5 [data-part=preview]")).to_contain_text("Kayuringinjaya")
        page.get_by_role("button", name="Kirim laporan").click()
        page.wait_for_url(re.compile(r"^http://bekasi\.localhost:\d+/complaints/BKS-\w{4}-\w{4}/manage/\w+\?sent=1$"))
        expect(page.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()
        expect(page.get_by_text("Seberang SDN 3, lajur kiri").first).to_be_visible()


def test_a_link_of_google_maps_leads_from_jakartas_portal_to_bekasi_which_is_said_before_sending(
    browser: Browser, platform: Platform
) -> None:
    with without_scripts(browser, PHONE) as page:
        page.goto(f"{platform.url('jakarta')}/report")
        page.get_by_role("button", name="Saya tidak bisa memotret").click()
        page.get_by_label("Alamat atau tautan").fill(IN_BEKASI_BY_GOOGLE)
        page.locator("#step-2").get_by_role("button", name="Cari").click()
        told = "Tempat ini di Kota Bekasi; laporan dikirim ke Pemerintah Kota Bekasi."
        expect(page.locator("#step-2 [data-part=here]").get_by_text(told)).to_be_visible()
        page.get_by_role("button", name="Lokasi benar").click()
        _say_what(page, "Lubang dilaporkan dari portal Jakarta.")
        expect(page.locator("#step-5").get_by_text(told)).to_be_visible()
        page.get_by_role("button", name="Kirim laporan").click()
        page.wait_for_url(re.compile(r"^http://bekasi\.localhost:\d+/complaints/BKS-"))
        expect(page.locator(".brand")).to_contain_text("Kota Bekasi")


def test_a_double_tap_and_a_second_sending_make_one_complaint(browser: Browser, platform: Platform) -> None:
    with without_scripts(browser, DESK) as page:
        page.goto(f"{platform.url('bekasi')}/report")
        _fill_in(page, "Jl. Ketuk Ganda")
        page.get_by_role("button", name="Kirim laporan").dblclick()
        page.wait_for_url(re.compile(r"/manage/\w+\?sent=1$"))
        first = page.url
        page.go_back()
        page.get_by_role("button", name="Kirim laporan").click()
        page.wait_for_url(re.compile(r"/manage/\w+\?sent=1$"))
        assert page.url == first
        page.goto(f"{platform.url('bekasi')}/complaints")
        expect(page.get_by_text("Jl. Ketuk Ganda")).to_have_count(1)


def test_what_is_no_photo_is_refused_and_all_that_was_typed_is_still_there(
    browser: Browser, platform: Platform
) -> None:
    with without_scripts(browser, DESK) as page:
        page.goto(f"{platform.url('bekasi')}/report")
        _fill_in(page, "Jl. Foto Rusak")
        page.set_input_files(
            "input[name=gallery]", [_file(snapshot("#446688", (107.0, -6.2))), _file(b"no photo at all")]
        )
        page.get_by_role("button", name="Kirim laporan").click()
        summary = page.get_by_role("alert")
        expect(summary).to_contain_text("Satu hal perlu dibetulkan")
        expect(page.locator("#photos-error")).to_be_visible()
        expect(page.get_by_label("Keterangan")).to_have_value("Lubang di depan toko.")
        expect(page.get_by_label("Patokan")).to_have_value("Jl. Foto Rusak")
        expect(page.get_by_label("Alamat atau tautan")).to_have_value("-6.2383, 106.9756")
        expect(page.locator("#step-3").get_by_role("radio", name="Jalan berlubang").first).to_be_checked()
        expect(page.get_by_role("img", name="Foto Anda 1")).to_be_visible()  # the good one
        page.get_by_role("button", name="Kirim laporan").click()
        page.wait_for_url(re.compile(r"/manage/\w+\?sent=1$"))


def _say_what(page: Page, words: str) -> None:
    page.locator("#step-3").get_by_role("radio", name="Jalan berlubang").first.check()
    page.locator("#step-3").get_by_role("button", name="Lanjut").click()
    if page.get_by_role("heading", name="Mungkin sama dengan ini?").is_visible():  # others have reported near here
        page.locator("#step-3").get_by_role("button", name="Lanjut").click()
    page.get_by_label("Keterangan").fill(words)
    page.locator("#step-4").get_by_role("button", name="Lanjut").click()
    expect(page.locator("#step-5")).to_be_visible()


def _fill_in(page: Page, landmark: str) -> None:
    """All five steps of the desk's one page; looked at once, as it has to say where it goes before it is sent."""
    page.get_by_label("Alamat atau tautan").fill("-6.2383, 106.9756")
    page.get_by_label("Patokan").fill(landmark)
    page.locator("#step-3").get_by_role("radio", name="Jalan berlubang").first.check()
    page.get_by_label("Keterangan").fill("Lubang di depan toko.")
    page.locator("#step-2").get_by_role("button", name="Cari").click()
    expect(page.locator(".beside [data-part=preview]")).to_contain_text("Untuk: Dinas Bina Marga")


def _file(content: bytes) -> Any:
    return {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": content}
