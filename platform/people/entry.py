"""An operator in a city: with a reason, for at most an hour, by a seat that is lent and ends by itself.

The lent seat is stored as ended at the end of its entry from the first moment on, so nothing that asks for a city's
staff (lists, messages, readiness, the bundle) ever counts it; only the operator's own request finds it, by the entry.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from people.account import Account
from people.permissions import Role
from people.seat import Mode, OperatorEntry, Seat
from tenants import reasons
from tenants.database import new_id
from tenants.errors import Conflict, Invalid

LENGTHS = (15, 30, 60)
"""In minutes."""
MOST_SHOWN = 50


def begin(session: Session, account: Account, *, reason: str, mode: str, minutes: str, now: datetime) -> OperatorEntry:
    """Enter the session's tenant; a running entry ends with it. Raises Invalid; Conflict for who works here."""
    reason = reasons.checked(reason)
    if mode not in list(Mode):
        raise Invalid("Say whether you only look, or change settings too.", field="mode")
    if minutes not in map(str, LENGTHS):
        raise Invalid("Choose for how long.", field="minutes")
    seat = session.scalar(select(Seat).where(Seat.account_id == account.id).with_for_update())
    if seat is not None and seat.ended_at is None:
        raise Conflict("You have a seat in this city yourself; sign in there with it.")
    end(session, account.id, now)
    until_at = now + timedelta(minutes=int(minutes))
    if seat is None:
        seat = Seat(id=new_id(), account_id=account.id, role=Role.OPERATOR, name=account.name, created_at=now)
        session.add(seat)
    seat.role, seat.ended_at, seat.name = Role.OPERATOR, until_at, f"{account.name} (Aduan)"
    session.flush()
    entry = OperatorEntry(
        id=new_id(),
        account_id=account.id,
        reason=reason,
        from_at=now,
        until_at=until_at,
        mode=mode,
        seat_id=seat.id,
    )
    session.add(entry)
    session.flush()
    return entry


def note(session: Session, account_id: UUID, reason: str, now: datetime) -> None:
    """Leave word in the session's tenant that an operator acted in it from above, without a seat."""
    session.add(OperatorEntry(account_id=account_id, reason=reason, from_at=now, until_at=now))
    session.flush()


def end(session: Session, account_id: UUID, now: datetime) -> None:
    """End the operator's running entries into the session's tenant and the seat they lend, no seat of their own."""
    entries = update(OperatorEntry).where(OperatorEntry.account_id == account_id, OperatorEntry.until_at > now)
    session.execute(entries.values(until_at=now), execution_options={"synchronize_session": "fetch"})
    lent = select(Seat).where(Seat.account_id == account_id, Seat.role == Role.OPERATOR, Seat.ended_at > now)
    for seat in session.scalars(lent):
        seat.ended_at = now
    session.flush()


def running(session: Session, account_id: UUID, now: datetime) -> OperatorEntry | None:
    """The operator's entry into the session's tenant that still lasts, if any."""
    return session.scalar(
        select(OperatorEntry)
        .where(OperatorEntry.account_id == account_id, OperatorEntry.until_at > now)
        .order_by(OperatorEntry.until_at.desc(), OperatorEntry.id)
        .limit(1)
    )


def seat_of(session: Session, account_id: UUID, now: datetime) -> tuple[Seat, OperatorEntry] | None:
    """The seat that a running entry lends."""
    found = running(session, account_id, now)
    if found is None or found.seat_id is None:
        return None
    seat = session.scalar(select(Seat).where(Seat.id == found.seat_id, Seat.role == Role.OPERATOR))
    return (seat, found) if seat is not None else None


def latest(session: Session) -> list[OperatorEntry]:
    """The entries into the session's tenant, the newest first."""
    newest = select(OperatorEntry).order_by(OperatorEntry.from_at.desc(), OperatorEntry.id).limit(MOST_SHOWN)
    return list(session.scalars(newest))
