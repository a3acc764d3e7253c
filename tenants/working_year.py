"""One local year of a calendar as sorted arrays of instants, so that a due instant is two binary searches and no walk.

An instant is working when the wall clock, read at that instant, stands within the hours of the date it shows. So an
hour that the clock repeats in autumn counts twice, and one that it skips in spring not at all: working time is time
that really passed.

Instants here are whole microseconds since 1970-01-01T00:00Z, which add and compare exactly.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tenants.errors import Invalid
from tenants.working_time import Calendar, spans_on, zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
FIRST_YEAR, LAST_YEAR = 2, 9997
"""Beyond these a zone's offset would leave what a date can say."""


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """The working time of the local dates of one year.

    first, until: the instants at which the year begins and ends. starts, ends: of each stretch of work, in order.
    through: working microseconds of this year up to the end of each stretch. day_starts: the first instant of each
    local date. days_through: working microseconds of this year up to the end of each date that has any.
    """

    first: int
    until: int
    starts: "array[int]"
    ends: "array[int]"
    through: "array[int]"
    day_starts: "array[int]"
    days_through: "array[int]"

    @property
    def total(self) -> int:
        """Working microseconds of the whole year."""
        return self.through[-1] if self.through else 0

    def worked(self, at: int) -> int:
        """Working microseconds of this year before an instant."""
        i = bisect_right(self.starts, at)
        if i == 0:
            return 0
        return self.through[i - 1] - max(0, self.ends[i - 1] - at)

    def reached_at(self, worked: int) -> int:
        """The first instant by which that much of this year (0 < worked <= total) has been worked."""
        i = bisect_left(self.through, worked)
        return self.ends[i] - (self.through[i] - worked)

    def whole_days(self, worked: int) -> int:
        """How many dates with working hours are over when that much of this year has been worked."""
        return bisect_right(self.days_through, worked)

    def next_day_at(self, at: int) -> int:
        """The first instant of the local date after the one an instant of this year falls on."""
        i = bisect_right(self.day_starts, at)
        return self.day_starts[i] if i < len(self.day_starts) else self.until


def working_year(calendar: Calendar, at: int) -> tuple[int, WorkingYear]:
    """The local year in which an instant falls, and its working time."""
    year = (EPOCH + timedelta(microseconds=at)).year
    found = year_of(calendar, year)
    if at < found.first:
        year -= 1
    elif at >= found.until:
        year += 1
    else:
        return year, found
    return year, year_of(calendar, year)


# About 15 kB each: bounded, since a worker goes through thousands of tenants.
@lru_cache(maxsize=2048)
def year_of(calendar: Calendar, year: int) -> WorkingYear:
    """The working time of a local year, computed once. Raises Invalid outside FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("This lies beyond the years that a calendar can answer for.")
    rules = zone(calendar.time_zone)
    first, until = date(year, 1, 1), date(year + 1, 1, 1)
    day_starts: dict[date, int] = {}
    starts, ends, through, days_through = array("q"), array("q"), array("q"), array("q")
    worked = 0
    latest: date | None = None
    for day, begins_at, ends_at, midnight_at in _local_days(rules, first, until):
        if day >= first:
            day_starts.setdefault(day, begins_at)
        if not first <= day < until:
            continue
        for span in spans_on(calendar, day):
            start = max(begins_at, midnight_at + span.start_minute * MINUTE)
            end = min(ends_at, midnight_at + span.end_minute * MINUTE)
            if start >= end:
                continue
            worked += end - start
            starts.append(start)
            ends.append(end)
            through.append(worked)
            # A clock put back across midnight shows yesterday's date once more: that time is today's.
            if latest is not None and day <= latest:
                days_through[-1] = worked
            else:
                days_through.append(worked)
                latest = day
    ordered = [begins_at for day, begins_at in day_starts.items() if day < until]
    after = next(begins_at for day, begins_at in day_starts.items() if day >= until)
    return WorkingYear(ordered[0], after, starts, ends, through, array("q", ordered), days_through)


def _local_days(rules: ZoneInfo, first: date, until: date) -> Iterator[tuple[date, int, int, int]]:
    """Stretches of one date under one offset from UTC, in the order in which they happen: the date, when the stretch
    begins and ends, and the instant that would be that date's midnight under its offset. They reach a day beyond both
    ends.
    """
    for begins_at, ends_at, offset in _offsets(rules, _instant(first) - 2 * DAY, _instant(until) + 2 * DAY):
        day_number = (begins_at + offset) // DAY
        while (midnight_at := day_number * DAY - offset) < ends_at:
            day = date.fromordinal(EPOCH.toordinal() + day_number)
            yield day, max(begins_at, midnight_at), min(ends_at, midnight_at + DAY), midnight_at
            day_number += 1


def _offsets(rules: ZoneInfo, first: int, until: int) -> Iterator[tuple[int, int, int]]:
    """The stretches (begin, end, offset from UTC) of a zone between two instants. zoneinfo doesn't tell its changes,
    so they are looked for: once a day, then halved down to the second.
    """
    begins_at, offset = first, _offset(rules, first)
    for at in range(first + DAY, until + DAY, DAY):
        changed = _offset(rules, at)
        if changed == offset:
            continue
        before, after = at - DAY, at
        while after - before > SECOND:
            middle = (before + after) // (2 * SECOND) * SECOND
            if _offset(rules, middle) == offset:
                before = middle
            else:
                after = middle
        yield begins_at, after, offset
        begins_at, offset = after, changed
    yield begins_at, until, offset


def _offset(rules: ZoneInfo, at: int) -> int:
    shown = (EPOCH + timedelta(microseconds=at)).astimezone(rules).utcoffset()
    assert shown is not None
    return shown // timedelta(microseconds=1)


def _instant(day: date) -> int:
    return (day.toordinal() - EPOCH.toordinal()) * DAY
