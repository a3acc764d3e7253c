"""The clock against a slow oracle that looks at every minute, and what holds for every calendar.

The oracle shares nothing with the clock but the plan below: it reads the wall clock minute by minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from complaints.clock import Pause, Target, Unit, due, elapsed, instant_at_share, share
from tenants.working_time import Calendar, DatedHours, Span

MINUTE = timedelta(minutes=1)
Week = tuple[tuple[tuple[int, int], ...], ...]
RAMADAN = (date(2026, 2, 18), date(2026, 3, 19))

# Around these instants the interesting things happen: changes of the clock, Ramadan's ends, year ends, a leap day.
ANCHORS = {
    "Asia/Jakarta": ("2026-02-18", "2026-03-18", "2026-12-31", "2028-02-28"),
    "Asia/Jayapura": ("2026-12-31",),
    "Europe/Berlin": ("2026-03-28", "2026-10-24", "2026-12-31"),
    "America/New_York": ("2026-03-07", "2026-10-31", "2025-12-31"),
    "Australia/Lord_Howe": ("2026-04-04", "2026-10-03", "2026-12-31"),
    "America/Havana": ("2026-03-08", "2026-10-31"),
}


@dataclass(frozen=True)
class Plan:
    """What a city wrote: a week of (start, end) minutes, another for some dates, holidays, half days."""

    time_zone: str
    week: Week
    other_dates: tuple[date, date]
    other_week: Week
    holidays: frozenset[date]
    half_days: dict[date, tuple[tuple[int, int], ...]]

    def calendar(self, *more_holidays: date) -> Calendar:
        return Calendar(
            time_zone=self.time_zone,
            weekly=_weekly(self.week),
            dated=(DatedHours(*self.other_dates, _weekly(self.other_week)),),
            holidays=self.holidays | frozenset(more_holidays),
            half_days={day: tuple(Span(*hours) for hours in spans) for day, spans in self.half_days.items()},
        )

    def works(self, local: datetime) -> bool:
        day = local.date()
        if day in self.half_days:
            hours = self.half_days[day]
        elif day in self.holidays:
            return False
        else:
            first, last = self.other_dates
            hours = (self.other_week if first <= day <= last else self.week)[day.weekday()]
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in hours)


def _weekly(week: Week) -> dict[int, tuple[Span, ...]]:
    return {weekday: tuple(Span(*hours) for hours in spans) for weekday, spans in enumerate(week)}


@st.composite
def _hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    shape = draw(st.sampled_from(("none", "office", "any", "all")))
    if shape == "none":
        return ()
    if shape == "office":
        return ((450, 720), (780, 960))
    if shape == "all":
        return ((0, 1440),)
    cuts = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=6)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


_weeks = st.tuples(*([_hours()] * 7))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, datetime]:
    """A plan, and a whole minute at which a complaint begins in it."""
    time_zone = draw(st.sampled_from(sorted(ANCHORS)))
    anchor = date.fromisoformat(draw(st.sampled_from(ANCHORS[time_zone])))
    near = st.integers(-4, 10).map(lambda days: anchor + timedelta(days))
    half_days = draw(st.dictionaries(near, _hours().filter(bool), max_size=2))
    plan = Plan(
        time_zone=time_zone,
        week=draw(_weeks.filter(any)),
        other_dates=draw(st.sampled_from((RAMADAN, (anchor, anchor + timedelta(2))))),
        other_week=draw(_weeks),
        holidays=frozenset(draw(st.sets(near, max_size=3))).difference(half_days),
        half_days=half_days,
    )
    begin = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC)
    return plan, begin + draw(st.integers(-24 * 60, 36 * 60)) * MINUTE


@st.composite
def pauses(draw: st.DrawFn, near: datetime, most: int = 3) -> list[Pause]:
    """Pauses in order on whole minutes, some of them empty or touching, around an instant."""
    cuts = sorted(draw(st.lists(st.integers(-1440, 8 * 1440), min_size=0, max_size=2 * most)))
    stretches = zip(cuts[::2], cuts[1::2], strict=False)
    return [Pause(near + begin * MINUTE, near + end * MINUTE) for begin, end in stretches]


_targets = st.one_of(
    st.builds(Target, st.integers(1, 5000), st.just(Unit.MINUTES)),
    st.builds(Target, st.integers(1, 2500), st.just(Unit.WORKING_MINUTES)),
    st.builds(Target, st.integers(1, 6), st.just(Unit.WORKING_DAYS)),
)


def oracle(plan: Plan, started_at: datetime, target: Target, stretches: Sequence[Pause], days: int) -> datetime | None:
    """The due instant found by walking every minute of so many days; None if it isn't among them."""
    zone = ZoneInfo(plan.time_zone)
    first = started_at - timedelta(days=2)
    minutes = [first + number * MINUTE for number in range((days + 4) * 1440)]
    locals_ = [at.astimezone(zone) for at in minutes]
    works = [plan.works(local) for local in locals_]
    lengths: dict[date, int] = {}
    for local, working in zip(locals_, works, strict=True):
        lengths[local.date()] = lengths.get(local.date(), 0) + working
    begin = 2 * 1440
    left = Fraction(target.amount)
    for number in range(begin, begin + days * 1440):
        at, day = minutes[number], locals_[number].date()
        if any(pause.from_at <= at < pause.until_at for pause in stretches if pause.until_at is not None):
            continue
        match target.unit:
            case Unit.MINUTES:
                passes = Fraction(1)
            case Unit.WORKING_MINUTES:
                passes = Fraction(works[number])
            case Unit.WORKING_DAYS:
                counted = works[number] and day > locals_[begin].date()
                passes = Fraction(1, lengths[day]) if counted else Fraction(0)
        if passes and passes >= left:
            microseconds = left / passes * 60_000_000
            return at + timedelta(microseconds=-(-microseconds.numerator // microseconds.denominator))
        left -= passes
    return None


@settings(max_examples=100, deadline=None, database=None)
@given(st.data())
def test_the_clock_agrees_with_a_walk_over_every_minute(data: st.DataObject) -> None:
    plan, started_at = data.draw(plans())
    stretches = data.draw(pauses(started_at))
    target = data.draw(_targets)
    calendar, days = plan.calendar(), 9
    expected = oracle(plan, started_at, target, stretches, days)
    found = due(started_at, target, calendar, stretches)
    assert found is not None
    if expected is None:
        assert found > started_at + timedelta(days)
    else:
        assert found == expected


@settings(max_examples=120, deadline=None, database=None)
@given(st.data())
def test_a_later_start_is_never_due_earlier(data: st.DataObject) -> None:
    plan, started_at = data.draw(plans())
    stretches, target = data.draw(pauses(started_at)), data.draw(_targets)
    later_at = started_at + timedelta(microseconds=data.draw(st.integers(0, 5 * 86_400_000_000)))
    earlier, later = (due(at, target, plan.calendar(), stretches) for at in (started_at, later_at))
    assert earlier is not None
    assert later is not None
    assert earlier <= later
    assert later > later_at


@settings(max_examples=120, deadline=None, database=None)
@given(st.data())
def test_a_larger_amount_is_never_due_earlier(data: st.DataObject) -> None:
    plan, started_at = data.draw(plans())
    stretches, target = data.draw(pauses(started_at)), data.draw(_targets)
    larger = Target(target.amount + data.draw(st.integers(1, 100)), target.unit)
    small, large = (due(started_at, each, plan.calendar(), stretches) for each in (target, larger))
    assert small is not None
    assert large is not None
    assert small < large


@settings(max_examples=120, deadline=None, database=None)
@given(st.data())
def test_a_pause_never_brings_an_instant_nearer(data: st.DataObject) -> None:
    plan, started_at = data.draw(plans())
    stretches, target = data.draw(pauses(started_at).filter(bool)), data.draw(_targets)
    left_out = data.draw(st.sampled_from(range(len(stretches))))
    fewer = stretches[:left_out] + stretches[left_out + 1 :]
    without, with_it = (due(started_at, target, plan.calendar(), each) for each in (fewer, stretches))
    assert without is not None
    assert with_it is not None
    assert without <= with_it
    for pause in stretches:
        assert pause.until_at is not None
        assert not pause.from_at < with_it < pause.until_at


@settings(max_examples=120, deadline=None, database=None)
@given(st.data())
def test_a_holiday_never_brings_an_instant_nearer(data: st.DataObject) -> None:
    plan, started_at = data.draw(plans())
    stretches, target = data.draw(pauses(started_at)), data.draw(_targets)
    holiday = started_at.date() + timedelta(data.draw(st.integers(-2, 10)))
    assume(holiday not in plan.half_days)
    without = due(started_at, target, plan.calendar(), stretches)
    with_it = due(started_at, target, plan.calendar(holiday), stretches)
    assert without is not None
    assert with_it is not None
    assert without <= with_it


@settings(max_examples=120, deadline=None, database=None)
@given(st.data())
def test_shares_grow_with_time_and_meet_their_instants_exactly(data: st.DataObject) -> None:
    plan, started_at = data.draw(plans())
    stretches, target, calendar = data.draw(pauses(started_at)), data.draw(_targets), plan.calendar()
    due_at = due(started_at, target, calendar, stretches)
    parts = [Fraction(0), Fraction(1, 7), Fraction(1, 2), Fraction(4, 5), Fraction(1), Fraction(3, 2)]
    instants = [instant_at_share(started_at, target, calendar, stretches, float(part)) for part in parts]
    reached = [at for at in instants if at is not None]
    assert instants[4] == due_at
    assert reached == sorted(reached)
    for part, at in zip(parts, reached, strict=True):
        assert share(started_at, at, target, calendar, stretches) >= float(part)
        if part:
            just_before = at - timedelta(microseconds=1)
            assert elapsed(started_at, just_before, target.unit, calendar, stretches) < target.amount * part
