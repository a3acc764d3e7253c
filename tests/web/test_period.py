"""The days that figures are about."""

from datetime import date

import pytest

from tenants.errors import Invalid
from web.period import months_until, period_of

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("asked", "from_on", "until_on"),
    [
        ("", date(2026, 2, 3), TODAY),
        ("7", date(2026, 2, 26), TODAY),
        ("365", date(2025, 3, 5), TODAY),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_a_period_has_both_its_ends(asked: str, from_on: date, until_on: date) -> None:
    found = period_of({"period": asked}, TODAY)
    assert (found.from_on, found.until_on) == (from_on, until_on)


@pytest.mark.parametrize(
    "asked",
    ["8", "x", "2026-13", "2026-04", "1999-01", "2026", "-1", "2026-02-03", "٣", "²", "1" * 5000, "99999999999-1"],
)
def test_what_is_no_period_gets_a_sentence(asked: str) -> None:
    with pytest.raises(Invalid, match="month such as"):
        period_of({"period": asked}, TODAY)


def test_the_months_of_a_year_can_be_chosen() -> None:
    months = months_until(TODAY)
    assert (months[0], months[-1], len(months)) == (date(2026, 3, 1), date(2025, 4, 1), 12)
