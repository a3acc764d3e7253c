"""The clock's measure for many instants at once: what `clock.py` says of one, as arrays. Pure.

Instants are whole microseconds since 1970, as in `tenants/working_year.py`. Minutes and working minutes come out as
whole microseconds, exactly; working days as floats that are right to a billionth of a day, so whoever compares them
asks `clock.due` about what is closer than CLOSE.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from complaints.clock import Unit
from tenants.working_time import Calendar
from tenants.working_year import working_year, year_of

Instants = NDArray[np.int64]
Amounts = NDArray[np.int64] | NDArray[np.float64]

CLOSE = 1e-6
"""Of a working day; of microseconds nothing is close but what is equal."""


@dataclass(frozen=True)
class Timeline:
    """The working time of a calendar between two instants, from the start of the first one's year.

    starts, ends: of each stretch of work. through: working microseconds up to its end. day_starts: of each local date.
    days_through: working microseconds up to the end of each date that has any.
    """

    starts: Instants
    ends: Instants
    through: Instants
    day_starts: Instants
    days_through: Instants

    @classmethod
    def between(cls, calendar: Calendar, first: int, last: int) -> "Timeline":
        """That of the years in which two instants fall, and of the one after."""
        begin, _first = working_year(calendar, first)
        end, _last = working_year(calendar, last)
        years = [year_of(calendar, number) for number in range(begin, end + 2)]
        before = np.cumsum([0, *(year.total for year in years)])
        return cls(
            starts=_joined([year.starts for year in years]),
            ends=_joined([year.ends for year in years]),
            through=_summed([year.through for year in years], before),
            day_starts=_joined([year.day_starts for year in years]),
            days_through=_summed([year.days_through for year in years], before),
        )

    def first_counted(self, at: Instants, unit: Unit) -> Instants:
        """From when a unit counts that began at these instants: working days from the next local date."""
        if unit is not Unit.WORKING_DAYS:
            return at
        return self.day_starts[np.searchsorted(self.day_starts, at, side="right")]

    def measure(self, at: Instants, unit: Unit) -> Amounts:
        """How much of a unit lies before each instant, counted from one beginning for all."""
        if unit is Unit.MINUTES:
            return at
        worked = self._worked(at)
        if unit is Unit.WORKING_MINUTES:
            return worked
        whole = np.searchsorted(self.days_through, worked, side="right")
        edges = np.concatenate(([0], self.days_through))
        before = edges[whole]
        after = edges[np.minimum(whole + 1, len(edges) - 1)]
        return whole + (worked - before) / np.maximum(after - before, 1)

    def _worked(self, at: Instants) -> Instants:
        i = np.searchsorted(self.starts, at, side="right")
        found = np.concatenate(([0], self.through))[i]
        rest = np.maximum(0, np.concatenate(([0], self.ends))[i] - at)
        result: Instants = np.where(i == 0, 0, found - rest)
        return result


def _joined(parts: Sequence[Sequence[int]]) -> Instants:
    return np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])


def _summed(parts: Sequence[Sequence[int]], before: Instants) -> Instants:
    return np.concatenate(
        [np.asarray(part, dtype=np.int64) + start for part, start in zip(parts, before, strict=False)]
    )
