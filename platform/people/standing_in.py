"""Standing in for somebody who is away: what a deputy may. Pure.

A deputy keeps their own role, and gets the absent's reach: the agencies that these work for, and what they hold. So a
deputy may what both roles may, and never more than the city has given either of them. It doesn't chain: whoever stands
in for a deputy stands in for that deputy's own work alone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from people.permissions import PERMISSIONS, Permission, Role, may


@dataclass(frozen=True)
class Absent:
    """Somebody who is away, as their deputy needs to know. until_on: their last day away."""

    seat_id: UUID
    name: str
    role: str
    agency_ids: frozenset[UUID]
    until_on: date


def may_stand_in(role: str, for_role: str) -> bool:
    """Whether one role can stand in for another: both do the city's work, on the same side of the government's door.

    An operator who is let in for an hour does none of it.
    """
    works = may(role, Permission.HANDLE) and may(for_role, Permission.HANDLE)
    return works and may(role, Permission.SEE_CITY) == may(for_role, Permission.SEE_CITY)


def not_passed_on(role: str, for_role: str) -> list[Permission]:
    """What the absent's role may and the deputy's may not: it stays undone, or with others of that role."""
    missing = PERMISSIONS[Role(for_role)] - PERMISSIONS[Role(role)]
    return [permission for permission in Permission if permission in missing]


def day_in(zone: str, now: datetime) -> date:
    """The day that it is in a city."""
    return now.astimezone(ZoneInfo(zone)).date()
