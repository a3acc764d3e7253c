"""Folding: the worker adds a city's deltas to its cells and removes them, in one transaction; so each counts once.

A city whose cells were never counted, or were counted otherwise or in another time zone, is counted from its complaints
and their history, as one moment shows them: what has changed since stands in deltas that the moment doesn't show.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, groupby
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, HistoryRow, Holding, IntakeKey
from complaints.counts import counting, tally
from complaints.counts.counting import COLUMNS, WHENEVER, Cell, Cells, Dimension
from complaints.counts.tally import FOLD, FigureCell, FigureDelta
from complaints.intake import LOGGED
from complaints.office import Office
from messages.queue import Job, Queue
from tenants.database import new_id
from tenants.scope import tenant_of

BATCH = 2_000
"""Deltas of one transaction."""
ROWS = 1_000
"""Cells of one statement."""
STREAMED = {"yield_per": 2_000}
LOCKS = 0x66696775
"""The space of the advisory locks, one for each city."""
SOON = timedelta(seconds=5)
COUNTED = "counted"
"""The measure of the one cell that says that all was counted, and in its key how."""


def register(queue: Queue, office: Office) -> None:
    """Name the folding to the queue."""

    @queue.task(FOLD)
    def fold_figures(session: Session, tenant_id: UUID, _row_id: UUID, now: datetime) -> datetime | None:
        card = office.directory.by_id.get(tenant_id)
        return fold(session, card.time_zone, now) if card else None

    @queue.sweep
    def unfolded(session: Session, _now: datetime) -> list[Job]:
        tenant_id = tenant_of(session)
        card = office.directory.by_id.get(tenant_id)
        waiting = card is not None and (
            session.scalar(select(FigureDelta.id).limit(1)) is not None or not is_counted(session, card.time_zone)
        )
        return [Job(FOLD, tenant_id, tenant_id)] if waiting else []


def fold(session: Session, zone: str, now: datetime) -> datetime | None:
    """Fold one batch of the session's city; when to come back: at once while there is more, None when all is folded."""
    if not is_counted(session, zone):
        return recount(session, zone, now)
    if not _alone(session):
        return now + SOON
    deltas = session.execute(select(FigureDelta.id, FigureDelta.document).limit(BATCH)).all()
    cells: Cells = Counter()
    for _id, document in deltas:
        cells.update(counting.cells_of_change(document, zone))
    _add(session, cells)
    session.execute(delete(FigureDelta).where(FigureDelta.id.in_([row.id for row in deltas])))
    session.execute(delete(FigureCell).where(FigureCell.count == 0))
    return now if len(deltas) == BATCH else None


def is_counted(session: Session, zone: str) -> bool:
    """Whether the city's cells hold all that happened before its deltas."""
    marks = select(FigureCell.key).where(FigureCell.measure == COUNTED)
    return session.scalar(marks.limit(1)) == _mark(zone)


def _mark(zone: str) -> str:
    """What the key of the COUNTED cell says: how it was counted, and in which time zone."""
    return f"{zone}/{counting.VERSION}"


def recount(session: Session, zone: str, now: datetime) -> datetime | None:
    """Count the session's city anew from its complaints and their history."""
    _see_one_moment(session)
    if not _alone(session):
        return now + SOON
    session.execute(delete(FigureDelta))
    session.execute(delete(FigureCell))
    cells: Cells = Counter()
    for change in chain(_standing(session, zone), _happened(session, zone), _passed(session, zone)):
        cells.update(change)
    cells[Cell(COUNTED, Dimension.ALL, _mark(zone), WHENEVER)] = 1
    _add(session, cells)
    return None


def _standing(session: Session, zone: str) -> Iterator[Cells]:
    """What each complaint stands for; less what it was born as where the relay hasn't counted its birth yet."""
    rows = session.execute(select(*(getattr(Complaint, name) for name in COLUMNS)), execution_options=STREAMED)
    for row in rows:
        yield counting.cells_of(counting.snapshot(row._asdict()), zone)
    unrelayed = select(IntakeKey.complaint_id).where(
        IntakeKey.tenant_id == tenant_of(session), IntakeKey.relayed_at.is_(None)
    )
    ids = session.scalars(unrelayed).all()
    births = session.scalars(select(HistoryRow.detail).where(HistoryRow.complaint_id.in_(ids), HistoryRow.number == 1))
    for detail in births:
        cells: Cells = Counter()
        cells.subtract(counting.cells_of(detail.get("born"), zone))
        yield cells


def _happened(session: Session, zone: str) -> Iterator[Cells]:
    """What the history adds by having happened here."""
    of_it = and_(Complaint.tenant_id == HistoryRow.tenant_id, Complaint.id == HistoryRow.complaint_id)
    had_it = (
        select(Holding.agency_id)
        .where(
            Holding.complaint_id == HistoryRow.complaint_id,
            Holding.from_at <= HistoryRow.at,
            or_(Holding.until_at.is_(None), Holding.until_at > Holding.from_at),
        )
        .order_by(Holding.from_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(HistoryRow, Complaint.kind, Complaint.channel, had_it).join(Complaint, of_it),
        execution_options=STREAMED,
    )
    undone = set(session.scalars(select(HistoryRow.detail["undoes"].astext).where(HistoryRow.move == "undo")))
    for row, kind, channel, agency_id in rows:
        if row.move == "undo" or str(row.id) in undone:
            continue
        happened = tally.happened(row, agency_id=agency_id, counted=kind == "complaint" and channel != LOGGED)
        if happened:
            yield counting.cells_of_change({"event": happened}, zone)


def _passed(session: Session, zone: str) -> Iterator[Cells]:
    """How complaints went from agency to agency."""
    of_it = and_(Complaint.tenant_id == Holding.tenant_id, Complaint.id == Holding.complaint_id)
    rows = session.execute(
        select(Holding.complaint_id, Holding.agency_id, Holding.from_at)
        .join(Complaint, of_it)
        .where(
            Holding.agency_id.is_not(None),
            Complaint.kind == "complaint",
            or_(Holding.until_at.is_(None), Holding.until_at > Holding.from_at),  # the rest was taken back
        )
        .order_by(Holding.complaint_id, Holding.from_at),
        execution_options=STREAMED,
    )
    for _complaint_id, holdings in groupby(rows, key=lambda row: row.complaint_id):
        had: list[UUID] = []
        for holding in holdings:
            if had and holding.agency_id != had[-1]:
                event = counting.passed(at=holding.from_at, by=had[-1], back=holding.agency_id in had)
                yield counting.cells_of_change({"event": event}, zone)
            had.append(holding.agency_id)


def _add(session: Session, cells: Cells) -> None:
    """Add to the cells, in an order that is always the same."""
    tenant_id = tenant_of(session)
    rows = [
        {"tenant_id": tenant_id, "id": new_id(), **cell._asdict(), "count": count}
        for cell, count in sorted(cells.items())
        if count
    ]
    statement = insert(FigureCell)
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "measure", "dimension", "day", "key", "slot"],
        set_={"count": FigureCell.count + statement.excluded.count},
    )
    for start in range(0, len(rows), ROWS):
        session.connection().execute(statement, rows[start : start + ROWS])


def _alone(session: Session) -> bool:
    """Whether no other process folds this city now; until the transaction ends none does."""
    key = int.from_bytes(tenant_of(session).bytes[:4], signed=True)
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:space, :key)"), {"space": LOCKS, "key": key}))


def _see_one_moment(session: Session) -> None:
    """Begin a transaction in which every statement sees what the first one saw."""
    session.rollback()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
