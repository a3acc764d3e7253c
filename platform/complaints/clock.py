"""The clock of a promise: by when, how much of it is used, and when a share of it will be.

Pure: `now` and the calendar are arguments. Everything here rests on one idea, a *measure* of time for each unit:

- minutes: time as it passes;
- working minutes: time within the calendar's hours, as it really passes (see `tenants/working_year.py` for changes of
  the clock);
- working days: each local date with working hours counts as one whole day, however short its hours, spread evenly
  over them. The date of the start isn't counted, whatever its hour (the practice of Indonesian administration):
  counting begins with the next date. So n working days end with the last hour of the nth working date after the
  start's.

A milestone is due at the first instant at which the measure, less what passed during pauses, reaches the target's
amount. Hence a pause, or a holiday, can only move it later; and so can a later start or a larger amount. Half a
working day spent waiting is given back as half a day of hours, not as a whole date, and a pause outside the hours
moves nothing. (A half day is no holiday: shorter hours end a working day earlier.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from tenants.errors import Invalid
from tenants.working_time import Calendar
from tenants.working_year import DAY, EPOCH, MINUTE, WorkingYear, working_year, year_of

TEN_YEARS_MINUTES = 10 * 366 * 24 * 60
TEN_YEARS_DAYS = 10 * 366
LONGEST_YEARS = 100
"""A due instant further away than this is a mistake in the calendar, not a promise."""
PARKED = timedelta(days=100 * 366)
"""How far behind its fallback a complaint without a running promise is sorted: behind every running one."""
LONGEST_CLOSURE = 366 * DAY
MICROSECOND = timedelta(microseconds=1)


class Unit(StrEnum):
    """What a target is counted in."""

    MINUTES = "minutes"
    WORKING_MINUTES = "working_minutes"
    WORKING_DAYS = "working_days"


class Milestone(StrEnum):
    """What is promised: a person's first meaningful answer, an interim that makes it safe, the work done."""

    RESPOND = "respond"
    SECURE = "secure"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Target:
    """How long a milestone may take: a whole amount of a unit, from 1 to ten years of it. Raises Invalid beyond."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", _unit(self.unit))
        most = TEN_YEARS_DAYS if self.unit is Unit.WORKING_DAYS else TEN_YEARS_MINUTES
        if not isinstance(self.amount, int) or isinstance(self.amount, bool) or not 1 <= self.amount <= most:
            raise Invalid("A target is a whole number from 1 to ten years.", field="amount")


@dataclass(frozen=True, slots=True)
class Pause:
    """When the next word was somebody else's: from `from_at` until just before `until_at`; None while it runs. Aware
    instants.

    Raises Invalid if it ends before it begins.
    """

    from_at: datetime
    until_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.until_at is not None and self.until_at < self.from_at:
            raise Invalid("A pause can't end before it begins.", field="until_at")


def together(pauses: Sequence[Pause]) -> list[Pause]:
    """The time that is covered by any of the pauses, in order and without overlaps, as the functions below take it."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.from_at):
        last = found[-1] if found else None
        if last is None or (last.until_at is not None and last.until_at < pause.from_at):
            found.append(pause)
        elif last.until_at is not None:
            ends = None if pause.until_at is None else max(last.until_at, pause.until_at)
            found[-1] = Pause(last.from_at, ends)
    return found


def due(started_at: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause]) -> datetime | None:
    """The instant by which a milestone must be met; None while a pause runs.

    started_at: aware UTC. target: amount and unit (minutes, working minutes, working days). pauses: ordered,
    closed-open. Raises Invalid if the calendar has no working hour within a year of started_at (or of the end of a
    pause that covers it), if the instant would lie more than 100 years away, or if pauses overlap or aren't in order.
    """
    return _reached_at(started_at, target.amount, target.unit, calendar, pauses)


def instant_at_share(
    started_at: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause], share: float | Fraction
) -> datetime | None:
    """The first instant at which that share of the target is used (0.5 is half, 1 the due instant); None while a
    pause runs.

    Raises as `due` does, and Invalid for a share that isn't between 0 and 10.
    """
    if not 0 <= share <= 10:
        raise Invalid("A share lies between 0 and 10, where 1 is the whole target.", field="share")
    return _reached_at(started_at, _exact(share) * target.amount, target.unit, calendar, pauses)


@lru_cache(maxsize=1024)
def _exact(share: float | Fraction) -> Fraction:
    """0.8 means four fifths, not the nearest binary number, which would come a microsecond late."""
    return Fraction(share).limit_denominator(10_000)


def elapsed(
    started_at: datetime, until_at: datetime, unit: Unit, calendar: Calendar, pauses: Sequence[Pause]
) -> Fraction:
    """How much of a unit passed from started_at to until_at outside pauses, exactly; 0 if until_at is not after
    started_at.

    A running pause has taken all time since it began. Raises Invalid if pauses overlap or aren't in order.
    """
    at, until = _first_counted(_micros(started_at), unit, calendar), _micros(until_at)
    passed: int | Fraction = 0
    for pause_from, pause_until in _ordered(pauses):
        if pause_from >= until:
            break
        if pause_from > at:
            passed += _measure(at, pause_from, unit, calendar)
        if pause_until is None:
            at = until
            break
        at = max(at, pause_until)
    if until > at:
        passed += _measure(at, until, unit, calendar)
    return Fraction(passed) if unit == Unit.WORKING_DAYS else Fraction(passed, MINUTE)


