"""The promises of one complaint as bars: how much of each is used, and how it stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from complaints.clock import Milestone, Pause, Target, Unit, elapsed, share
from complaints.clocks.promise import targets
from complaints.complaint import Complaint
from complaints.rules.rulebook import RuleEntry
from tenants.database import Words
from tenants.working_time import Calendar

SOON_SHARE = 0.8


@dataclass(frozen=True)
class Bar:
    """One milestone. kind: kept, missed (met, but late), running, soon, late, stopped, or ended.

    Ended: otherwise than by work, before it fell due, so that nothing was broken; what was late by then stays as late
    as it was. The figures count by the same rule.

    share: how much of the target is used, 1 at the due instant. length: how long it took, has left, or is late.
    unit: what `length` of a milestone that was kept is counted in. label: the city's own word for it, {} for none.
    """

    milestone: Milestone
    kind: str
    share: float
    length: timedelta
    due_at: datetime | None
    unit: Unit = Unit.MINUTES
    label: Words = field(default_factory=dict)


def bars(
    complaint: Complaint,
    rule: RuleEntry | None,
    answers: Mapping[str, Any],
    calendar: Calendar | None,
    pauses: Sequence[Pause],
    now: datetime,
) -> list[Bar]:
    """The milestones that are promised, in the order of the work; nothing where nothing is promised."""
    if rule is None or calendar is None:
        return []
    promised = targets(rule.milestones, answers)
    since = [pause for pause in pauses if pause.until_at is None or pause.until_at > complaint.clock_from_at]
    met_at = {
        Milestone.RESPOND: complaint.responded_at,
        Milestone.SECURE: complaint.secured_at or complaint.resolved_at,
        Milestone.RESOLVE: complaint.resolved_at,
    }
    ended_at = None if complaint.is_open else complaint.closed_at
    due_at = {
        Milestone.RESPOND: complaint.respond_due_at,
        Milestone.SECURE: complaint.secure_due_at,
        Milestone.RESOLVE: complaint.resolve_due_at,
    }
    shown = []
    for milestone in Milestone:
        if milestone in promised:
            answered = milestone is Milestone.RESPOND and complaint.responded_at is not None
            bar = _bar(
                milestone,
                promised[milestone],
                due_at[milestone],
                met_at[milestone],
                complaint.received_at if answered else complaint.clock_from_at,
                calendar,
                since,
                min(now, ended_at) if ended_at is not None else now,
            )
            if ended_at is not None and bar.kind in ("running", "soon", "stopped"):
                bar = replace(bar, kind="ended", length=timedelta(0), due_at=None)
            shown.append(replace(bar, label=_label(rule, milestone, promised[milestone])))
    return shown


def _label(rule: RuleEntry, milestone: Milestone, target: Target) -> Words:
    """What the city calls this milestone: "Ditambal sementara"."""
    for row in rule.milestones:
        if (row["milestone"], row["amount"], row["unit"]) == (milestone, target.amount, target.unit):
            return row.get("label") or {}
    return {}


def _bar(
    milestone: Milestone,
    target: Target,
    due_at: datetime | None,
    met_at: datetime | None,
    from_at: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause],
    now: datetime,
) -> Bar:
    if met_at is not None:
        used = share(min(from_at, met_at), met_at, target, calendar, pauses)
        late_by = met_at - due_at if due_at is not None and met_at > due_at else None
        if late_by is not None:
            return Bar(milestone, "missed", used, late_by, due_at)
        return Bar(milestone, "kept", used, *_took(min(from_at, met_at), met_at, target, calendar, pauses))
    used = share(from_at, now, target, calendar, pauses)
    if due_at is None:
        return Bar(milestone, "stopped", used, timedelta(0), None)
    if due_at < now:
        return Bar(milestone, "late", used, now - due_at, due_at)
    return Bar(milestone, "soon" if used >= SOON_SHARE else "running", used, due_at - now, due_at)


def _took(
    from_at: datetime, met_at: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[timedelta, None, Unit]:
    """How long it took, in working minutes where the promise counts them."""
    unit = Unit.WORKING_MINUTES if target.unit is Unit.WORKING_MINUTES else Unit.MINUTES
    return timedelta(minutes=float(elapsed(from_at, met_at, unit, calendar, pauses))), None, unit
