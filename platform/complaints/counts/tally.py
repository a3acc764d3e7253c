"""The tally: what changes a complaint leaves behind for its city's figures, in the same transaction.

Each flush that changes what the figures rest on appends one delta: the complaint as it stood and as it stands. So no
verb can forget it. Filing, which writes past the session, says in the first row of the history how the complaint stood
at birth; the relay makes its delta of that. The worker folds deltas into cells (`folding.py`), pages read both
(`figures.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, event, insert, inspect, or_, select, text
from sqlalchemy.orm import InstanceState, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import History, get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from complaints.complaint import Complaint, HistoryRow, Holding
from complaints.counts import counting
from complaints.counts.counting import COLUMNS
from complaints.intake import LOGGED
from messages.queue import Job, Queue
from tenants.database import Base, TenantOwned, new_id
from tenants.scope import tenant_of

FOLD = "fold_figures"
"""The job that folds a city's deltas."""

EVERY = 16
"""The changes of every sixteenth complaint ask for a fold, so that a city's folds keep pace with its moves."""

ELSEWHERE = "elsewhere"
"""Marks a row of the history that was brought along from another city: it didn't happen here."""


class FigureDelta(TenantOwned, Base):
    """A change that isn't in the cells yet. document: {"before", "after"} as snapshots, and/or "event"."""

    __tablename__ = "figure_deltas"

    document: Mapped[dict[str, Any]]


class FigureCell(TenantOwned, Base):
    """A number of a city. measure, dimension, key, day, slot: as `counting.Cell` says."""

    __tablename__ = "figure_cells"
    __table_args__ = (
        UniqueConstraint("tenant_id", "measure", "dimension", "day", "key", "slot"),
        Index("ix_figure_cells_empty", "tenant_id", postgresql_where=text("count = 0")),
    )

    measure: Mapped[str]
    dimension: Mapped[str]
    key: Mapped[str]
    day: Mapped[int]
    slot: Mapped[int]
    count: Mapped[int] = mapped_column(BigInteger)


def born(values: Mapping[str, Any]) -> dict[str, Any]:
    """How a complaint stands when it is filed, for the detail of its first history row."""
    return {"born": counting.snapshot(values)}


def jobs_of_complaints(session: Session, complaint_ids: Sequence[UUID], _now: datetime) -> list[Job]:
    """For the relay: count these new filings, in its transaction; and the fold that they ask for."""
    tenant_id = tenant_of(session)
    details = session.scalars(
        select(HistoryRow.detail).where(HistoryRow.complaint_id.in_(complaint_ids), HistoryRow.number == 1)
    )
    rows = [
        {"tenant_id": tenant_id, "id": new_id(), "document": {"after": detail["born"]}}
        for detail in details
        if "born" in detail
    ]
    if rows:
        session.execute(insert(FigureDelta), rows)
    return [Job(FOLD, tenant_id, tenant_id)] if any(_asks(one) for one in complaint_ids) else []


def wind(session: Session, queue: Queue, complaint: Complaint) -> None:
    """After a move: ask for a fold now and then, in the caller's transaction."""
    if _asks(complaint.id):
        queue.defer(session, FOLD, complaint.tenant_id, complaint.tenant_id)


def _asks(complaint_id: UUID) -> bool:
    return complaint_id.int % EVERY == 0


@event.listens_for(Session, "before_flush")
def _append(session: Session, _context: object, _instances: object) -> None:
    for row in [*session.new, *session.dirty]:
        documents: list[dict[str, Any]] = []
        if isinstance(row, Complaint):
            documents = _of_complaint(session, row)
        elif isinstance(row, HistoryRow) and row in session.new:
            documents = _of_history(session, row)
        _add(session, documents)


def append(session: Session, complaint: Complaint) -> None:
    """What a change of a complaint adds to the figures, for who writes it without a flush."""
    _add(session, _of_complaint(session, complaint))


def _add(session: Session, documents: Sequence[dict[str, Any]]) -> None:
    for document in documents:
        session.add(FigureDelta(tenant_id=tenant_of(session), id=new_id(), document=document))


