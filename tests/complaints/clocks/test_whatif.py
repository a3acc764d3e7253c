"""Past reports replayed under another promise: the same answer as the clock gives for each alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from complaints.clock import Milestone, Pause, Unit, due, together
from complaints.clocks.promise import targets
from complaints.clocks.whatif import Past, Promise, Wait, late
from tenants.working_time import Calendar, from_document
from tenants.working_year import EPOCH

BEGIN = datetime(2026, 1, 28, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
WEEK = ("mon", "tue", "wed", "thu", "fri")
CALENDARS = {
    "office": {
        "time_zone": "Asia/Jakarta",
        "hours": {day: ["07:30-12:00", "13:00-16:00"] for day in WEEK},
        "dated": [{"from": "2026-02-18", "until": "2026-03-19", "hours": {day: ["08:00-15:00"] for day in WEEK}}],
        "holidays": {"country": "ID"},
        "half_days": [{"on": "2026-02-17", "hours": ["07:30-11:00"]}],
    },
    "a clock that changes": {"time_zone": "Europe/Berlin", "hours": {"mon": ["00:00-24:00"], "sun": ["01:00-04:00"]}},
}


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def some_past(random: Random, many: int) -> Past:
    """Reports that went in every way, many of them at the very edge of an hour or a day."""

    def instant(after: datetime, most_hours: int) -> datetime:
        at = after + timedelta(hours=random.random() * most_hours)
        return at.replace(minute=0, second=0, microsecond=0) if random.random() < 0.4 else at

    since = [instant(BEGIN, 90 * 24) for _number in range(many)]
    met = {milestone: [instant(at, 200) if random.random() < 0.8 else NOW for at in since] for milestone in Milestone}
    waits: dict[int, list[Wait]] = {}
    for place, at in enumerate(since):
        begin = instant(at, 60)
        for _number in range(random.choice((0, 0, 0, 1, 2, 3))):
            end = max(begin, instant(begin, 80))
            waits.setdefault(place, []).append(
                Wait(random.choice(("scheduled", "waiting_for_reporter")), micros(begin), micros(end))
            )
            begin = max(end, instant(end, 50))
    return Past(
        since=np.array([micros(at) for at in since]),
        met={milestone: np.array([micros(at) for at in instants]) for milestone, instants in met.items()},
        answers=[{"besar": random.choice(("yes", "no", None))} for _at in since],
        waits=waits,
        stood_still=[
            Pause(BEGIN - timedelta(days=9), BEGIN + timedelta(days=2)),
            Pause(BEGIN + timedelta(days=20, hours=3), BEGIN + timedelta(days=23, hours=5)),
            Pause(BEGIN + timedelta(days=50), BEGIN + timedelta(days=51)),
        ],
    )


def oracle(past: Past, promise: Promise, calendar: Calendar) -> dict[Milestone, list[bool]]:
    """One by one, by the clock itself."""
    missed: dict[Milestone, list[bool]] = {milestone: [False] * len(past) for milestone in Milestone}
    for place in range(len(past)):
        pauses = [
            Pause(EPOCH + timedelta(microseconds=wait.from_at), EPOCH + timedelta(microseconds=wait.until_at))
            for wait in past.waits.get(place, ())
            if wait.status in promise.pausing
        ]
        started_at = EPOCH + timedelta(microseconds=int(past.since[place]))
        for milestone, target in targets(promise.milestones, past.answers[place]).items():
            at = due(started_at, target, calendar, together([*pauses, *past.stood_still]))
            assert at is not None  # no pause runs
            missed[milestone][place] = micros(at) < int(past.met[milestone][place])
    return missed


def line(milestone: str, amount: int, unit: Unit, when: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    return {"milestone": milestone, "amount": amount, "unit": str(unit), "when": when}


@pytest.mark.parametrize("name", CALENDARS)
def test_a_thousand_reports_at_once_are_late_as_each_alone(name: str) -> None:
    calendar, random = from_document(CALENDARS[name]), Random(name)
    past = some_past(random, 1_000)
    for _number in range(4):
        milestones = [
            line("respond", random.choice((30, 360, 24 * 60)), random.choice((Unit.MINUTES, Unit.WORKING_MINUTES))),
            line("resolve", random.randint(1, 3), Unit.WORKING_DAYS, {"besar": ["yes"]}),
            line("resolve", random.randint(1, 9), Unit.WORKING_DAYS),
            line("secure", random.randint(1, 4) * 1440, Unit.MINUTES),
        ]
        pausing = random.choice((("waiting_for_reporter",), ("scheduled", "waiting_for_reporter"), ()))
        promise = Promise(milestones, pausing)
        found, wanted = late(past, promise, calendar), oracle(past, promise, calendar)
        for milestone in Milestone:
            assert found[milestone].tolist() == wanted[milestone]
            assert 0 < sum(wanted[milestone]) < len(past)


def test_nothing_promised_is_never_late_and_no_reports_are_none() -> None:
    calendar = from_document(CALENDARS["office"])
    past = some_past(Random(7), 50)
    assert not any(missed.any() for missed in late(past, None, calendar).values())
    only = late(past, Promise([line("resolve", 1, Unit.MINUTES)], ()), calendar)
    assert only[Milestone.RESOLVE].all()
    assert not only[Milestone.RESPOND].any()
    nothing = Past(np.array([], dtype=np.int64), {one: np.array([], dtype=np.int64) for one in Milestone})
    assert late(nothing, Promise([line("resolve", 1, Unit.MINUTES)], ()), calendar)[Milestone.RESOLVE].size == 0
