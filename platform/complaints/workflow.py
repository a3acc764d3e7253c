"""The state machine, whole: which move leads where, who may make it, what it must carry and what it does to the clock.

A status is never assigned anywhere but by `handling.move`, which asks this table and appends a history row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from complaints.intake import LOGGED
from people.permissions import Permission
from tenants.errors import N_, Conflict, Invalid, Several


class Status(StrEnum):
    """Where a complaint is; design section 6 says how each is shown."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    COORDINATING = "coordinating"
    IN_PROGRESS = "in_progress"
    SCHEDULED = "scheduled"
    WAITING_FOR_REPORTER = "waiting_for_reporter"
    AWAITING_VALIDATION = "awaiting_validation"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    MERGED = "merged"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"


OPEN = (
    Status.RECEIVED,
    Status.ASSIGNED,
    Status.COORDINATING,
    Status.IN_PROGRESS,
    Status.SCHEDULED,
    Status.WAITING_FOR_REPORTER,
    Status.AWAITING_VALIDATION,
)
DONE = (Status.RESOLVED, Status.CONFIRMED)
ENDED = (Status.REJECTED, Status.WITHDRAWN)
"""Over without work; what went on elsewhere, merged or handed over, isn't over."""


class Need(StrEnum):
    """What a move must carry."""

    AGENCY = "agency"
    TARGET = "target"
    NOTE = "note"
    QUESTION = "question"
    ANSWER = "answer"
    REASON = "reason"
    PHOTO = "photo"
    DATE = "date"


class Step(StrEnum):
    """Steps that a tenant switches on as data."""

    VERIFICATION = "verification"
    VALIDATION = "validation"
    PAUSE_APPROVAL = "pause_approval"


class Target(StrEnum):
    """Where a move leads that isn't one status for all."""

    THE_STATUS_LEFT = "the_status_left"
    THE_SAME = "the_same"
    THE_SAME_OR_ASSIGNED = "the_same_or_assigned"
    """The same, but assigned where another agency gets what has begun: `correcting.py`."""
    WHAT_IT_WAS = "what_it_was"
    """Where the move had begun that is taken back: `undoing.py`."""


class Reach(StrEnum):
    """Which officials a move is for, beyond their permission; `competence.py` decides."""

    THE_AGENCY = "the_agency"
    """Those of the agency that has the complaint, and those above."""
    COMPETENT = "competent"
    """The same, where that agency is the one for the category: nobody closes another's work."""
    THE_CITY = "the_city"
    """Every official who sees the complaint."""


SYSTEM = None
"""The permission of moves that nobody makes by hand: the platform does, by the clock or as the other half of a move."""


@dataclass(frozen=True)
class Move:
    """to: the status it leads to. permission: who may make it. needs: what it must carry. step: only where switched on.

    answers: a person's meaningful word to the reporter, which meets the promise to respond. inner: not shown in public.
    reach: which officials it is for.
    """

    to: Status | Target
    permission: Permission | None
    needs: tuple[Need, ...] = ()
    step: Step | None = None
    answers: bool = False
    inner: bool = False
    reach: Reach = Reach.THE_AGENCY


class IllegalMove(Conflict):
    """The table has no such move from this status."""


def _from(statuses: Iterable[Status], name: str, move: Move) -> dict[tuple[Status, str], Move]:
    return {(status, name): move for status in statuses}


CONCEAL = "conceal"
"""The move that makes a public report private, where what is in it should be read by nobody else."""

HANDLED = (Status.RECEIVED, Status.ASSIGNED, Status.COORDINATING, Status.IN_PROGRESS, Status.SCHEDULED)
"""Where the next word is the officials', and work isn't finished."""

