"""The composer: ready replies in the reporter's language, and whom a note can call."""

import html
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.report import Reporter
from messages.outbox import Message
from messages.texts import check_reply
from onboarding.bundle import BundleError, default_template, read_bundle
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def filed(cast: Cast) -> UUID:
    return cast.complaint(now=lately(hours=2), language="en", reporter=Reporter(email="warga@contoh.example"))


def typed(answer: object) -> str:
    page = answer.get_data(as_text=True)
    return html.unescape(
        page.partition('<textarea id="remark"')[2].partition(">")[2].partition("</textarea>")[0]
    ).strip()


def test_ready_replies_are_found_by_title_and_put_in_without_a_script(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    page = words(officer.get(f"/staff/complaints/{filed}?lang=id"))
    assert "Akan diperiksa di lokasi" in page
    answer = send(
        officer,
        filed,
        "remarks",
        version=version(cast, "barat", filed),
        use="ready",
        ready="reply_checking",
        note="Hello.",
    )
    assert answer.status_code == 200
    text = typed(answer)
    assert text.startswith("Hello.\n\nThank you for your report. Staff of ")
    assert "{" not in text
    assert cast.read("barat", filed).responded_at is None


def test_an_unknown_ready_reply_puts_nothing_in_and_keeps_what_was_typed(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    seen = version(cast, "barat", filed)
    answer = send(officer, filed, "remarks", version=seen, use="ready", ready="greeting", note="Tetap.")
    assert typed(answer) == "Tetap."


def test_a_reply_is_sent_to_the_reporter_after_it_can_no_longer_be_taken_back(
    cast: Cast, visit: Visit, filed: UUID
) -> None:
    officer = visit("barat", "officer")
    seen = version(cast, "barat", filed)
    assert send(officer, filed, "remarks", version=seen, audience="reply", note="We come tomorrow.").status_code == 303
    cast.enter("barat")
    message = cast.session.scalars(select(Message).where(Message.event == "replied")).one()
    assert message.destination == "warga@contoh.example"
    assert "We come tomorrow." in message.body
    assert message.not_before_at > message.created_at


def test_a_note_calls_its_colleague_from_the_page(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    names = officer.get(f"/staff/complaints/{filed}/colleagues").get_json()
    assert not [name for name in names if name.startswith("Resident")]
    name = next(name for name in names if name.startswith("Colleague"))
    seen = version(cast, "barat", filed)
    send(officer, filed, "remarks", version=seen, audience="note", note=f"@{name} lihat foto kedua")
    cast.enter("barat")
    [message] = cast.session.scalars(select(Message).where(Message.event == "mentioned"))
    assert message.destination == "colleague@barat.example"


def test_our_own_ready_replies_are_sound_in_both_languages() -> None:
    ready = {code: text for code, text in default_template()["texts"].items() if code.startswith("reply_")}
    assert len(ready) >= 4
    for text in ready.values():
        assert set(text) == {"id", "en"}
        assert [wrong for one in text.values() for wrong in check_reply(one)] == []


def test_a_city_is_told_what_is_wrong_with_its_ready_reply() -> None:
    tenant = b"format: 1\ntenant: {slug: bogor, code: BGR, name: Kota Bogor}\n"
    with pytest.raises(BundleError) as refused:
        read_bundle(tenant + b'texts: {reply_x: "Judul\\nHalo {nama}", reply_y: "Hanya judul"}\n')
    said = " ".join(refused.value.problems)
    assert "{nama}" in said
    assert "title in its first line" in said
