"""When a government works: its week, the spans of dates that differ from it (Ramadan), its holidays and half days, as
one value.

Pure: no database and no clock. Local time exists here alone; `working_year.py` turns it into instants.

The hours of a date are those of the first of these that speaks of it:
1. `half_days`: the hours written beside that very date, though it be a holiday or a Saturday;
2. a holiday, the country's or the city's own, unless the date is in `extra_working`: no hours;
3. the last of `dated` that covers it: a week of its own, in which a weekday that isn't named has no hours;
4. `weekly`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from tenants.errors import Invalid

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_A_DAY = 24 * 60

Words = Mapping[str, str]
"""What a tenant wrote, by language."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Hours without a break: minutes of the local day from `start_minute` (0–1439) to just before `end_minute`
    (1–1440).

    Raises Invalid where they are out of range or the end isn't after the start.
    """

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not (0 <= self.start_minute < MINUTES_OF_A_DAY and 0 < self.end_minute <= MINUTES_OF_A_DAY):
            raise Invalid("Hours lie between 00:00 and 24:00.", field="hours")
        if self.end_minute <= self.start_minute:
            raise Invalid("Hours must end after they start, on the same day.", field="hours")

    def __str__(self) -> str:
        start, end = divmod(self.start_minute, 60), divmod(self.end_minute, 60)
        return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"


Spans = tuple[Span, ...]
Weekly = Mapping[int, Spans]
"""Hours by weekday, Monday 0 to Sunday 6; a weekday that is missing has none."""


@dataclass(frozen=True)
class DatedHours:
    """A week that replaces the ordinary one from `first_on` to `last_on`, both included; no hours at all is a
    closure.
    """

    first_on: date
    last_on: date
    weekly: Weekly
    name: Words = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            raise Invalid("The last day must not lie before the first.", field="dated.until")
        object.__setattr__(self, "weekly", _checked_week(self.weekly, "dated.hours"))

    def __hash__(self) -> int:
        return hash((self.first_on, self.last_on, _frozen(self.weekly)))


@dataclass(frozen=True)
class Calendar:
    """The working time of one government, for every year.

    time_zone: an IANA name. weekly, dated, half_days, extra_working: as the module says, later entries of `dated` win.
    country: ISO 3166 code (two capitals) whose official holidays hold, or None. joint_leave: whether the days on
    which only offices are closed (Indonesia's cuti bersama) are holidays too. holidays: the city's own, beside the
    country's. names: words for own holidays and half days. Hashable, so that what is computed from it can be cached.

    Raises Invalid for an unknown zone or country, overlapping hours, a week without any hours, or a date said to be
    two things.
    """

    time_zone: str
    weekly: Weekly
    dated: tuple[DatedHours, ...] = ()
    country: str | None = None
    joint_leave: bool = True
    holidays: frozenset[date] = frozenset()
    half_days: Mapping[date, Spans] = field(default_factory=dict)
    extra_working: frozenset[date] = frozenset()
    names: Mapping[date, Words] = field(default_factory=dict)
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        if not isinstance(self.time_zone, str):
            raise Invalid("A time zone is a name such as Asia/Jakarta.", field="time_zone")
        zone(self.time_zone)
        object.__setattr__(self, "names", {day: words for day, words in self.names.items() if words})
        object.__setattr__(self, "weekly", _checked_week(self.weekly, "hours"))
        if not self.weekly:
            raise Invalid("A calendar needs working hours on at least one day of the week.", field="hours")
        half_days = {day: _checked_spans(spans, "half_days") for day, spans in sorted(self.half_days.items())}
        if not all(half_days.values()):
            raise Invalid("A half day needs hours; a day without any is a holiday.", field="half_days")
        object.__setattr__(self, "half_days", half_days)
        if self.country is not None:
            _check_country(self.country)
        for day in sorted(self.holidays & self.extra_working):
            raise Invalid(
                "%(day)s is both added to the holidays and removed from them.", field="holidays", day=day.isoformat()
            )
        for day in sorted(self.holidays & self.half_days.keys()):
            raise Invalid("%(day)s is both a holiday and a half day.", field="holidays", day=day.isoformat())
        # Computed once: it is asked for with every due instant.
        known = (self.time_zone, _frozen(self.weekly), self.dated, self.country, self.joint_leave)
        object.__setattr__(
            self, "_hash", hash((known, self.holidays, self.extra_working, tuple(self.half_days.items())))
        )

    def __hash__(self) -> int:
        return self._hash


def spans_on(calendar: Calendar, day: date) -> Spans:
    """The hours of a local date, in order; empty where nobody works."""
    if day in calendar.half_days:
        return calendar.half_days[day]
    if is_holiday(calendar, day):
        return ()
    for dated in reversed(calendar.dated):
        if dated.first_on <= day <= dated.last_on:
            return dated.weekly.get(day.weekday(), ())
    return calendar.weekly.get(day.weekday(), ())


def is_holiday(calendar: Calendar, day: date) -> bool:
    """Whether a local date is a holiday, the country's or the city's own, and not removed."""
    if day in calendar.extra_working:
        return False
    return day in calendar.holidays or day in holidays_of(calendar.country, calendar.joint_leave, day.year)


@lru_cache(maxsize=1024)
def holidays_of(country: str | None, joint_leave: bool, year: int) -> frozenset[date]:
    """The official holidays of a country in a year; none without a country.

    Source: the `holidays` library, which for Indonesia follows the yearly joint decree of three ministers (SKB 3
    Menteri); before a year's decree the Islamic dates are estimates and there is no joint leave yet.
    """
    if country is None:
        return frozenset()
    wanted = {"public", "government"} if joint_leave else {"public"}
    categories = tuple(name for name in _categories_of(country) if name in wanted)
    return frozenset(holidays.country_holidays(country, years=year, categories=categories, expand=False))


@lru_cache(maxsize=1024)
def zone(time_zone: str) -> ZoneInfo:
    """The rules of an IANA zone. Raises Invalid for an unknown name."""
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError, TypeError):
        raise Invalid("This time zone is unknown; write one such as Asia/Jakarta.", field="time_zone") from None


def from_document(document: Mapping[str, Any]) -> Calendar:
    """The calendar that a row or a bundle holds as JSON:

    {"time_zone": "Asia/Jakarta", "hours": {"mon": ["07:30-12:00", "13:00-16:00"], …},
     "dated": [{"name": {"id": "Ramadan"}, "from": "2026-02-18", "until": "2026-03-19", "hours": {…}}],
     "holidays": {"country": "ID", "joint_leave": true, "add": [{"on": "2026-03-10", "name": {…}}], "remove": ["…"]},
     "half_days": [{"on": "2026-12-31", "hours": ["07:30-12:00"], "name": {…}}]}

    Only time_zone and hours are needed; dates may be `date` values (YAML makes them). Raises Invalid, with the place
    in the document as its field, for what is missing, misspelt, unknown or contradicts itself.
    """
    top = _mapping(document, "calendar", {"time_zone", "hours", "dated", "holidays", "half_days"})
    official = _mapping(top.get("holidays", {}), "holidays", {"country", "joint_leave", "add", "remove"})
    joint_leave = official.get("joint_leave", True)
    if not isinstance(joint_leave, bool):
        raise Invalid("Joint leave is either true or false.", field="holidays.joint_leave")
    names: dict[date, Words] = {}
    return Calendar(
        time_zone=top.get("time_zone", ""),
        weekly=_week(top.get("hours", {}), "hours"),
        dated=tuple(_dated(entry, f"dated.{number}") for number, entry in enumerate(_list(top, "dated"))),
        country=official.get("country"),
        joint_leave=joint_leave,
        holidays=frozenset(
            _named_day(entry, f"holidays.add.{number}", names) for number, entry in enumerate(_list(official, "add"))
        ),
        extra_working=frozenset(
            _date(entry, f"holidays.remove.{number}") for number, entry in enumerate(_list(official, "remove"))
        ),
        half_days={
            _named_day(entry, f"half_days.{number}", names): _spans(entry.get("hours"), f"half_days.{number}.hours")
            for number, entry in enumerate(_list(top, "half_days"))
        },
        names=names,
    )


def to_document(calendar: Calendar) -> dict[str, Any]:
    """The calendar as `from_document` reads it: plain JSON values, always the same for the same calendar, defaults
    left out.
    """
    official: dict[str, Any] = {}
    if calendar.country is not None:
        official |= {"country": calendar.country, "joint_leave": calendar.joint_leave}
    if calendar.holidays:
        official["add"] = [
            _with_name({"on": day.isoformat()}, calendar.names.get(day)) for day in sorted(calendar.holidays)
        ]
    if calendar.extra_working:
        official["remove"] = [day.isoformat() for day in sorted(calendar.extra_working)]
    document: dict[str, Any] = {
        "time_zone": calendar.time_zone,
        "hours": _week_document(calendar.weekly),
        "dated": [
            _with_name(
                {
                    "from": dated.first_on.isoformat(),
                    "until": dated.last_on.isoformat(),
                    "hours": _week_document(dated.weekly),
                },
                dated.name,
            )
            for dated in calendar.dated
        ],
        "holidays": official,
        "half_days": [
            _with_name({"on": day.isoformat(), "hours": [str(span) for span in spans]}, calendar.names.get(day))
            for day, spans in calendar.half_days.items()
        ],
    }
    return {key: value for key, value in document.items() if value or key == "hours"}


def _check_country(country: object) -> None:
    if not isinstance(country, str) or not re.fullmatch("[A-Z]{2}", country) or not _categories_of(country):
        raise Invalid(
            "The holidays of this country aren't known; write a code of two capitals such as ID, or leave it out.",
            field="holidays.country",
        )


@lru_cache(maxsize=1024)
def _categories_of(country: str) -> tuple[str, ...]:
    """The kinds of holidays known of a country; none for an unknown country."""
    try:
        return tuple(holidays.country_holidays(country).supported_categories)
    except NotImplementedError:
        return ()


def _checked_week(weekly: Weekly, name: str) -> dict[int, Spans]:
    """The week without its empty days, Monday first."""
    if not set(weekly) <= set(range(7)):
        raise Invalid("Weekdays are 0 (Monday) to 6 (Sunday).", field=name)
    return {
        weekday: _checked_spans(spans, f"{name}.{WEEKDAYS[weekday]}")
        for weekday, spans in sorted(weekly.items())
        if spans
    }


def _checked_spans(spans: Iterable[Span], name: str) -> Spans:
    ordered = tuple(sorted(spans))
    for earlier, later in pairwise(ordered):
        if later.start_minute < earlier.end_minute:
            raise Invalid("The hours %(earlier)s and %(later)s overlap.", field=name, earlier=earlier, later=later)
    return ordered


def _frozen(weekly: Weekly) -> tuple[tuple[int, Spans], ...]:
    return tuple(weekly.items())


def _dated(entry: Any, place: str) -> DatedHours:
    fields = _mapping(entry, place, {"name", "from", "until", "hours"})
    first_on, last_on = _date(fields.get("from"), f"{place}.from"), _date(fields.get("until"), f"{place}.until")
    weekly, name = _week(fields.get("hours", {}), f"{place}.hours"), _words(fields.get("name", {}), f"{place}.name")
    try:
        return DatedHours(first_on, last_on, weekly, name)
    except Invalid as error:  # it knows the field, not which of the document's entries it is in
        error.field = f"{place}{(error.field or '').removeprefix('dated')}"
        raise


def _named_day(entry: Any, place: str, names: dict[date, Words]) -> date:
    """The date of an entry; its name, if it has one, goes into `names`. Raises Invalid for a date written twice."""
    fields = _mapping(entry, place, {"on", "name", "hours"} if place.startswith("half_days") else {"on", "name"})
    day = _date(fields.get("on"), f"{place}.on")
    if day in names:
        raise Invalid("%(day)s is written twice.", field=f"{place}.on", day=day.isoformat())
    names[day] = _words(fields.get("name", {}), f"{place}.name")
    return day


def _week(value: Any, place: str) -> dict[int, Spans]:
    hours = _mapping(value, place, set(WEEKDAYS))
    return {WEEKDAYS.index(weekday): _spans(spans, f"{place}.{weekday}") for weekday, spans in hours.items()}


def _spans(value: Any, place: str) -> Spans:
    if not isinstance(value, list):
        raise Invalid('Hours are a list such as ["07:30-12:00", "13:00-16:00"].', field=place)
    return _checked_spans([_span(each, place) for each in value], place)


def _span(value: Any, place: str) -> Span:
    found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9]) ?[-–] ?([0-9]{1,2}):([0-5][0-9])", str(value).strip())
    if found is None:
        raise Invalid("Write hours as 07:30-12:00, not %(given)s.", field=place, given=repr(str(value)[:40]))
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    try:
        return Span(hour * 60 + minute, end_hour * 60 + end_minute)
    except Invalid as error:
        raise Invalid(error.message, field=place) from None


def _date(value: Any, place: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid("Write the date as 2026-02-18.", field=place) from None


def _words(value: Any, place: str) -> dict[str, str]:
    words = _mapping(value, place, None)
    if not all(isinstance(text, str) for text in words.values()):
        raise Invalid('A name is written by language: {"id": "…", "en": "…"}.', field=place)
    return dict(words)


def _mapping(value: Any, place: str, known: set[str] | None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Invalid("Fields with names are expected here.", field=place)
    for key in value:
        if known is not None and key not in known:
            raise Invalid(
                "%(key)s is unknown here; known are %(known)s.",
                field=place,
                key=repr(key[:40]),
                known=", ".join(sorted(known)),
            )
    return value


def _list(fields: Mapping[str, Any], key: str) -> list[Any]:
    value = fields.get(key, [])
    if not isinstance(value, list):
        raise Invalid("A list is expected here.", field=key)
    return value


def _week_document(weekly: Weekly) -> dict[str, list[str]]:
    return {WEEKDAYS[weekday]: [str(span) for span in spans] for weekday, spans in weekly.items()}


def _with_name(entry: dict[str, Any], name: Words | None) -> dict[str, Any]:
    return {**entry, "name": dict(sorted(name.items()))} if name else entry
