"""A reporter's answers when the category is corrected: those that still fit stay, the others are put aside, not lost.

What was put aside decides nothing and is shown to nobody; it comes back when the category is corrected back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Remark
from complaints.rules.questions import still_valid

DESCRIPTION = "description"
PUT_ASIDE = "put_aside"


@dataclass(frozen=True)
class Sorted:
    """kept: the answers that fit other questions, also from what was put aside before. left: those that don't."""

    kept: Mapping[str, Any]
    left: Mapping[str, Any]


def sort(session: Session, complaint_id: UUID, questions: Sequence[Mapping[str, Any]]) -> Sorted:
    """How the answers to a complaint's questions fit other ones; nothing is written."""
    given, earlier = _answers(session, complaint_id)
    kept = still_valid(questions, {**earlier, **given})
    return Sorted(kept, {code: answer for code, answer in given.items() if code not in kept})


def put_aside(session: Session, complaint_id: UUID, questions: Sequence[Mapping[str, Any]], *, now: datetime) -> Sorted:
    """Let only the answers count that fit these questions, and flush it."""
    found = sort(session, complaint_id, questions)
    told = session.scalar(_remarks(complaint_id, DESCRIPTION).limit(1))
    if told is not None:
        told.answers = dict(found.kept)
        if found.left:
            keep_aside(session, complaint_id, found.left, now=now)
        session.flush()
    return found


def keep_aside(session: Session, complaint_id: UUID, answers: Mapping[str, Any], *, now: datetime) -> None:
    """Keep answers to what isn't asked here, in the session's scope, and flush it."""
    session.add(
        Remark(complaint_id=complaint_id, kind=PUT_ASIDE, body="", answers=dict(answers), inner=True, created_at=now)
    )
    session.flush()


def _answers(session: Session, complaint_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """What counts now, and what was put aside before, the last of each."""
    told = session.scalar(_remarks(complaint_id, DESCRIPTION).limit(1))
    earlier: dict[str, Any] = {}
    for row in session.scalars(_remarks(complaint_id, PUT_ASIDE)):
        earlier |= row.answers
    return dict(told.answers) if told is not None else {}, earlier


def _remarks(complaint_id: UUID, kind: str) -> Any:
    return (
        select(Remark)
        .where(Remark.complaint_id == complaint_id, Remark.kind == kind)
        .order_by(Remark.created_at, Remark.id)
    )
