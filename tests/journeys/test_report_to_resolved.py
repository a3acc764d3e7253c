"""A report from a phone in Bekasi, all the way to green."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, PHONE, chromium, device, sign_in, watched
from tests.journeys.conftest import Platform
from tests.journeys.mail import await_mail, mails_to
from tests.journeys.pages import IN_BEKASI
from tests.journeys.snapshot import has_exif, snapshot

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

REPORTER = "warga.pelapor@contoh.example"
MADE_WITHIN_S = 30


@dataclass(frozen=True)
class Sent:
    """A report that was sent. manage: the address of its secret page."""

    manage: str
    reference: str


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_report_with_a_photo_reaches_bekasi_is_resolved_with_a_photo_and_its_reporter_is_told(
    browser: Browser, platform: Platform
) -> None:
    bekasi, wrong = platform.url("bekasi"), list[str]()
    with device(browser, at=IN_BEKASI, **PHONE) as phone, device(browser, **DESK) as desk:
        resident, official = phone.new_page(), desk.new_page()
        watched(resident, wrong)
        watched(official, wrong)
        sent = _report(resident, bekasi)
        assert has_exif(snapshot("#9aa7b0", IN_BEKASI))

        sign_in(official, bekasi, "officer@bekasi.example")
        complaint = _find(official, sent.reference)
        official.goto(f"{bekasi}/staff?tab=agency")
        expect(official.locator(f'.queue tr[data-id="{complaint}"]')).to_be_visible()
        _look_for_it_in_vain_in_jakarta(browser, platform, sent.reference, complaint)

        official.locator(f'.queue tr[data-id="{complaint}"] .to').click()
        official.get_by_role("button", name="Mulai kerjakan").click()
        expect(official.get_by_text("Pekerjaan dimulai, dan laporan ini milik Anda.")).to_be_visible()
        _resolve(official)

        _await_public_copies(resident, sent)
        said = resident.locator(".say .status")
        expect(said).to_have_class("status is-done")
        expect(said).to_have_text("Selesai.")
        assert _is_green(said.evaluate("one => getComputedStyle(one).color"))
        expect(resident.locator(".pair .cap")).to_have_text(["Sebelum", "Sesudah"])
        expect(resident.get_by_role("heading", name="Apakah sudah selesai?")).to_be_visible()
        for source in resident.locator(".pair img").evaluate_all("all => all.map(one => one.src)"):
            assert not has_exif(_fetched(resident, source)), source
            assert not has_exif(_fetched(resident, source.replace("/public", "/thumbnail"))), source

        mail = await_mail(platform.post, REPORTER, f"Laporan {sent.reference} selesai")
        assert "Lubang sudah ditambal dengan aspal panas." in mail.body
        assert sent.manage.partition("?")[0] in mail.body
        assert len(mails_to(platform.post, REPORTER)) == 2  # received, resolved
        _see_it_in_the_outbox(browser, platform, sent.reference)
        assert wrong == []


def _report(page: Page, bekasi: str) -> Sent:
    """From the front page through the five steps."""
    page.goto(bekasi)
    page.locator(".hero").get_by_role("link", name="Buat laporan").click()
    page.set_input_files(
        "input[name=camera]",
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": snapshot("#9aa7b0", IN_BEKASI)},
    )
    expect(page.get_by_role("img", name="Foto Anda 1")).to_be_visible()
    page.get_by_role("button", name="Lanjut ke lokasi").click()

    expect(page.locator("[data-part=here]")).to_contain_text("ketepatan sekitar 12 m")
    expect(page.locator("[data-part=here]")).to_contain_text("Jakasampurna")
    page.get_by_role("button", name="Lokasi benar").click()

    page.locator("#step-3").get_by_role("radio", name="Jalan berlubang").first.check()
    page.locator("#step-3").get_by_role("button", name="Lanjut").click()

    page.get_by_role("radio", name="Semata kaki").check()
    page.get_by_label("Keterangan").fill("Lubang besar di lajur kiri, depan halte.")
    page.locator("#step-4").get_by_role("button", name="Lanjut").click()

    page.get_by_label("Nomor WhatsApp atau surel").fill(REPORTER)
    preview = page.locator("#step-5 [data-part=preview]")
    expect(preview).to_contain_text("Dinas Bina Marga dan Sumber Daya Air Kota Bekasi")
    expect(preview).to_contain_text("Lubang besar di lajur kiri, depan halte.")
    page.get_by_role("button", name="Kirim laporan").click()

    page.wait_for_url(re.compile(r"/complaints/BKS-\w{4}-\w{4}/manage/\w+\?sent=1$"))
    expect(page.get_by_role("heading", name="Laporan Anda sudah sampai")).to_be_visible()
    expect(page.locator(".say .status")).to_have_text("Menunggu.")
    return Sent(page.url, re.findall(r"BKS-\w{4}-\w{4}", page.url)[0])


def _find(official: Page, reference: str) -> str:
    """The complaint's id, found by its number in the console."""
    official.locator("#find").fill(reference)
    official.locator("#find").press("Enter")
    official.wait_for_url(re.compile(r"/staff/complaints/[0-9a-f-]{36}"))
    expect(official.locator("#detail")).to_contain_text("Lubang besar di lajur kiri, depan halte.")
    return re.findall(r"/staff/complaints/([0-9a-f-]{36})", official.url)[0]


