"""Who read what isn't everybody's: reports that aren't public, and the names behind them. Rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from complaints.actor import Actor
from complaints.complaint import Complaint, Contact, ReadRow
from people.account import Account
from people.permissions import Permission
from tenants.errors import Invalid, NotAllowed
from tenants.keyset import read_key, written_key

REPORTER = "reporter"
LONGEST_REASON = 300
PAGE = 50


@dataclass(frozen=True)
class Opened:
    """Who reported it and how to reach them, as far as this city knows; None for what nobody said."""

    name: str | None
    email: str | None
    phone: str | None

    @property
    def known(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True)
class Read:
    """One read, with the number of what was read."""

    at: datetime
    id: UUID
    seat_id: UUID
    complaint_id: UUID
    reference: str
    what: str
    reason: str | None

    @property
    def key(self) -> str:
        """Where the next page begins, as the address carries it."""
        return written_key(self.at, self.id)


def open_reporter(session: Session, complaint: Complaint, *, actor: Actor, reason: str, now: datetime) -> Opened:
    """Say who reported it, and write down who asked and why; also where nobody is known. Raises NotAllowed or Invalid.

    What the reporter left in another city and didn't let cross isn't here, so it can't be opened here.
    """
    if actor.seat_id is None or not actor.holds(Permission.REVEAL_REPORTER):
        raise NotAllowed("Your role doesn't allow opening who reported it.")
    reason = reason.strip()
    if not reason:
        raise Invalid("Give the reason in a sentence.", field="reason")
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        raise Invalid("Up to %(most)s characters, please.", field="reason", most=LONGEST_REASON)
    session.add(ReadRow(complaint_id=complaint.id, seat_id=actor.seat_id, at=now, what=REPORTER, reason=reason))
    contact = session.scalar(select(Contact).where(Contact.complaint_id == complaint.id, Contact.erased_at.is_(None)))
    account = session.get(Account, complaint.reporter_account_id) if complaint.reporter_account_id else None
    session.flush()
    return Opened(
        name=(contact.name if contact else None) or (account.name if account else None),
        email=(contact.email if contact else None) or (account.email if account else None),
        phone=contact.phone if contact else None,
    )


def reads(session: Session, *, complaint_id: UUID | None = None, after: str | None = None) -> Sequence[Read]:
    """The latest reads of the tenant, or of one complaint; one more than a page, so that more can be seen to follow.

    Raises Invalid for a mangled `after`.
    """
    statement = select(ReadRow, Complaint.reference).join(Complaint, Complaint.id == ReadRow.complaint_id)
    if complaint_id is not None:
        statement = statement.where(ReadRow.complaint_id == complaint_id)
    if after is not None:
        statement = statement.where(tuple_(ReadRow.at, ReadRow.id) < tuple_(*read_key(after)))
    rows = session.execute(statement.order_by(ReadRow.at.desc(), ReadRow.id.desc()).limit(PAGE + 1)).all()
    return [
        Read(row.at, row.id, row.seat_id, row.complaint_id, reference, row.what, row.reason) for row, reference in rows
    ]
