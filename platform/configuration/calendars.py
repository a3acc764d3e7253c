"""A city's calendars as its admins write them. A changed one lets the worker reckon what is open anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.rules.kept_calendars import citys, named
from configuration import editing
from configuration.categories import new_code
from configuration.change import Did
from configuration.editing import Author
from configuration.naming import folded
from tenants import scope
from tenants.agency import Agency
from tenants.calendar import CalendarRow
from tenants.database import Words
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import Tenant
from tenants.working_time import Calendar, from_document, to_document

MOST = 50
"""Calendars of one city: its own, and those of agencies that keep other hours."""
MOST_NAMED = 5


def every(session: Session) -> Sequence[CalendarRow]:
    """All calendars in force, by code; a city has few."""
    return session.scalars(select(CalendarRow).where(CalendarRow.ended_at.is_(None)).order_by(CalendarRow.code)).all()


def one(session: Session, calendar_id: UUID) -> CalendarRow:
    """A calendar in force. Raises NotFound."""
    row = session.scalar(select(CalendarRow).where(CalendarRow.id == calendar_id, CalendarRow.ended_at.is_(None)))
    if row is None:
        raise NotFound("There is no such calendar.")
    return row


def is_in_force(session: Session, calendar_id: UUID) -> bool:
    """Whether there is such a calendar; it doesn't end before the caller's transaction does."""
    row = select(CalendarRow.id).where(CalendarRow.id == calendar_id, CalendarRow.ended_at.is_(None))
    return session.scalar(row.with_for_update(read=True, key_share=True)) is not None


def add(session: Session, name: Words, document: Mapping[str, Any], *, author: Author, now: datetime) -> CalendarRow:
    """A new calendar, with a code made of its name. The only one is the city's, any other nobody's yet.

    Raises Invalid with its place in the document.
    """
    _keep_the_citys(session, author, now)
    taken = set(session.scalars(select(CalendarRow.code)))
    if len(every(session)) >= MOST:
        raise Invalid("A city has at most %(most)s calendars.", field="name", most=MOST)
    row = CalendarRow(
        code=new_code(_checked_name(session, name, None), taken), name=name, document=to_document(checked(document))
    )
    editing.add(session, row, author=author, now=now)
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
    _checked_name(session, name, row)
    values = {"name": name, "document": to_document(checked(document))}
    editing.change(session, row, values, author=author, now=now, expected_version=expected_version)


@dataclass(frozen=True)
class Users:
    """Who counts by a calendar. city: all that name no other. agencies: those that name this one, by their order."""

    city: bool
    agencies: Sequence[Agency]


def users(session: Session, options: Mapping[str, Any]) -> dict[UUID, Users]:
    """Who counts by which of the calendars in force, by their ids. options: the city's."""
    rows = every(session)
    chosen = citys(rows, options)
    keep = select(Agency).where(Agency.calendar_id.is_not(None), Agency.ended_at.is_(None))
    agencies = session.scalars(keep.order_by(Agency.position, Agency.code)).all()
    return {
        row.id: Users(
            city=chosen is not None and chosen.id == row.id,
            agencies=[one for one in agencies if one.calendar_id == row.id],
        )
        for row in rows
    }


def end(
    session: Session,
    row: CalendarRow,
    said: Callable[[Words], str],
    *,
    author: Author,
    now: datetime,
    expected_version: int,
) -> None:
    """End a calendar that nobody counts by. said: an agency's name in the reader's language.

    Raises Conflict that names who still does, and Stale.
    """
    who = users(session, _alone(session).options).get(row.id) or Users(city=False, agencies=())
    if who.city:
        raise Conflict("The whole city counts by this calendar. Choose another one under “Ways of working” first.")
    if who.agencies:
        names = [said(one.name) or one.code for one in who.agencies[:MOST_NAMED]]
        raise Conflict(
            "This calendar is kept by: %(names)s. Choose other hours there first.",
            names=", ".join([*names, *(["…"] if len(who.agencies) > MOST_NAMED else [])]),
        )
    editing.end(session, row, author=author, now=now, expected_version=expected_version)


def ended(session: Session) -> Sequence[CalendarRow]:
    """Those that have ended, the latest first."""
    rows = select(CalendarRow).where(CalendarRow.ended_at.is_not(None))
    return session.scalars(rows.order_by(CalendarRow.ended_at.desc(), CalendarRow.code).limit(MOST)).all()


def bring_back(session: Session, calendar_id: UUID, *, author: Author, now: datetime) -> CalendarRow:
    """Let a calendar that has ended be named again. Raises NotFound; Invalid where its name has been taken."""
    row = session.scalar(select(CalendarRow).where(CalendarRow.id == calendar_id, CalendarRow.ended_at.is_not(None)))
    if row is None:
        raise NotFound("There is no such calendar.")
    _checked_name(session, row.name, row)
    _keep_the_citys(session, author, now)
    editing.change(session, row, {"ended_at": None}, author=author, now=now, did=Did.RESTORED)
    return row


def _alone(session: Session) -> Tenant:
    """The city as it reads once nobody else can choose or end a calendar before this transaction is over.

    An agency or a city that takes one up waits for the lock on its row, and then is told.
    """
    locked = select(CalendarRow).order_by(CalendarRow.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).all()
    city = select(Tenant).where(Tenant.id == scope.tenant_of(session))
    return session.scalars(city.execution_options(populate_existing=True)).one()


def _keep_the_citys(session: Session, author: Author, now: datetime) -> None:
    """Write the calendar that the city counts by into its options where only the order of codes makes it that one.

    So a calendar which comes before it in that order takes nothing over.
    """
    tenant = _alone(session)
    present = citys(every(session), tenant.options)
    if present is not None and present.code != named(tenant.options):
        options = {**tenant.options, "calendar": present.code}
        editing.change(session, tenant, {"options": options}, author=author, now=now)


def _checked_name(session: Session, name: Words, row: CalendarRow | None) -> str:
    """One of the names. Raises Invalid without one, or where another calendar has it."""
    said = next((text for text in name.values() if text.strip()), "")
    if not said:
        raise Invalid("Write the name of the calendar.", field="name")
    mine = {folded(text) for text in name.values()}
    for other in every(session):
        if (row is None or other.id != row.id) and mine & {folded(text) for text in other.name.values()}:
            raise Invalid("There is a calendar with this name already.", field="name")
    return said


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
