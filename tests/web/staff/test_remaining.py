from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from complaints.clock import Milestone
from complaints.queue_row import Row
from web.staff.remaining import Remaining, coarse, remaining

NOW = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(**changes: Any) -> Row:
    values = {
        "id": uuid4(),
        "reference": "BRT-0000-0000",
        "status": "received",
        "category_id": uuid4(),
        "area_id": None,
        "agency_id": None,
        "holder_id": None,
        "urgency": 1,
        "place": None,
        "received_at": NOW - HOUR,
        "responded_at": None,
        "respond_due_at": NOW + HOUR,
        "secure_due_at": NOW + 3 * HOUR,
        "secured_at": None,
        "resolve_due_at": NOW + 48 * HOUR,
        "scheduled_for": None,
        "sort_at": NOW + HOUR,
        "near_border": False,
        "version": 1,
    }
    return Row(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Remaining("running", Milestone.RESPOND, HOUR, NOW + HOUR)),
        ({"responded_at": NOW}, Remaining("running", Milestone.SECURE, 3 * HOUR, NOW + 3 * HOUR)),
        (
            {"responded_at": NOW, "secured_at": NOW},
            Remaining("running", Milestone.RESOLVE, 48 * HOUR, NOW + 48 * HOUR),
        ),
        ({"respond_due_at": NOW - HOUR}, Remaining("late", Milestone.RESPOND, HOUR, NOW - HOUR)),
        (
            {"status": "waiting_for_reporter", "respond_due_at": None, "secure_due_at": None, "resolve_due_at": None},
            Remaining("stopped"),
        ),
        (
            {"status": "waiting_for_reporter", "respond_due_at": NOW - HOUR},
            Remaining("late", Milestone.RESPOND, HOUR, NOW - HOUR),
        ),
        (
            {"status": "scheduled", "responded_at": NOW, "secured_at": NOW, "scheduled_for": NOW + 24 * HOUR},
            Remaining("dated", at=NOW + 24 * HOUR),
        ),
        (
            {"status": "scheduled", "responded_at": NOW, "scheduled_for": NOW + 24 * HOUR},
            Remaining("running", Milestone.SECURE, 3 * HOUR, NOW + 3 * HOUR),
        ),
        (
            {"status": "scheduled", "responded_at": NOW, "scheduled_for": NOW + HOUR},
            Remaining("running", Milestone.SECURE, 3 * HOUR, NOW + 3 * HOUR),
        ),
        (
            {"status": "scheduled", "responded_at": NOW, "secured_at": NOW, "scheduled_for": NOW + 49 * HOUR},
            Remaining("running", Milestone.RESOLVE, 48 * HOUR, NOW + 48 * HOUR),
        ),
        (
            {"status": "scheduled", "responded_at": NOW, "secure_due_at": NOW - HOUR, "scheduled_for": NOW + HOUR},
            Remaining("late", Milestone.SECURE, HOUR, NOW - HOUR),
        ),
        ({"status": "resolved"}, Remaining("over")),
        ({"respond_due_at": None, "secure_due_at": None, "resolve_due_at": None}, Remaining("none")),
    ],
    ids=[
        "answer",
        "secure",
        "finish",
        "late",
        "stopped",
        "waiting while a clock runs",
        "dated",
        "dated after a promise of today",
        "dated before it",
        "dated after any promise",
        "dated but late",
        "closed",
        "nothing promised",
    ],
)
def test_a_row_tells_the_next_promise_that_is_still_open(changes: dict[str, Any], expected: Remaining) -> None:
    assert remaining(row(**changes), NOW) == expected


def test_soon_is_within_four_hours() -> None:
    assert remaining(row(), NOW).soon
    assert not remaining(row(respond_due_at=NOW + 4 * HOUR, secure_due_at=None), NOW).soon


def test_a_narrow_cell_has_minutes_only_below_an_hour() -> None:
    assert coarse(timedelta(minutes=59, seconds=10)) == timedelta(minutes=59, seconds=10)
    assert coarse(timedelta(hours=5, minutes=59)) == 5 * HOUR