MOVES: dict[tuple[Status, str], Move] = {
    **_from([Status.RECEIVED], "verify", Move(Target.THE_SAME, Permission.ASSIGN, step=Step.VERIFICATION)),
    **_from(HANDLED, "assign", Move(Status.ASSIGNED, Permission.ASSIGN, (Need.AGENCY,))),
    **_from(HANDLED, "coordinate", Move(Status.COORDINATING, Permission.ASSIGN, (Need.AGENCY, Need.REASON))),
    # the third pass between the same two stays where it is, and a supervisor says whose it is: `quarrel.py`
    **_from(HANDLED, "disagree", Move(Target.THE_SAME, Permission.ASSIGN, (Need.REASON,), inner=True)),
    **_from([Status.COORDINATING], "accept", Move(Status.ASSIGNED, Permission.HANDLE)),
    **_from([Status.COORDINATING], "refuse", Move(Status.ASSIGNED, Permission.HANDLE, (Need.REASON,))),
    **_from([Status.RECEIVED, Status.ASSIGNED, Status.SCHEDULED], "start", Move(Status.IN_PROGRESS, Permission.HANDLE)),
    **_from(
        [Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED],
        "schedule",
        Move(Status.SCHEDULED, Permission.HANDLE, (Need.DATE, Need.REASON), answers=True),
    ),
    # the clock pauses: theirs is the next word
    **_from(
        [Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED],
        "ask",
        Move(Status.WAITING_FOR_REPORTER, Permission.HANDLE, (Need.QUESTION,), answers=True),
    ),
    **_from([Status.WAITING_FOR_REPORTER], "answer", Move(Target.THE_STATUS_LEFT, Permission.OWN, (Need.ANSWER,))),
    # nobody waits for ever: the officials may go on without the answer
    **_from([Status.WAITING_FOR_REPORTER], "resume", Move(Target.THE_STATUS_LEFT, Permission.HANDLE, (Need.REASON,))),
    # the wait has a timer of its own: one reminder, then the platform goes on or ends it, as the rule says
    **_from([Status.WAITING_FOR_REPORTER], "remind", Move(Target.THE_SAME, SYSTEM)),
    **_from([Status.WAITING_FOR_REPORTER], "go_on", Move(Target.THE_STATUS_LEFT, SYSTEM)),
    **_from([Status.WAITING_FOR_REPORTER], "lapse", Move(Status.REJECTED, SYSTEM)),
    # where the city approves pauses: what an officer has begun stops the clock from then on, or never did
    **_from(OPEN, "approve_pause", Move(Target.THE_SAME, Permission.VALIDATE, step=Step.PAUSE_APPROVAL, inner=True)),
    **_from(
        OPEN,
        "refuse_pause",
        Move(Target.THE_SAME, Permission.VALIDATE, (Need.REASON,), step=Step.PAUSE_APPROVAL, inner=True),
    ),
    # an interim that takes the danger away, where the rule promises one; the work itself goes on
    **_from(
        [Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED],
        "secure",
        Move(Target.THE_SAME, Permission.HANDLE, (Need.NOTE,), answers=True),
    ),
    **_from(
        [Status.IN_PROGRESS, Status.SCHEDULED],
        "resolve",
        Move(Status.RESOLVED, Permission.RESOLVE, (Need.NOTE, Need.PHOTO), answers=True, reach=Reach.COMPETENT),
    ),
    **_from(
        [Status.IN_PROGRESS, Status.SCHEDULED],
        "submit",
        Move(
            Status.AWAITING_VALIDATION,
            Permission.RESOLVE,
            (Need.NOTE, Need.PHOTO),
            step=Step.VALIDATION,
            reach=Reach.COMPETENT,
        ),
    ),
    **_from(
        [Status.AWAITING_VALIDATION],
        "validate",
        Move(Status.RESOLVED, Permission.VALIDATE, step=Step.VALIDATION, answers=True),
    ),
    **_from(
        [Status.AWAITING_VALIDATION],
        "send_back",
        Move(Status.IN_PROGRESS, Permission.VALIDATE, (Need.REASON,), step=Step.VALIDATION, inner=True),
    ),
    # along with the incident that it belongs to, by somebody who validates: the proof is one for all
    **_from(
        [Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED],
        "settle",
        Move(Status.RESOLVED, Permission.VALIDATE, (Need.NOTE,), answers=True, reach=Reach.COMPETENT),
    ),
    **_from([Status.RESOLVED], "confirm", Move(Status.CONFIRMED, Permission.OWN)),
    # silence after "done" counts as consent once the tenant's working days are over
    **_from([Status.RESOLVED], "close", Move(Status.CONFIRMED, SYSTEM)),
    # what passes by itself (a traffic jam) is over at its promised instant, where the rule says so; nobody's work
    **_from(HANDLED, "expire", Move(Status.RESOLVED, SYSTEM)),
    # on the spot, by somebody who didn't do it: as promised or partly, or not at all, which opens it again
    **_from(
        DONE,
        "check",
        Move(Target.THE_SAME, Permission.HANDLE, (Need.NOTE, Need.PHOTO), inner=True, reach=Reach.THE_CITY),
    ),
    **_from(DONE, "overturn", Move(Status.ASSIGNED, Permission.HANDLE, (Need.NOTE, Need.PHOTO), reach=Reach.THE_CITY)),
    **_from([Status.RESOLVED, Status.CONFIRMED], "reopen", Move(Status.ASSIGNED, Permission.OWN, (Need.REASON,))),
    # the right category was named when it was rejected: one tap of the reporter's, and it goes there
    **_from([Status.REJECTED], "resend", Move(Status.RECEIVED, Permission.OWN)),
    **_from(HANDLED, "reject", Move(Status.REJECTED, Permission.REJECT, (Need.REASON,), answers=True)),
    **_from(HANDLED, "merge", Move(Status.MERGED, Permission.MERGE, (Need.TARGET,))),
    **_from([Status.MERGED], "unmerge", Move(Target.THE_STATUS_LEFT, Permission.MERGE)),
    # the other half of both, in the history of the report that the first one went into
    **_from(OPEN, "absorb", Move(Target.THE_SAME, SYSTEM, inner=True)),
    **_from(list(Status), "release", Move(Target.THE_SAME, SYSTEM, inner=True)),
    **_from(OPEN, "hand_over", Move(Status.HANDED_OVER, Permission.HAND_OVER, (Need.REASON,))),
    **_from(OPEN, "return", Move(Status.HANDED_OVER, Permission.HAND_OVER, (Need.REASON,))),
    # the third pass between the same two stays where it is, and the operator says whose it is: `dispute.py`
    **_from(OPEN, "dispute", Move(Target.THE_SAME, Permission.HAND_OVER, (Need.REASON,))),
    **_from(OPEN, "decide", Move(Target.THE_SAME, SYSTEM, (Need.REASON,))),
    # the other half of a return, in the tenant that had handed it over
    **_from([Status.HANDED_OVER], "revive", Move(Status.RECEIVED, SYSTEM)),
    # what a reporter writes unasked, by mail: for officials, as a mail holds more than its writer means for everybody
    **_from([*OPEN, *DONE], "write", Move(Target.THE_SAME, Permission.OWN, (Need.NOTE,), inner=True)),
    **_from(OPEN, "withdraw", Move(Status.WITHDRAWN, Permission.OWN)),
    # what stays the reporter's of a report that is sent: `own_report.py`
    **_from(HANDLED, "reword", Move(Target.THE_SAME, Permission.OWN)),
    **_from([*OPEN, *DONE, *ENDED], "hide", Move(Target.THE_SAME, Permission.OWN)),
    **_from([*OPEN, *DONE, *ENDED], "remove_photo", Move(Target.THE_SAME, Permission.OWN)),
    # what somebody objects to in a public report: `objecting.py`
    **_from(list(Status), "object", Move(Target.THE_SAME, SYSTEM, inner=True)),
    # what is upheld of it: from then on the reporter and the officials read it, and the reporter is told why
    **_from([*OPEN, *DONE, *ENDED, Status.MERGED], CONCEAL, Move(Target.THE_SAME, Permission.REJECT, (Need.REASON,))),
    # what others add to a public report, a photo or words, waits for an official's word: `adding.py`
    **_from(OPEN, "add", Move(Target.THE_SAME, SYSTEM, inner=True)),
    **_from([*OPEN, *DONE], "show_added", Move(Target.THE_SAME, Permission.HANDLE)),
    **_from([*OPEN, *DONE], "leave_added", Move(Target.THE_SAME, Permission.HANDLE, inner=True)),
    **_from(DONE, "thank", Move(Target.THE_SAME, Permission.OWN, inner=True)),
    # a reply meets the promise to answer, so it is the agency's own word; whoever passes by may leave a note
    **_from([*OPEN, *DONE], "reply", Move(Target.THE_SAME, Permission.HANDLE, (Need.NOTE,), answers=True)),
    **_from(
        list(Status),
        "note",
        Move(Target.THE_SAME, Permission.HANDLE, (Need.NOTE,), inner=True, reach=Reach.THE_CITY),
    ),
    **_from(OPEN, "take", Move(Target.THE_SAME, Permission.HANDLE, inner=True)),
    # a task for a crew without a seat, by a link, and what comes back by it: `fieldwork.py`
    **_from(
        [Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED],
        "delegate",
        Move(Target.THE_SAME, Permission.HANDLE, inner=True),
    ),
    **_from(OPEN, "deliver", Move(Target.THE_SAME, SYSTEM, inner=True)),
    **_from(OPEN, "recall", Move(Target.THE_SAME, Permission.HANDLE, inner=True)),
    **_from(OPEN, "return_work", Move(Target.THE_SAME, Permission.HANDLE, (Need.REASON,), inner=True)),
    # parts that other agencies do; the complaint stays where it is: `subtask.py`
    **_from(HANDLED, "split", Move(Target.THE_SAME, Permission.ASSIGN, inner=True)),
    **_from(
        OPEN, "part_done", Move(Target.THE_SAME, Permission.HANDLE, (Need.NOTE,), inner=True, reach=Reach.THE_CITY)
    ),
    **_from(
        OPEN, "part_refused", Move(Target.THE_SAME, Permission.HANDLE, (Need.REASON,), inner=True, reach=Reach.THE_CITY)
    ),
    **_from(OPEN, "part_dropped", Move(Target.THE_SAME, Permission.ASSIGN, (Need.REASON,), inner=True)),
    **_from(OPEN, "part_late", Move(Target.THE_SAME, SYSTEM, inner=True)),
    # a correction of place, category, priority or kind; what changed stands in the history row
    **_from(HANDLED, "correct", Move(Target.THE_SAME_OR_ASSIGNED, Permission.ASSIGN)),
    # its agency ends or its holder leaves: what they had open goes on, the clock runs on: `handing_on.py`
    **_from(OPEN, "pass_on", Move(Target.THE_SAME, SYSTEM, inner=True)),
    # a step of the ladder, by the clock
    **_from(OPEN, "escalate", Move(Target.THE_SAME, SYSTEM, inner=True)),
    **_from(OPEN, "recalculate", Move(Target.THE_SAME, SYSTEM, inner=True)),
    # by who made the last move, wherever that has led
    **_from(list(Status), "undo", Move(Target.WHAT_IT_WAS, Permission.HANDLE, reach=Reach.THE_CITY)),
}

