"""Whose a report is once its place, category, priority or kind is corrected: by the object that it stays about, too."""

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

from complaints.asset import AssetEntry
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.overlay import overlays_at
from complaints.routing import about
from complaints.rules.belonging import Belonging, belonging
from complaints.rules.rulebook import CategoryEntry, Rulebook

Point = tuple[float, float]
"""(lon, lat) in WGS84 degrees."""


def stays_about(found: AssetEntry, changed: Set[str], category: CategoryEntry, point: Point | None) -> bool:
    """Whether the object that was chosen stays: what is corrected doesn't lead to another category, or far away.

    changed: names of what differs. category, point: of the report then.
    """
    if "category" in changed and category.id != found.category_id:
        return False
    return not {"category", "place"} & changed or (point is not None and found.is_near(*point))


def belongs(
    book: Rulebook, category: CategoryEntry, point: Point | None, priority: str, kind: str, found: AssetEntry | None
) -> Belonging:
    """What the city's rules say of it. found: the object that it is about."""
    lon, lat = point or (None, None)
    attributes = found.attributes if found else None
    return belonging(book, category, lon=lon, lat=lat, priority=priority, kind=kind, attributes=attributes)


def said_of(
    office: Office,
    complaint: Complaint,
    book: Rulebook,
    category: CategoryEntry,
    kept: AssetEntry | None,
    changed: Set[str],
    now: datetime,
) -> dict[str, Any]:
    """What is kept of the object with the routing: of one that stays, or of the one by which an overlay has it."""
    if kept is not None:
        return about(kept, book.asset_rule(category.id, kept.attributes, overlays_at(office, kept.lon, kept.lat, now)))
    by_overlay = complaint.asset_id is None and "place" not in changed
    return {name: value for name, value in complaint.routing.items() if name == "asset" and by_overlay}


def agency_then(book: Rulebook, complaint: Complaint, there: Belonging, former: AssetEntry | None) -> UUID | None:
    """Who has it then. Where the rules name the same as before, it stays with whom it was given to by hand."""
    known = book.category_ever(complaint.category_id)
    attributes = former.attributes if former else None
    before = book.agency_for(known.id, complaint.area_id, attributes) if known else None
    if before is not None and before.id == there.agency_id:
        return complaint.agency_id
    return there.agency_id or complaint.agency_id


def same_rule(complaint: Complaint, there: Belonging, priority: str) -> bool:
    """Whether what chooses the rule is as it was, so that the promise holds as it was made."""
    return (complaint.category_id, complaint.area_id, complaint.priority) == (
        there.category.id,
        there.area_id,
        priority,
    )
