"""A city's calendars as its admins write them. A changed one lets the worker reckon what is open anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.editing import Author
from tenants.calendar import CalendarRow
from tenants.database import Words
from tenants.errors import Invalid, NotFound
from tenants.working_time import Calendar, from_document, to_document


def every(session: Session) -> Sequence[CalendarRow]:
    """All calendars, by code; a city has few."""
    return session.scalars(select(CalendarRow).order_by(CalendarRow.code)).all()


def one(session: Session, calendar_id: UUID) -> CalendarRow:
    """A calendar. Raises NotFound."""
    row = session.scalar(select(CalendarRow).where(CalendarRow.id == calendar_id))
    if row is None:
        raise NotFound("There is no such calendar.")
    return row


def change(
    session: Session,
    row: CalendarRow,
    name: Words,
    document: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    expected_version: int | None,
) -> None:
    """Bring a calendar to what is given. Raises Invalid with its place in the document, Stale."""
    values = {"name": name, "document": to_document(checked(document))}
    editing.change(session, row, values, author=author, now=now, expected_version=expected_version)


def checked(document: Mapping[str, Any]) -> Calendar:
    """A calendar as it would be saved. Raises Invalid, also where two spans of dates overlap."""
    calendar = from_document(document)
    for (number, one), (other_number, other) in combinations(enumerate(calendar.dated), 2):
        if one.first_on <= other.last_on and other.first_on <= one.last_on:
            raise Invalid(
                "These dates overlap those from %(first)s until %(last)s. A date can have one set of hours.",
                field=f"dated.{max(number, other_number)}.from",
                first=one.first_on.isoformat(),
                last=one.last_on.isoformat(),
            )
    return calendar
