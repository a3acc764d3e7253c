"""The history of a complaint, to which rows are appended; the app role may neither change nor delete one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.actor import Actor
from complaints.complaint import Complaint, HistoryRow


def append_history(
    session: Session,
    complaint: Complaint,
    name: str,
    *,
    from_status: str | None,
    actor: Actor,
    now: datetime,
    remark_id: UUID | None = None,
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
    number: int | None = None,
) -> HistoryRow:
    """The next row of the history, numbered on from the last. number: where the caller has read it."""
    row = HistoryRow(
        complaint_id=complaint.id,
        number=number or next_number(session, complaint.id),
        at=now,
        move=name,
        from_status=from_status,
        to_status=complaint.status,
        by=actor.by,
        seat_id=actor.seat_id,
        remark_id=remark_id,
        public=public,
        detail=dict(detail or {}),
    )
    session.add(row)
    complaint.updated_at = now
    return row


def with_complaint(session: Session, row_id: UUID) -> tuple[HistoryRow, Complaint] | None:
    """A history row of the session's tenant and the complaint that it is of; None if there is none (any more)."""
    found = session.execute(
        select(HistoryRow, Complaint)
        .join(Complaint, Complaint.id == HistoryRow.complaint_id)
        .where(HistoryRow.id == row_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def next_number(session: Session, complaint_id: UUID) -> int:
    """The number of the next history row; the rows before it are flushed."""
    last = session.scalar(select(func.max(HistoryRow.number)).where(HistoryRow.complaint_id == complaint_id))
    return (last or 0) + 1
