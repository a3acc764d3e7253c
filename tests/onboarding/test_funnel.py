"""How far sign-ups come, and how long they take: counted from steps alone."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from onboarding.funnel import STEPS, by_week, monday_of, nearest_rank
from tests.cast import NOW

MONDAY = date(2026, 3, 2)
LENGTHS = st.lists(st.timedeltas(timedelta(), timedelta(days=400)), min_size=1, max_size=40)


def test_a_week_counts_who_began_in_it_by_what_they_have_behind_them() -> None:
    rows = [("a", "begun", NOW), ("a", "you", NOW), ("a", "live", NOW + timedelta(days=9)), ("b", "begun", NOW)]
    rows += [("c", "begun", NOW - timedelta(days=7)), ("c", "you", NOW), ("d", "live", NOW)]
    newest, before = by_week(rows, [MONDAY - timedelta(weeks=1), MONDAY])
    assert (newest.monday, newest.finished) == (MONDAY, (2, 1, 1, 1, 1, 1))
    assert before.finished == (1, 1, 0, 0, 0, 0)


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(STEPS), st.timedeltas(-timedelta(30), timedelta(30)))))
def test_no_step_is_reached_by_more_than_the_one_before(rows: list[tuple[int, str, timedelta]]) -> None:
    given_rows = [(whose, step, NOW + after) for whose, step, after in rows]
    for week in by_week(given_rows, sorted({monday_of(at) for _, _, at in given_rows})):
        assert all(fewer <= more for more, fewer in pairwise(week.finished))


@given(LENGTHS, st.sampled_from((0.5, 0.9, 1.0)))
def test_the_share_lies_within_the_length_and_no_shorter_one_would_do(lengths: list[timedelta], share: float) -> None:
    found = nearest_rank(lengths, share)
    assert sum(one <= found for one in lengths) >= share * len(lengths)
    assert sum(one < found for one in lengths) < share * len(lengths)
