"""Seats looked up by what they are for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from people.account import Account
from people.permissions import Permission, Role, may
from people.seat import Seat, SeatAgency


@dataclass(frozen=True)
class Member:
    """Somebody who can be given a complaint."""

    seat_id: UUID
    name: str


@dataclass(frozen=True)
class Running:
    """A seat that hasn't ended, with what decides which complaints it sees."""

    seat_id: UUID
    name: str
    role: str
    agency_ids: frozenset[UUID]


def running(session: Session) -> list[Running]:
    """The running seats of the session's tenant that open the console, by name."""
    rows = session.execute(
        select(Seat.id, Seat.name, Seat.role, func.array_remove(func.array_agg(SeatAgency.agency_id), None))
        .outerjoin(SeatAgency, (SeatAgency.tenant_id == Seat.tenant_id) & (SeatAgency.seat_id == Seat.id))
        .where(Seat.ended_at.is_(None))
        .group_by(Seat.tenant_id, Seat.id)
        .order_by(Seat.name, Seat.id)
    )
    return [
        Running(seat_id, name, role, frozenset(agency_ids))
        for seat_id, name, role, agency_ids in rows
        if may(role, Permission.SEE_CONSOLE)
    ]


def name_of(session: Session, seat_id: UUID | None) -> str:
    """The name of a seat, also an ended one; "" for nobody's."""
    return session.scalar(select(Seat.name).where(Seat.id == seat_id)) or ""


def members_of(session: Session, agency_id: UUID) -> list[Member]:
    """The running seats that work for an agency and may handle complaints, by name."""
    rows = session.execute(_of_agency(agency_id).order_by(Seat.name, Seat.id))
    return [Member(row.id, row.name) for row in rows if may(row.role, Permission.HANDLE)]


def works_for(session: Session, seat_id: UUID, agency_id: UUID | None) -> bool:
    """Whether a running seat works for an agency and may handle its complaints."""
    if agency_id is None:
        return False
    row = session.execute(_of_agency(agency_id).where(Seat.id == seat_id)).one_or_none()
    return row is not None and may(row.role, Permission.HANDLE)


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


def _of_agency(agency_id: UUID) -> Select[UUID, str, str]:
    return (
        select(Seat.id, Seat.name, Seat.role)
        .join(SeatAgency, SeatAgency.seat_id == Seat.id)
        .where(SeatAgency.agency_id == agency_id, Seat.ended_at.is_(None))
    )
