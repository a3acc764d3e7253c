"""What an agency that ends, or a person who leaves, had open goes on to somebody else: a batch a transaction.

The row says who gets it and how far it has come, written with each batch; a killed worker goes on where it stopped. A
complaint that was on its way while the agency ended is found by a last look some minutes later. No promise to a
reporter moves by this, unless the other agency keeps another calendar: the clocks run on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints import timekeeping
from complaints.actor import SYSTEM, Actor
from complaints.complaint import Complaint, HistoryRow, Holding
from complaints.counts import tally
from complaints.history import append_history
from complaints.office import Office
from complaints.reckoning import known_of_all
from complaints.rules.rulebook import Rulebook
from complaints.subtask import State, Subtask
from messages.queue import Job, Queue
from people.seat import SeatAgency
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Invalid
from tenants.scope import tenant_of

HAND_ON = "hand_on"
"""The job that does the next batch."""
MOVE = "pass_on"
"""By its name in `workflow.MOVES`."""
BATCH = 200
"""Complaints of one transaction."""
LAST_LOOK = timedelta(minutes=5)
"""How long another process may still file by the rules as it had read them."""


class HandingOn(TenantOwned, Base):
    """from_agency_id or from_seat_id: who had them. to_seat_id: None leaves them in the queue of their agency.

    seat_id: who decided it. moved: complaints so far. done_at: None while it goes on.
    """

    __tablename__ = "handings_on"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "from_agency_id"], ["agencies.tenant_id", "agencies.id"]),
        ForeignKeyConstraint(["tenant_id", "to_agency_id"], ["agencies.tenant_id", "agencies.id"]),
        ForeignKeyConstraint(["tenant_id", "from_seat_id"], ["seats.tenant_id", "seats.id"]),
        ForeignKeyConstraint(["tenant_id", "to_seat_id"], ["seats.tenant_id", "seats.id"]),
        CheckConstraint("num_nonnulls(from_agency_id, from_seat_id) = 1", name="from_one"),
    )

    from_agency_id: Mapped[UUID | None]
    from_seat_id: Mapped[UUID | None]
    to_agency_id: Mapped[UUID | None]
    to_seat_id: Mapped[UUID | None]
    seat_id: Mapped[UUID | None]
    moved: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


def of_agency(
    session: Session, office: Office, agency_id: UUID, *, to_agency_id: UUID, by: UUID | None, now: datetime
) -> HandingOn:
    """Begin to hand on what an agency has open; the first batch in the caller's transaction."""
    if agency_id == to_agency_id:
        raise Invalid("Choose another agency.", field="to")
    return _begin(session, office, HandingOn(from_agency_id=agency_id, to_agency_id=to_agency_id, seat_id=by), now)


def of_seat(
    session: Session, office: Office, seat_id: UUID, *, to_seat_id: UUID | None, by: UUID | None, now: datetime
) -> HandingOn:
    """Begin to hand on what a person holds: to a colleague as far as they work for its agency, else to the agency."""
    if seat_id == to_seat_id:
        raise Invalid("Choose somebody else.", field="to")
    return _begin(session, office, HandingOn(from_seat_id=seat_id, to_seat_id=to_seat_id, seat_id=by), now)


