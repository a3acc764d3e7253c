"""Deputies: who stands in for whom, named by the person themself or by an administrator, on record."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.editing import Author
from people import deputyship
from people.deputyship import Deputyship
from people.permissions import Permission, Role, may
from people.seat import Seat, SeatAgency
from people.seats import Member
from people.sign_in import account_by_email
from people.standing_in import may_stand_in
from tenants.database import new_id
from tenants.errors import Conflict, Invalid, NotFound

LONGEST = timedelta(days=366)
MOST_AHEAD = 20
MOST_OFFERED = 200


def name(
    session: Session,
    seat: Seat,
    deputy: Seat | None,
    *,
    from_on: date | None,
    until_on: date | None,
    today: date,
    author: Author,
    now: datetime,
) -> Deputyship:
    """Let a colleague stand in for a seat from a day until a day, both included. Raises Invalid, naming the field.

    deputy: None for nobody who works here. today: in the city.
    """
    if seat.ended_at is not None:
        raise Invalid("Nobody stands in for somebody who has left.")
    first, last = _days(from_on, until_on, today)
    if deputy is None or deputy.ended_at is not None or not may(deputy.role, Permission.SEE_CONSOLE):
        raise Invalid("Choose somebody who works here.", field="deputy")
    if deputy.id == seat.id:
        raise Invalid("Nobody stands in for themself. Choose a colleague.", field="deputy")
    if not may_stand_in(deputy.role, seat.role):
        raise Invalid(
            "A partner outside the government and an official don't stand in for one another.", field="deputy"
        )
    # two who name at once would each miss the other's days
    session.execute(select(Seat.id).where(Seat.id == seat.id).with_for_update())
    ahead = session.scalars(select(Deputyship).where(Deputyship.seat_id == seat.id, deputyship.not_over(today))).all()
    if len(ahead) >= MOST_AHEAD:
        raise Invalid("At most %(most)s absences at a time. End some of them first.", field="from_on", most=MOST_AHEAD)
    if any(one.meets(first, last) for one in ahead):
        raise Invalid(
            "Somebody stands in on some of these days already. End that first, or choose other days.", field="from_on"
        )
    row = Deputyship(
        id=new_id(), seat_id=seat.id, deputy_id=deputy.id, from_on=first, until_on=last, created_at=now
    )  # fmt: skip
    editing.add(session, row, author=author, now=now)
    return row


def end(session: Session, seat: Seat, deputyship_id: UUID, *, author: Author, now: datetime) -> None:
    """End an absence of a seat before its time, or one that is to come. Raises NotFound, Conflict for an ended one."""
    found = select(Deputyship).where(Deputyship.id == deputyship_id, Deputyship.seat_id == seat.id)
    row = session.scalar(found.with_for_update())
    if row is None:
        raise NotFound("There is no such deputy.")
    if row.ended_at is not None:
        raise Conflict("This has ended already.")
    editing.end(session, row, author=author, now=now)


def end_all_of(session: Session, seat: Seat, *, today: date, author: Author, now: datetime) -> None:
    """End what somebody who leaves was part of: nobody stands in for them any more, nor they for others."""
    for row in deputyship.of_seat(session, seat.id, today):
        editing.end(session, row, author=author, now=now)


def offered_to(session: Session, seat: Seat) -> list[Member]:
    """Colleagues to choose from, by name: all in a small city, else those of the seat's agencies; at most 200."""
    roles = [role.value for role in Role if may_stand_in(role, seat.role)]
    everybody = select(Seat.id, Seat.name).where(Seat.ended_at.is_(None), Seat.id != seat.id, Seat.role.in_(roles))
    if (session.scalar(select(func.count()).select_from(everybody.subquery())) or 0) > MOST_OFFERED:
        own = select(SeatAgency.agency_id).where(SeatAgency.seat_id == seat.id)
        beside = select(SeatAgency.seat_id).where(SeatAgency.agency_id.in_(own))
        everybody = everybody.where(Seat.id.in_(beside))
    rows = session.execute(everybody.order_by(Seat.name, Seat.id).limit(MOST_OFFERED))
    return [Member(row.id, row.name) for row in rows]


def colleague(session: Session, seat_id: UUID | None, email: str) -> Seat | None:
    """The running seat of an id, or of an address where one is written; None where nobody has it."""
    running = select(Seat).where(Seat.ended_at.is_(None))
    if email.strip():
        account = account_by_email(session, email.strip().casefold())
        return session.scalar(running.where(Seat.account_id == account.id)) if account else None
    return session.scalar(running.where(Seat.id == seat_id)) if seat_id else None


def _days(from_on: date | None, until_on: date | None, today: date) -> tuple[date, date]:
    if from_on is None:
        raise Invalid("Choose the first day.", field="from_on")
    if until_on is None:
        raise Invalid("Choose the last day.", field="until_on")
    if until_on < from_on:
        raise Invalid("The last day lies before the first.", field="until_on")
    if from_on < today:
        raise Invalid("The first day is over. Begin today or later.", field="from_on")
    if until_on - from_on > LONGEST:
        raise Invalid("At most a year at a time.", field="until_on")
    return from_on, until_on
