"""What an address has to prove: sums for people, puzzles for programs."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from flask import Flask, g

from tests.cast import NOW, Cast
from web import proofs, sending

SECRET = b"a secret of the tests"
HOUR = timedelta(hours=1)


def solved(puzzle: str, at: timedelta = timedelta(0), address: str = "36.68.1.2") -> bool:
    """Whether the first text that fits eight bits is taken after a while."""
    found = next(f"{puzzle}:{n}" for n in count() if proofs.is_solved(SECRET, "36.68.1.2", f"{puzzle}:{n}", NOW, 8))
    return proofs.is_solved(SECRET, address, found, NOW + at, 8)


def test_a_sum_is_of_one_form_and_holds_for_an_hour() -> None:
    right = str(sum(proofs.sum_of(SECRET, "a", NOW)))
    assert proofs.is_sum(SECRET, "a", f" {right} ", NOW + HOUR)
    assert not proofs.is_sum(SECRET, "a", "99", NOW)
    assert not proofs.is_sum(SECRET, "a", "", NOW)
    sums = {proofs.sum_of(SECRET, str(draft), NOW) for draft in range(500)}
    assert len(sums) > 50
    assert all(2 <= number <= 9 for pair in sums for number in pair)


def test_a_puzzle_is_of_one_address_and_holds_for_an_hour() -> None:
    puzzle = proofs.puzzle(SECRET, "36.68.1.2", NOW)
    assert solved(puzzle)
    assert solved(puzzle, HOUR)
    assert not solved(puzzle, 2 * HOUR)
    assert not solved(puzzle, address="36.68.1.3")
    assert not proofs.is_solved(SECRET, "36.68.1.2", "nonsense", NOW, 8)
    assert not proofs.is_solved(SECRET, "36.68.1.2", "é:é", NOW, 8)


def test_a_solution_serves_once_also_across_two_windows(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "is_solved", lambda *_: True)
    with app.test_request_context("/", headers={"Proof": "solved"}):
        g.session, g.now = cast.session, datetime(2026, 3, 1, 9, 59, tzinfo=UTC)
        assert sending.proved_by_header()
        g.now += timedelta(minutes=2)
        assert not sending.proved_by_header()
