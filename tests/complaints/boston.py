"""Boston's service requests of 2011 with the promises that our clock makes of them.

The promise of a type is learned from the set's targets (never from its verdicts): the amount of calendar minutes, or of
weekdays, from which they lie least far. As in Boston, weekdays have 24 hours and no holidays.
"""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from complaints.clock import TEN_YEARS_MINUTES, Target, Unit, due
from tenants.working_time import Calendar, Span

ZONE = ZoneInfo("America/New_York")
WEEK = Calendar("America/New_York", dict.fromkeys(range(5), (Span(0, 24 * 60),)))
DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
CLOSES = 17
"""From five in the afternoon Boston counts from half past eight of the next morning."""
CANDIDATES, SAMPLE = 3, 24


@dataclass(frozen=True)
class Case:
    """One request. verdict: the set's, ONTIME, OVERDUE or "". target_at: None where nothing was promised."""

    type: str
    opened_at: datetime
    target_at: datetime | None
    closed_at: datetime | None
    verdict: str


@dataclass(frozen=True)
class Judged:
    """A request beside what our clock says: when it was due, and the verdict."""

    case: Case
    due_at: datetime | None
    verdict: str


def read(path: Path) -> list[Case]:
    """The set, in its order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [
            Case(
                row["type"], _at(row["open_dt"]), _or_none(row["target_dt"]), _or_none(row["closed_dt"]), row["ontime"]
            )
            for row in csv.DictReader(lines)
        ]


def judged(cases: Iterable[Case]) -> Iterator[Judged]:
    """Each request with our verdict; what is still open is overdue once it is due, as the set was drawn years later."""
    by_type: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_type[case.type].append(case)
    for of_type in by_type.values():
        target = promise([case for case in of_type if case.target_at is not None])
        for case in of_type:
            promised = target is not None and case.target_at is not None
            due_at = due(case.opened_at, target, WEEK, ()) if promised and target is not None else None
            late = due_at is not None and (case.closed_at is None or case.closed_at > due_at)
            yield Judged(case, due_at, "OVERDUE" if late else "ONTIME")


def promise(cases: Sequence[Case]) -> Target | None:
    """The target of a type that lies nearest to what its requests were promised."""
    seen: Counter[Target] = Counter()
    for case in cases:
        assert case.target_at is not None
        seen.update(_readings(case.opened_at, case.target_at))
    sample = cases[:: max(1, len(cases) // SAMPLE)]

    def off(target: Target) -> timedelta:
        gaps = sorted(abs(_due(case.opened_at, target) - case.target_at) for case in sample if case.target_at)
        return gaps[len(gaps) * 3 // 4]

    return min((target for target, _ in seen.most_common(CANDIDATES)), key=off, default=None)


def cause(one: Judged) -> str:
    """Why our verdict differs from the set's, by name."""
    case = one.case
    if case.target_at is None or one.due_at is None:
        return "the set promises what its type doesn't"
    gap = abs(case.target_at - one.due_at)
    opened = case.opened_at.astimezone(ZONE)
    if gap <= 3 * DAY / 2 and opened.weekday() > 4:
        return "opened on a weekend: Boston keeps its hour of the day, our day begins at midnight"
    if gap <= 3 * DAY / 2 and opened.hour >= CLOSES:
        return "opened after hours: Boston counts from the next morning"
    if gap >= DAY - A_MINUTE:
        return "its target isn't its type's: changed by hand, or of another rule"
    if abs(gap - timedelta(hours=1)) < A_MINUTE:
        return "summer time ended meanwhile: Boston keeps the hour of the day, our minutes are real ones"
    if case.closed_at is not None and abs(case.closed_at - one.due_at) <= timedelta(minutes=15):
        return "closed within a quarter of an hour of the instant"
    return ""


def _readings(opened_at: datetime, target_at: datetime) -> Iterator[Target]:
    """What a target may have been meant as: so many quarters of an hour, or so many weekdays."""
    minutes = round((target_at - opened_at) / timedelta(minutes=15)) * 15
    if 0 < minutes <= TEN_YEARS_MINUTES:
        yield Target(minutes, Unit.MINUTES)
    days = _weekdays(opened_at.astimezone(ZONE).date(), target_at.astimezone(ZONE).date())
    if 0 < days * 24 * 60 <= TEN_YEARS_MINUTES:
        yield Target(days * 24 * 60, Unit.WORKING_MINUTES)


def _weekdays(first: date, last: date) -> int:
    """How many weekdays lie after the first date up to the last."""
    weeks, rest = divmod((last - first).days, 7)
    return weeks * 5 + sum((first + timedelta(number)).weekday() < 5 for number in range(1, rest + 1))


def _due(opened_at: datetime, target: Target) -> datetime:
    at = due(opened_at, target, WEEK, ())
    assert at is not None
    return at


def _at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONE).astimezone(UTC)


def _or_none(written: str) -> datetime | None:
    return _at(written) if written else None


def counted(causes: Iterable[str]) -> Mapping[str, int]:
    """How many rows each cause has, the most frequent first."""
    return dict(Counter(causes).most_common())
