"""The ladder: which steps there are, when, and in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.clock import Milestone, Pause, Target, Unit
from complaints.clocks.escalation import Situation, due_now, first_at, plan
from tenants.working_time import Calendar, from_document

START = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)
LADDER: list[dict[str, Any]] = [
    {"percent": 50, "tell": "holder"},
    {"percent": 80, "tell": "supervisor"},
    {"percent": 100, "tell": "next_level"},
    {"unanswered_hours": 24, "tell": "board"},
]
DAY = Target(1440, Unit.MINUTES)
DAY_LONG = timedelta(days=1)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return from_document(
        {"time_zone": "Asia/Jakarta", "hours": {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
    )


def situation(**changes: Any) -> Situation:
    values: dict[str, Any] = {
        "clock_from_at": START,
        "answered": False,
        "met": frozenset(),
        "targets": {Milestone.RESOLVE: DAY},
        "pauses": [],
    }
    return Situation(**{**values, **changes})


def test_a_ladder_is_climbed_by_shares_of_the_promise(calendar: Calendar) -> None:
    found = [(step.at - START, step.tell) for step in plan(LADDER, situation(), calendar)]
    assert found == [
        (timedelta(hours=12), "holder"),
        (timedelta(hours=19, minutes=12), "supervisor"),
        (timedelta(hours=24), "reporter"),
        (timedelta(hours=24), "next_level"),
        (timedelta(hours=24), "board"),
    ]


def test_an_answer_takes_the_board_away(calendar: Calendar) -> None:
    assert "board" not in [step.tell for step in plan(LADDER, situation(answered=True), calendar)]


def test_what_is_met_needs_no_step(calendar: Calendar) -> None:
    met = frozenset([Milestone.RESOLVE])
    assert [step.tell for step in plan(LADDER, situation(met=met), calendar)] == ["board"]


def test_while_the_clock_stands_still_no_share_is_reached(calendar: Calendar) -> None:
    paused = [Pause(START + timedelta(hours=1))]
    assert [step.tell for step in plan(LADDER, situation(pauses=paused, answered=True), calendar)] == []


def test_the_commons_has_no_ladder() -> None:
    assert plan(LADDER, situation(), None) == []


def test_an_offer_that_nobody_answers_is_told_after_working_hours_and_an_answered_one_is_not(
    calendar: Calendar,
) -> None:
    ladder = [{"offer_working_hours": 9, "tell": "supervisor"}, {"offer_working_hours": 3, "tell": "holder"}]
    steps = plan(ladder, situation(targets={}, offered=True, answered=True), calendar)
    # From Monday 09.00 in a day of eight hours: 12.00, and 10.00 of the next day.
    assert [(step.key, step.at - START) for step in steps] == [
        ("offer/3/holder", timedelta(hours=3)),
        ("offer/9/supervisor", timedelta(hours=25)),
    ]
    assert plan(ladder, situation(targets={}), calendar) == []


def test_two_broken_promises_tell_the_reporter_once(calendar: Calendar) -> None:
    both = {Milestone.RESPOND: Target(60, Unit.MINUTES), Milestone.RESOLVE: DAY}
    told = [step.at for step in plan(LADDER, situation(targets=both), calendar) if step.tell == "reporter"]
    assert told == [START + timedelta(hours=1)]


@given(
    minutes=st.lists(st.integers(0, 3000), min_size=1, max_size=8),
    percents=st.lists(st.integers(1, 200), min_size=1, max_size=6, unique=True),
    target=st.integers(1, 3000),
)
def test_however_often_and_late_one_looks_each_step_is_taken_once_and_in_order(
    minutes: list[int], percents: list[int], target: int
) -> None:
    ladder = [{"percent": percent, "tell": "holder"} for percent in percents]
    steps = plan(
        ladder,
        situation(targets={Milestone.RESOLVE: Target(target, Unit.MINUTES)}),
        from_document({"time_zone": "Asia/Jakarta", "hours": {"mon": ["08:00-16:00"]}}),
    )
    taken: list[str] = []
    for minute in sorted(minutes):
        taken += [step.key for step in due_now(steps, taken, START + timedelta(minutes=minute))]
    last = START + timedelta(minutes=max(minutes))
    assert taken == [step.key for step in steps if step.at <= last]


@given(
    percents=st.lists(st.integers(1, 300), max_size=3),
    hours=st.lists(st.integers(1, 200), max_size=2),
    offers=st.lists(st.integers(1, 80), max_size=2),
    targets=st.dictionaries(
        st.sampled_from(Milestone), st.builds(Target, st.integers(1, 900), st.sampled_from(Unit)), max_size=3
    ),
    met=st.frozensets(st.sampled_from(Milestone)),
    answered=st.booleans(),
    offered=st.booleans(),
    pause=st.sampled_from([(), (Pause(START + DAY_LONG),), (Pause(START, START + DAY_LONG),)]),
)
def test_the_first_step_is_the_first_of_the_plan(
    calendar: Calendar,
    percents: list[int],
    hours: list[int],
    offers: list[int],
    targets: dict[Milestone, Target],
    met: frozenset[Milestone],
    answered: bool,
    offered: bool,
    pause: tuple[Pause, ...],
) -> None:
    ladder: list[dict[str, Any]] = [
        *({"percent": one, "tell": "holder"} for one in percents),
        *({"unanswered_hours": one, "tell": "board"} for one in hours),
        *({"offer_working_hours": one, "tell": "supervisor"} for one in offers),
    ]
    now = situation(targets=targets, met=met, answered=answered, offered=offered, pauses=pause)
    assert first_at(ladder, now, calendar) == min((step.at for step in plan(ladder, now, calendar)), default=None)