WITH_A_VERB = frozenset(("undo", "correct", "resend", "reword", "hide", "remove_photo", "thank"))
"""Moves that do more than `handling.move`: `undoing.undo`, `correcting.correct`, `resending.resend`, `own_report`'s."""

UNDOABLE = frozenset(
    (
        "verify",
        "assign",
        "coordinate",
        "accept",
        "refuse",
        "start",
        "schedule",
        "ask",
        "resume",
        "secure",
        "resolve",
        "submit",
        "validate",
        "send_back",
        "reject",
        "reply",
        "note",
        "take",
    )
)
"""The officials' moves that whoever made one can take back. What passed to another tenant can only be returned."""

UNDO_WITHIN = timedelta(minutes=1)
"""For how long. Their messages wait until it is over."""

CHECKS = frozenset(("check", "overturn"))
"""The moves of a check on the spot, whose photos are no work."""

BIRTHS = {"file": Status.RECEIVED, "receive": Status.RECEIVED}
"""The rows that begin a history: filed by a reporter, received from another tenant."""


def move_from(status: str, name: str, steps: Iterable[str] = ()) -> Move:
    """The move of this name from this status. steps: those that the tenant has switched on. Raises IllegalMove."""
    move = MOVES.get((Status(status), name))
    if move is None or (move.step is not None and move.step not in steps):
        raise IllegalMove(
            "This step is not possible now: somebody may have handled the report in the meantime. Look at it again.",
            move=name,
            status=status,
        )
    if name == "resolve" and Step.VALIDATION in steps:
        raise IllegalMove("In this city somebody else validates the work first: send it for validation.", move=name)
    return move


