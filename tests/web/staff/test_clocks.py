from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from complaints.clock import Milestone, Pause, Unit
from complaints.complaint import Complaint
from complaints.rules.rulebook import RuleEntry
from tenants.working_time import Calendar, from_document
from web.staff.clocks import bars

HOUR = timedelta(hours=1)
RECEIVED = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    hours = {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    return from_document({"time_zone": "Asia/Jakarta", "hours": hours})


def rule(*milestones: tuple[str, int]) -> RuleEntry:
    return RuleEntry(
        id=uuid4(),
        code="r",
        category_id=None,
        priority=None,
        area_id=None,
        milestones=tuple({"milestone": name, "amount": amount, "unit": "minutes"} for name, amount in milestones),
        ceiling=None,
        auto_close=False,
        pausing=(),
        ladder=(),
        revision=1,
    )


def complaint(**changes: Any) -> Complaint:
    values = {
        "received_at": RECEIVED,
        "clock_from_at": RECEIVED,
        "is_open": True,
        "respond_due_at": RECEIVED + HOUR,
        "resolve_due_at": RECEIVED + 10 * HOUR,
    }
    return Complaint(**{**values, **changes})


BOTH = rule(("respond", 60), ("resolve", 600))


def test_a_running_promise_shows_what_is_used_and_what_is_left(calendar: Calendar) -> None:
    respond, resolve = bars(complaint(), BOTH, {}, calendar, [], RECEIVED + HOUR / 2)
    assert (respond.milestone, respond.kind, respond.share, respond.length) == (
        Milestone.RESPOND,
        "running",
        0.5,
        HOUR / 2,
    )
    assert (resolve.milestone, resolve.kind, resolve.share) == (Milestone.RESOLVE, "running", 0.05)


@pytest.mark.parametrize(
    ("changes", "after", "kind", "length"),
    [
        ({}, 0.9 * HOUR, "soon", 0.1 * HOUR),
        ({}, 3 * HOUR, "late", 2 * HOUR),
        ({"responded_at": RECEIVED + HOUR / 4}, 3 * HOUR, "kept", HOUR / 4),
        ({"responded_at": RECEIVED + 2 * HOUR}, 3 * HOUR, "missed", HOUR),
        ({"respond_due_at": None}, HOUR / 2, "stopped", timedelta(0)),
    ],
)
def test_a_promise_is_soon_late_kept_missed_or_stopped(
    calendar: Calendar, changes: dict[str, Any], after: timedelta, kind: str, length: timedelta
) -> None:
    pauses = [Pause(RECEIVED + HOUR / 4)] if kind == "stopped" else []
    respond = bars(complaint(**changes), BOTH, {}, calendar, pauses, RECEIVED + after)[0]
    assert respond.kind == kind
    assert abs(respond.length - length) < timedelta(seconds=1)
    assert respond.unit is Unit.MINUTES


def test_a_pause_uses_nothing(calendar: Calendar) -> None:
    pauses = [Pause(RECEIVED, RECEIVED + HOUR / 2)]
    assert bars(complaint(), BOTH, {}, calendar, pauses, RECEIVED + HOUR / 2)[0].share == 0


def test_an_answer_before_the_present_agency_still_counts(calendar: Calendar) -> None:
    handed_on = complaint(responded_at=RECEIVED + HOUR / 4, clock_from_at=RECEIVED + 5 * HOUR)
    respond = bars(handed_on, BOTH, {}, calendar, [], RECEIVED + 6 * HOUR)[0]
    assert (respond.kind, respond.length) == ("kept", HOUR / 4)


def test_a_finished_report_has_no_running_bar(calendar: Calendar) -> None:
    done = complaint(
        responded_at=RECEIVED + HOUR / 4, resolved_at=RECEIVED + 2 * HOUR, closed_at=RECEIVED + 2 * HOUR, is_open=False
    )
    assert [bar.kind for bar in bars(done, BOTH, {}, calendar, [], RECEIVED + 99 * HOUR)] == ["kept", "kept"]


def test_what_ended_otherwise_than_by_work_broke_only_what_was_late_by_then(calendar: Calendar) -> None:
    handed_over = complaint(closed_at=RECEIVED + 3 * HOUR, is_open=False)
    respond, resolve = bars(handed_over, BOTH, {}, calendar, [], RECEIVED + 99 * HOUR)
    assert (respond.kind, respond.length) == ("late", 2 * HOUR)
    assert (resolve.kind, resolve.due_at) == ("ended", None)


def test_nothing_is_shown_where_nothing_is_promised(calendar: Calendar) -> None:
    assert bars(complaint(), None, {}, calendar, [], RECEIVED) == []
    assert bars(complaint(), BOTH, {}, None, [], RECEIVED) == []
