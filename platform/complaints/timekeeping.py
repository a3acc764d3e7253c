"""The clock of one complaint: its due instants, its place in the queue, and when somebody above must hear of it.

Reckoned anew at every move from the rule as it read when the complaint was made under it, the answers and the pauses.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints import pausing
from complaints.clock import Milestone, Pause, sort_key
from complaints.clocks.escalation import Situation, Step, plan
from complaints.clocks.promise import NOTHING_PROMISED, dues, targets
from complaints.clocks.timers import EXPIRE, REMIND, Timed, Timer, end_of_wait, timer
from complaints.complaint import Complaint
from complaints.reckoning import Known, known_of, pauses_in, promised_to_all
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Status
from messages.queue import Queue
from tenants.sla_rule import ASKING

MIND = "mind_complaint"
"""The job that takes the steps of a complaint's ladder; `minding.py` does it."""


def recalculate(session: Session, complaint: Complaint, book: Rulebook) -> None:
    """Reckon anew the due instants, the sort key, and when the complaint must be minded next.

    A step of the ladder whose instant has passed counts, so that none is skipped. What is new isn't flushed yet.
    """
    settle(complaint, known_of(session, complaint, book), book)


def settle(complaint: Complaint, known: Known, book: Rulebook) -> None:
    """The same, of what is known."""
    if complaint.is_open:
        due = NOTHING_PROMISED
        if known.promised is not None:
            due = dues(
                known.promised.milestones,
                known.promised.ceiling,
                known.answers,
                received_at=complaint.received_at,
                clock_from_at=complaint.clock_from_at,
                calendar=book.calendar_of(complaint.agency_id),
                citys=book.calendar,
                pauses=known.pauses,
            )
        if complaint.responded_at is None:
            complaint.respond_due_at = due.respond_at
        complaint.secure_due_at = due.secure_at
        complaint.resolve_due_at = due.resolve_at
        complaint.ceiling_at = due.ceiling_at
    open_dues = [
        complaint.respond_due_at if complaint.responded_at is None else None,
        complaint.secure_due_at if complaint.secured_at is None else None,
        complaint.resolve_due_at,
    ]
    complaint.sort_at = sort_key(open_dues if complaint.is_open else [], complaint.received_at)
    next_timer = timer_of(complaint, known, book)
    ahead = [step.at for step in ladder_of(complaint, known, book) if step.key not in known.taken]
    complaint.next_step_at = min(ahead + ([next_timer.at] if next_timer else []), default=None)
    if complaint.responded_at is not None or not complaint.is_open:
        complaint.on_board_since = None


def wind(session: Session, queue: Queue, complaint: Complaint) -> None:
    """Hand the queue a job for the instant at which the complaint must be minded next, in the caller's transaction."""
    if complaint.next_step_at is not None:
        queue.defer(session, MIND, complaint.tenant_id, complaint.id, at=complaint.next_step_at)


def ladder_of(complaint: Complaint, known: Known, book: Rulebook) -> list[Step]:
    """Every step of the complaint's ladder as it stands now; empty once nothing is open or promised.

    Where the rule closes it by itself at its promised instant, nobody above need hear of that instant.
    """
    if known.promised is None or not complaint.is_open:
        return []
    met = {
        Milestone.RESPOND: complaint.responded_at,
        Milestone.SECURE: complaint.secured_at,
        Milestone.RESOLVE: complaint.resolved_at,
    }
    situation = Situation(
        clock_from_at=complaint.clock_from_at,
        answered=complaint.responded_at is not None,
        met=frozenset(milestone for milestone, at in met.items() if at is not None),
        targets=targets(known.promised.milestones, known.answers),
        pauses=[pause for pause in known.pauses if pause.until_at is None or pause.until_at > complaint.clock_from_at],
        offered=complaint.status == Status.COORDINATING,
        city_pauses=book.pauses,
    )
    steps = plan(known.promised.ladder, situation, book.calendar_of(complaint.agency_id))
    ends = timer_of(complaint, known, book)
    return steps if ends is None or ends.move != EXPIRE else [step for step in steps if step.at < ends.at]


def timer_of(complaint: Complaint, known: Known, book: Rulebook) -> Timer | None:
    """What the platform does next with the complaint by the clock, besides its ladder."""
    return timer(_timed(complaint, known, book), book.terms, book.calendar)


def wait_ends(session: Session, complaint: Complaint, book: Rulebook) -> Timer | None:
    """When and how the wait for the reporter ends, if one runs."""
    if complaint.status != Status.WAITING_FOR_REPORTER:
        return None
    return end_of_wait(_timed(complaint, known_of(session, complaint, book), book), book.calendar)


def _timed(complaint: Complaint, known: Known, book: Rulebook) -> Timed:
    promised = known.promised if complaint.is_open else None
    return Timed(
        status=Status(complaint.status),
        auto_close=promised.auto_close if promised is not None else False,
        resolve_due_at=complaint.resolve_due_at,
        closed_at=complaint.closed_at,
        asking=promised.asking if promised is not None else ASKING,
        asked_at=known.asked_at,
        reminded_at=known.reminded_at,
        city_pauses=book.pauses,
    )


def keep_pauses(
    session: Session,
    complaint: Complaint,
    book: Rulebook,
    name: str,
    left: Status,
    reached: Status,
    *,
    asks: bool,
    now: datetime,
) -> None:
    """What a move does to the pauses: it begins and ends them, decides on one, or reminds the reporter in one.

    asks: whether what this actor begins waits for a supervisor. What is new isn't flushed yet.
    """
    if name in pausing.DECISIONS:
        pausing.decide(session, complaint, name)
    elif name == REMIND:
        pausing.remind(session, complaint.id, now)
    elif left is not reached and {left, reached} & set(pausing.CAN_PAUSE):
        promised = promised_to_all(session, [complaint], book)[complaint.id]
        stops = promised.pausing if promised is not None else (Status.WAITING_FOR_REPORTER,)
        pausing.follow(session, complaint, left, reached, stops=stops, asks=asks, now=now)


def pauses_of(session: Session, complaint_id: UUID, book: Rulebook) -> list[Pause]:
    """When the clock of a complaint stood still, in order: by itself, or as the whole city did."""
    return pauses_in(pausing.rows_of_all(session, [complaint_id])[complaint_id], book)