def moves_from(status: str, steps: Iterable[str] = ()) -> dict[str, Move]:
    """The moves that are possible from a status, in the order of the table."""
    switched_on = frozenset(steps)
    return {
        name: move
        for (origin, name), move in MOVES.items()
        if origin == status
        and (move.step is None or move.step in switched_on)
        and not (name == "resolve" and Step.VALIDATION in switched_on)
    }


WAIVED: Mapping[str, frozenset[Need]] = {LOGGED: frozenset([Need.PHOTO])}
"""What a move needn't carry, by the complaint's channel: of work that was over, there may be no photo."""


def require(move: Move, carried: Iterable[Need]) -> None:
    """Raise Several, naming the fields, if the move doesn't carry what it must."""
    lacking = {need.value: Invalid(_MISSING[need], field=need.value) for need in move.needs if need not in carried}
    if lacking:
        raise Several(lacking)


_MISSING = {
    Need.AGENCY: N_("Choose the agency."),
    Need.TARGET: N_("Choose the report that this one belongs to."),
    Need.NOTE: N_("Write a note: one sentence is enough."),
    Need.QUESTION: N_("Write the question to the reporter."),
    Need.ANSWER: N_("Write your answer."),
    Need.REASON: N_("Give the reason in a sentence."),
    Need.PHOTO: N_("Add a photo of the finished work."),
    Need.DATE: N_("Choose the date."),
}
