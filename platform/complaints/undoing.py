"""Taking a move back within a minute: what it changed is put back, and its messages are never sent.

The history is append-only: an `undo` row names the row that no longer counts. Messages about such a move wait for as
long as it can be taken back, by an instant in their own row, so that a crash in between sends nothing early.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from complaints import evidence, field_check, handling, restoring, timekeeping, workflow
from complaints.complaint import Complaint, HistoryRow, Holding, PauseRow
from complaints.counts import tally
from complaints.handling import Actor
from complaints.history import append_history
from complaints.office import Office
from messages import digest, outbox
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import Conflict, NotAllowed

MOVE = "undo"


class TooLate(Conflict):
    """The minute is over, something has happened since, or the message is out."""


def undo(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> HistoryRow:
    """Take back the last move, which this actor made less than a minute ago.

    Raises TooLate, NotAllowed for somebody else's move, or ChangedMeanwhile.
    """
    if expected_version is not None and complaint.version != expected_version:
        raise handling.ChangedMeanwhile
    move = workflow.move_from(complaint.status, MOVE)
    if not actor.holds(move.permission):
        raise NotAllowed("Your role doesn't allow this step.")
    last = handling.history_of(session, complaint.id)[-1]
    if can_be_undone_until(last) is None or last.seat_id != actor.seat_id:
        raise TooLate("The last step isn't one of yours that can be taken back: something has happened since.")
    if not is_undoable(last, actor.seat_id, now):
        raise TooLate("A step can be taken back for a minute; that minute is over.")
    _take_back_messages(session, complaint, last.at, card)
    complaint = session.get_one(Complaint, (card.id, last.complaint_id))
    book = office.rulebooks.of(session, card)
    evidence.withdraw(session, complaint.id, last.at)
    field_check.end(session, complaint.id, now)
    _put_back_times(session, complaint.id, last.at)
    handling.flush_or_refuse(session)
    with session.no_autoflush:
        left = complaint.status
        restoring.put_back(complaint, last.detail.get("before", {}))
        row = append_history(
            session,
            complaint,
            MOVE,
            from_status=left,
            actor=actor,
            now=now,
            public=last.public,
            detail={"undoes": str(last.id)},
        )
        timekeeping.recalculate(session, complaint, book)
    handling.flush_or_refuse(session)
    timekeeping.wind(session, office.queue, complaint)
    tally.wind(session, office.queue, complaint)
    return row


def can_be_undone_until(row: HistoryRow) -> datetime | None:
    """Until when the move of a history row can be taken back, if nothing happens meanwhile; None for never."""
    return row.at + workflow.UNDO_WITHIN if row.by == "staff" and row.move in workflow.UNDOABLE else None


def is_undoable(last: HistoryRow, seat_id: UUID | None, now: datetime) -> bool:
    """Whether the last row of a history can be taken back by this seat now."""
    until = can_be_undone_until(last)
    return until is not None and now < until and last.seat_id is not None and last.seat_id == seat_id


def seconds_left(last: HistoryRow, seat_id: UUID | None, now: datetime) -> int:
    """For how many more seconds the last move can be taken back by this seat; 0 if it can't."""
    until = can_be_undone_until(last)
    return max(0, int((until - now).total_seconds())) if until is not None and is_undoable(last, seat_id, now) else 0


def _take_back_messages(session: Session, complaint: Complaint, at: datetime, card: TenantCard) -> None:
    """Remove what the move wrote, here and where it was relayed from. Raises TooLate if any has gone."""
    complaint_id, birth_id = complaint.id, complaint.birth_tenant_id
    for tenant_id in {card.id, birth_id}:
        with scope.enter(session, tenant_id):
            lines = digest.take_back(session, complaint_id=complaint_id, written_at=at)
            if not lines or not outbox.take_back(session, complaint_id=complaint_id, written_at=at):
                raise TooLate("The message about this step is on its way already, so it can no longer be taken back.")


def _put_back_times(session: Session, complaint_id: UUID, at: datetime) -> None:
    """Let what began with the move end where it began, and what ended with it run on: nothing is deleted."""
    holdings = select(Holding).where(
        Holding.complaint_id == complaint_id, or_(Holding.from_at == at, Holding.until_at == at)
    )
    pauses = select(PauseRow).where(
        PauseRow.complaint_id == complaint_id, or_(PauseRow.from_at == at, PauseRow.until_at == at)
    )
    for row in [*session.scalars(holdings), *session.scalars(pauses)]:
        row.until_at = at if row.from_at == at else None
