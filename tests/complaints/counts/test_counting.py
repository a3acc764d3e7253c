"""What one complaint adds to the figures: tables of examples, and what holds of any."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.counts import counting
from complaints.counts.counting import MILESTONES, Measure
from complaints.counts.histogram import ERROR, bucket_of, length_of, percentile

ZONE = "Asia/Jakarta"
START = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
FILED = {"kind": "complaint", "channel": "web", "status": "received", "is_open": True, "received_at": START}
DUES = {
    "respond_due_at": START + timedelta(hours=6),
    "secure_due_at": START + timedelta(hours=24),
    "resolve_due_at": START + timedelta(days=7),
}


def promises(**changes: Any) -> dict[str, str]:
    """{milestone: kept, missed or pending} of a complaint with three promises."""
    cells = counting.cells_of(counting.snapshot({**FILED, **DUES, **changes}), ZONE)
    return {
        MILESTONES[cell.slot].value: cell.measure
        for cell in cells
        if cell.measure in counting.PROMISES and cell.dimension == "all"
    }


def after(**length: float) -> datetime:
    return START + timedelta(**length)


DONE = {"status": "resolved", "is_open": False}
PENDING = {"respond": "pending", "secure": "pending", "resolve": "pending"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PENDING),
        ({"responded_at": after(hours=6)}, PENDING | {"respond": "kept"}),
        ({"responded_at": after(hours=7)}, PENDING | {"respond": "missed"}),
        ({"secured_at": after(hours=2)}, PENDING | {"secure": "kept"}),
        (
            {**DONE, "responded_at": after(hours=5), "resolved_at": after(hours=5), "closed_at": after(hours=5)},
            {"respond": "kept", "secure": "kept", "resolve": "kept"},
        ),
        (
            {**DONE, "responded_at": after(hours=5), "resolved_at": after(days=2), "closed_at": after(days=2)},
            {"respond": "kept", "secure": "missed", "resolve": "kept"},
        ),
        # work ended without being done: broken only if its instant had passed by then
        ({"status": "merged", "is_open": False, "closed_at": after(hours=5)}, {}),
        ({"status": "merged", "is_open": False, "closed_at": after(hours=7)}, {"respond": "missed"}),
        ({"status": "withdrawn", "is_open": False, "closed_at": after(days=8)}, dict.fromkeys(PENDING, "missed")),
        (
            {"status": "rejected", "is_open": False, "responded_at": after(hours=1), "closed_at": after(hours=1)},
            {"respond": "kept"},
        ),
        ({"adopted": True}, {}),
        ({"kind": "question"}, {}),
        ({"kind": "wish"}, {}),
        ({"channel": counting.LOGGED}, {}),
        ({"respond_due_at": None}, {"secure": "pending", "resolve": "pending"}),
    ],
)
def test_a_promise_is_kept_missed_or_pending(changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert promises(**changes) == expected


def test_a_promise_counts_on_the_local_day_on_which_it_falls_due() -> None:
    late = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)  # half past midnight of the fifth in Jakarta
    document = counting.snapshot({**FILED, "respond_due_at": late})
    days = {cell.day for cell in counting.cells_of(document, ZONE) if cell.measure == Measure.PENDING}
    assert days == {date(2026, 3, 5).toordinal()}


instants = st.none() | st.integers(0, 130_000).map(lambda minutes: START + timedelta(minutes=minutes))
complaints = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["complaint", "question"]),
        "channel": st.sampled_from(["web", "phone", counting.LOGGED]),
        "status": st.sampled_from(["received", "in_progress", "resolved", "confirmed", "rejected"]),
        "adopted": st.booleans(),
        "received_at": st.just(START),
        "agency_id": st.sampled_from(["a", "b"]),
        "holder_id": st.sampled_from([None, "s"]),
        **dict.fromkeys((name for name in counting.INSTANTS if name != "received_at"), instants),
    }
).map(lambda one: one | {"is_open": one["status"] in ("received", "in_progress")})


@given(st.lists(complaints, min_size=1, max_size=6))
def test_changes_add_up_to_what_stands_at_the_end(life: list[dict[str, Any]]) -> None:
    states = [None, *(counting.snapshot(one) for one in life)]
    total: Counter[Any] = Counter()
    for before, later in pairwise(states):
        document = {name: value for name, value in (("before", before), ("after", later)) if value}
        total.update(counting.cells_of_change(document, ZONE))
    assert +total == counting.cells_of(states[-1], ZONE)
    assert not -total


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=200), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_percentile_is_within_five_percent_of_the_exact_one(seconds: list[int], share: float) -> None:
    buckets = Counter(bucket_of(timedelta(seconds=one)) for one in seconds)
    rank = next(number for number in range(1, len(seconds) + 1) if number >= share * len(seconds))
    exact = sorted(seconds)[rank - 1]
    said = percentile(buckets, share)
    assert said is not None
    assert abs(said.total_seconds() / exact - 1) <= ERROR + 1e-6  # a length is told to the microsecond
    assert ERROR < 0.05


def test_a_bucket_holds_its_own_length_and_nothing_has_no_percentile() -> None:
    assert all(bucket_of(length_of(bucket)) == bucket for bucket in range(220))
    assert percentile({}, 0.5) is None
