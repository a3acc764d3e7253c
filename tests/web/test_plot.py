"""A plot's numbers: nothing outside the picture, the axis reaches the highest value, gaps stay gaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.plot import BOTTOM, LINES, TOP, WIDTH, curve, share, step_of

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e9)), min_size=1, max_size=60)


@given(VALUES)
def test_every_dot_lies_between_the_first_and_the_last_line_of_the_axis(values: list[float | None]) -> None:
    drawn = curve(values)
    assert [dot.value for dot in drawn.dots] == [value for value in values if value is not None]
    assert all(TOP - 0.1 <= dot.y <= BOTTOM and 0 < dot.x < WIDTH for dot in drawn.dots)
    assert drawn.ticks[0].value == 0
    assert drawn.ticks[-1].value >= max((dot.value for dot in drawn.dots), default=0) * (1 - 1e-6)
    assert 2 <= len(drawn.ticks) <= LINES + 1


@given(VALUES)
def test_the_line_begins_anew_after_each_gap(values: list[float | None]) -> None:
    begun = sum(value is not None and (n == 0 or values[n - 1] is None) for n, value in enumerate(values))
    assert curve(values).path.count("M") == begun


@pytest.mark.parametrize(("most", "step"), [(0, 1), (1, 0.25), (0.09, 0.025), (10, 2.5), (37, 10), (4, 1), (4.1, 2)])
def test_an_axis_has_round_steps(most: float, step: float) -> None:
    assert step_of(most) == pytest.approx(step)


def test_a_bar_of_nothing_has_no_length() -> None:
    assert (share(3, 4), share(0, 0), share(1, 0)) == (75.0, 0.0, 0.0)
