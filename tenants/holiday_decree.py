"""A year's holidays as a government decreed them, and what a city's calendar lacks of it.

The `holidays` library knows a year's decree some time after it was signed, and estimates before; the operator writes
down what was decreed, once for all cities, and each city accepts or declines the difference.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.calendar_days import official_names
from tenants.database import Base, new_id
from tenants.working_time import Calendar, holidays_of, is_holiday


class HolidayDecree(Base):
    """One country's year. source: how the decree is cited. days: [{"on": "2027-01-01", "name": …, "joint": false}], in
    order; joint: on which only offices are closed.
    """

    __tablename__ = "holiday_decrees"
    __table_args__ = (UniqueConstraint("country", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    country: Mapped[str]
    year: Mapped[int]
    source: Mapped[str]
    days: Mapped[list[dict[str, Any]]]
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True)
class Decreed:
    """A day of a decree."""

    on: date
    name: str
    joint: bool


@dataclass(frozen=True)
class Difference:
    """A date that a city's calendar has otherwise than the decree. adds: whether accepting makes it a holiday."""

    on: date
    name: str
    joint: bool
    adds: bool


def days_of(decree: HolidayDecree) -> list[Decreed]:
    """The days of a decree as values."""
    return [Decreed(date.fromisoformat(day["on"]), day["name"], day["joint"]) for day in decree.days]


def differences(calendar: Calendar, country: str, year: int, decreed: Sequence[Decreed]) -> list[Difference]:
    """What a calendar would take over from a decree, in order; nothing of what the city has decided about itself.

    Where joint leave is switched off, days of joint leave aren't offered.
    """
    if calendar.country != country:
        return []
    wanted = {day.on: day for day in decreed if calendar.joint_leave or not day.joint}
    added = [
        Difference(day.on, day.name, day.joint, adds=True)
        for day in wanted.values()
        if not is_holiday(calendar, day.on) and day.on not in calendar.extra_working | calendar.half_days.keys()
    ]
    names = official_names(country, year, "id" if country == "ID" else "en_US")
    removed = [
        Difference(on, names[on][1] if on in names else "", joint=False, adds=False)
        for on in holidays_of(country, calendar.joint_leave, year)
        if on.year == year
        and on not in wanted
        and on not in calendar.extra_working | calendar.holidays | calendar.half_days.keys()
    ]
    return sorted([*added, *removed], key=lambda one: one.on)


def answered(calendar: Calendar, offered: Sequence[Difference], accepted: Collection[date], language: str) -> Calendar:
    """The calendar once a city has said of each difference whether it takes it over.

    What is declined is written down too, as the city's own, so that it isn't offered again. language: of the names.
    """
    holidays, working = set(calendar.holidays), set(calendar.extra_working)
    names = dict(calendar.names)
    for one in offered:
        if one.adds is (one.on in accepted):
            holidays.add(one.on)
            names[one.on] = {language: one.name}
        else:
            working.add(one.on)
    return replace(calendar, holidays=frozenset(holidays), extra_working=frozenset(working), names=names)
