"""What the map shows of a box: public complaints as pins, and where they are too many as counted heaps.

Boxes are ranges of an integer cell (complaints.complaint.cell_of), which keeps its index under row-level security.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from tenants.errors import Invalid
from web.resident.listing import HERE

MOST_PINS = 200
MOST_HEAPS_A_SIDE = 16
ROW = 1_000_000
MOST_RANGES = 64
"""Rows of cells up to which each is a range of its own; above that all are one range, and columns are sorted out."""


@dataclass(frozen=True)
class Box:
    """west, south, east, north: WGS84 degrees, west < east and south < north."""

    west: float
    south: float
    east: float
    north: float


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
    first_row, last_row = _index(box.south + 90), _index(box.north + 90)
    first, last = _index(box.west + 180), _index(box.east + 180)
    exact = and_(
        Complaint.lon.between(box.west, box.east),
        Complaint.lat.between(box.south, box.north),
        Complaint.visibility == "public",
        HERE,
    )
    if last_row - first_row < MOST_RANGES:
        rows = range(first_row, last_row + 1)
        return [or_(*(Complaint.cell.between(row * ROW + first, row * ROW + last) for row in rows)), exact]
    return [Complaint.cell.between(first_row * ROW + first, last_row * ROW + last), exact]


def _index(degrees: float) -> int:
    return int(degrees * 1000)


def _cells(low: float, high: float) -> int:
    return _index(high + 180) - _index(low + 180) + 1


def _no_box() -> Invalid:
    return Invalid("Say the box as west,south,east,north in degrees.", field="bbox")
