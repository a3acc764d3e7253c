"""A city's figures for a period: cells and the deltas that aren't in them yet, read in one statement.

The statement touches as many rows for ten million complaints as for a hundred thousand: cells are per day, agency and
category, not per complaint.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from complaints.clock import Milestone
from complaints.counts import counting
from complaints.counts.counting import MILESTONES, Cell, Cells, Dimension, Measure
from complaints.counts.folding import is_counted
from complaints.counts.histogram import percentile
from complaints.counts.tally import FigureCell, FigureDelta

AGES = (1, 3, 7, 14, 30, 90)
"""The upper ends of the groups of open complaints by age, in days; the last group has none."""
WEEKS = 8
MOST_DELTAS = 5_000
"""Beyond it the worker is behind, and the figures say so."""

Of = tuple[str, str]
"""(dimension, key): of all, of an agency, of a category …"""
ALL: Of = (Dimension.ALL, "")
WHOLE = (ALL,)
AGENCIES = (Dimension.ALL, Dimension.AGENCY)


@dataclass(frozen=True)
class Promise:
    """Promises that fell due. open: of the missed, those that still wait to be met."""

    kept: int = 0
    missed: int = 0
    open: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.missed

    @property
    def share_missed(self) -> float | None:
        """From 0 to 1; None where nothing fell due."""
        return self.missed / self.due if self.due else None

    def __add__(self, other: "Promise") -> "Promise":
        return Promise(self.kept + other.kept, self.missed + other.missed, self.open + other.open)


@dataclass(frozen=True)
class Lengths:
    """How long something took: at most histogram.ERROR from the exact percentiles."""

    count: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True)
class Figures:
    """from_on, until_on: the local days of the period, both included. promises: by what of, then by milestone.

    buckets: lengths of time, of FIRST and DONE, by what of. sums: how often each measure, by what of; BACKLOG as it is
    now. open_by_age: one number for each group of AGES and one beyond, as it is now.
    held, finished: by seat, now and in the period. trend: of all and of each agency (Monday, all promises due in that
    week) for the last WEEKS whole weeks, oldest first.
    behind: more is still to be counted than the page waited for.
    """

    from_on: date
    until_on: date
    promises: Mapping[Of, Mapping[Milestone, Promise]]
    buckets: Mapping[tuple[str, Of], Mapping[int, int]]
    sums: Mapping[tuple[str, Of], int]
    open_by_age: Mapping[Of, Sequence[int]]
    held: Mapping[str, int]
    finished: Mapping[str, int]
    trend: Mapping[Of, Sequence[tuple[date, Promise]]]
    behind: bool

    def promised(self, of: Sequence[Of] = WHOLE) -> Promise:
        """All milestones of several together."""
        return sum((sum(self.promises.get(one, {}).values(), Promise()) for one in of), Promise())

    def number(self, measure: Measure, of: Sequence[Of] = WHOLE) -> int:
        """How often something happened, or is so, for several together."""
        return sum(self.sums.get((measure, one), 0) for one in of)

    def by_key(self, measure: Measure, dimension: Dimension) -> dict[str, int]:
        """How often something happened by the key of a dimension, without what never did."""
        return {key: n for (one, (of, key)), n in self.sums.items() if (one, of) == (measure, dimension) and n > 0}

    def lengths(self, measure: Measure, of: Sequence[Of] = WHOLE) -> Lengths:
        """How long FIRST or DONE took for several together."""
        together: Counter[int] = Counter()
        for one in of:
            together.update(self.buckets.get((measure, one), {}))
        return Lengths(together.total(), percentile(together, 0.5), percentile(together, 0.9))

    def week_by_week(self, of: Sequence[Of] = WHOLE) -> list[tuple[date, Promise]]:
        """The trend of several together."""
        return [
            (monday, sum((dict(self.trend[one]).get(monday, Promise()) for one in of if one in self.trend), Promise()))
            for monday, _all in self.trend[ALL]
        ]

    def open(self, of: Sequence[Of] = WHOLE) -> int:
        """How many are open now, for several together."""
        return sum(self.ages(of))

    def ages(self, of: Sequence[Of] = WHOLE) -> list[int]:
        """How many are open now, by group of age, for several together."""
        each = [self.open_by_age[one] for one in of if one in self.open_by_age]
        return [sum(group) for group in zip([0] * (len(AGES) + 1), *each, strict=True)]


def figures_of(
    session: Session, zone: str, from_on: date, until_on: date, now: datetime, *, areas: bool = False
) -> Figures:
    """The figures of the session's city; zone: its time zone. What is due today counts from tomorrow on, kept or not.

    areas: with what happened in each area. Raises nothing for days in the future: they are empty.
    """
    today = counting.day_of(now, zone)
    parts = _parts(from_on.toordinal(), min(until_on.toordinal(), today), today, areas=areas)
    counts: dict[str, Cells] = {part.name: Counter() for part in parts}
    rows = session.execute(union_all(*(_summed(part, today) for part in parts), _deltas())).all()
    waiting = [row.document for row in rows if row.part == _DELTA]
    for row in rows:
        if row.part != _DELTA:
            counts[row.part][Cell(row.measure, row.dimension, row.key, row.day, row.slot)] += row.number
    for document in waiting[:MOST_DELTAS]:
        for cell, count in counting.cells_of_change(document, zone).items():
            for part in parts:
                if part.holds(cell):
                    counts[part.name][cell._replace(day=part.grouped(cell.day, today))] += count
    behind = len(waiting) > MOST_DELTAS or not is_counted(session, zone)
    return _figures(from_on, until_on, counts, today, behind=behind)


def received_weekly(session: Session, until_on: date, weeks: int) -> list[int]:
    """How many reports the session's city got in each of so many weeks up to a day, the oldest first.

    As the worker has counted them so far, on days of the city's own zone.
    """
    ago = (until_on.toordinal() - FigureCell.day) // 7
    rows = session.execute(
        select(ago, func.sum(FigureCell.count))
        .where(FigureCell.measure == Measure.RECEIVED, FigureCell.dimension == Dimension.ALL)
        .where(FigureCell.day.between(until_on.toordinal() - 7 * weeks + 1, until_on.toordinal()))
        .group_by(ago)
    )
    counts = {week: int(count) for week, count in rows}
    return [counts.get(week, 0) for week in reversed(range(weeks))]


class _By(StrEnum):
    """How the days of a part are grouped."""

    NOTHING = "nothing"
    DAY = "day"
    AGE = "age"


@dataclass(frozen=True)
class _Part:
    """Some cells: of these measures, of these days (both included; None: of all)."""

    name: str
    measures: Sequence[Measure]
    days: tuple[int, int] | None = None
    by: _By = _By.NOTHING
    dimensions: Sequence[Dimension] = tuple(Dimension)

    def holds(self, cell: Cell) -> bool:
        inside = self.days is None or self.days[0] <= cell.day <= self.days[1]
        return inside and cell.measure in self.measures and cell.dimension in self.dimensions

    def grouped(self, day: int, today: int) -> int:
        return {_By.NOTHING: 0, _By.DAY: day, _By.AGE: age_group(today - day)}[self.by]


def age_group(days: int) -> int:
    """Which group of AGES an age belongs to."""
    return next((group for group, most in enumerate(AGES) if days <= most), len(AGES))


_DELTA = "delta"
_HAPPENED = (
    Measure.RECEIVED,
    Measure.FIRST,
    Measure.DONE,
    Measure.RESOLUTIONS,
    Measure.REOPENINGS,
    Measure.PASSES,
    Measure.BACK,
    Measure.WRITTEN_DOWN,
    Measure.FINISHED,
)


def _parts(first: int, last: int, today: int, *, areas: bool) -> list[_Part]:
    """What is read: the period, the promises that fell due in it before today, what is true now, and whole weeks."""
    monday = today - (today - 1) % 7
    weeks = (monday - 7 * WEEKS, monday - 1)
    dimensions = [one for one in Dimension if areas or one is not Dimension.AREA]
    return [
        _Part("period", _HAPPENED, (first, last), dimensions=dimensions),
        _Part("due", counting.PROMISES, (first, min(last, today - 1)), dimensions=dimensions),
        _Part("ages", [Measure.OPEN, Measure.BACKLOG], by=_By.AGE),
        _Part("held", [Measure.HELD]),
        _Part("trend", counting.PROMISES, weeks, _By.DAY, AGENCIES),
    ]


def _summed(part: _Part, today: int) -> Select[tuple[str, str, str, str, int, int, int, object]]:
    """One row for each group of a part."""
    days: dict[_By, ColumnElement[int]] = {
        _By.NOTHING: literal(0, Integer()),
        _By.DAY: FigureCell.day.expression,
        _By.AGE: case(*((FigureCell.day >= today - most, group) for group, most in enumerate(AGES)), else_=len(AGES)),
    }
    day = days[part.by].label("day")
    columns = (FigureCell.measure, FigureCell.dimension, FigureCell.key, day, FigureCell.slot)
    statement = select(
        literal(part.name, String()).label("part"),
        *columns,
        cast(func.sum(FigureCell.count), BigInteger).label("number"),
        null().cast(FigureDelta.document.type).label("document"),
    ).where(
        FigureCell.measure.in_([measure.value for measure in part.measures]),
        FigureCell.dimension.in_([dimension.value for dimension in part.dimensions]),
    )
    if part.days is not None:
        statement = statement.where(FigureCell.day.between(*part.days))
    return statement.group_by(*columns)


def _deltas() -> Select[tuple[str, str, str, str, int, int, int, object]]:
    nothing = literal("", String())
    return select(
        literal(_DELTA, String()).label("part"),
        nothing.label("measure"),
        nothing.label("dimension"),
        nothing.label("key"),
        literal(0, Integer()).label("day"),
        literal(0, Integer()).label("slot"),
        literal(0, BigInteger()).label("number"),
        FigureDelta.document,
    ).limit(MOST_DELTAS + 1)


def _figures(from_on: date, until_on: date, counts: Mapping[str, Cells], today: int, *, behind: bool) -> Figures:
    happened = _sums(counts["period"])
    held = _sums(counts["held"])
    return Figures(
        from_on=from_on,
        until_on=until_on,
        promises=_promises(counts["due"]),
        buckets=_buckets(counts["period"]),
        sums=happened | _sums({one: n for one, n in counts["ages"].items() if one.measure == Measure.BACKLOG}),
        open_by_age=_ages(counts["ages"]),
        held={key: n for (_measure, (_of, key)), n in held.items() if n > 0},
        finished={key: n for (one, (_of, key)), n in happened.items() if one == Measure.FINISHED and n > 0},
        trend=_trend(counts["trend"], today),
        behind=behind,
    )


def _sums(cells: Mapping[Cell, int]) -> Counter[tuple[str, Of]]:
    sums: Counter[tuple[str, Of]] = Counter()
    for cell, count in cells.items():
        sums[cell.measure, (cell.dimension, cell.key)] += count
    return sums


def _promises(cells: Cells) -> dict[Of, dict[Milestone, Promise]]:
    found: dict[Of, dict[Milestone, Promise]] = defaultdict(dict)
    for cell, count in cells.items():
        if count > 0 and cell.measure in counting.PROMISES:
            by_milestone = found[cell.dimension, cell.key]
            milestone = MILESTONES[cell.slot]
            by_milestone[milestone] = by_milestone.get(milestone, Promise()) + _promise(cell.measure, count)
    return dict(found)


def _promise(measure: str, count: int) -> Promise:
    if measure == Measure.KEPT:
        return Promise(kept=count)
    return Promise(missed=count, open=count if measure == Measure.PENDING else 0)


def _buckets(cells: Cells) -> dict[tuple[str, Of], dict[int, int]]:
    buckets: dict[tuple[str, Of], dict[int, int]] = defaultdict(dict)
    for cell, count in cells.items():
        if cell.measure in (Measure.FIRST, Measure.DONE) and cell.dimension != Dimension.AREA and count > 0:
            of = buckets[cell.measure, (cell.dimension, cell.key)]
            of[cell.slot] = of.get(cell.slot, 0) + count
    return dict(buckets)


def _ages(cells: Cells) -> dict[Of, list[int]]:
    ages: dict[Of, list[int]] = {ALL: [0] * (len(AGES) + 1)}
    for cell, count in cells.items():
        if cell.measure == Measure.OPEN and count > 0:
            ages.setdefault((cell.dimension, cell.key), [0] * (len(AGES) + 1))[cell.day] += count
    return ages


def _trend(cells: Cells, today: int) -> dict[Of, list[tuple[date, Promise]]]:
    monday = today - (today - 1) % 7
    none = {monday - 7 * number: Promise() for number in range(WEEKS, 0, -1)}
    weeks: dict[Of, dict[int, Promise]] = {ALL: none}
    for cell, count in cells.items():
        if count > 0:
            of = weeks.setdefault((cell.dimension, cell.key), dict.fromkeys(none, Promise()))
            of[cell.day - (cell.day - 1) % 7] += _promise(cell.measure, count)
    return {of: [(date.fromordinal(start), one) for start, one in by_week.items()] for of, by_week in weeks.items()}
