"""A year of a calendar as a page shows it: its months, and in words what each date is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from tenants.calendar_days import Day, Kind
from web.whole_number import whole_number

YEARS = 3
"""How many years before and after this one can be looked at."""


@dataclass(frozen=True)
class Month:
    """A month of the year's view. weeks: seven days each, None outside the month. named: what is told beneath."""

    name: str
    weeks: Sequence[Sequence[Day | None]]
    named: Sequence[tuple[str, str, str]]


def months(days: Sequence[Day]) -> list[Month]:
    """The twelve months of a year's days."""
    found = []
    for number in range(1, 13):
        inside = [day for day in days if day.on.month == number]
        cells: list[Day | None] = [None] * inside[0].on.weekday() + list(inside)
        cells += [None] * (-len(cells) % 7)
        named: list[tuple[str, str, str]] = []
        for day in inside:
            if day.name or day.kind is Kind.DATED:
                named.append((str(day.on.day), day.kind, day.name))
        found.append(
            Month(
                format_date(date(inside[0].on.year, number, 1), "MMMM"),
                [cells[start : start + 7] for start in range(0, len(cells), 7)],
                _joined(named),
            )
        )
    return found


def _joined(named: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Dated hours once a month, though weekends and holidays lie between; the rest as it is."""
    joined: list[tuple[str, str, str]] = []
    where: dict[str, int] = {}
    for days, kind, name in named:
        if kind == Kind.DATED and name in where:
            begin = joined[where[name]][0].split("–")[0]
            joined[where[name]] = (f"{begin}–{days.split('–')[-1]}", kind, name)
            continue
        if kind == Kind.DATED:
            where[name] = len(joined)
        joined.append((days, kind, name))
    return joined


def kinds() -> dict[str, str]:
    """What a date is, in words."""
    return {
        Kind.WORKING: _("ordinary hours"),
        Kind.DATED: _("other hours"),
        Kind.HALF: _("half day"),
        Kind.OFF: _("no hours"),
        Kind.PUBLIC: _("public holiday"),
        Kind.JOINT: _("joint leave"),
        Kind.OWN: _("the city's own holiday"),
        Kind.REMOVED: _("a holiday on which this city works"),
    }


def weekday_names(width: str) -> list[str]:
    """Monday first. width: narrow, wide, as CLDR has them."""
    names: Mapping[int, str] = get_locale().days["stand-alone"][width]
    return [names[number] for number in range(7)]


def year_of(asked: str, today: date) -> int:
    """The year that is asked for, if it can be looked at; else this one."""
    year = whole_number(asked)
    return year if year is not None and abs(year - today.year) <= YEARS else today.year
