"""The clock of one complaint: its due instants, its place in the queue, and when somebody above must hear of it.

Reckoned anew at every move from the rule as it read when the complaint was made under it, the answers and the pauses.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import pausing
from complaints.clock import Milestone, Pause, sort_key
from complaints.complaint import Complaint, HistoryRow, Remark
from complaints.escalation import REPORTER, Situation, Step, plan
from complaints.promise import NOTHING_PROMISED, dues, targets
from complaints.rulebook import Rulebook
from complaints.timers import EXPIRE, REMIND, Timed, Timer, end_of_wait, timer
from complaints.workflow import Status
from messages.queue import Queue
from tenants.sla_rule import ASKING, SlaRuleRevision

MIND = "mind_complaint"
"""The job that takes the steps of a complaint's ladder; `minding.py` does it."""


@dataclass(frozen=True)
class Promised:
    """What the rule of a complaint promises, as it read when the complaint was made under it."""

    milestones: Sequence[Mapping[str, Any]]
    ceiling: Mapping[str, Any] | None
    ladder: Sequence[Mapping[str, Any]]
    auto_close: bool
    pausing: Collection[str]
    asking: Mapping[str, Any] | None

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Promised":
        """As a rule's revision was written down; what the rules of that time didn't say reads as it did then."""
        return cls(
            document["milestones"],
            document.get("ceiling"),
            document.get("ladder", ()),
            document.get("auto_close", False),
            document.get("pausing", (Status.WAITING_FOR_REPORTER,)),
            document.get("asking", ASKING),
        )


def recalculate(session: Session, complaint: Complaint, book: Rulebook) -> None:
    """Reckon anew the due instants, the sort key, and when the complaint must be minded next.

    A step of the ladder whose instant has passed counts, so that none is skipped. What is new isn't flushed yet.
    """
    promised = promised_to(session, complaint, book) if complaint.is_open else None
    if complaint.is_open:
        due = NOTHING_PROMISED
        if promised is not None:
            due = dues(
                promised.milestones,
                promised.ceiling,
                answers_of(session, complaint.id),
                received_at=complaint.received_at,
                clock_from_at=complaint.clock_from_at,
                calendar=book.calendar,
                pauses=pauses_of(session, complaint.id),
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
    taken = taken_steps(session, complaint)
    steps = ladder_of(session, complaint, book)
    next_timer = timer_of(session, complaint, book)
    ahead = [step.at for step in steps if step.key not in taken] + ([next_timer.at] if next_timer else [])
    complaint.next_step_at = min(ahead, default=None)
    if complaint.responded_at is not None or not complaint.is_open:
        complaint.on_board_since = None


def wind(session: Session, queue: Queue, complaint: Complaint) -> None:
    """Hand the queue a job for the instant at which the complaint must be minded next, in the caller's transaction."""
    if complaint.next_step_at is not None:
        queue.defer(session, MIND, complaint.tenant_id, complaint.id, at=complaint.next_step_at)


def ladder_of(session: Session, complaint: Complaint, book: Rulebook) -> list[Step]:
    """Every step of the complaint's ladder as it stands now; empty once nothing is open or promised.

    Where the rule closes it by itself at its promised instant, nobody above need hear of that instant.
    """
    promised = promised_to(session, complaint, book) if complaint.is_open else None
    if promised is None:
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
        targets=targets(promised.milestones, answers_of(session, complaint.id)),
        pauses=[
            pause
            for pause in pauses_of(session, complaint.id)
            if pause.until_at is None or pause.until_at > complaint.clock_from_at
        ],
        offered=complaint.status == Status.COORDINATING,
    )
    steps = plan(promised.ladder, situation, book.calendar)
    ends = timer_of(session, complaint, book)
    return steps if ends is None or ends.move != EXPIRE else [step for step in steps if step.at < ends.at]


def timer_of(session: Session, complaint: Complaint, book: Rulebook) -> Timer | None:
    """What the platform does next with the complaint by the clock, besides its ladder."""
    return timer(_timed(session, complaint, book), book.terms, book.calendar)


def wait_ends(session: Session, complaint: Complaint, book: Rulebook) -> Timer | None:
    """When and how the wait for the reporter ends, if one runs."""
    return end_of_wait(_timed(session, complaint, book), book.calendar)


def _timed(session: Session, complaint: Complaint, book: Rulebook) -> Timed:
    promised = promised_to(session, complaint, book) if complaint.is_open else None
    waits = complaint.status == Status.WAITING_FOR_REPORTER
    wait = pausing.wait_of(session, complaint.id) if waits else None
    return Timed(
        status=Status(complaint.status),
        auto_close=promised.auto_close if promised is not None else False,
        resolve_due_at=complaint.resolve_due_at,
        closed_at=complaint.closed_at,
        asking=promised.asking if promised is not None else ASKING,
        asked_at=wait.from_at if wait is not None else None,
        reminded_at=wait.reminded_at if wait is not None else None,
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
        promised = promised_to(session, complaint, book)
        stops = promised.pausing if promised is not None else (Status.WAITING_FOR_REPORTER,)
        pausing.follow(session, complaint, left, reached, stops=stops, asks=asks, now=now)


def taken_steps(session: Session, complaint: Complaint) -> set[str]:
    """The steps taken on the present holder's clock; the reporter's, once for all."""
    rows = session.scalars(
        select(HistoryRow.detail).where(HistoryRow.complaint_id == complaint.id, HistoryRow.move == "escalate")
    )
    clock = complaint.clock_from_at.isoformat()
    return {detail["key"] for detail in rows if detail["clock"] == clock or detail["tell"] == REPORTER}


def promised_to(session: Session, complaint: Complaint, book: Rulebook) -> Promised | None:
    """What was promised for a complaint; None without a rule."""
    rule = book.rule_by_id(complaint.sla_rule_id)
    if rule is not None and rule.revision == complaint.sla_rule_revision:
        return Promised(rule.milestones, rule.ceiling, rule.ladder, rule.auto_close, rule.pausing, rule.asking)
    document = session.scalar(
        select(SlaRuleRevision.document).where(
            SlaRuleRevision.sla_rule_id == complaint.sla_rule_id,
            SlaRuleRevision.revision == complaint.sla_rule_revision,
        )
    )
    return Promised.of_document(document) if document is not None else None


def pauses_of(session: Session, complaint_id: UUID) -> list[Pause]:
    """When the clock of a complaint stood still, in order."""
    return [Pause(row.from_at, row.until_at) for row in pausing.counted(session, complaint_id)]


def answers_of(session: Session, complaint_id: UUID) -> dict[str, Any]:
    """The reporter's answers to the category's questions."""
    answers = session.scalar(
        select(Remark.answers).where(Remark.complaint_id == complaint_id, Remark.kind == "description").limit(1)
    )
    return answers or {}
