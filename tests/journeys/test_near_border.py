"""A report a few metres from Bekasi, made in Jakarta: which side, and in one tap to the other."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import DESK, NEEDS_CHROMIUM, PHONE, chromium, device, sign_in
from tests.journeys.conftest import Platform
from tests.journeys.mail import await_mail, mails_to
from tests.journeys.pages import IN_JAKARTA_BESIDE_BEKASI

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), NEEDS_CHROMIUM]

REPORTER = "warga.perbatasan@contoh.example"


def test_a_report_beside_the_border_is_handed_over_in_one_tap_and_its_link_leads_to_the_new_city(
    platform: Platform,
) -> None:
    with (
        chromium() as browser,
        device(browser, at=IN_JAKARTA_BESIDE_BEKASI, **PHONE) as phone,
        device(browser, **DESK) as desk,
    ):
        resident, official = phone.new_page(), desk.new_page()
        _report(resident, platform.url("jakarta"))
        link = resident.url.partition("?")[0]
        reference = re.findall(r"JKT-\w{4}-\w{4}", link)[0]
        await_mail(platform.post, REPORTER, f"Laporan {reference} diterima")

        sign_in(official, platform.url("jakarta"), "supervisor@jakarta.example")
        official.goto(f"{platform.url('jakarta')}/staff?q={reference}")
        expect(official.locator(".nearby")).to_contain_text("dari Kota Bekasi")
        official.get_by_role("button", name="Alihkan ke Kota Bekasi").click()
        expect(official.locator("#detail")).to_contain_text("Kota Bekasi")
        expect(official.locator("#detail .dhead .status")).to_have_text("Dialihkan")

        resident.goto(link)
        assert resident.url == link.replace("//jakarta.", "//bekasi.")
        expect(resident.locator(".brand")).to_contain_text("Kota Bekasi")
        expect(resident.locator(".title")).to_contain_text(reference)
        expect(resident.locator(".say .status")).to_have_text("Menunggu.")
        resident.goto(f"{platform.url('jakarta')}/complaints/{reference}")
        assert resident.url == f"{platform.url('bekasi')}/complaints/{reference}"

        sign_in(official, platform.url("bekasi"), "supervisor@bekasi.example")
        official.goto(f"{platform.url('bekasi')}/staff?q={reference}")
        expect(official.locator("#detail")).to_contain_text("Retak tepat di batas kota.")
        # where it went is told an hour later, when it can no longer be on its way back
        assert [mail.subject for mail in mails_to(platform.post, REPORTER)] == [f"Laporan {reference} diterima"]


def _report(page: Page, jakarta: str) -> None:
    page.goto(f"{jakarta}/report")
    page.get_by_role("button", name="Saya tidak bisa memotret").click()
    expect(page.locator("[data-part=here]")).to_contain_text("dari Kota Bekasi")
    page.get_by_role("button", name="Lokasi benar").click()
    page.locator("#step-3").get_by_role("radio", name="Jalan berlubang").first.check()
    asked = page.get_by_role("group", name="Di sisi batas yang mana?")
    expect(asked).to_be_visible()
    expect(asked.get_by_role("radio")).to_have_count(2)
    asked.get_by_role("radio", name="DKI Jakarta").check()
    page.locator("#step-3").get_by_role("button", name="Lanjut").click()
    page.get_by_label("Keterangan").fill("Retak tepat di batas kota.")
    page.locator("#step-4").get_by_role("button", name="Lanjut").click()
    page.get_by_label("Nomor WhatsApp atau surel").fill(REPORTER)
    page.get_by_label("Boleh diteruskan ke kota lain").check()
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url(re.compile(r"/complaints/JKT-\w{4}-\w{4}/manage/\w+\?sent=1$"))
