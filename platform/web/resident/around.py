"""What the map shows of a box: public complaints as pins, and where they are too many as counted heaps.

Boxes are ranges of an integer cell (complaints.ground), which keeps its index under row-level security.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.ground import ROW, Box, in_box, index_of
from tenants.errors import Invalid
from web.resident.listing import HERE

MOST_PINS = 200
MOST_HEAPS_A_SIDE = 16


@dataclass(frozen=True)
class Heap:
    """Complaints too many to show one by one. lon, lat: their middle."""

    count: int
    lon: float
    lat: float


def box_from(text: str | None) -> Box:
    """A box from west,south,east,north. Raises Invalid, field bbox, for anything else."""
    try:
        west, south, east, north = (float(number) for number in (text or "").split(","))
    except ValueError:
        raise _no_box() from None
    if not all(math.isfinite(edge) for edge in (west, south, east, north)):
        raise _no_box()
    box = Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    if box.west >= box.east or box.south >= box.north:
        raise _no_box()
    return box


def pins(session: Session, box: Box) -> list[Complaint] | None:
    """The public complaints of a box, newest first; None if they are too many to be pins."""
    found = list(session.scalars(select(Complaint).where(*inside(box)).limit(MOST_PINS + 1)))
    if len(found) > MOST_PINS:
        return None
    return sorted(found, key=lambda complaint: (complaint.received_at, complaint.id), reverse=True)


def heaps(session: Session, box: Box) -> list[Heap]:
    """The public complaints of a box in at most 16 by 16 heaps, the largest first."""
    step = max(1, math.ceil(max(_cells(box.south, box.north), _cells(box.west, box.east)) / MOST_HEAPS_A_SIDE))
    row, column = Complaint.cell // ROW, Complaint.cell % ROW
    query = (
        select(func.count(), func.avg(Complaint.lon), func.avg(Complaint.lat))
        .select_from(Complaint)
        .where(*inside(box))
        .group_by(row // step, column // step)
        .order_by(func.count().desc())
    )
    return [Heap(count, lon, lat) for count, lon, lat in session.execute(query)]


def inside(box: Box) -> Sequence[ColumnElement[bool]]:
    """What a public complaint of the box fulfils: a few ranges of the index, then the box exactly."""
    return [*in_box(box), Complaint.visibility == "public", HERE]


def _cells(low: float, high: float) -> int:
    return index_of(high + 180) - index_of(low + 180) + 1


def _no_box() -> Invalid:
    return Invalid("Say the box as west,south,east,north in degrees.", field="bbox")
