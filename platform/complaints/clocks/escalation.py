"""When somebody above must hear of a complaint: the ladder of its rule, as instants. Pure.

A ladder is data: steps at a share of each promise not yet kept (50 % the holder, 80 % the supervisor, 100 % the next
level), steps after hours without any answer (the board of the mayor), and steps after working hours in which an agency
has neither accepted nor refused what it was offered. One step more isn't the city's to choose:
when a promised instant passes, the reporter hears of it once. A new holder's ladder begins anew with their clock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from complaints.clock import Milestone, Pause, Target, Unit, instant_at_share
from tenants.working_time import Calendar

REPORTER = "reporter"
BOARD = "board"
BROKEN_PROMISE = "promise"
LATE_AFTER = timedelta(minutes=10)
"""A step taken later than this after its instant was caught up after downtime, and its row says so."""


@dataclass(frozen=True, order=True)
class Step:
    """One step: at which instant, by which name (unique within one holder's ladder), and who is told.

    percent: of the promise; None for a step after hours without an answer, and for the reporter's.
    """

    at: datetime
    key: str
    tell: str
    milestone: str | None = None


@dataclass(frozen=True)
class Situation:
    """What a ladder is climbed by. met: milestones that need nobody's haste any more. targets: of the rule.

    offered: whether it is an offer that its agency hasn't answered; made when the clock began. city_pauses: those of
    pauses in which the whole city stood still; hours without an answer don't count in them.
    """

    clock_from_at: datetime
    answered: bool
    met: frozenset[Milestone]
    targets: Mapping[Milestone, Target]
    pauses: Sequence[Pause]
    offered: bool = False
    city_pauses: Sequence[Pause] = ()


def plan(ladder: Sequence[Mapping[str, Any]], situation: Situation, calendar: Calendar | None) -> list[Step]:
    """Every step of a ladder that has an instant, in order; none while the clock stands still or without a calendar."""
    if calendar is None:
        return []
    steps = []
    for milestone, target in situation.targets.items():
        if milestone in situation.met:
            continue
        for row in ladder:
            if "percent" in row:
                at = _at(situation, target, calendar, row["percent"] / 100)
                if at is not None:
                    steps.append(Step(at, f"{milestone}/{row['percent']}/{row['tell']}", row["tell"], milestone))
    steps += [
        Step(
            at,
            f"unanswered/{row['unanswered_hours']}/{row['tell']}",
            row["tell"],
        )
        for row in ladder
        if "unanswered_hours" in row and not situation.answered
        if (at := _after_hours(situation, row["unanswered_hours"], calendar)) is not None
    ]
    steps += [
        Step(at, f"offer/{row['offer_working_hours']}/{row['tell']}", row["tell"])
        for row in ladder
        if "offer_working_hours" in row and situation.offered
        if (at := _at(situation, _working_hours(row["offer_working_hours"]), calendar, 1)) is not None
    ]
    broken = [
        at
        for milestone in (Milestone.RESPOND, Milestone.RESOLVE)
        if milestone in situation.targets and milestone not in situation.met
        if (at := _at(situation, situation.targets[milestone], calendar, 1)) is not None
    ]
    if broken:
        steps.append(Step(min(broken), BROKEN_PROMISE, REPORTER))
    return sorted(steps)


def first_at(ladder: Sequence[Mapping[str, Any]], situation: Situation, calendar: Calendar | None) -> datetime | None:
    """The instant of the first step that `plan` gives, without reckoning the others: each filing asks for it.

    A larger share of a promise is never used sooner than a smaller one, so of each promise the smallest is enough.
    """
    if calendar is None:
        return None
    lowest = min((row["percent"] / 100 for row in ladder if "percent" in row), default=None)
    found = []
    for milestone, target in situation.targets.items():
        shares = [] if lowest is None else [lowest]
        if milestone in (Milestone.RESPOND, Milestone.RESOLVE):
            shares.append(1)
        if shares and milestone not in situation.met:
            found.append(_at(situation, target, calendar, min(shares)))
    hours = [row["unanswered_hours"] for row in ladder if "unanswered_hours" in row and not situation.answered]
    if hours:
        found.append(_after_hours(situation, min(hours), calendar))
    offered = [row["offer_working_hours"] for row in ladder if "offer_working_hours" in row and situation.offered]
    if offered:
        found.append(_at(situation, _working_hours(min(offered)), calendar, 1))
    return min((at for at in found if at is not None), default=None)


def due_now(steps: Sequence[Step], taken: Collection[str], now: datetime) -> list[Step]:
    """The steps whose instant has come and that haven't been taken, in order: none is skipped."""
    return [step for step in steps if step.at <= now and step.key not in taken]


def _after_hours(situation: Situation, hours: int, calendar: Calendar) -> datetime | None:
    """The instant after so many hours, whatever they are, in which the city didn't stand still."""
    return instant_at_share(
        situation.clock_from_at, Target(hours * 60, Unit.MINUTES), calendar, situation.city_pauses, 1
    )


def _working_hours(hours: int) -> Target:
    return Target(hours * 60, Unit.WORKING_MINUTES)


def _at(situation: Situation, target: Target, calendar: Calendar, share: float) -> datetime | None:
    return instant_at_share(situation.clock_from_at, target, calendar, situation.pauses, share)
