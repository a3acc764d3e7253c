"""What a rule promises for one complaint: which targets its answers choose, and by when they fall due. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.clock import Milestone, Pause, Target, Unit, due
from tenants.working_time import Calendar


@dataclass(frozen=True)
class Dues:
    """The promised instants; None where nothing is promised or the clock stands still."""

    respond_at: datetime | None = None
    secure_at: datetime | None = None
    resolve_at: datetime | None = None
    ceiling_at: datetime | None = None


NOTHING_PROMISED = Dues()


def targets(milestones: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[Milestone, Target]:
    """The target of each milestone: one whose `when` fits the answers before one without; the first of equals."""
    found: dict[Milestone, tuple[int, Target]] = {}
    for row in milestones:
        when: Mapping[str, Sequence[str]] = row.get("when") or {}
        if not all(_answered(answers.get(question), wanted) for question, wanted in when.items()):
            continue
        milestone = Milestone(row["milestone"])
        if milestone not in found or len(when) > found[milestone][0]:
            found[milestone] = (len(when), Target(row["amount"], Unit(row["unit"])))
    return {milestone: target for milestone, (_, target) in found.items()}


def dues(
    milestones: Sequence[Mapping[str, Any]],
    ceiling: Mapping[str, Any] | None,
    answers: Mapping[str, Any],
    *,
    received_at: datetime,
    clock_from_at: datetime,
    calendar: Calendar | None,
    citys: Calendar | None,
    pauses: Sequence[Pause],
) -> Dues:
    """The due instants. clock_from_at: since when the present owner has it; the ceiling counts from received_at.

    calendar: of who has it. citys: by which the ceiling counts, so that no hand-over moves it.
    """
    if calendar is None or citys is None:
        return NOTHING_PROMISED
    since = [pause for pause in pauses if pause.until_at is None or pause.until_at > clock_from_at]
    by_milestone = {
        milestone: due(clock_from_at, target, calendar, since)
        for milestone, target in targets(milestones, answers).items()
    }
    return Dues(
        respond_at=by_milestone.get(Milestone.RESPOND),
        secure_at=by_milestone.get(Milestone.SECURE),
        resolve_at=by_milestone.get(Milestone.RESOLVE),
        ceiling_at=due(received_at, Target(ceiling["amount"], Unit(ceiling["unit"])), citys, []) if ceiling else None,
    )


def _answered(answer: Any, wanted: Sequence[str]) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(str(one).lower() in [str(want).lower() for want in wanted] for one in given if one is not None)
