"""What a row of the queue says about time: the next promise that is still open, and how long it has. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.clock import Milestone
from complaints.queue_row import Row
from complaints.workflow import Status

SOON = timedelta(hours=4)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Remaining:
    """kind: running, late, stopped (the next word is the reporter's), dated (at: the day that was set), or none.

    milestone: which promise it is, for running and late. left: how long it has, or how late it is.
    """

    kind: str
    milestone: Milestone | None = None
    left: timedelta = timedelta(0)
    at: datetime | None = None

    @property
    def soon(self) -> bool:
        return self.kind == "running" and self.left < SOON


def remaining(row: Row, now: datetime) -> Remaining:
    """How a row stands at `now`."""
    if row.status == Status.WAITING_FOR_REPORTER:
        return Remaining("stopped")
    if row.status not in (Status.SCHEDULED, *_RUNNING):
        return Remaining("none")
    open_dues = [
        (due_at, milestone)
        for milestone, due_at, met_at in (
            (Milestone.RESPOND, row.respond_due_at, row.responded_at),
            (Milestone.SECURE, row.secure_due_at, row.secured_at),
            (Milestone.RESOLVE, row.resolve_due_at, None),
        )
        if due_at is not None and met_at is None
    ]
    late = [one for one in open_dues if one[0] < now]
    if row.status == Status.SCHEDULED and row.scheduled_for is not None and row.scheduled_for >= now and not late:
        return Remaining("dated", at=row.scheduled_for)
    if not open_dues:
        return Remaining("none")
    due_at, milestone = min(open_dues)
    if due_at < now:
        return Remaining("late", milestone, coarse(now - due_at), due_at)
    return Remaining("running", milestone, due_at - now, due_at)


def coarse(length: timedelta) -> timedelta:
    """A length for a narrow cell: from an hour on in whole hours."""
    return length if length < HOUR else length // HOUR * HOUR


_RUNNING = (
    Status.RECEIVED,
    Status.ASSIGNED,
    Status.COORDINATING,
    Status.IN_PROGRESS,
    Status.AWAITING_VALIDATION,
)
