"""Internal notes: what officials tell one another about a complaint, and whom a note calls."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints import handling
from complaints.audience import telling
from complaints.complaint import Complaint, HistoryRow
from complaints.handling import Actor, Carried
from complaints.office import Office
from complaints.viewer import viewer_of
from complaints.words import mentions
from complaints.workflow import UNDO_WITHIN, Need
from people import seats
from tenants.directory import TenantCard


@dataclass(frozen=True)
class Colleague:
    """An official whom a note about a complaint can call."""

    seat_id: UUID
    name: str


def add_note(
    session: Session,
    office: Office,
    complaint: Complaint,
    text: str,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> HistoryRow:
    """Add a note that only officials read; whoever it names with an @ gets a message, once it can't be undone.

    Only those who may see the complaint are called: a name that isn't theirs stays plain text. Raises as
    `handling.move` does.
    """
    names = {one.seat_id: one.name for one in colleagues(session, complaint) if one.seat_id != actor.seat_id}
    called = mentions.mentioned(text, names) if "@" in text else []
    detail = {"mentions": [str(seat_id) for seat_id in called]} if called else {}
    row = handling.move(
        session,
        office,
        complaint,
        "note",
        actor=actor,
        card=card,
        now=now,
        carried=Carried(words={Need.NOTE: text}, detail=detail),
        expected_version=expected_version,
    )
    if called:
        telling.tell_seats(
            session,
            office,
            complaint,
            "mentioned",
            called,
            card=card,
            book=office.rulebooks.of(session, card),
            now=now,
            said={"who": seats.name_of(session, actor.seat_id), "note": text.strip()},
            delay=UNDO_WITHIN,
        )
    return row


def colleagues(session: Session, complaint: Complaint) -> list[Colleague]:
    """Who works in this city and may see the complaint, by name."""
    return [
        Colleague(seat.seat_id, seat.name)
        for seat in seats.running(session)
        if viewer_of(seat.seat_id, seat.role, seat.agency_ids).sees(complaint)
    ]
