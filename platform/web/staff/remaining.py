"""What a row of the queue says about time: the next promise that is still open, and how long it has. Pure.

It is the promise by which the lists are sorted and parted, so that a row in "due today" or "late" says why it is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.clock import Milestone
from complaints.queue_row import Row
from complaints.workflow import OPEN, Status

SOON = timedelta(hours=4)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Remaining:
    """kind: running, late, stopped (the next word is the reporter's and no clock runs), dated, none or over.

    Over: the report has ended. Dated (at: the day that was set): it comes before the next promise, and that isn't due
    within a day.

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
    if row.status not in OPEN:
        return Remaining("over")
    open_dues = [
        (due_at, milestone)
        for milestone, due_at, met_at in (
            (Milestone.RESPOND, row.respond_due_at, row.responded_at),
            (Milestone.SECURE, row.secure_due_at, row.secured_at),
            (Milestone.RESOLVE, row.resolve_due_at, None),
        )
        if due_at is not None and met_at is None
    ]
    due_at, milestone = min(open_dues, default=(None, None))
    if row.status == Status.WAITING_FOR_REPORTER and due_at is None:
        return Remaining("stopped")
    set_for = row.scheduled_for if row.status == Status.SCHEDULED else None
    if set_for is not None and set_for >= now and (due_at is None or (set_for <= due_at and due_at - now >= DAY)):
        return Remaining("dated", at=set_for)
    if due_at is None:
        return Remaining("none")
    if due_at < now:
        return Remaining("late", milestone, coarse(now - due_at), due_at)
    return Remaining("running", milestone, due_at - now, due_at)


def coarse(length: timedelta) -> timedelta:
    """A length for a narrow cell: from an hour on in whole hours."""
    return length if length < HOUR else length // HOUR * HOUR
