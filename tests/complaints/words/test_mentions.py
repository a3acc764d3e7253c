"""Colleagues named in a note: which words name whom, who is told, and who isn't."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from complaints import handling, noting, undoing
from complaints.words.mentions import mentioned
from complaints.workflow import UNDO_WITHIN
from messages.outbox import Message
from people.account import Account
from people.seat import Seat
from tests.cast import NOW, Cast

RUDI, RUDI_H, SITI, SITI_TOO = (UUID(int=number) for number in range(1, 5))
NAMES = {RUDI: "Rudi", RUDI_H: "Rudi Hartono", SITI: "Siti Aminah", SITI_TOO: "Siti Aminah"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Rudi tolong cek", [RUDI]),
        ("Tolong @Rudi Hartono, lalu @Rudi.", [RUDI_H, RUDI]),
        ("@rudi   HARTONO", [RUDI_H]),
        ("@Rudi\nHartono", [RUDI_H]),
        ("@Rudi Hartonoo", [RUDI]),
        ("@Rudianto", []),
        ("rudi@rudi.example", []),
        ("@Siti Aminah", [SITI, SITI_TOO]),
        ("Rudi Hartono", []),
        ("@ Rudi", []),
        ("@Rudi @Rudi", [RUDI]),
        ("", []),
    ],
)
def test_an_at_sign_and_a_whole_name_call(text: str, who: list[UUID]) -> None:
    assert mentioned(text, NAMES) == who


@given(st.text(max_size=200))
def test_whatever_is_typed_calls_only_those_whose_name_stands_there(text: str) -> None:
    plain = " ".join(text.casefold().split())
    for seat_id in mentioned(text, NAMES):
        assert f"@{NAMES[seat_id].casefold()}" in plain


def test_a_nameless_colleague_is_never_called() -> None:
    assert mentioned("@ @x", {RUDI: "", SITI: "  "}) == []


def name_of(cast: Cast, role: str) -> str:
    account = select(Account.id).where(Account.email == f"{role}@barat.example").scalar_subquery()
    cast.enter("barat")
    return cast.session.scalars(select(Seat.name).where(Seat.account_id == account)).one()


def note(cast: Cast, complaint_id: UUID, text: str, *, by: str = "officer") -> None:
    actor, card = cast.actor("barat", by), cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    noting.add_note(cast.session, cast.office, complaint, text, actor=actor, card=card, now=NOW)
    cast.session.commit()


def called(cast: Cast) -> list[Message]:
    cast.enter("barat")
    return list(cast.session.scalars(select(Message).where(Message.event == "mentioned").order_by(Message.destination)))


def test_who_is_named_hears_of_it_once_the_note_cannot_be_taken_back(cast: Cast) -> None:
    complaint_id = cast.complaint()
    note(cast, complaint_id, f"@{name_of(cast, 'colleague')}, apakah ini pipa lama?")
    sender = name_of(cast, "officer")
    [message] = called(cast)
    assert message.destination == "colleague@barat.example"
    assert "apakah ini pipa lama?" in message.body
    assert sender in message.subject
    assert f"/staff/complaints/{complaint_id}" in message.body
    assert message.not_before_at == NOW + UNDO_WITHIN
    colleague = str(cast.actor("barat", "colleague").seat_id)
    row = handling.history_of(cast.session, complaint_id)[-1]
    assert row.detail["mentions"] == [colleague]
    assert not row.public


def test_a_note_taken_back_calls_nobody(cast: Cast) -> None:
    complaint_id = cast.complaint()
    note(cast, complaint_id, f"@{name_of(cast, 'colleague')} maaf, salah laporan")
    actor, card = cast.actor("barat", "officer"), cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    undoing.undo(cast.session, cast.office, complaint, actor=actor, card=card, now=NOW)
    cast.session.commit()
    assert called(cast) == []


def test_nobody_calls_themselves_a_resident_or_a_neighbour(cast: Cast) -> None:
    complaint_id = cast.complaint()
    names = [name_of(cast, "officer"), name_of(cast, "resident"), "Colleague Timur", "Officer Timur"]
    note(cast, complaint_id, " ".join(f"@{name}," for name in names))
    assert called(cast) == []


def test_only_those_who_may_see_a_private_report_can_be_called(cast: Cast) -> None:
    complaint_id = cast.complaint(visibility="private")
    complaint = cast.read("barat", complaint_id)
    other = next(
        agency_id
        for agency_id in cast.office.rulebooks.of(cast.session, cast.city("barat")).agencies
        if agency_id != complaint.agency_id
    )
    cast.move("barat", complaint_id, "assign", agency_id=other)
    complaint = cast.read("barat", complaint_id)
    names = {one.name for one in noting.colleagues(cast.session, complaint)}
    assert name_of(cast, "supervisor") in names
    assert name_of(cast, "colleague") not in names
    note(cast, complaint_id, f"@{name_of(cast, 'colleague')} dan @{name_of(cast, 'admin')}", by="supervisor")
    assert [message.destination for message in called(cast)] == ["admin@barat.example"]


def test_an_ended_seat_is_not_called(cast: Cast) -> None:
    complaint_id = cast.complaint()
    name = name_of(cast, "colleague")
    cast.enter("barat")
    seat = cast.session.scalars(select(Seat).where(Seat.name == name)).one()
    seat.ended_at = NOW
    cast.session.commit()
    note(cast, complaint_id, f"@{name} masih di sini?")
    assert called(cast) == []