def _of_complaint(session: Session, complaint: Complaint) -> list[dict[str, Any]]:
    after = counting.snapshot({name: getattr(complaint, name) for name in COLUMNS})
    state: InstanceState[Complaint] = inspect(complaint)
    if not state.persistent:
        return [{"after": after}]
    if not any(_history(complaint, name).added for name in COLUMNS):
        return []
    before = counting.snapshot(_before(session, complaint))
    if before == after:
        return []
    documents: list[dict[str, Any]] = [{"before": before, "after": after}]
    left, got = before.get("agency_id"), after.get("agency_id")
    if left and got and left != got and after["kind"] == "complaint":
        documents.append({"event": _passed(session, complaint, UUID(left))})
    return documents


def _passed(session: Session, complaint: Complaint, left: UUID) -> dict[str, Any]:
    """That the complaint went from one agency to another; or, while a move is taken back, that it hadn't."""
    undone = _undone(session, complaint.id)
    by: UUID | None = left
    at, got = complaint.updated_at, complaint.agency_id
    if undone is not None:
        at, by, got = undone.at, complaint.agency_id, left
    had = select(Holding.id).where(
        Holding.complaint_id == complaint.id,
        Holding.agency_id == got,
        Holding.from_at < at,
        or_(Holding.until_at.is_(None), Holding.until_at > Holding.from_at),
    )
    event = counting.passed(at=at, by=by or "", back=session.scalar(had.limit(1)) is not None)
    return counting.taken_back(event) if undone is not None else event


def _undone(session: Session, complaint_id: UUID) -> HistoryRow | None:
    """The row of the history that is being taken back in this flush, if one is."""
    for row in session.new:
        if isinstance(row, HistoryRow) and row.complaint_id == complaint_id and row.move == "undo":
            return session.get(HistoryRow, (tenant_of(session), UUID(row.detail["undoes"])))
    return None


def _history(complaint: Complaint, name: str) -> History:
    """What a column was and is, without reading it now; by name, as the state of all columns costs far more."""
    return get_history(complaint, name, passive=PASSIVE_NO_INITIALIZE)


def _before(session: Session, complaint: Complaint) -> dict[str, Any]:
    """The columns as they were when last read or written; what wasn't read before it was set is read now."""
    values = {}
    for name in COLUMNS:
        history = _history(complaint, name)
        known = history.deleted or history.unchanged
        if not known:
            columns = [getattr(Complaint, column) for column in COLUMNS]
            row = session.execute(select(*columns).where(Complaint.id == complaint.id)).one()
            return dict(row._mapping)
        values[name] = known[0]
    return values


def _of_history(session: Session, row: HistoryRow) -> list[dict[str, Any]]:
    complaint = session.get(Complaint, (tenant_of(session), row.complaint_id))
    counted = complaint is not None and complaint.kind == "complaint" and complaint.channel != LOGGED
    agency_id = complaint.agency_id if complaint is not None else None
    if row.move == "undo":
        undone = session.get(HistoryRow, (tenant_of(session), UUID(row.detail["undoes"])))
        found = happened(undone, agency_id=agency_id, counted=counted) if undone is not None else None
        return [{"event": counting.taken_back(found)}] if found else []
    found = happened(row, agency_id=agency_id, counted=counted)
    return [{"event": found}] if found else []


def happened(row: HistoryRow, *, agency_id: UUID | None, counted: bool) -> dict[str, Any] | None:
    """What a row of the history adds by having happened, as a document; None for nothing, or what happened elsewhere.

    An undo adds nothing of its own: what it took back is subtracted.

    agency_id: which had the complaint then. counted: whether it is about a complaint that is measured.
    """
    if row.detail and row.detail.get(ELSEWHERE):
        return None
    return counting.event_of(
        row.move,
        at=row.at,
        seat_id=row.seat_id,
        from_status=row.from_status,
        to_status=row.to_status,
        agency_id=agency_id,
        counted=counted,
    )
