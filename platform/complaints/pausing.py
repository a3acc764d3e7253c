"""Pauses: while the next word is somebody else's the clock stands still, where the rule says so.

Every wait for the reporter leaves a row, since it has a timer of its own; whether it stops the clock is said in the
row. In a city that approves pauses, an officer's counts only once a supervisor has approved it, and then from its
beginning; refused, it is as if it hadn't been.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, PauseRow
from complaints.workflow import IllegalMove, Status

APPROVE, REFUSE = "approve_pause", "refuse_pause"
DECISIONS = (APPROVE, REFUSE)

ASKED, APPROVED, REFUSED, IDLE = "asked", "approved", "refused", "idle"
"""What is said of a pause: it waits for a supervisor, may count, may not, or the rule doesn't stop the clock for it.
None: it counts, and nobody was asked.
"""

CAN_PAUSE = (Status.WAITING_FOR_REPORTER, Status.SCHEDULED)
"""The statuses in which a rule may stop the clock."""


def follow(
    session: Session,
    complaint: Complaint,
    left: Status,
    reached: Status,
    *,
    stops: Collection[str],
    asks: bool,
    now: datetime,
) -> None:
    """Begin and end pauses as a status is left for another.

    stops: the statuses in which the rule stops the clock. asks: whether a supervisor must approve what this actor
    begins. What is new isn't flushed yet.
    """
    if left is reached:
        return
    if left in CAN_PAUSE:
        for pause in session.scalars(_of(complaint.id).where(PauseRow.until_at.is_(None))):
            pause.until_at = now
    counts = reached in stops
    if reached is not Status.WAITING_FOR_REPORTER and not (counts and reached in CAN_PAUSE):
        return
    decision = IDLE if not counts else ASKED if asks else None
    session.add(PauseRow(complaint_id=complaint.id, from_at=now, decision=decision))
    if decision == ASKED:
        complaint.pause_asked_at = now


def decide(session: Session, complaint: Complaint, name: str) -> None:
    """Approve or refuse what waits to be decided. Raises IllegalMove if nothing does."""
    if complaint.pause_asked_at is None:
        raise IllegalMove("No pause of this report waits to be decided: somebody has decided it already.", move=name)
    for pause in session.scalars(_of(complaint.id).where(PauseRow.decision == ASKED)):
        pause.decision = APPROVED if name == APPROVE else REFUSED
    complaint.pause_asked_at = None


def remind(session: Session, complaint_id: UUID, now: datetime) -> None:
    """Note that the reporter was reminded of the question that waits."""
    wait = wait_of(session, complaint_id)
    if wait is not None:
        wait.reminded_at = now


def rows_of_all(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, list[PauseRow]]:
    """Every pause and wait of complaints, in order."""
    rows: dict[UUID, list[PauseRow]] = {complaint_id: [] for complaint_id in complaint_ids}
    for row in session.scalars(
        select(PauseRow).where(PauseRow.complaint_id.in_(complaint_ids)).order_by(PauseRow.from_at)
    ):
        rows[row.complaint_id].append(row)
    return rows


def counts(row: PauseRow) -> bool:
    """Whether a pause stops the clock. One that a step taken back has left empty doesn't."""
    return row.decision in (None, APPROVED) and (row.until_at is None or row.until_at > row.from_at)


def running(rows: Sequence[PauseRow]) -> PauseRow | None:
    """The row of the wait that runs, if one does."""
    return next((row for row in rows if row.until_at is None), None)


def wait_of(session: Session, complaint_id: UUID) -> PauseRow | None:
    """The row of the wait of a complaint that runs, if one does."""
    return running(rows_of_all(session, [complaint_id])[complaint_id])


def _of(complaint_id: UUID) -> Select[PauseRow]:
    return select(PauseRow).where(PauseRow.complaint_id == complaint_id).order_by(PauseRow.from_at)
