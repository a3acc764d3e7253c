"""The days that figures are about: the last 7, 30, 90 or 365, or one month. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tenants.errors import Invalid
from web.whole_number import whole_number

LENGTHS = (7, 30, 90, 365)
"""In days, today included."""
USUAL = 30
MONTHS = 12
"""How many months can be chosen, the present one included."""


@dataclass(frozen=True)
class Period:
    """from_on, until_on: both included. key: as an address says it, a number of days or a month, "2026-10"."""

    from_on: date
    until_on: date
    key: str

    @property
    def days(self) -> int | None:
        """How many days up to today; None for a month."""
        return int(self.key) if self.key.isdigit() else None


def period_of(arguments: Mapping[str, str], today: date) -> Period:
    """What an address asks for with `period`. Raises Invalid for what is no period, or lies ahead."""
    key = arguments.get("period", "").strip() or str(USUAL)
    length = whole_number(key)
    if length is not None and length in LENGTHS:
        return Period(today - timedelta(days=length - 1), today, str(length))
    try:
        first = date.fromisoformat(f"{key}-01")
    except ValueError:
        first = date.max
    if first > today or first.year < 2000:
        raise Invalid("Choose 7, 30, 90 or 365 days, or a month such as 2026-10.", field="period")
    return Period(first, _next(first) - timedelta(days=1), f"{first:%Y-%m}")


def months_until(today: date) -> list[date]:
    """The first days of the months that can be chosen, the latest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