def share(
    started_at: datetime, until_at: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause]
) -> float:
    """How much of a target is used at until_at: 0 at the start, 1 at the due instant, more when late. Goes on
    answering in a pause.
    """
    return float(elapsed(started_at, until_at, target.unit, calendar, pauses) / target.amount)


def sort_key(dues: Sequence[datetime | None], fallback_at: datetime) -> datetime:
    """The instant that a queue is sorted by, never null: the earliest running due.

    dues: of the milestones not yet met, None for those that rest. Where none runs, fallback_at (the instant of
    filing, which never changes) a hundred years on: behind everything that runs, and among themselves in the order of
    filing.
    """
    return min((at for at in dues if at is not None), default=fallback_at + PARKED)


def _reached_at(
    started_at: datetime, amount: int | Fraction, unit: Unit, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime | None:
    """The first instant at which `amount` of a unit has passed outside pauses; None while one runs."""
    if unit != Unit.WORKING_DAYS:
        amount = ceil(amount * MINUTE)
    stretches = _ordered(pauses)
    if stretches and stretches[-1][1] is None:
        return None
    if not amount:
        return started_at.astimezone(UTC)
    at = _first_counted(_micros(started_at), unit, calendar)
    for pause_from, pause_until in stretches:
        assert pause_until is not None
        if pause_from > at:
            passed = _measure(at, pause_from, unit, calendar)
            if passed >= amount:
                break
            amount -= passed
        at = max(at, pause_until)
    return _datetime(_advanced(at, amount, unit, calendar))


def _first_counted(at: int, unit: Unit, calendar: Calendar) -> int:
    if unit != Unit.WORKING_DAYS:
        return at
    _, year = working_year(calendar, at)
    return year.next_day_at(at)


def _measure(at: int, until: int, unit: Unit, calendar: Calendar) -> int | Fraction:
    """What passes from `at` to `until`: microseconds, or working days."""
    if unit == Unit.MINUTES:
        return until - at
    first, year = working_year(calendar, at)
    last, last_year = working_year(calendar, until)
    between = [year, *(year_of(calendar, number) for number in range(first + 1, last))] if first < last else []
    if unit == Unit.WORKING_MINUTES:
        return sum(each.total for each in between) + last_year.worked(until) - year.worked(at)
    return sum(len(each.days_through) for each in between) + _days(last_year, until) - _days(year, at)


def _advanced(at: int, amount: int | Fraction, unit: Unit, calendar: Calendar) -> int:
    """The first instant by which `amount` (more than 0; microseconds or working days) has passed since `at`."""
    if unit == Unit.MINUTES:
        return at + floor(amount)
    in_days = unit == Unit.WORKING_DAYS
    number, year = working_year(calendar, at)
    # Counted from the start of the year in which `at` falls.
    amount += _days(year, at) if in_days else year.worked(at)
    opened = year.worked(at) < year.total
    for _ in range(LONGEST_YEARS + 1):
        whole = len(year.days_through) if in_days else year.total
        if amount <= whole:
            return year.reached_at(_worked_by_day(year, amount) if in_days else floor(amount))
        amount -= whole
        number += 1
        year = year_of(calendar, number)
        if not opened and year.starts:
            opened = year.starts[0] - at <= LONGEST_CLOSURE
            if not opened:
                break
    if not opened:
        raise Invalid("This calendar has no working hour within a year.", field="calendar")
    raise Invalid("This target would be due more than a hundred years away.", field="amount")


def _days(year: WorkingYear, at: int) -> int | Fraction:
    """Working days of the year before an instant; a day that has begun as the part of its hours that has passed."""
    worked = year.worked(at)
    whole = year.whole_days(worked)
    before = year.days_through[whole - 1] if whole else 0
    if worked == before:
        return whole
    return whole + Fraction(worked - before, year.days_through[whole] - before)


def _worked_by_day(year: WorkingYear, days: int | Fraction) -> int:
    """Working microseconds of the year (rounded up) when that many of its working days, more than 0, have passed."""
    whole = floor(days)
    before = year.days_through[whole - 1] if whole else 0
    if whole == days:
        return before
    return before + ceil((days - whole) * (year.days_through[whole] - before))


def _ordered(pauses: Sequence[Pause]) -> list[tuple[int, int | None]]:
    """When each pause begins and ends (None: it runs), in microseconds. Raises Invalid if they overlap or aren't in
    order, or if one that runs isn't the last.
    """
    stretches: list[tuple[int, int | None]] = []
    for pause in pauses:
        begins = _micros(pause.from_at)
        last = stretches[-1][1] if stretches else begins
        if last is None or begins < last:
            raise Invalid("Pauses must be in order and must not overlap.", field="pauses")
        stretches.append((begins, None if pause.until_at is None else _micros(pause.until_at)))
    return stretches


def _unit(unit: str) -> Unit:
    try:
        return Unit(unit)
    except ValueError:
        raise Invalid("A target's unit is minutes, working_minutes or working_days.", field="unit") from None


def _micros(at: datetime) -> int:
    passed = at - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _datetime(at: int) -> datetime:
    return EPOCH + at * MICROSECOND
