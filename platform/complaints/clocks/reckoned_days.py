"""How a due instant comes about: what each local date between counts for it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from complaints.clock import Target, due, elapsed
from tenants.calendar_days import Day, day_on
from tenants.working_time import Calendar

MOST_DAYS = 120
"""Further dates aren't listed."""


@dataclass(frozen=True)
class Counted:
    """A date on the way. passed: minutes or working days that it counts for. total: those up to its end."""

    day: Day
    passed: Fraction
    total: Fraction


@dataclass(frozen=True)
class Trace:
    """due_at: the instant. days: those on the way, the date of the start first. more: dates that aren't listed."""

    target: Target
    due_at: datetime
    days: Sequence[Counted]
    more: int


def trace(started_at: datetime, target: Target, calendar: Calendar, languages: Sequence[str]) -> Trace:
    """How a target that starts at an instant comes to its end, without pauses. Raises Invalid as `clock.due` does."""
    due_at = due(started_at, target, calendar, ())
    assert due_at is not None  # only a pause makes it rest
    zone = ZoneInfo(calendar.time_zone)
    first, last = started_at.astimezone(zone).date(), due_at.astimezone(zone).date()
    listed = min((last - first).days + 1, MOST_DAYS)
    days, before = [], Fraction(0)
    for number in range(listed):
        on = first + timedelta(days=number)
        total = elapsed(started_at, min(_end_of(on, zone), due_at), target.unit, calendar, ())
        days.append(Counted(day_on(calendar, on, languages), total - before, total))
        before = total
    return Trace(target, due_at, days, (last - first).days + 1 - listed)


def _end_of(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), zone).astimezone(UTC)
