"""How near one spelling is to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.finding.reference_search import meant
from complaints.reference import ALPHABET, format_reference
from complaints.words.spelling import (
    ALMOST,
    LONGEST_WORD,
    NEAR,
    closeness,
    lengths_allow,
    skeleton,
    stem,
    telling,
    words_of,
)

LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("brlubang", "berlubang"), ("mti", "mati"), ("banjr", "banjir"), ("sampa", "sampah"), ("pothle", "pothole"),
     ("bnajir", "banjir"), ("mengigit", "menggigit"), ("numpuk", "menumpuk"), ("garbge", "garbage")],
)  # fmt: skip
def test_a_slip_stays_near(typed: str, said: str) -> None:
    assert closeness(typed, said) >= NEAR


@pytest.mark.parametrize(
    ("one", "other"), [("jalan", "hujan"), ("rt05", "rt06"), ("pasar", "pagar x"), ("lampu", "sampah")]
)
def test_another_word_is_not_almost_it(one: str, other: str) -> None:
    assert closeness(one, other) < ALMOST


@given(LETTERS, LETTERS)
def test_closeness_lies_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0 <= closeness(one, other) <= 1
    assert (closeness(one, other) == 1) == (one == other)


@given(LETTERS, LETTERS)
def test_lengths_rule_out_only_what_is_not_almost_the_same(one: str, other: str) -> None:
    assert lengths_allow(one, other) or closeness(one, other) < ALMOST


def test_a_word_that_nobody_means_is_near_to_nothing_and_costs_no_time() -> None:
    long = "a" * (LONGEST_WORD + 1)
    assert closeness(long, long) == 1
    assert closeness(long, f"{long}b") == closeness(long * 100_000, f"{long * 100_000}b") == 0


@given(LETTERS)
def test_forgotten_vowels_cost_half(word: str) -> None:
    assert closeness(skeleton(word), word) >= 0.5 or not skeleton(word)


@given(LETTERS)
def test_a_stem_keeps_four_letters_of_a_word_that_has_them(word: str) -> None:
    assert stem(word) in word
    assert len(stem(word)) >= min(4, len(word))


def test_words_are_written_out_and_said_once() -> None:
    assert words_of("Jln. Café RT05 jl lubang2!") == ["jalan", "cafe", "rt05", "lubang"]
    assert telling(["di", "yang", "banjir"]) == ["banjir"]
    assert telling(["di", "ini"]) == ["di", "ini"]


BODY = st.text(ALPHABET, min_size=7, max_size=7)


@given(BODY, st.integers(4, 7), st.sampled_from(ALPHABET))
def test_one_wrong_letter_of_a_reference_is_put_right(body: str, at: int, letter: str) -> None:
    reference = format_reference("BKS", body)
    slipped = reference[:at] + letter + reference[at + 1 :]
    numbers = meant(slipped, "BKS")
    assert numbers is not None
    assert reference in numbers.exactly
    assert len(numbers.exactly) < 40


@given(BODY)
def test_parts_of_a_reference_are_looked_for_as_parts(body: str) -> None:
    reference = format_reference("BKS", body)
    for written in (reference[:10], reference[:8]):
        numbers = meant(written, "BKS")
        assert numbers is not None
        assert numbers.first <= reference <= numbers.last
    for dropped in (4, 9, 12):
        numbers = meant(reference[:dropped] + reference[dropped + 1 :], "BKS")
        assert numbers is not None
        assert reference in numbers.exactly
    numbers = meant("BSK" + reference[3:], "BKS")
    assert numbers is not None
    assert reference in numbers.exactly


@pytest.mark.parametrize("written", ["", "abc", "lubang di jalan depan", "selokan!", "BKS"])
def test_words_are_no_reference(written: str) -> None:
    assert meant(written, "BKS") is None
