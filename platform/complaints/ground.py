"""Boxes of the ground as a few ranges of an integer cell, which keep their index under row-level security."""

import math
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_

from complaints.complaint import Complaint

ROW = 1_000_000
MOST_RANGES = 64
"""Rows of cells up to which each is a range of its own; above that all are one range, and columns are sorted out."""

METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Box:
    """west, south, east, north: WGS84 degrees, west < east and south < north."""

    west: float
    south: float
    east: float
    north: float

    def has(self, lon: float, lat: float) -> bool:
        """Whether a point lies in it, its edges included."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def box_around(lon: float, lat: float, radius_m: float) -> Box:
    """The box that holds every point within a radius."""
    high = radius_m / METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    return Box(lon - wide, lat - high, lon + wide, lat + high)


def in_box(box: Box) -> list[ColumnElement[bool]]:
    """What a complaint of the box fulfils: a few ranges of cells, then the box exactly."""
    first_row, last_row = index_of(box.south + 90), index_of(box.north + 90)
    first, last = index_of(box.west + 180), index_of(box.east + 180)
    exact = and_(Complaint.lon.between(box.west, box.east), Complaint.lat.between(box.south, box.north))
    if last_row - first_row < MOST_RANGES:
        rows = range(first_row, last_row + 1)
        return [or_(*(Complaint.cell.between(row * ROW + first, row * ROW + last) for row in rows)), exact]
    return [Complaint.cell.between(first_row * ROW + first, last_row * ROW + last), exact]


def index_of(degrees: float) -> int:
    """Which row, or column, of cells some degrees are."""
    return int(degrees * 1000)
