"""Who works in a city, to be looked through: by name, role and agency, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from people.account import Account, SignIn
from people.permissions import Role
from people.seat import Seat, SeatAgency
from tenants.errors import Invalid

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What is looked for. words: part of a name, or of an address if it has an @. former: those who have left."""

    words: str = ""
    role: str = ""
    agency_id: UUID | None = None
    former: bool = False


@dataclass(frozen=True)
class Line:
    """One person. has_password: whether they have set one yet. seen_at: when they last signed in at this city."""

    seat_id: UUID
    name: str
    role: str
    email: str
    agency_ids: Sequence[UUID]
    has_password: bool
    seen_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Roster:
    """lines: of one page. next: what to ask for the one after it; None on the last."""

    lines: Sequence[Line]
    next: str | None


def page(session: Session, wanted: Wanted, *, hosts: Collection[str], after: str = "", size: int = PAGE) -> Roster:
    """The staff of the session's tenant by name. hosts: the city's own. Raises Invalid for a mangled `after`."""
    chosen = select(Seat).where(*_fitting(session, wanted)).order_by(Seat.name, Seat.id).limit(size + 1)
    if after:
        name, _, id_ = after.rpartition("~")
        try:
            chosen = chosen.where(tuple_(Seat.name, Seat.id) > (name, UUID(id_)))
        except ValueError:
            raise Invalid("This page can't be shown. Please begin again with the first.") from None
    found = session.scalars(chosen).all()
    lines = lines_of(session, found[:size], hosts)
    last = lines[-1] if len(found) > size else None
    return Roster(lines, f"{last.name}~{last.seat_id}" if last else None)


def lines_of(session: Session, seats: Sequence[Seat], hosts: Collection[str]) -> list[Line]:
    """Seats as lines, in the order given. hosts: the city's own: where else an account signs in isn't its affair."""
    agencies: dict[UUID, list[UUID]] = {}
    for tie in session.scalars(select(SeatAgency).where(SeatAgency.seat_id.in_([one.id for one in seats]))):
        agencies.setdefault(tie.seat_id, []).append(tie.agency_id)
    ids = {one.account_id for one in seats}
    accounts = {one.id: one for one in session.scalars(select(Account).where(Account.id.in_(ids)))}
    seen = dict(
        session.execute(
            select(SignIn.account_id, func.max(SignIn.created_at))
            .where(SignIn.account_id.in_(ids), SignIn.host.in_(hosts), ~SignIn.waits)
            .group_by(SignIn.account_id)
        ).all()
    )
    return [
        Line(
            seat_id=one.id,
            name=one.name,
            role=one.role,
            email=accounts[one.account_id].address if one.account_id in accounts else "",
            agency_ids=agencies.get(one.id, []),
            has_password=one.account_id in accounts and accounts[one.account_id].password_hash is not None,
            seen_at=seen.get(one.account_id),
            ended_at=one.ended_at,
        )
        for one in seats
    ]


def _fitting(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    staff = Seat.role.not_in((Role.RESIDENT, Role.OPERATOR))  # a seat lent to an operator is nobody's of the city
    fitting: list[ColumnElement[bool]] = [
        staff,
        Seat.ended_at.is_not(None) if wanted.former else Seat.ended_at.is_(None),
    ]
    if wanted.role:
        fitting.append(Seat.role == wanted.role)
    if wanted.agency_id is not None:
        fitting.append(
            exists().where(
                SeatAgency.tenant_id == Seat.tenant_id,
                SeatAgency.seat_id == Seat.id,
                SeatAgency.agency_id == wanted.agency_id,
            )
        )
    if wanted.words:
        named = Seat.name.icontains(wanted.words, autoescape=True)
        if "@" in wanted.words:
            # accounts are the whole platform's: only those of this city's people are looked through
            ours = session.scalars(select(Seat.account_id).where(staff)).all()
            addressed = select(Account.id).where(
                Account.id == any_(bindparam("ours", ours, ARRAY(Uuid()))),
                Account.email.contains(wanted.words.casefold(), autoescape=True),
            )
            named = or_(named, Seat.account_id.in_(session.scalars(addressed).all()))
        fitting.append(named)
    return fitting
