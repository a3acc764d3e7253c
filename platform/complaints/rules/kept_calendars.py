"""By whose hours promises run: the city's calendar, agencies' own ones, and the times in which the city stood still."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.clock import Pause
from tenants.agency import Agency
from tenants.calendar import CalendarRow
from tenants.city_pause import CityPause
from tenants.directory import TenantCard
from tenants.working_time import Calendar, from_document


@dataclass(frozen=True)
class KeptCalendars:
    """city: None where nothing is promised. own: of the agencies that keep another one. pauses: of the whole city.

    mark: differs where any of it makes other days.
    """

    pauses: Sequence[Pause]
    city: Calendar | None = None
    own: Mapping[UUID, Calendar] = field(default_factory=dict)
    mark: str = ""


def read_calendars(session: Session, card: TenantCard, agencies: Sequence[Agency]) -> KeptCalendars:
    """As rows have them now; the session is in the tenant's scope. agencies: those that haven't ended."""
    pauses = [
        Pause(row.from_at, row.until_at) for row in session.scalars(select(CityPause).order_by(CityPause.from_at))
    ]
    rows = {row.id: row for row in session.scalars(select(CalendarRow).where(CalendarRow.ended_at.is_(None)))}
    chosen = citys(rows.values(), card.options)
    if chosen is None or card.is_commons:
        return KeptCalendars(pauses)
    kept = {row.id: rows[row.calendar_id] for row in agencies if row.calendar_id in rows}
    read = {row.id: from_document(row.document) for row in kept.values()}
    return KeptCalendars(
        pauses,
        city=from_document(chosen.document),
        own={agency_id: read[row.id] for agency_id, row in kept.items()},
        mark=_mark(chosen.document, {str(agency_id): row.document for agency_id, row in kept.items()}, pauses),
    )


def citys(rows: Iterable[CalendarRow], options: Mapping[str, Any]) -> CalendarRow | None:
    """The calendar by which a city's promises run: the one it has chosen, else the first by code; None of none."""
    wanted = named(options)
    return min(rows, key=lambda row: (row.code != wanted, row.code), default=None)


def named(options: Mapping[str, Any]) -> str:
    """The code of the calendar that a city's options name, or that it has without a word."""
    return str(options.get("calendar") or "kantor")


def _mark(document: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]], pauses: Sequence[Pause]) -> str:
    """Of calendars as written, of the package that knows the holidays of the country, and of the city's pauses."""
    stood_still = [[one.from_at.isoformat(), one.until_at and one.until_at.isoformat()] for one in pauses]
    said: list[Any] = [document, metadata.version("holidays"), *([own] if own else []), *stood_still]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
