"""Boston's 58,251 requests of 2011: on time or overdue by our clock, beside what the city itself said."""

from pathlib import Path

import pytest

from tests.complaints.boston import Judged, cause, counted, judged, read

DATA = Path(__file__).parents[2] / "../shared/data/complaints/boston_311_2011.csv.gz"
AT_LEAST = 0.98


@pytest.fixture(scope="module")
def rows() -> list[Judged]:
    if not DATA.is_file():
        pytest.skip("Boston's requests of 2011 aren't beside this checkout (shared/data).")
    return list(judged(read(DATA)))


def test_our_clock_says_of_98_percent_what_boston_said_and_of_every_other_why(rows: list[Judged]) -> None:
    unsaid = [one for one in rows if not one.case.verdict]
    said = [one for one in rows if one.case.verdict]
    other = [one for one in said if one.verdict != one.case.verdict]
    causes = counted(cause(one) for one in other)
    assert len(unsaid) + len(said) == len(rows) == 58_251
    assert 1 - len(other) / len(said) >= AT_LEAST, causes
    assert "" not in causes, [one for one in other if not cause(one)][:5]
    assert sum(causes.values()) == len(other)


def test_what_was_promised_is_late_at_times_so_that_the_verdicts_say_something(rows: list[Judged]) -> None:
    promised = [one for one in rows if one.due_at is not None]
    late = [one for one in promised if one.verdict == "OVERDUE"]
    assert len(promised) > 45_000
    assert 0.1 < len(late) / len(promised) < 0.5
