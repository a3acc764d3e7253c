"""A year of a calendar day by day: what each date is, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

from tenants.working_time import Calendar, Spans, Words, spans_on

LANGUAGES = {"id": "id", "en": "en_US"}
"""In which the country's holidays have names, as the library calls them; others read English."""


class Kind(StrEnum):
    """What a date is."""

    WORKING = "working"
    DATED = "dated"
    HALF = "half"
    OFF = "off"
    PUBLIC = "public"
    JOINT = "joint"
    OWN = "own"
    REMOVED = "removed"


@dataclass(frozen=True)
class Day:
    """One date. name: of the holiday, the half day or the dated hours; "" for none. spans: its hours.

    REMOVED: the country's holiday on which this city works.
    """

    on: date
    kind: Kind
    name: str
    spans: Spans


def days_of(calendar: Calendar, year: int, languages: Sequence[str]) -> list[Day]:
    """Every date of a year. languages: in which names are wanted, the first one first."""
    first = date(year, 1, 1)
    return [
        day_on(calendar, first + timedelta(days=number), languages)
        for number in range((date(year + 1, 1, 1) - first).days)
    ]


def day_on(calendar: Calendar, on: date, languages: Sequence[str]) -> Day:
    """One date, what it is and why."""
    spans = spans_on(calendar, on)
    own = _worded(calendar.names.get(on, {}), languages)
    official = official_names(calendar.country, on.year, LANGUAGES.get(languages[0], "en_US"))
    kind, name = official.get(on, (None, ""))
    if on in calendar.half_days:
        return Day(on, Kind.HALF, own or name, spans)
    if kind is not None and (kind is Kind.PUBLIC or calendar.joint_leave):
        return Day(on, Kind.REMOVED if on in calendar.extra_working else kind, name, spans)
    if on in calendar.holidays:
        return Day(on, Kind.OWN, own, spans)
    dated = next((one for one in reversed(calendar.dated) if one.first_on <= on <= one.last_on), None)
    if not spans:
        return Day(on, Kind.OFF, "", spans)
    return (
        Day(on, Kind.WORKING, "", spans)
        if dated is None
        else Day(on, Kind.DATED, _worded(dated.name, languages), spans)
    )


@lru_cache(maxsize=256)
def official_names(country: str | None, year: int, language: str) -> Mapping[date, tuple[Kind, str]]:
    """The country's holidays of a year with their names; joint leave too, whatever a calendar makes of it."""
    if country is None:
        return {}
    known = holidays.country_holidays(country).supported_categories
    wanted = {"public": Kind.PUBLIC, "government": Kind.JOINT}
    spoken = holidays.country_holidays(country).supported_languages
    named: dict[date, tuple[Kind, str]] = {}
    for category, kind in reversed(wanted.items()):
        if category in known:
            days = holidays.country_holidays(
                country,
                years=year,
                categories=(category,),
                expand=False,
                language=language if language in spoken else None,
            )
            named |= {day: (kind, name) for day, name in days.items() if day.year == year}
    return named


def _worded(words: Words, languages: Sequence[str]) -> str:
    return next((words[one] for one in [*languages, *words] if words.get(one)), "")
