"""What a promise would have meant: past reports replayed under it, and how many of them would have been late. Pure.

A report is late if any milestone that the promise names was met after its instant, or, not met yet, if that instant has
passed. What people did is taken as it was: who would have hurried for a shorter promise isn't guessed. A wait counts
if the promise says that the clock stops in it, whatever it said when the report was made; one that still runs is taken
as ending now, which is after every instant that it could be compared with. While the city stood still, no clock ran.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from complaints.clock import Milestone, Pause, Target, Unit, due, together
from complaints.clocks.measuring import CLOSE, Instants, Timeline
from complaints.clocks.promise import targets
from tenants.working_time import Calendar
from tenants.working_year import EPOCH, MINUTE

Late = NDArray[np.bool_]
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Wait:
    """A stretch in a status in which a promise may stop the clock; microseconds since 1970."""

    status: str
    from_at: int
    until_at: int


@dataclass(frozen=True)
class Promise:
    """What is tried: a rule's milestones, and the statuses in which it stops the clock."""

    milestones: Sequence[Mapping[str, Any]]
    pausing: Collection[str]


@dataclass(frozen=True)
class Past:
    """Reports as they went, one place in each array for each. Instants are microseconds since 1970.

    since: from when their clock counts. met: when each milestone was met, ended otherwise, or now. answers: to the
    category's questions. waits: by the report's place, in order and apart. stood_still: when the whole city did, each
    with its end, in order and apart.
    """

    since: Instants
    met: Mapping[Milestone, Instants]
    answers: Sequence[Mapping[str, Any]] = ()
    waits: Mapping[int, Sequence[Wait]] = field(default_factory=dict)
    stood_still: Sequence[Pause] = ()

    def __len__(self) -> int:
        return len(self.since)


def late(past: Past, promise: Promise | None, calendar: Calendar) -> dict[Milestone, Late]:
    """Which reports would have missed each milestone; none where nothing is promised."""
    missed = {milestone: np.zeros(len(past), dtype=np.bool_) for milestone in Milestone}
    if promise is None or not len(past):
        return missed
    last = max(int(instants.max()) for instants in past.met.values())
    timeline = Timeline.between(calendar, int(past.since.min()), max(last, int(past.since.max())))
    for chosen, places in _by_targets(past, promise):
        waits = _Waits.of(past, promise, places)
        for milestone, target in chosen.items():
            missed[milestone][places] = _missed(past, milestone, target, places, waits, timeline, calendar)
    return missed


@dataclass(frozen=True)
class _Waits:
    """When the clocks of some reports stood still: whose (its place among them), from when, until when.

    own: by place, of those that waited themselves, with the city's pauses. citys: of all the others.
    """

    whose: Instants
    begins: Instants
    ends: Instants
    own: Mapping[int, Sequence[Pause]]
    citys: Sequence[Pause]

    @classmethod
    def of(cls, past: Past, promise: Promise, places: Instants) -> "_Waits":
        own: dict[int, Sequence[Pause]] = {}
        for number, place in enumerate(places.tolist()) if past.waits else ():
            counted = [wait for wait in past.waits.get(place, ()) if wait.status in promise.pausing]
            if counted:
                waited = [Pause(_datetime(wait.from_at), _datetime(wait.until_at)) for wait in counted]
                own[number] = together([*waited, *past.stood_still]) if past.stood_still else waited
        rows = [(number, *_span(pause)) for number, pauses in own.items() for pause in pauses]
        others = np.setdiff1d(np.arange(len(places), dtype=np.int64), np.array([*own], dtype=np.int64))
        parts = [np.array(rows, dtype=np.int64).reshape(-1, 3)]
        for pause in past.stood_still:
            span = np.array(_span(pause), dtype=np.int64)
            parts.append(np.column_stack((others, np.broadcast_to(span, (len(others), 2)))))
        columns = np.concatenate(parts)
        return cls(columns[:, 0], columns[:, 1], columns[:, 2], own, past.stood_still)

    def of_place(self, number: int) -> Sequence[Pause]:
        return self.own.get(number, self.citys)


def _by_targets(past: Past, promise: Promise) -> list[tuple[dict[Milestone, Target], Instants]]:
    """The targets that answers choose, each with the places of the reports that have them."""
    everywhere = np.arange(len(past), dtype=np.int64)
    asked = sorted({question for row in promise.milestones for question in row.get("when") or {}})
    if not asked:
        return [(targets(promise.milestones, {}), everywhere)]
    groups: dict[str, tuple[Mapping[str, Any], list[int]]] = {}
    for place, answers in enumerate(past.answers):
        key = repr([answers.get(question) for question in asked])
        groups.setdefault(key, (answers, []))[1].append(place)
    return [
        (targets(promise.milestones, answers), np.array(places, dtype=np.int64)) for answers, places in groups.values()
    ]


def _missed(
    past: Past,
    milestone: Milestone,
    target: Target,
    places: Instants,
    waits: _Waits,
    timeline: Timeline,
    calendar: Calendar,
) -> Late:
    """Whether more than the target had passed when the milestone was met."""
    unit = target.unit
    since, met = past.since[places], past.met[milestone][places]
    begin = timeline.first_counted(since, unit)
    until = np.maximum(met, begin)
    passed = timeline.measure(until, unit) - timeline.measure(begin, unit)
    if len(waits.whose):
        low, high = begin[waits.whose], until[waits.whose]
        rested = timeline.measure(np.clip(waits.ends, low, high), unit) - timeline.measure(
            np.clip(waits.begins, low, high), unit
        )
        np.subtract.at(passed, waits.whose, rested)
    whole = target.amount if unit is Unit.WORKING_DAYS else target.amount * MINUTE
    found: Late = passed > whole
    # Exactly used up: late only if the last of it passed before the milestone was met, which the clock itself knows.
    near = np.abs(passed - whole) <= (CLOSE if unit is Unit.WORKING_DAYS else 0)
    for number in np.flatnonzero(near).tolist():
        at = due(
            _datetime(since[number]),
            target,
            calendar,
            waits.of_place(number),
        )
        found[number] = at is not None and at < _datetime(met[number])
    return found


def _span(pause: Pause) -> tuple[int, int]:
    """A pause with an end in microseconds since 1970."""
    if pause.until_at is None:
        raise ValueError("a pause that runs has no end yet")
    return (pause.from_at - EPOCH) // _MICROSECOND, (pause.until_at - EPOCH) // _MICROSECOND


def _datetime(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=int(at))
