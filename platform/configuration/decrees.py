"""The decrees of a country's holidays: written down by the operator, and answered by each city in its calendar."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.editing import Author
from tenants.calendar import CalendarRow
from tenants.errors import Conflict, Invalid
from tenants.holiday_decree import Decreed, Difference, HolidayDecree, answered, days_of, differences
from tenants.working_time import from_document, to_document

LONGEST_NAME = 120
MOST_DAYS = 100


def of_year(session: Session, country: str, year: int) -> HolidayDecree | None:
    """The decree of a year, if the operator has written it down."""
    return session.scalar(select(HolidayDecree).where(HolidayDecree.country == country, HolidayDecree.year == year))


def every(session: Session) -> Sequence[HolidayDecree]:
    """All of them, the latest year first."""
    return session.scalars(select(HolidayDecree).order_by(HolidayDecree.year.desc(), HolidayDecree.country)).all()


def write_down(
    session: Session,
    country: str,
    year: int,
    source: str,
    days: Sequence[Decreed],
    *,
    now: datetime,
    expected_version: int,
) -> HolidayDecree:
    """Write down, or correct, what was decreed. expected_version: 0 for a first time. Raises Invalid, Conflict."""
    if not source.strip():
        raise Invalid("Say which decree this is, so that cities can look it up.", field="source")
    if not 1 <= len(days) <= MOST_DAYS:
        raise Invalid("A year has at least one holiday, and at most a hundred.", field="public")
    for day in days:
        field = "joint" if day.joint else "public"
        if day.on.year != year:
            raise Invalid("%(on)s isn't in the year %(year)s.", field=field, on=day.on.isoformat(), year=year)
        if not 0 < len(day.name) <= LONGEST_NAME:
            raise Invalid("Name the holiday on %(on)s.", field=field, on=day.on.isoformat())
        if sum(other.on == day.on for other in days) > 1:
            raise Invalid("%(day)s is written twice.", field=field, day=day.on.isoformat())
    row = of_year(session, country, year)
    if (row.version if row is not None else 0) != expected_version:
        raise Conflict("Somebody else has changed this meanwhile. Please look at both, and save again.")
    if row is None:
        row = HolidayDecree(country=country, year=year, version=0)
        session.add(row)
    row.source, row.saved_at, row.version = source.strip(), now, expected_version + 1
    row.days = [
        {"on": day.on.isoformat(), "name": day.name, "joint": day.joint} for day in sorted(days, key=lambda day: day.on)
    ]
    session.flush()
    return row


def waiting(session: Session, row: CalendarRow, now: datetime) -> list[tuple[HolidayDecree, list[Difference]]]:
    """The decrees, of this year and later ones, that a calendar differs from; each with its differences."""
    calendar = from_document(row.document)
    rows = session.scalars(
        select(HolidayDecree)
        .where(HolidayDecree.country == calendar.country, HolidayDecree.year >= now.year)
        .order_by(HolidayDecree.year)
    )
    found = [(one, differences(calendar, one.country, one.year, days_of(one))) for one in rows]
    return [(decree, offered) for decree, offered in found if offered]


def answer(
    session: Session,
    row: CalendarRow,
    decree: HolidayDecree,
    accepted: Collection[date],
    *,
    language: str,
    author: Author,
    now: datetime,
    expected_version: int,
) -> None:
    """Take over what is accepted of a decree, and keep what isn't as the city's own decision. Raises Stale."""
    calendar = from_document(row.document)
    offered = differences(calendar, decree.country, decree.year, days_of(decree))
    document: dict[str, Any] = to_document(answered(calendar, offered, accepted, language))
    editing.change(session, row, {"document": document}, author=author, now=now, expected_version=expected_version)
