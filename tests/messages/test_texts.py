"""What messages say, in each language, and a city's own words for it."""

import re

import pytest

from messages import operating
from messages.texts import PLACEHOLDER, TEXTS, VALUES, check_text, compose
from tenants.errors import Invalid

SAMPLES = {
    "reference": "BKS-7K3M-9QX1",
    "city": "Kota Bekasi",
    "new_city": "Kota Depok",
    "other_reference": "BKS-2A4C-6E8T",
    "category": "Jalan berlubang",
    "agency": "Dinas Bina Marga",
    "due": "Kamis, 26 November 2026 pukul 15.00 WIB",
    "url": "http://bekasi.localhost:8000/complaints/BKS-7K3M-9QX1",
    "manage_url": "http://bekasi.localhost:8000/complaints/BKS-7K3M-9QX1/manage/t0k3n",
    "right_category": "Lampu jalan mati",
    "question": "Di sebelah mana lubangnya?",
    "note": "Lubang ditambal aspal.",
    "reason": "Jalan ini milik provinsi.",
    "who": "Rudi Hartono",
    "inviter": "Sari Dewi",
    "until": "Kamis, 10 Desember 2026",
    "code": "123456",
    "incident": "Banjir di Pondok Gede",
    "about": "Jalan berlubang, Bekasi Timur",
    "area": "Bekasi Timur",
    "answer": "Pompa sudah dikirim.",
    "step": "sedang dikerjakan",
    "count": "2",
    "lines": "• Pengingat: laporan BKS-7K3M-9QX1",
}
EVERY_TEXT = [(event, language) for event in VALUES for language in TEXTS]


def samples(event: str, *, optional: bool = True) -> dict[str, str | None]:
    names = VALUES[event].known if optional else VALUES[event].required
    return {name: SAMPLES[name] for name in names}


def test_every_event_has_a_text_in_every_language() -> None:
    for language, texts in TEXTS.items():
        assert texts.keys() == VALUES.keys(), language


@pytest.mark.parametrize(("event", "language"), EVERY_TEXT)
def test_our_own_texts_pass_the_check_that_a_citys_must_pass(event: str, language: str) -> None:
    assert check_text(event, *TEXTS[language][event]) == []


@pytest.mark.parametrize(("event", "language"), EVERY_TEXT)
@pytest.mark.parametrize("optional", [True, False])
def test_a_message_is_short_whole_and_signed(event: str, language: str, optional: bool) -> None:
    subject, body = compose(event, language, samples(event, optional=optional))
    assert "{" not in subject + body
    assert "\n" not in subject
    assert SAMPLES["reference"] in subject + body or "reference" not in VALUES[event].known
    assert len([line for line in body.splitlines() if line]) <= 8
    assert "\n\n\n" not in body
    signature = body.splitlines()[-1]
    assert (
        signature == "Aduan"
        if event in ("received_commons", "disputed", "password")
        else signature.endswith("Kota Bekasi")
    )
    assert not re.search(r":\s*$", body, re.MULTILINE), "a label without its value"


@pytest.mark.parametrize("event", VALUES)
def test_indonesian_is_formal(event: str) -> None:
    subject, body = TEXTS["id"][event]
    assert not re.search(r"\b(kamu|kau|anda)\b", subject + body), "formal and with a capital: Anda"


@pytest.mark.parametrize(("event", "language"), EVERY_TEXT)
def test_every_required_value_is_needed(event: str, language: str) -> None:
    for name in VALUES[event].required:
        for empty in (None, "", "  "):
            with pytest.raises(Invalid, match=name):
                compose(event, language, {**samples(event), name: empty})


def test_a_value_that_the_city_does_not_have_takes_its_line_along() -> None:
    _, body = compose("received", "id", {**samples("received"), "due": None})
    assert "paling lambat" not in body
    assert "Dinas Bina Marga" in body


def test_the_commons_promises_nothing_and_names_the_public_way() -> None:
    for language in TEXTS:
        _, body = compose("received_commons", language, samples("received_commons"))
        assert "lapor.go.id" in body
        assert "1708" in body
        assert not PLACEHOLDER.findall(TEXTS[language]["received_commons"][1]).count("due")


def test_an_unknown_language_falls_back_to_indonesian() -> None:
    assert compose("resolved", "jv", samples("resolved")) == compose("resolved", "id", samples("resolved"))


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(Invalid):
        compose("celebrated", "id", {})
    assert check_text("celebrated", "s", "b") == ["There is no message called 'celebrated'."]


def test_values_are_not_looked_into() -> None:
    values = {**samples("asked"), "question": "Apakah {manage_url} atau {0.__class__} yang benar?"}
    assert "Apakah {manage_url} atau {0.__class__} yang benar?" in compose("asked", "id", values)[1]


def test_a_value_with_line_breaks_cannot_lengthen_the_subject() -> None:
    subject, _ = compose("new_for_agency", "id", {**samples("new_for_agency"), "category": "Jalan\r\nBcc: x@y.id"})
    assert subject == "Laporan baru BKS-7K3M-9QX1: Jalan Bcc: x@y.id"


def own(subject: str, body: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"resolved": {"jv": {"subject": subject, "body": body}}}


def test_a_citys_own_words_come_first() -> None:
    overrides = own("Laporan {reference} wis rampung", "Mriki: {manage_url}\n\nPemerintah {city}\n")
    assert compose("resolved", "jv", samples("resolved"), overrides) == (
        "Laporan BKS-7K3M-9QX1 wis rampung",
        f"Mriki: {SAMPLES['manage_url']}\n\nPemerintah Kota Bekasi\n",
    )
    assert compose("resolved", "en", samples("resolved"), overrides)[0].startswith("Report")
    assert compose("rejected", "jv", samples("rejected"), overrides)[0].startswith("Laporan")


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("Selesai", "Lihat {manage_url}, {nama}", "{nama} isn't known to this message"),
        ("Selesai {question}", "Lihat {manage_url}", "{question} isn't known"),
        ("Selesai", "Lihat {manage_url} {", "brace"),
        ("Selesai", "Lihat {manage_url} {reference.__class__}", "brace"),
        ("Selesai", "Sudah selesai.", "lacks {manage_url}"),
        ("", "Lihat {manage_url}", "The subject is empty."),
        ("Selesai", "  ", "The text is empty."),
        ("Selesai\nBcc: x@y.id", "Lihat {manage_url}", "one line"),
        ("S" * 201, "Lihat {manage_url}", "201 characters; at most 200"),
        ("Selesai", "{manage_url}" + "x" * 5000, "at most 5000"),
    ],
)
def test_a_citys_text_that_cannot_be_used_is_named_and_ours_is_sent(subject: str, body: str, says: str) -> None:
    found = check_text("resolved", subject, body)
    assert any(says in sentence for sentence in found), found
    assert all(sentence.endswith((".", "}.")) for sentence in found)
    assert compose("resolved", "jv", samples("resolved"), own(subject, body)) == compose(
        "resolved", "id", samples("resolved")
    )


def test_how_much_of_a_citys_areas_does_not_fit_is_said_without_what_is_nothing() -> None:
    assert (
        operating.misfit(120_000, 30_400, "en")
        == "12 ha lie outside the boundary; 3 ha inside the boundary are in no area"
    )
    assert operating.misfit(0.2, 20_189_934, "en") == "2,019 ha inside the boundary are in no area"
    assert operating.misfit(450, 0, "id") == "450 m² terletak di luar batas"
    assert operating.misfit(125_000, 0, "id") == "12,5 ha terletak di luar batas"
