"""What a report leaves in cities that passed it on follows the reporter's wishes too.

Each city that had it keeps a row, its remarks and its copies of the photos under the same ids. What the reporter takes
off, words anew or has erased, and what officials conceal, where it lives now is done to those by a job, which makes
them say no more than the live row does and bears being run twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, text, update
from sqlalchemy.orm import Session

from complaints.audience import unseen
from complaints.complaint import Complaint, Contact, Evidence, HistoryRow, Remark
from complaints.workflow import Status
from tenants import scope
from tenants.category import Visibility, stricter

PASSES = ("from_tenant_id", "to_tenant_id")
"""Where a history row names the other city of a pass."""


@dataclass(frozen=True)
class _Live:
    """What the row that lives says now, as plain values, read in its own scope."""

    id: UUID
    visibility: str
    erased: bool
    words: dict[UUID, dict[str, Any]]
    photos: set[UUID]
    contacts: dict[UUID, dict[str, Any]]


def level(session: Session, complaint_id: UUID, now: datetime) -> None:
    """Make what former holders have say no more than the live row; the session is in its scope."""
    complaint = session.scalar(select(Complaint).where(Complaint.id == complaint_id))
    if complaint is None or complaint.status == Status.HANDED_OVER:
        return  # passed on since: the next holder's row is the live one, and brought along what stood then
    live, holders = _read(session, complaint), _former(session, complaint)
    for tenant_id in sorted(holders):
        with scope.enter(session, tenant_id):
            _follow(session, live, now)


def _former(session: Session, complaint: Complaint) -> set[UUID]:
    details = session.scalars(select(HistoryRow.detail).where(HistoryRow.complaint_id == complaint.id))
    named = {UUID(detail[key]) for detail in details for key in PASSES if key in detail}
    return (named | {complaint.birth_tenant_id}) - {complaint.tenant_id}


def _read(session: Session, complaint: Complaint) -> _Live:
    words = session.scalars(
        select(Remark).where(Remark.complaint_id == complaint.id, Remark.kind == "description")
    ).all()
    contacts = session.scalars(select(Contact).where(Contact.complaint_id == complaint.id))
    return _Live(
        id=complaint.id,
        visibility=complaint.visibility,
        erased=bool(words) and all(one.erased_at is not None for one in words),
        words={one.id: {"body": one.body, "place": one.place} for one in words},
        photos=set(session.scalars(_own_photos(complaint.id))),
        contacts={
            one.id: {"name": one.name, "email": one.email, "phone": one.phone, "erased_at": one.erased_at}
            for one in contacts
        },
    )


def _own_photos(complaint_id: UUID) -> Select[UUID]:
    return select(Evidence.id).where(Evidence.complaint_id == complaint_id, Evidence.side == "before")


def _follow(session: Session, live: _Live, now: datetime) -> None:
    left = session.scalar(select(Complaint).where(Complaint.id == live.id).with_for_update())
    if left is None:
        return
    gone = set(session.scalars(_own_photos(live.id))) - live.photos
    session.execute(delete(Evidence).where(Evidence.id.in_(gone)))
    left.visibility = stricter(left.visibility, live.visibility)
    if left.visibility != Visibility.PUBLIC:
        unseen.take_back(session, live.id)
    if live.erased:
        session.execute(text("SELECT erase_personal(:id, :now)"), {"id": live.id, "now": now})
        left.reporter_account_id = None
        return
    for id_, said in live.words.items():
        session.execute(update(Remark).where(Remark.id == id_, Remark.erased_at.is_(None)).values(**said))
    for id_, who in live.contacts.items():
        session.execute(update(Contact).where(Contact.id == id_, Contact.erased_at.is_(None)).values(**who))
        if who["erased_at"] is not None:
            left.reporter_account_id = None
