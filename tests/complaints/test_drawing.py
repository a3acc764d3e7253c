"""The draw of finished work: reproducible, fair, and never more for a smaller share."""

import random

from hypothesis import given
from hypothesis import strategies as st

from complaints.drawing import SEED_BYTES, drawn

SEEDS = st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES)


@given(SEEDS, st.integers(0, 100))
def test_who_doubts_a_draw_reckons_it_anew(seed: bytes, percent: int) -> None:
    assert drawn(seed, percent) == drawn(seed, percent)


@given(SEEDS)
def test_none_of_nothing_and_all_of_all(seed: bytes) -> None:
    assert not drawn(seed, 0)
    assert drawn(seed, 100)


@given(SEEDS, st.integers(0, 99))
def test_what_is_drawn_of_a_share_is_drawn_of_a_larger_one(seed: bytes, percent: int) -> None:
    assert not drawn(seed, percent) or drawn(seed, percent + 1)


def test_about_as_many_are_drawn_as_were_asked_for() -> None:
    dice = random.Random(7)
    seeds = [dice.randbytes(SEED_BYTES) for _ in range(4_000)]
    for percent in (5, 50):
        share = sum(drawn(seed, percent) for seed in seeds) / len(seeds)
        assert abs(share - percent / 100) < 0.025, percent
