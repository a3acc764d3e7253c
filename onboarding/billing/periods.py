"""What months an invoice in arrears is for: whole months by the calendar, never across budget years. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LENGTHS = (1, 3, 12)
"""In months; each divides a year, so that no period lies in two budget years."""


@dataclass(frozen=True)
class Period:
    """from_on: the first day of a month. until_on: the last day of one, of the same year."""

    from_on: date
    until_on: date

    @property
    def months(self) -> int:
        return self.until_on.month - self.from_on.month + 1


def next_month(day: date) -> date:
    """The first day of the month after the one of this day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_end(day: date) -> date:
    """The last day of the month of this day."""
    return next_month(day) - timedelta(days=1)


def ended(since_on: date, months: int, today: date, until_on: date | None = None) -> Iterator[Period]:
    """The periods that are over before today, from the first of a month on.

    until_on: the last day that is charged, if it is known; what is left before it is a shorter period.
    """
    start = since_on
    while until_on is None or start <= until_on:
        last = date(start.year, (start.month - 1) // months * months + months, 1)
        end = month_end(last)
        if until_on is not None:
            end = min(end, until_on)
        if end >= today:
            return
        yield Period(start, end)
        start = end + timedelta(days=1)


def pieces(since_on: date, until_on: date) -> Iterator[Period]:
    """All months from one day to another, a period for each year; none where it ends before it begins."""
    yield from ended(since_on, 12, until_on + timedelta(days=1), until_on)
