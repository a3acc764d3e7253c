"""What is kept of a reporter with one report, for them: to take along, to correct, to have erased (UU 27/2022).

What stays after erasure, and why: the number, kind, place on the map, times and moves, since the city has to account
for what it did; they say nothing of the person any more.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from complaints import copies
from complaints.complaint import Complaint, Contact, Evidence, HistoryRow, Remark
from complaints.rules.rulebook import Rulebook
from messages.outbox import Message
from messages.queue import Queue
from people.contacts import checked_email, checked_phone
from tenants.errors import N_, Conflict, Invalid

LONGEST_NAME = 200


class StillOpen(Conflict):
    """Nobody can work on a report of which nothing is left."""

    def __init__(self) -> None:
        super().__init__(N_("The officials still work on this report. Withdraw it first, then it can be erased."))


def contact_of(session: Session, complaint: Complaint) -> Contact | None:
    """How its reporter can be reached, as this city has it; None where they left nothing."""
    return session.scalar(
        select(Contact).where(Contact.complaint_id == complaint.id).order_by(Contact.erased_at.nulls_first()).limit(1)
    )


def document(session: Session, complaint: Complaint, book: Rulebook, manage_url: str) -> dict[str, Any]:
    """All that is kept of the reporter with this report, as one document; instants in ISO 8601, UTC."""
    category = book.category_by_id(complaint.category_id)
    contact = contact_of(session, complaint)
    remarks = session.scalars(
        select(Remark)
        .where(Remark.complaint_id == complaint.id, Remark.inner.is_(False))
        .order_by(Remark.created_at, Remark.id)
    )
    rows = session.scalars(
        select(HistoryRow)
        .where(HistoryRow.complaint_id == complaint.id, HistoryRow.public.is_(True) | (HistoryRow.by == "reporter"))
        .order_by(HistoryRow.number)
    )
    photos = session.scalars(
        select(Evidence).where(Evidence.complaint_id == complaint.id, Evidence.side == "before").order_by(Evidence.id)
    )
    reached = [one for one in (contact.email, contact.phone) if one] if contact is not None else []
    sent = session.scalars(
        select(Message)
        .where(Message.complaint_id == complaint.id, Message.destination.in_(reached))
        .order_by(Message.created_at)
    )
    return {
        "reference": complaint.reference,
        "secret_link": manage_url,
        "category": dict(category.name) if category else None,
        "kind": complaint.kind,
        "status": complaint.status,
        "visibility": complaint.visibility,
        "anonymous": complaint.anonymous,
        "received_at": complaint.received_at.isoformat(),
        "place": {"lon": complaint.lon, "lat": complaint.lat, "accuracy_m": complaint.accuracy_m},
        "contact": {
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "may_cross": contact.may_cross,
            "told_by": contact.told_by,
        }
        if contact is not None and contact.erased_at is None
        else None,
        "written": [
            {
                "at": one.created_at.isoformat(),
                "what": one.kind,
                "words": one.body,
                "place": one.place,
                "answers": one.answers,
            }
            for one in remarks
        ],
        "history": [{"at": row.at.isoformat(), "move": row.move, "by": row.by} for row in rows],
        "photos": [
            {
                "id": str(one.id),
                "size": one.size,
                "taken_at": one.captured_at.isoformat() if one.captured_at else None,
                "lon": one.lon,
                "lat": one.lat,
            }
            for one in photos
        ],
        "messages": [
            {
                "at": one.created_at.isoformat(),
                "channel": one.channel,
                "to": one.destination,
                "subject": one.subject,
                "words": one.body,
            }
            for one in sent
        ],
    }


def correct(
    session: Session,
    queue: Queue,
    complaint: Complaint,
    *,
    name: str,
    email: str,
    phone: str,
    language: str,
    now: datetime,
) -> None:
    """Write anew who they are and where they are reached; all empty: `forget`. Raises Invalid naming the field."""
    if len(name.strip()) > LONGEST_NAME:
        raise Invalid("Up to %(most)s characters, please.", field="name", most=LONGEST_NAME)
    written = (name.strip() or None, checked_email(email), checked_phone(phone))
    if not any(written):
        forget(session, queue, complaint, now)
        return
    contact = contact_of(session, complaint)
    if contact is None:
        contact = Contact(complaint_id=complaint.id, language=language)
        session.add(contact)
    contact.name, contact.email, contact.phone = written
    contact.erased_at = None
    session.flush()
    copies.wind(session, queue, complaint)


def forget(session: Session, queue: Queue, complaint: Complaint, now: datetime) -> None:
    """Forget who reported it: name, addresses, the account. The report itself goes on."""
    contact = contact_of(session, complaint)
    if contact is not None and contact.erased_at is None:
        contact.name = contact.email = contact.phone = None
        contact.erased_at = now
    complaint.reporter_account_id = None
    session.flush()
    copies.wind(session, queue, complaint)


def erase(session: Session, queue: Queue, complaint: Complaint, now: datetime) -> None:
    """Blank what was written, sent and photographed; a second time changes nothing. Raises StillOpen."""
    if complaint.is_open:
        raise StillOpen
    session.execute(delete(Evidence).where(Evidence.complaint_id == complaint.id, Evidence.side == "before"))
    blank(session, queue, complaint, now)
    session.expire_all()


def blank(session: Session, queue: Queue, complaint: Complaint, now: datetime) -> None:
    """Blank what was written of a report and who reported it; its photos stay."""
    session.flush()
    session.execute(text("SELECT erase_personal(:id, :now)"), {"id": complaint.id, "now": now})
    complaint.reporter_account_id = None
    session.flush()
    copies.wind(session, queue, complaint)
