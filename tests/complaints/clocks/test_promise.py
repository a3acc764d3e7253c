"""Which targets the answers choose, and what is promised by them."""

from datetime import timedelta
from typing import Any

import pytest

from complaints.clock import Milestone, Pause, Target, Unit
from complaints.clocks.promise import NOTHING_PROMISED, dues, targets
from tenants.working_time import Calendar, from_document
from tests.cast import NOW

HOUR = timedelta(hours=1)
PLAIN = {"milestone": "resolve", "amount": 20160, "unit": "minutes"}
LAMP = {"milestone": "resolve", "amount": 1440, "unit": "minutes", "when": {"jenis": ["lampu"]}}
LAMP_AND_DEEP = {
    "milestone": "resolve", "amount": 60, "unit": "minutes", "when": {"jenis": ["lampu"], "dalam": ["ya", "sangat"]},
}  # fmt: skip
RESPOND = {"milestone": "respond", "amount": 60, "unit": "minutes"}


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return from_document(
        {
            "time_zone": "Asia/Jakarta",
            "hours": {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        }
    )


@pytest.mark.parametrize(
    ("answers", "minutes"),
    [
        ({}, 20160),
        ({"jenis": "rambu"}, 20160),
        ({"jenis": "lampu"}, 1440),
        ({"jenis": "LAMPU"}, 1440),
        ({"jenis": ["rambu", "lampu"]}, 1440),
        ({"jenis": "lampu", "dalam": "tidak"}, 1440),
        ({"jenis": "lampu", "dalam": "sangat"}, 60),
        ({"jenis": None}, 20160),
        ({"jenis": []}, 20160),
        ({"dalam": "ya"}, 20160),
    ],
)
def test_the_target_whose_condition_fits_most_closely_is_chosen(answers: dict[str, Any], minutes: int) -> None:
    for order in ([PLAIN, LAMP, LAMP_AND_DEEP], [LAMP_AND_DEEP, LAMP, PLAIN], [LAMP, PLAIN, LAMP_AND_DEEP]):
        assert targets(order, answers) == {Milestone.RESOLVE: Target(minutes, Unit.MINUTES)}


def test_of_equals_the_first_is_chosen() -> None:
    other = {**LAMP, "amount": 7}
    assert targets([LAMP, other], {"jenis": "lampu"})[Milestone.RESOLVE].amount == 1440
    assert targets([other, LAMP], {"jenis": "lampu"})[Milestone.RESOLVE].amount == 7


def test_yes_and_no_fit_whether_they_are_words_or_truths() -> None:
    rule = {"milestone": "resolve", "amount": 5, "unit": "minutes", "when": {"lewat": ["false", "no"]}}
    assert targets([rule, PLAIN], {"lewat": False})[Milestone.RESOLVE].amount == 5
    assert targets([rule, PLAIN], {"lewat": True})[Milestone.RESOLVE].amount == 20160


def test_a_milestone_whose_condition_nobody_met_is_not_promised() -> None:
    assert targets([LAMP, RESPOND], {}) == {Milestone.RESPOND: Target(60, Unit.MINUTES)}


def promised(calendar: Calendar | None, **given: Any) -> Any:
    how: dict[str, Any] = {"received_at": NOW, "clock_from_at": NOW, "pauses": [], "ceiling": None, **given}
    return dues([RESPOND, PLAIN], how.pop("ceiling"), {}, calendar=calendar, citys=how.pop("citys", calendar), **how)


def test_without_a_calendar_nothing_is_promised() -> None:
    assert promised(None) == NOTHING_PROMISED


def test_milestones_count_from_the_present_owner_and_the_ceiling_from_the_report(calendar: Calendar) -> None:
    found = promised(calendar, clock_from_at=NOW + 5 * HOUR, ceiling={"amount": 3000, "unit": "minutes"})
    assert found.respond_at == NOW + 6 * HOUR
    assert found.resolve_at == NOW + 5 * HOUR + timedelta(minutes=20160)
    assert found.ceiling_at == NOW + timedelta(minutes=3000)
    assert found.secure_at is None


def test_while_a_pause_runs_nothing_is_due_but_the_ceiling(calendar: Calendar) -> None:
    found = promised(calendar, pauses=[Pause(NOW + HOUR)], ceiling={"amount": 3000, "unit": "minutes"})
    assert (found.respond_at, found.resolve_at) == (None, None)
    assert found.ceiling_at == NOW + timedelta(minutes=3000)


def test_a_pause_before_the_present_owner_had_it_does_not_count(calendar: Calendar) -> None:
    over = Pause(NOW, NOW + 2 * HOUR)
    assert promised(calendar, clock_from_at=NOW + 2 * HOUR, pauses=[over]).respond_at == NOW + 3 * HOUR
    assert promised(calendar, pauses=[over]).respond_at == NOW + 3 * HOUR
