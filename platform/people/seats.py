"""Seats looked up by what they are for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.account import Account
from people.permissions import Role
from people.seat import Seat, SeatAgency


def emails_of(
    session: Session,
    *,
    seat_ids: Sequence[UUID] | None = None,
    roles: Sequence[Role] | None = None,
    agency_id: UUID | None = None,
) -> list[str]:
    """The addresses of the running seats of the session's tenant that fit everything asked for, in order."""
    chosen = select(Seat.account_id).where(Seat.ended_at.is_(None))
    if seat_ids is not None:
        chosen = chosen.where(Seat.id.in_(seat_ids))
    if roles is not None:
        chosen = chosen.where(Seat.role.in_([role.value for role in roles]))
    if agency_id is not None:
        chosen = chosen.join(SeatAgency, SeatAgency.seat_id == Seat.id).where(SeatAgency.agency_id == agency_id)
    account_ids = session.scalars(chosen).all()
    emails = session.scalars(select(Account.email).where(Account.id.in_(account_ids)).order_by(Account.email))
    return list(emails) if account_ids else []
