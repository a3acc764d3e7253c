"""How long each agency has had a complaint: the time that counts is kept per owner. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from complaints.clock import Pause, Unit, elapsed
from tenants.working_time import Calendar


@dataclass(frozen=True)
class Held:
    """agency_id: None for nobody. from_at, until_at: closed-open, None while it holds."""

    agency_id: UUID | None
    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True)
class Owned:
    """What counts of the time of an agency, in which pauses don't: whole, and within working hours.

    now: whether it has the complaint at present.
    """

    agency_id: UUID | None
    time: timedelta
    working: timedelta
    now: bool


def owned(
    holdings: Sequence[Held],
    calendar_of: Callable[[UUID | None], Calendar | None],
    pauses: Sequence[Pause],
    now: datetime,
) -> list[Owned]:
    """The time of each agency, in the order in which they first had it; nothing without a calendar.

    holdings: in order. calendar_of: by whose hours an agency works.
    """
    found: dict[UUID | None, Owned] = {}
    for held in holdings:
        calendar = calendar_of(held.agency_id)
        if calendar is None:
            return []
        until_at = min(held.until_at or now, now)
        whole = elapsed(held.from_at, until_at, Unit.MINUTES, calendar, pauses)
        working = elapsed(held.from_at, until_at, Unit.WORKING_MINUTES, calendar, pauses)
        before = found.get(held.agency_id, Owned(held.agency_id, timedelta(0), timedelta(0), now=False))
        found[held.agency_id] = replace(
            before,
            time=before.time + timedelta(minutes=float(whole)),
            working=before.working + timedelta(minutes=float(working)),
            now=held.until_at is None,
        )
    return list(found.values())