def register(queue: Queue, office: Office) -> None:
    """Name the handing on to the queue."""

    @queue.task(HAND_ON)
    def hand_on(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        return go_on(session, office, row_id, now)

    @queue.sweep
    def unfinished(session: Session, now: datetime) -> list[Job]:
        tenant_id = tenant_of(session)
        left = select(HandingOn.id).where(HandingOn.done_at.is_(None), HandingOn.began_at < now - 2 * LAST_LOOK)
        return [Job(HAND_ON, tenant_id, id_) for id_ in session.scalars(left)]


def go_on(session: Session, office: Office, row_id: UUID, now: datetime) -> datetime | None:
    """The next batch; when to come back, None when nothing is left. The caller commits."""
    row = session.scalar(select(HandingOn).where(HandingOn.id == row_id).with_for_update())
    if row is None or row.done_at is not None:
        return None
    book = office.rulebooks.of(session, office.directory.by_id[tenant_of(session)])
    found = session.scalars(
        select(Complaint)
        .where(Complaint.is_open, _theirs(row))
        .order_by(Complaint.urgency, Complaint.sort_at, Complaint.id)
        .limit(BATCH)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    parts = _parts(session, row)
    for part in parts:
        part.agency_id = row.to_agency_id or part.agency_id
    _pass_on(session, row, found, now)
    if row.from_agency_id is not None and book.own_calendars:
        _reckon(session, office, book, found)
    row.moved += len(found)
    for complaint in found:
        tally.wind(session, office.queue, complaint)
    if BATCH in (len(found), len(parts)):
        session.flush()
        return now
    row.done_at = now if now >= row.began_at + LAST_LOOK else None
    session.flush()
    return None if row.done_at else row.began_at + LAST_LOOK


def _parts(session: Session, row: HandingOn) -> Sequence[Subtask]:
    """The next of what an agency was asked for and hasn't done."""
    if row.from_agency_id is None:
        return []
    theirs = select(Subtask).where(Subtask.agency_id == row.from_agency_id, Subtask.state == State.OPEN)
    return session.scalars(theirs.limit(BATCH).with_for_update()).all()


def _begin(session: Session, office: Office, row: HandingOn, now: datetime) -> HandingOn:
    row.id, row.began_at, row.moved = new_id(), now, 0
    session.add(row)
    session.flush()
    again_at = go_on(session, office, row.id, now)
    if again_at is not None:
        office.queue.defer(session, HAND_ON, tenant_of(session), row.id, at=again_at)
    return row


def _theirs(row: HandingOn) -> ColumnElement[bool]:
    if row.from_agency_id is not None:
        return Complaint.agency_id == row.from_agency_id
    return Complaint.holder_id == row.from_seat_id


def _pass_on(session: Session, row: HandingOn, found: Sequence[Complaint], now: datetime) -> None:
    ids = [one.id for one in found]
    numbers = dict(
        session.execute(
            select(HistoryRow.complaint_id, func.max(HistoryRow.number))
            .where(HistoryRow.complaint_id.in_(ids))
            .group_by(HistoryRow.complaint_id)
        ).all()
    )
    held: dict[UUID, list[Holding]] = {}
    for holding in session.scalars(select(Holding).where(Holding.complaint_id.in_(ids), Holding.until_at.is_(None))):
        held.setdefault(holding.complaint_id, []).append(holding)
    actor = SYSTEM if row.seat_id is None else Actor("staff", row.seat_id)
    with session.no_autoflush:
        for complaint in found:
            agency_id, seat_id = _heir(session, row, complaint)
            detail = {"pass_on": str(row.id)} | ({"agency_id": str(agency_id)} if agency_id is not None else {})
            if row.from_agency_id is not None:
                detail["from_agency_id"] = str(row.from_agency_id)
            if row.from_seat_id is not None:
                detail["from_seat_id"] = str(row.from_seat_id)
            if seat_id is not None and row.from_seat_id is not None:
                detail["seat_id"] = str(seat_id)
            for holding in held.get(complaint.id, []):
                holding.until_at = now
            complaint.agency_id, complaint.holder_id = agency_id, seat_id
            session.add(Holding(complaint_id=complaint.id, agency_id=agency_id, seat_id=seat_id, from_at=now))
            append_history(
                session,
                complaint,
                MOVE,
                from_status=complaint.status,
                actor=actor,
                now=now,
                public=False,
                detail=detail,
                number=numbers[complaint.id] + 1,
            )
    session.flush()


def _reckon(session: Session, office: Office, book: Rulebook, found: Sequence[Complaint]) -> None:
    """Let the clocks run by the hours of who has them now."""
    known = known_of_all(session, found, book)
    for complaint in found:
        before = complaint.next_step_at
        timekeeping.settle(complaint, known[complaint.id], book)
        if complaint.next_step_at != before:
            timekeeping.wind(session, office.queue, complaint)
    session.flush()


def _heir(session: Session, row: HandingOn, complaint: Complaint) -> tuple[UUID | None, UUID | None]:
    """(agency, holder) from now on. Who holds a complaint keeps it if they work for the agency that it goes to."""
    agency_id = row.to_agency_id if row.from_agency_id is not None else complaint.agency_id
    wanted = row.to_seat_id if row.from_seat_id is not None else complaint.holder_id
    if wanted is None or agency_id is None:
        return agency_id, None
    works = select(SeatAgency.id).where(SeatAgency.seat_id == wanted, SeatAgency.agency_id == agency_id)
    return agency_id, wanted if session.scalar(works) is not None else None
