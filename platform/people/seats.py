"""Seats looked up by what they are for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from messages.preferences import Choices
from people.account import Account
from people.permissions import Permission, Role, may
from people.preference import Preference
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


def running(session: Session, among: Sequence[UUID] | None = None) -> list[Running]:
    """The running seats of the session's tenant that open the console, by name; of these, where any are named."""
    statement = (
        select(Seat.id, Seat.name, Seat.role, func.array_remove(func.array_agg(SeatAgency.agency_id), None))
        .outerjoin(SeatAgency, (SeatAgency.tenant_id == Seat.tenant_id) & (SeatAgency.seat_id == Seat.id))
        .where(Seat.ended_at.is_(None))
        .group_by(Seat.tenant_id, Seat.id)
        .order_by(Seat.name, Seat.id)
    )
    rows = session.execute(statement if among is None else statement.where(Seat.id.in_(among)))
    return [
        Running(seat_id, name, role, frozenset(agency_ids))
        for seat_id, name, role, agency_ids in rows
        if may(role, Permission.SEE_CONSOLE)
    ]


def is_running(session: Session, seat_id: UUID) -> bool:
    """Whether a seat is there and hasn't ended."""
    return session.scalar(select(Seat.id).where(Seat.id == seat_id, Seat.ended_at.is_(None))) is not None


def staffed_agencies(session: Session) -> set[UUID]:
    """The agencies for which somebody works who may handle complaints."""
    roles = [role.value for role in Role if may(role, Permission.HANDLE)]
    return set(
        session.scalars(
            select(SeatAgency.agency_id)
            .join(Seat, and_(Seat.tenant_id == SeatAgency.tenant_id, Seat.id == SeatAgency.seat_id))
            .where(Seat.ended_at.is_(None), Seat.role.in_(roles))
            .distinct()
        )
    )


def name_of(session: Session, seat_id: UUID | None) -> str:
    """The name of a seat, also an ended one; "" for nobody's."""
    return session.scalar(select(Seat.name).where(Seat.id == seat_id)) or ""


@dataclass(frozen=True)
class Addressee:
    """An official who is told of something. language: None where they have chosen none.

    in_place_of: the name of whoever is away and would be told, "" where it is themself.
    """

    seat_id: UUID
    email: str
    language: str | None
    preference: Preference | None
    in_place_of: str = ""

    @property
    def choices(self) -> Choices:
        """What they chose, by topic and channel."""
        return self.preference.choices if self.preference else {}


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


def addressees_of(
    session: Session,
    *,
    seat_ids: Sequence[UUID] | None = None,
    roles: Sequence[Role] | None = None,
    agency_id: UUID | None = None,
) -> list[Addressee]:
    """The running seats of the session's tenant that fit everything asked for, by address, with what they chose."""
    chosen = (
        select(Seat.id, Seat.account_id, Preference)
        .join(Preference, and_(Preference.tenant_id == Seat.tenant_id, Preference.seat_id == Seat.id), isouter=True)
        .where(Seat.ended_at.is_(None))
    )
    if seat_ids is not None:
        chosen = chosen.where(Seat.id.in_(seat_ids))
    if roles is not None:
        chosen = chosen.where(Seat.role.in_([role.value for role in roles]))
    if agency_id is not None:
        chosen = chosen.join(
            SeatAgency, and_(SeatAgency.tenant_id == Seat.tenant_id, SeatAgency.seat_id == Seat.id)
        ).where(SeatAgency.agency_id == agency_id)
    found = {row.account_id: row for row in session.execute(chosen)}
    accounts = select(Account.id, Account.email, Account.language).where(Account.id.in_(found)).order_by(Account.email)
    return [
        Addressee(found[one.id].id, one.email, one.language, found[one.id].Preference)
        for one in (session.execute(accounts) if found else ())
    ]


def _of_agency(agency_id: UUID) -> Select[UUID, str, str]:
    return (
        select(Seat.id, Seat.name, Seat.role)
        .join(SeatAgency, SeatAgency.seat_id == Seat.id)
        .where(SeatAgency.agency_id == agency_id, Seat.ended_at.is_(None))
    )
