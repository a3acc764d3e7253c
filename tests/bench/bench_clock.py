"""How long a million due instants take: what a new holiday costs where that many open promises are computed anew.

Two figures: the promises as they come (a third of each unit, one in five with pauses), and the worst, all of them in
working days with pauses. Every round begins with a calendar that was never seen; its first look at a year is apart.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter

from complaints.clock import Pause, Target, Unit, due
from tenants.working_time import Calendar, DatedHours, Span
from tenants.working_year import year_of

DUES = 1_000_000
ROUNDS = 5
SAMPLE = 20_000
"""Promises of one round; the figure is scaled to DUES."""

TARGETS = (Target(240, Unit.WORKING_MINUTES), Target(5, Unit.WORKING_DAYS), Target(72 * 60, Unit.MINUTES))
OFFICE = (Span(450, 720), Span(780, 960))
RAMADAN = DatedHours(date(2026, 2, 18), date(2026, 3, 19), {weekday: (Span(480, 900),) for weekday in range(5)})

Promise = tuple[datetime, Target, Sequence[Pause]]


def run() -> dict[str, float]:
    """Seconds for a million dues on one core, by mix, and milliseconds of a first due; medians of five rounds."""
    mixed = list(_promises(TARGETS, paused_every=5))
    hardest = list(_promises(TARGETS[1:2], paused_every=1))
    rounds = [
        (_seconds(mixed, number), _seconds(hardest, number + ROUNDS), _first_look(number)) for number in range(ROUNDS)
    ]
    return {
        "clock_1m_dues_s": round(median(each[0] for each in rounds), 2),
        "clock_1m_dues_paused_working_days_s": round(median(each[1] for each in rounds), 2),
        "clock_first_look_ms": round(median(each[2] for each in rounds) * 1000, 2),
    }


def _promises(targets: Sequence[Target], paused_every: int) -> list[Promise]:
    """Promises spread over two years, in no order that would help a cache."""
    begin = datetime(2025, 6, 1, tzinfo=UTC)
    promises = []
    for number in range(SAMPLE):
        started_at = begin + timedelta(seconds=number * 7_919_317 % (2 * 365 * 86_400), microseconds=number)
        asked_at = started_at + timedelta(hours=20)
        pauses = (
            (
                Pause(asked_at, asked_at + timedelta(hours=9)),
                Pause(asked_at + timedelta(days=2), asked_at + timedelta(days=3)),
            )
            if number % paused_every == 0
            else ()
        )
        promises.append((started_at, targets[number % len(targets)], pauses))
    return promises


def _calendar(number: int) -> Calendar:
    return Calendar(
        "Asia/Jakarta",
        dict.fromkeys(range(5), OFFICE),
        dated=(RAMADAN,),
        country="ID",
        holidays=frozenset({date(2026, 3, 10), date(2000, 1, 1) + timedelta(number)}),
    )


def _seconds(promises: Sequence[Promise], number: int) -> float:
    calendar = _calendar(number)
    for year in range(2025, 2028):
        year_of(calendar, year)
    begin = perf_counter()
    for started_at, target, pauses in promises:
        due(started_at, target, calendar, pauses)
    return (perf_counter() - begin) * DUES / len(promises)


def _first_look(number: int) -> float:
    calendar = _calendar(number + 2 * ROUNDS)
    begin = perf_counter()
    due(datetime(2026, 1, 5, tzinfo=UTC), TARGETS[0], calendar, ())
    return perf_counter() - begin
