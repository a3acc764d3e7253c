"""When a calendar changes (a new holiday, an agency's own hours), the worker reckons what is open anew, in batches.

The city's row remembers by which calendar its promises were reckoned and how far the worker has come, written with each
batch; so a killed worker goes on where it stopped, and nothing is done or told twice. A complaint keeps the revision of
its rule, so a changed rule moves nothing that was promised before it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, UniqueConstraint, Uuid, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from complaints import timekeeping
from complaints.audience import telling
from complaints.audience.wording import Told
from complaints.complaint import Complaint, HistoryRow
from complaints.counts import tally
from complaints.crews import splitting
from complaints.handling import SYSTEM
from complaints.history import append_history
from complaints.office import Office
from complaints.reckoning import known_of_all
from complaints.rules.rulebook import Rulebook
from complaints.timekeeping import MIND
from messages.queue import Job, Queue
from tenants import scope
from tenants.database import Base, TenantOwned
from tenants.directory import TenantCard
from tenants.errors import AduanError
from tenants.scope import tenant_of

log = logging.getLogger(__name__)

RECALCULATE = "recalculate_dues"
"""The job that reckons one city anew."""

BATCH = 500
"""Complaints of one transaction."""

DUES = ("respond_due_at", "secure_due_at", "resolve_due_at", "ceiling_at")
RECKONED = (*DUES, "sort_at", "next_step_at", "on_board_since", "updated_at")
"""The columns that a recalculation may write."""


class Recalculation(TenantOwned, Base):
    """The one row of a city: by which calendar its open promises are reckoned.

    calendar: the mark of `Rulebook.calendar_mark`. after_at, after_id: how far it has come, by (sort_at, id). moved:
    complaints whose dues have moved. done_at: None while it goes on.
    """

    __tablename__ = "recalculations"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    calendar: Mapped[str]
    after_at: Mapped[datetime | None]
    after_id: Mapped[UUID | None]
    moved: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Watch:
    """Which revision of each city this process has looked at, so that most minutes cost nothing."""

    def __init__(self) -> None:
        self._seen: dict[UUID, int] = {}

    def look(self, session: Session, office: Office, now: datetime) -> list[UUID]:
        """The cities whose calendar isn't the one that their promises were reckoned by; a job is handed on for each.

        A city that is seen for the first time has been reckoned by the calendar that it has.
        """
        changed = []
        for card in office.directory.serving:
            if self._seen.get(card.id) == card.revision:
                continue
            try:
                with scope.enter(session, card.id):
                    begun = _begun(session, office, card, now)
                    if begun:
                        office.queue.defer(session, RECALCULATE, card.id, card.id)
                session.commit()
            except AduanError:
                session.rollback()
                log.exception("a city's calendar can't be read", extra={"tenant": card.slug})
                begun = False
            changed += [card.id] if begun else []
            self._seen[card.id] = card.revision
        return changed


def register(queue: Queue, office: Office) -> None:
    """Name the recalculation to the queue."""
    watch = Watch()

    @queue.task(RECALCULATE)
    def recalculate_dues(session: Session, tenant_id: UUID, _row_id: UUID, now: datetime) -> datetime | None:
        office.keeper.refresh()  # else the calendar of before might be taken for the present one
        card = office.directory.by_id.get(tenant_id)
        return recalculate(session, office, card, now) if card else None

    @queue.periodic("look_for_new_calendars", "* * * * *")
    def look_for_new_calendars(session: Session, now: datetime) -> None:
        watch.look(session, office, now)

    @queue.sweep
    def unfinished(session: Session, _now: datetime) -> list[Job]:
        tenant_id = tenant_of(session)
        row = session.scalar(select(Recalculation))
        return [Job(RECALCULATE, tenant_id, tenant_id)] if row is not None and row.done_at is None else []


def recalculate(session: Session, office: Office, card: TenantCard, now: datetime) -> datetime | None:
    """Reckon the next batch of a city anew; when to come back: at once while there is more, None when all is done.

    The session is in the city's scope; the caller commits.
    """
    row = session.scalar(select(Recalculation).with_for_update())
    if row is None or row.done_at is not None:
        return None
    book = office.rulebooks.of(session, card)
    if row.calendar != book.calendar_mark:  # it has changed once more
        row.calendar, row.after_at, row.after_id = book.calendar_mark, None, None
    batch = _batch(session, row)
    if batch:
        row.after_at, row.after_id = batch[-1].sort_at, batch[-1].id
    more = len(batch) == BATCH
    row.done_at = None if more else now
    moved, jobs = _settle(session, batch, card, book, now)
    row.moved += len(moved)
    if not more:
        log.info("a city's promises were reckoned anew", extra={"tenant": card.slug, "moved": row.moved})
    session.flush()
    jobs += splitting.settle(session, [complaint.id for complaint in batch], book)
    office.queue.defer_all(session, jobs)
    for told in moved:  # last, since a message may be relayed from another city's scope, which forgets all rows
        if told is not None:
            telling.tell_reporter(session, office, told, "due_moved", card=card, book=book, now=now)
    return now if more else None


def _settle(
    session: Session, batch: Sequence[Complaint], card: TenantCard, book: Rulebook, now: datetime
) -> tuple[list[Told | None], list[Job]]:
    """Reckon a batch anew. For each complaint that has moved: what its reporter is to be told, if anything; and the
    jobs for when complaints must be minded now. The rows of the history aren't flushed yet.
    """
    known = known_of_all(session, batch, book)
    numbers = _last_numbers(session, batch)
    moved: list[Told | None] = []
    jobs = []
    with session.no_autoflush:
        for complaint in batch:
            before = {name: getattr(complaint, name) for name in DUES}
            next_step_at, promised_at = complaint.next_step_at, _next_promise(complaint)
            timekeeping.settle(complaint, known[complaint.id], book)
            if complaint.next_step_at is not None and complaint.next_step_at != next_step_at:
                jobs.append(Job(MIND, card.id, complaint.id, complaint.next_step_at))
            dues = {
                name: {"was": _written(at), "is": _written(getattr(complaint, name))}
                for name, at in before.items()
                if getattr(complaint, name) != at
            }
            if dues:
                append_history(
                    session,
                    complaint,
                    "recalculate",
                    from_status=complaint.status,
                    actor=SYSTEM,
                    now=now,
                    public=False,
                    detail={"dues": dues},
                    number=numbers[complaint.id] + 1,
                )
                moved.append(_told(complaint, promised_at, card.time_zone, now))
        _store(session, [complaint for complaint in batch if session.is_modified(complaint)])
    return moved, jobs


def _store(session: Session, complaints: Sequence[Complaint]) -> None:
    """Write what was reckoned of complaints that this transaction has locked, in one statement for all of them.

    A flush would write a statement for each, since it has to see that each version was still the one that was read.
    """
    if not complaints:
        return
    for complaint in complaints:
        tally.append(session, complaint)
    reckoned = (
        func.unnest(
            bindparam("ids", [complaint.id for complaint in complaints], ARRAY(Uuid())),
            *(
                bindparam(name, [getattr(complaint, name) for complaint in complaints], ARRAY(DateTime(timezone=True)))
                for name in RECKONED
            ),
        )
        .table_valued("id", *RECKONED, name="reckoned")
        .render_derived()
    )
    values = {name: reckoned.c[name] for name in RECKONED}
    session.execute(
        update(Complaint)
        .where(Complaint.id == reckoned.c.id)
        .values(version=Complaint.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    for complaint in complaints:
        for name in RECKONED:
            set_committed_value(complaint, name, getattr(complaint, name))
        set_committed_value(complaint, "version", complaint.version + 1)


def _begun(session: Session, office: Office, card: TenantCard, now: datetime) -> bool:
    """Whether the city has something to reckon anew; its row says so from now on."""
    mark = office.rulebooks.of(session, card).calendar_mark
    row = session.scalar(select(Recalculation).with_for_update())
    if row is None:
        session.add(Recalculation(calendar=mark, began_at=now, done_at=now))
    elif row.calendar != mark:
        row.calendar, row.after_at, row.after_id, row.moved = mark, None, None, 0
        row.began_at, row.done_at = now, None
    session.flush()
    return row is not None and row.done_at is None


def _batch(session: Session, row: Recalculation) -> list[Complaint]:
    """The next open complaints by (sort_at, id); one that has moved on is looked at twice, for nothing."""
    statement = select(Complaint).where(Complaint.is_open).order_by(Complaint.sort_at, Complaint.id).limit(BATCH)
    if row.after_at is not None:
        at_once = and_(Complaint.sort_at == row.after_at, Complaint.id > row.after_id)
        statement = statement.where(Complaint.sort_at >= row.after_at, or_(Complaint.sort_at > row.after_at, at_once))
    return list(session.scalars(statement.with_for_update()))


def _last_numbers(session: Session, batch: Sequence[Complaint]) -> dict[UUID, int]:
    """The number of each complaint's last history row."""
    rows = session.execute(
        select(HistoryRow.complaint_id, func.max(HistoryRow.number))
        .where(HistoryRow.complaint_id.in_([complaint.id for complaint in batch]))
        .group_by(HistoryRow.complaint_id)
    )
    return dict(rows.all())


def _told(complaint: Complaint, promised_at: datetime | None, time_zone: str, now: datetime) -> Told | None:
    """What its reporter is told: of another day, if what they wait for lies ahead and has moved to one."""
    at, zone = _next_promise(complaint), ZoneInfo(time_zone)
    if promised_at is None or at is None or promised_at < now:
        return None
    if promised_at.astimezone(zone).date() == at.astimezone(zone).date():
        return None
    return Told(
        id=complaint.id,
        reference=complaint.reference,
        birth_tenant_id=complaint.birth_tenant_id,
        category_id=complaint.category_id,
        agency_id=complaint.agency_id,
        respond_due_at=complaint.respond_due_at,
        resolve_due_at=complaint.resolve_due_at,
        responded_at=complaint.responded_at,
    )


def _next_promise(complaint: Complaint) -> datetime | None:
    """What the reporter waits for next."""
    return complaint.respond_due_at if complaint.responded_at is None else complaint.resolve_due_at


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
