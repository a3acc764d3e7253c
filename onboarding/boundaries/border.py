"""Two grounds side by side: where both have it, and where neither has. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from tenants.geometry import geodesic_area_m2

CRACK_M = 250.0
"""As wide as a crack may be whose points still go to the nearest ground (the rule `nearest`)."""
LEAST_M2 = 100.0
"""Less is where two drawings of one line part by a stroke."""
MOST_PIECES = 5
TOUCHING = 1e-6
"""Degrees: a hand's breadth."""
METRES_PER_DEGREE = 111_320.0
SIZE, EDGE = 400, 14


@dataclass(frozen=True)
class Piece:
    """One place of an overlap or a gap. lon, lat: a point in it."""

    area_m2: float
    lon: float
    lat: float
    shape: BaseGeometry


@dataclass(frozen=True)
class Border:
    """overlaps, gaps: the largest first, at most MOST_PIECES of each; the areas are of all."""

    overlap_m2: float
    gap_m2: float
    overlaps: Sequence[Piece]
    gaps: Sequence[Piece]


@dataclass(frozen=True)
class Sketch:
    """Paths of an SVG with viewBox 0 0 400 400, over what is disputed and a little around it."""

    own: str
    other: str
    overlap: str
    gap: str


def compare(own: BaseGeometry, other: BaseGeometry, third: Sequence[BaseGeometry] = ()) -> Border:
    """own, other: in degrees. third: ground of others, which closes a gap."""
    overlaps = _pieces(own.intersection(other))
    crack = _crack(own, other)
    for ground in third:
        if not crack.is_empty:
            crack = crack.difference(ground)
    # an inlet of one of them alone is no gap between the two
    gaps = [
        one for one in _pieces(crack) if one.shape.distance(own) < TOUCHING and one.shape.distance(other) < TOUCHING
    ]
    return Border(
        sum(one.area_m2 for one in overlaps),
        sum(one.area_m2 for one in gaps),
        overlaps[:MOST_PIECES],
        gaps[:MOST_PIECES],
    )


def overlap_m2(own: BaseGeometry, other: BaseGeometry) -> float:
    """How much ground both have."""
    return sum(one.area_m2 for one in _pieces(own.intersection(other))) if own.intersects(other) else 0.0


def around(ground: BaseGeometry) -> BaseGeometry:
    """The ground and what lies as far from it as a crack is wide."""
    box = shapely.box(*ground.bounds)
    return box.buffer(CRACK_M / METRES_PER_DEGREE, join_style="mitre")


def sketch(own: BaseGeometry, other: BaseGeometry, border: Border) -> Sketch | None:
    """A drawing of where they differ; None where they don't."""
    disputed = [one.shape for one in (*border.overlaps, *border.gaps)]
    if not disputed:
        return None
    west, south, east, north = shapely.union_all(disputed).bounds
    wide = max(east - west, north - south, 0.002) * 1.5
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    frame = shapely.box(middle_x - wide / 2, middle_y - wide / 2, middle_x + wide / 2, middle_y + wide / 2)
    scale, left, top = (SIZE - 2 * EDGE) / wide, middle_x - wide / 2, middle_y + wide / 2

    def path(shape: BaseGeometry) -> str:
        drawn = ""
        for part in getattr(shape, "geoms", [shape]):
            if part.geom_type != "Polygon":
                continue
            ring = part.simplify(0.5 / scale).exterior
            points = [f"{EDGE + (x - left) * scale:.1f} {EDGE + (top - y) * scale:.1f}" for x, y in ring.coords[:-1]]
            drawn += f"M{'L'.join(points)}z" if len(points) > 2 else ""
        return drawn

    return Sketch(
        own=path(own.intersection(frame)),
        other=path(other.intersection(frame)),
        overlap=path(shapely.union_all([one.shape for one in border.overlaps])),
        gap=path(shapely.union_all([one.shape for one in border.gaps])),
    )


def _crack(own: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """What lies between the two and is nowhere wider than a crack: the closing of both together, without them."""
    shared = shapely.intersection(around(own), around(other))
    if shared.is_empty:
        return shapely.Polygon()
    box = shapely.box(*shared.bounds)
    both = shapely.union(own.intersection(box), other.intersection(box))
    # half a crack in degrees of latitude; near the equator a degree of longitude is as long
    half = CRACK_M / METRES_PER_DEGREE / 2 / math.cos(math.radians(box.centroid.y))
    closed = both.buffer(half, quad_segs=4).buffer(-half, quad_segs=4)
    return closed.difference(both).intersection(box)


def _pieces(shape: BaseGeometry) -> list[Piece]:
    found = []
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        area = geodesic_area_m2(part)
        if area >= LEAST_M2:
            point = part.representative_point()
            found.append(Piece(area, point.x, point.y, part))
    return sorted(found, key=lambda one: -one.area_m2)
