"""What a government reads before it signs: whole in both languages, and true of this platform."""

from dataclasses import replace

import pytest

from onboarding.billing.documents import documents
from onboarding.billing.plans import BANDS
from onboarding.leaving.departure import WAITS
from tests.cast import Visitor
from tests.conftest import BILLING
from tests.onboarding.billing.stand import Stand


def test_every_sentence_is_there_in_both_languages() -> None:
    for name, document in documents().items():
        parts = [document.title, document.lead]
        for section in document.sections:
            parts += [section.heading, *section.paragraphs, *section.points]
        assert all(set(part) == {"id", "en"} and all(part.values()) for part in parts), name


def test_the_exit_plan_says_how_long_leaving_takes() -> None:
    steps = [words for section in documents()["exit"].sections for words in section.paragraphs]
    assert any(f"{WAITS.days} hari" in one["id"] and f"{WAITS.days} days" in one["en"] for one in steps)


def test_the_price_list_says_each_price_of_the_table(stand: Stand) -> None:
    page = stand.visitor(None).get("/prices").get_data(as_text=True)
    assert all(band.monthly.shown("id") in page for band in BANDS)
    assert stand.visitor("barat").get("/prices").status_code == 404


def test_the_agreement_is_a_file_with_version_and_date(stand: Stand) -> None:
    answer = stand.visitor(None).get("/agreement.txt")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="aduan-agreement-1.0-id.txt"'
    text = answer.get_data(as_text=True)
    assert text.startswith("Perjanjian pemrosesan data pribadi\nVersi 1.0 tertanggal 27 November 2026\n")
    assert max(map(len, text.splitlines())) <= 96
    english = Visitor(stand.app, None).get("/agreement?lang=en").get_data(as_text=True)
    assert "Agreement on processing" in english


def test_where_data_lies_follows_the_settings(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = stand.visitor(None)
    assert "Stripe" in visitor.get("/where-data-lies").get_data(as_text=True)
    assert "belum menuliskan" in visitor.get("/where-data-lies").get_data(as_text=True)
    bare = replace(BILLING, provider=None, data_location="Pusat data di Bandung.")
    monkeypatch.setitem(stand.app.extensions, "billing", bare)
    page = visitor.get("/where-data-lies").get_data(as_text=True)
    assert "Pusat data di Bandung." in page
    assert "Stripe" not in page
