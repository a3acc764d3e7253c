"""A deputyship: from a day until a day, a colleague stands in for somebody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index, and_, or_, select
from sqlalchemy.orm import Mapped, Session

from people.seat import Seat, SeatAgency
from people.standing_in import Absent, may_stand_in
from tenants.database import Base, TenantOwned

MOST = 50
"""Deputyships of one seat that are read at once."""


class Deputyship(TenantOwned, Base):
    """seat_id: who is away. deputy_id: who stands in. from_on, until_on: days of the city, both included.

    ended_at: when it was ended before its last day; by itself it ends with that.
    """

    __tablename__ = "deputyships"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
        ForeignKeyConstraint(["tenant_id", "deputy_id"], ["seats.tenant_id", "seats.id"]),
        CheckConstraint("from_on <= until_on", name="days"),
        CheckConstraint("seat_id <> deputy_id", name="two"),
        Index("ix_deputyships_tenant_id_seat_id_until_on", "tenant_id", "seat_id", "until_on"),
        Index("ix_deputyships_tenant_id_deputy_id_until_on", "tenant_id", "deputy_id", "until_on"),
    )

    seat_id: Mapped[UUID]
    deputy_id: Mapped[UUID]
    from_on: Mapped[date]
    until_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def meets(self, from_on: date, until_on: date) -> bool:
        """Whether it and a stretch of days have a day in common."""
        return self.from_on <= until_on and from_on <= self.until_on


@dataclass(frozen=True)
class StandIn:
    """One who stands in now, and for whom. agency_ids: what the deputy works for themself."""

    deputy: Seat
    agency_ids: frozenset[UUID]
    absent: Absent


def not_over(on: date) -> ColumnElement[bool]:
    """What a deputyship fulfils that runs or is still to come."""
    return and_(Deputyship.ended_at.is_(None), Deputyship.until_on >= on)


def absent_for(session: Session, seat: Seat, on: date) -> tuple[Absent, ...]:
    """For whom a seat stands in on a day, by name. Whoever has left, or may not be stood in for by now, isn't there."""
    running = and_(not_over(on), Deputyship.from_on <= on)
    rows = session.execute(
        select(Seat.id, Seat.name, Seat.role, Deputyship.until_on)
        .join(Deputyship, and_(Deputyship.tenant_id == Seat.tenant_id, Deputyship.seat_id == Seat.id))
        .where(Deputyship.deputy_id == seat.id, running, Seat.ended_at.is_(None))
        .order_by(Seat.name, Seat.id)
        .limit(MOST)
    ).all()
    works_for = _works_for(session, [row.id for row in rows])
    return tuple(
        Absent(row.id, row.name, row.role, works_for.get(row.id, frozenset()), row.until_on)
        for row in rows
        if may_stand_in(seat.role, row.role)
    )


def stand_ins(session: Session, seat_ids: Collection[UUID], on: date) -> list[StandIn]:
    """Who stands in on a day for these seats, by one statement where nobody does. Their own deputies aren't asked."""
    running = and_(not_over(on), Deputyship.from_on <= on)
    found = select(Deputyship).where(Deputyship.seat_id.in_(seat_ids), running).order_by(Deputyship.id)
    rows = session.scalars(found).all() if seat_ids else []
    if not rows:
        return []
    ids = {one.seat_id for one in rows} | {one.deputy_id for one in rows}
    here = {one.id: one for one in session.scalars(select(Seat).where(Seat.id.in_(ids), Seat.ended_at.is_(None)))}
    works_for = _works_for(session, list(here))
    return [
        StandIn(
            here[row.deputy_id],
            works_for.get(row.deputy_id, frozenset()),
            Absent(away.id, away.name, away.role, works_for.get(away.id, frozenset()), row.until_on),
        )
        for row in rows
        if row.deputy_id in here
        and (away := here.get(row.seat_id)) is not None
        and may_stand_in(here[row.deputy_id].role, away.role)
    ]


def of_seat(session: Session, seat_id: UUID, on: date) -> list[Deputyship]:
    """The deputyships that run or are to come in which a seat is away or stands in, the earliest first."""
    return list(
        session.scalars(
            select(Deputyship)
            .where(or_(Deputyship.seat_id == seat_id, Deputyship.deputy_id == seat_id), not_over(on))
            .order_by(Deputyship.from_on, Deputyship.id)
            .limit(2 * MOST)
        )
    )


def _works_for(session: Session, seat_ids: Sequence[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    ties = select(SeatAgency.seat_id, SeatAgency.agency_id).where(SeatAgency.seat_id.in_(seat_ids))
    for seat_id, agency_id in session.execute(ties) if seat_ids else ():
        found.setdefault(seat_id, set()).add(agency_id)
    return {seat_id: frozenset(agency_ids) for seat_id, agency_ids in found.items()}
