"""What has to hold of a city's rows, whatever was killed while they were written; each flaw is a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from complaints import handling, timekeeping
from complaints.audience import telling
from complaints.complaint import Complaint, Evidence, HistoryRow, Holding, PauseRow
from complaints.rules.rulebooks import Rulebooks
from complaints.workflow import BIRTHS, MOVES, Status, Target
from messages.outbox import Message
from tenants import scope
from tenants.directory import TenantCard
from tests.isolation.storm import Storm

DUES = ("respond_due_at", "secure_due_at", "resolve_due_at", "ceiling_at", "sort_at", "next_step_at")
TOLD_ONCE = {"ask": "asked", "schedule": "scheduled", "resolve": "resolved"}
"""Moves of which a reporter with an address hears exactly once; the rest may be a matter of choice."""


def flaws(session: Session, card: TenantCard, books: Rulebooks, storm: Storm, folder: Path) -> Iterator[str]:
    """All that is wrong with the complaints of a tenant. folder: where evidence lies."""
    session.rollback()
    scope.name_tenant(session, card.id)
    book = books.of(session, card)
    for complaint in session.scalars(select(Complaint)).all():
        history = handling.history_of(session, complaint.id)
        name = complaint.reference
        yield from (f"{name}: {flaw}" for flaw in of_history(complaint, history))
        yield from (f"{name}: {flaw}" for flaw in _of_answers(complaint, history, storm))
        yield from (f"{name}: {flaw}" for flaw in _of_outbox(session, complaint, history))
        yield from (f"{name}: {flaw}" for flaw in _of_times(session, complaint))
        for evidence in session.scalars(select(Evidence).where(Evidence.complaint_id == complaint.id)):
            if not (folder / evidence.key).exists():
                yield f"{name}: the photo {evidence.id} isn't in the storage"
        before = {due: getattr(complaint, due) for due in DUES}
        timekeeping.recalculate(session, complaint, book)
        for due, was in before.items():
            if getattr(complaint, due) != was:
                yield f"{name}: {due} is {was} and should be {getattr(complaint, due)}"
    session.rollback()


def of_history(complaint: Complaint, history: Sequence[HistoryRow]) -> Iterator[str]:
    """The status is what replaying the history by the table of moves leads to."""
    if [row.number for row in history] != list(range(1, len(history) + 1)):
        yield f"the rows are numbered {[row.number for row in history]}"
    if not history or history[0].move not in BIRTHS:
        yield "the history has no beginning"
        return
    status = left = Status(BIRTHS[history[0].move])
    by_id = {str(row.id): row for row in history}
    lefts = {str(history[0].id): left}
    for row in history[1:]:
        if row.from_status != status:
            yield f"row {row.number} ({row.move}) begins at {row.from_status}, and {status} was reached"
        move = MOVES.get((status, row.move))
        if move is None:
            yield f"row {row.number}: no {row.move} from {status}"
            return
        before, before_left = status, left
        if move.to is Target.WHAT_IT_WAS:
            undone = by_id[row.detail["undoes"]]
            status, left = Status(str(undone.from_status)), lefts[row.detail["undoes"]]
        elif move.to is Target.THE_STATUS_LEFT:
            status = left
        elif move.to is not Target.THE_SAME:
            status = Status(move.to)
        if status is Status.WAITING_FOR_REPORTER is not before and row.move != "undo":
            left = before
        lefts[str(row.id)] = before_left
        if row.to_status != status:
            yield f"row {row.number} ({row.move}) says {row.to_status}, the table {status}"
    if complaint.status != status:
        yield f"it is {complaint.status}, its history leads to {status}"


def _of_answers(complaint: Complaint, history: Sequence[HistoryRow], storm: Storm) -> Iterator[str]:
    """What was answered is there; what wasn't is there at most as often as it was asked."""
    found = Counter(row.move for row in history)
    for name in {move for id_, move in [*storm.accepted, *storm.unknown] if id_ == str(complaint.id)}:
        key = (str(complaint.id), name)
        least, most = storm.accepted[key], storm.accepted[key] + storm.unknown[key]
        if not least <= found[name] <= most:
            yield f"{name} was answered {least} times and asked at most {most} times, and happened {found[name]} times"


def _of_outbox(session: Session, complaint: Complaint, history: Sequence[HistoryRow]) -> Iterator[str]:
    """Each message has one cause, the row of its instant; each move that is told is told once, an undone one never."""
    messages = session.scalars(select(Message).where(Message.complaint_id == complaint.id)).all()
    undone = {row.detail["undoes"] for row in history if row.move == "undo"}
    at = Counter(row.at for row in history)
    standing = [row for row in history if str(row.id) not in undone]
    counted_at = {row.at for row in standing}
    for key, count in Counter((one.created_at, one.event, one.destination, one.channel) for one in messages).items():
        if count > 1:
            yield f"{key} was written {count} times"
    for message in messages:
        if at[message.created_at] == 0:
            yield f"nothing happened when {message.event} was written"
        elif message.created_at not in counted_at:
            yield f"{message.event} tells of a step that was taken back"
    written = Counter((one.created_at, one.event) for one in messages if one.destination.startswith("warga"))
    assert set(TOLD_ONCE.items()) <= set(telling.REPORTER_HEARS.items())
    for row in standing:
        expected = TOLD_ONCE.get(row.move) if row.move != "file" else "received"
        if expected is not None and written[row.at, expected] != 1:
            yield f"{row.move} at {row.at} was told {written[row.at, expected]} times"


def _of_times(session: Session, complaint: Complaint) -> Iterator[str]:
    """One owner at a time, and a pause runs while the next word is the reporter's and never else."""
    holdings = session.scalars(
        select(Holding).where(Holding.complaint_id == complaint.id, Holding.until_at.is_(None))
    ).all()
    if [(one.agency_id, one.seat_id) for one in holdings] != [(complaint.agency_id, complaint.holder_id)]:
        yield f"{len(holdings)} holdings run"
    pauses = session.scalars(
        select(PauseRow).where(PauseRow.complaint_id == complaint.id, PauseRow.until_at.is_(None))
    ).all()
    if len(pauses) != (complaint.status == Status.WAITING_FOR_REPORTER):
        yield f"{len(pauses)} pauses run while it is {complaint.status}"


def unsent(owner: Connection, grace: timedelta = timedelta(0)) -> dict[str, int]:
    """How many messages are in each state but sent, of those whose time has come for longer than the grace."""
    found = owner.execute(
        text(
            "SELECT state, count(*) FROM messages WHERE state <> 'sent' AND not_before_at < now() - :grace GROUP BY 1"
        ),
        {"grace": grace},
    ).all()
    owner.rollback()
    return {row[0]: row[1] for row in found}


def twice(owner: Connection) -> int:
    """How many messages were tried more than once, so that a second copy may have gone out."""
    found = owner.scalar(text("SELECT count(*) FROM messages WHERE attempts > 1"))
    owner.rollback()
    return int(found or 0)