def _look_for_it_in_vain_in_jakarta(browser: Browser, platform: Platform, reference: str, complaint: str) -> None:
    with device(browser, **DESK) as desk:
        page, jakarta = desk.new_page(), platform.url("jakarta")
        sign_in(page, jakarta, "supervisor@jakarta.example")
        page.goto(f"{jakarta}/staff?tab=all")
        expect(page.locator(".queue tbody tr").first).to_be_visible()
        expect(page.locator(f'.queue tr[data-id="{complaint}"]')).to_have_count(0)
        page.goto(f"{jakarta}/staff?q={reference}")
        expect(page.get_by_text(f"Tidak ada laporan yang cocok dengan “{reference}”")).to_be_visible()
        answer = page.goto(f"{jakarta}/staff/complaints/{complaint}")
        assert answer is not None
        assert answer.status == 404


def _resolve(official: Page) -> None:
    official.get_by_role("link", name="Selesai, dengan foto").click()
    official.get_by_label("Yang dikerjakan").fill("Lubang sudah ditambal dengan aspal panas.")
    official.set_input_files(
        "#photo", {"name": "sesudah.jpg", "mimeType": "image/jpeg", "buffer": snapshot("#7d8f6a", IN_BEKASI)}
    )
    official.locator(".moving").get_by_role("button", name="Selesai, dengan foto").click()
    expect(official.locator("#detail .dhead .status")).to_have_text("Selesai")


def _await_public_copies(page: Page, sent: Sent) -> None:
    """Open the resident's page once the worker has made both photos fit to be shown."""
    page.goto(sent.manage.partition("?")[0])
    give_up_at = time.monotonic() + MADE_WITHIN_S
    while page.locator(".pair img").count() < 2 and time.monotonic() < give_up_at:
        page.wait_for_timeout(250)
        page.reload()
    assert page.locator(".pair img").count() == 2, page.locator("body").inner_text()


def _fetched(page: Page, address: str) -> bytes:
    return bytes(page.evaluate("async a => [...new Uint8Array(await (await fetch(a)).arrayBuffer())]", address))


def _is_green(colour: str) -> bool:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return green > red and green > blue


def _see_it_in_the_outbox(browser: Browser, platform: Platform, reference: str) -> None:
    with device(browser, **DESK) as desk:
        page = desk.new_page()
        sign_in(page, platform.url(), "operator@aduan.example")
        page.goto(f"{platform.url()}/operator/outbox")
        row = page.get_by_role("row").filter(has_text=f"Laporan {reference} selesai")
        expect(row).to_contain_text("Terkirim")
        expect(row).to_contain_text(REPORTER)
