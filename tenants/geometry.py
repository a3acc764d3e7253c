"""Outlines as people draw them, mended into polygons that routing can rest on; what was mended is told.

Coordinates are WGS84 degrees, (lon, lat). The result is valid, 2-D, closed, without repeated vertices or slivers, outer
rings counter-clockwise, and split at +-180 (RFC 7946).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from tenants.errors import Invalid
from tenants.projection import Floats, metres_per_degree
from tenants.reference_system import Box, Reprojection, fault_in
from tenants.sentence import grouped

MOST_VERTICES = 200_000
# Nothing smaller is ground that anybody reports from; borders themselves are known to metres at best.
SLIVER_M2 = 1.0
# Where lines cross at the last digit, what GEOS made valid may need to be made valid once more.
MOST_PASSES = 4
# Edges are straight in degrees and the ellipsoid's area follows geodesics: in pieces this long they agree.
AREA_PIECE_DEGREES = 0.5

_GEOD = Geod(ellps="WGS84")
_PLACE = re.compile(r"\[(\S+) (\S+)\]")
_REASONS = (
    ("Ring Self-intersection", "a ring that touches itself taken apart"),
    ("Self-intersection", "lines that cross each other untangled"),
    ("Hole lies outside shell", "a hole outside its outer ring dropped"),
    ("Holes are nested", "a hole inside a hole dropped"),
    ("Nested shells", "a part inside another part merged"),
    ("Interior is disconnected", "an outline that its hole cuts in two taken apart"),
)

Place = tuple[float, float]
Polygon = list[Floats]  # rings of shape (n, 2), the outer one first


@dataclass(frozen=True, slots=True)
class Mending:
    """what: in words. where: (lon, lat) of the first such place, or None. area_m2: of the ground that changed by it."""

    what: str
    where: Place | None = None
    area_m2: float = 0.0


@dataclass(frozen=True, slots=True)
class Mended:
    """geometry: Polygon or MultiPolygon as the module promises. area_m2: geodesic."""

    geometry: BaseGeometry
    mendings: tuple[Mending, ...]
    area_m2: float


class Unusable(Invalid):
    """An outline that can't be mended. where: (x, y) of the fault as the file has it, or None."""

    def __init__(
        self, message: str, where: Place | None = None, *, field: str | None = None, **details: object
    ) -> None:
        super().__init__(message, field=field, where=where, **details)
        self.where = where


def mend(polygons: object, *, reprojection: Reprojection | None = None, countries: Sequence[Box] = ()) -> Mended:
    """The `coordinates` of a GeoJSON MultiPolygon as an outline.

    reprojection: from the file's system, where that isn't WGS84. countries: as in reference_system.fault_in.
    Raises Unusable with a sentence and the place of the fault.
    """
    tally = _Tally()
    rings = _parsed(polygons, tally)
    if reprojection is not None:
        rings = _reprojected(rings, reprojection, tally)
    vertices = np.concatenate([ring for polygon in rings for ring in polygon])
    fault = fault_in(vertices[:, 0], vertices[:, 1], countries)
    if fault is not None:
        raise Unusable(fault[1], _place(vertices[fault[0]]))
    cleaned = [shape for polygon in rings if (shape := _cleaned(polygon, tally)) is not None]
    if not cleaned:
        raise Unusable(
            "The outline has no area: each of its rings has fewer than three different corners.", _place(vertices[0])
        )
    outline = _valid(cleaned[0] if len(cleaned) == 1 else shapely.MultiPolygon(cleaned), tally)
    if not outline.is_empty:
        outline = _without_slivers(_split(outline, tally), tally)
    if outline.is_empty:
        raise Unusable("The outline has no area once it is mended.", _place(vertices[0]))
    outline = shapely.orient_polygons(outline)
    if not shapely.is_valid(outline):
        raise Unusable(
            "The outline crosses itself in a way that can't be mended (%(reason)s).",
            _place(vertices[0]),
            reason=shapely.is_valid_reason(outline),
        )
    return Mended(outline, tally.mendings(), geodesic_area_m2(outline))


def geodesic_area_m2(geometry: BaseGeometry) -> float:
    """The area on the WGS84 ellipsoid of a (multi)polygon in degrees whose edges are straight in (lon, lat)."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(geometry)))
    # Outer rings run counter-clockwise and count as more, holes clockwise and as less.
    return sum(_ring_areas_m2(rings))


class _Tally:
    """What was mended, by its words: how often, first where, how many square metres in all."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, Place | None, float]] = {}

    def add(self, what: str, where: Place | None = None, area_m2: float = 0.0, count: int = 1) -> None:
        if count:
            times, first, area = self._found.get(what, (0, where, 0.0))
            self._found[what] = (times + count, first, area + area_m2)

    def mendings(self) -> tuple[Mending, ...]:
        return tuple(
            Mending(what if times == 1 else f"{what} ({times} times)", where, area)
            for what, (times, where, area) in self._found.items()
        )


def _parsed(polygons: object, tally: _Tally) -> list[Polygon]:
    if not isinstance(polygons, list) or not polygons:
        raise Unusable("The outline is empty: it has no coordinates.")
    parsed: list[Polygon] = []
    count = 0
    for polygon in polygons:
        if not isinstance(polygon, list):
            raise Unusable(
                "The coordinates are not nested as those of a polygon are: a list of rings, each a list of positions."
            )
        if not polygon:
            tally.add("an empty part dropped")
            continue
        rings = [_ring(ring, tally) for ring in polygon]
        count += sum(len(ring) for ring in rings)
        if count > MOST_VERTICES:
            raise Unusable(
                "The outline has more than %(most)s vertices. Simplify it to a metre or two and try again.",
                _place(rings[0][0]),
                most=grouped(MOST_VERTICES),
            )
        parsed.append(rings)
    if not parsed:
        raise Unusable("The outline is empty: none of its parts has coordinates.")
    return parsed


def _ring(positions: object, tally: _Tally) -> Floats:
    """The positions of a ring as an array of shape (n, 2), n > 0, finite; heights dropped."""
    if not isinstance(positions, list) or not positions:
        raise Unusable("The outline has an empty ring.")
    try:
        array = np.array(positions)
    except ValueError:
        # Some positions have a height and some haven't, or a list is nested wrongly: one by one.
        array = np.array([_position(position) for position in positions])
        tally.add("heights dropped", _place(array[0]))
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "iuf":
        array = np.array([_position(position) for position in positions])
    if array.shape[1] > 2:
        tally.add("heights dropped", _place(array[0]))
    ring = array[:, :2].astype(np.float64)
    finite = np.isfinite(ring).all(axis=1)
    if not finite.all():
        number = int(np.argmin(finite))
        before = _place(ring[number - 1]) if number else None
        raise Unusable(
            "Position %(number)s of a ring is not a pair of numbers (NaN or infinite).", before, number=number + 1
        )
    return ring


def _position(position: object) -> list[float]:
    if isinstance(position, list) and len(position) >= 2 and all(_is_number(value) for value in position[:2]):
        return [float(position[0]), float(position[1])]
    raise Unusable(
        "A position is a pair of numbers, longitude and latitude; here is %(position)s.", position=repr(position)[:60]
    )


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return True  # NaN too: the ring says where it stands
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15


def _reprojected(polygons: list[Polygon], reprojection: Reprojection, tally: _Tally) -> list[Polygon]:
    degrees: list[Polygon] = []
    for polygon in polygons:
        rings = []
        for ring in polygon:
            lons, lats = reprojection.to_degrees(ring[:, 0], ring[:, 1])
            turned = np.column_stack([lons, lats])
            finite = np.isfinite(turned).all(axis=1)
            if not finite.all():
                bad = ring[int(np.argmin(finite))]
                raise Unusable(
                    "The position %(x)s, %(y)s doesn't exist in %(system)s.",
                    _place(bad),
                    x=f"{bad[0]:g}",
                    y=f"{bad[1]:g}",
                    system=reprojection.name,
                )
            rings.append(turned)
        degrees.append(rings)
    tally.add(f"transformed from {reprojection.name}")
    return degrees


def _cleaned(polygon: Polygon, tally: _Tally) -> shapely.Polygon | None:
    """One polygon, its rings closed, continuous across +-180, without repeated vertices; None where it has no area."""
    rings = [cleaned for ring in polygon if (cleaned := _closed(ring, tally)) is not None]
    if not rings:
        return None
    rings = [_continuous(ring, tally) for ring in rings]
    areas = [_signed_area(ring) for ring in rings]
    largest = max(range(len(rings)), key=lambda number: abs(areas[number]))
    if largest != 0 and _box_within(rings[0], rings[largest]):
        tally.add("the outer ring put first", _place(rings[largest][0]))
        rings.insert(0, rings.pop(largest))
        areas.insert(0, areas.pop(largest))
    for number, (ring, area) in enumerate(zip(rings, areas, strict=True)):
        if (area < 0) == (number == 0) and area:
            tally.add("a ring turned to RFC 7946's order", _place(ring[0]))
    shell, *holes = rings
    # A hole beside +-180 may be written one turn away from its shell.
    holes = [hole - [360 * round((hole[:, 0].mean() - shell[:, 0].mean()) / 360), 0] for hole in holes]
    return shapely.Polygon(shell, holes)


def _closed(ring: Floats, tally: _Tally) -> Floats | None:
    if len(ring) > 1 and (ring[0] != ring[-1]).any():
        tally.add("an open ring closed", _place(ring[-1]))
        ring = np.concatenate([ring, ring[:1]])
    fresh = np.ones(len(ring), dtype=bool)
    fresh[1:] = (ring[1:] != ring[:-1]).any(axis=1)
    if not fresh.all():
        tally.add("a repeated vertex removed", _place(ring[int(np.argmin(fresh))]), count=int((~fresh).sum()))
        ring = ring[fresh]
    if len(ring) < 4:
        tally.add("a ring without an area dropped", _place(ring[0]))
        return None
    return ring


def _continuous(ring: Floats, tally: _Tally) -> Floats:
    """The ring with no jump over +-180: longitudes go on beyond it, to be split later.

    A step of exactly 360 degrees is a whole parallel, as RFC 7946 has around a pole, unless the ring closes only when
    the step is taken as 180 and -180, the two names of one line.
    """
    steps = np.diff(ring[:, 0])
    if not (np.abs(steps) > 180).any() or set(np.abs(steps[np.abs(steps) > 180]).tolist()) == {360.0}:
        return ring
    for most in (np.nextafter(360, 0), 360.0):
        jumps = (np.abs(steps) > 180) & (np.abs(steps) <= most)
        turns = np.concatenate([[0.0], np.cumsum(np.where(jumps, -np.sign(steps) * 360, 0.0))])
        if turns[-1] == 0:
            tally.add("a ring across the antimeridian split", _place(ring[int(np.argmax(jumps))]))
            return np.column_stack([ring[:, 0] + turns, ring[:, 1]])
    raise Unusable(
        "The outline goes around a pole. Close it along the pole: up one side of the antimeridian, to latitude 90 "
        "or -90, and down the other side.",
        _place(ring[int(np.argmax(jumps))]),
    )


def _valid(outline: BaseGeometry, tally: _Tally) -> BaseGeometry:
    if shapely.is_valid(outline):
        return outline
    reason = shapely.is_valid_reason(outline)
    words = next((words for begins, words in _REASONS if reason.startswith(begins)), "an invalid outline made valid")
    place = _PLACE.search(reason)
    valid = outline
    for _ in range(MOST_PASSES):
        # "structure" keeps both lobes of a bow-tie and merges parts that overlap, where "linework" would cut a hole.
        valid = _polygons(shapely.make_valid(valid, method="structure", keep_collapsed=False))
        if shapely.is_valid(valid):
            break
    written = sum(_written_area_m2(part) for part in shapely.get_parts(outline))
    changed = abs(geodesic_area_m2(valid) - written) if not valid.is_empty else written
    tally.add(words, (float(place[1]), float(place[2])) if place else None, changed)
    return valid


def _split(outline: BaseGeometry, tally: _Tally) -> BaseGeometry:
    """What lies beyond +-180 brought back, as parts of its own."""
    west, _, east, _ = shapely.bounds(outline).tolist()
    if west >= -180 and east <= 180:
        return outline
    pieces = []
    for turns in range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1):
        window = shapely.box(360 * turns - 180, -90, 360 * turns + 180, 90)
        pieces.append(_turned_back(_polygons(shapely.intersection(outline, window)), turns))
    tally.add("longitudes beyond 180 brought back")
    return _polygons(shapely.union_all(pieces))


def _turned_back(outline: BaseGeometry, turns: int) -> BaseGeometry:
    def move(degrees: Floats) -> Floats:
        lons = degrees[:, 0] - 360 * turns
        # A cut may miss the antimeridian by the last digit, and a point on it would fall in between.
        lons = np.where(np.abs(np.abs(lons) - 180) < 1e-9, np.copysign(180, lons), lons)
        return np.column_stack([lons, degrees[:, 1]])

    return shapely.transform(outline, move)


def _without_slivers(outline: BaseGeometry, tally: _Tally) -> BaseGeometry:
    """Parts and holes of less than SLIVER_M2 dropped."""
    parts = shapely.get_parts(outline)
    kept = []
    changed = False
    for part in parts:
        area = _plain_area_m2(part)
        if area < SLIVER_M2:
            tally.add("a sliver dropped", _place(shapely.get_coordinates(part)[0]), area)
            changed = True
            continue
        holes = []
        for hole in part.interiors:
            area = _plain_area_m2(shapely.Polygon(hole))
            if area < SLIVER_M2:
                tally.add("a tiny hole filled", _place(shapely.get_coordinates(hole)[0]), area)
                changed = True
            else:
                holes.append(hole)
        kept.append(shapely.Polygon(part.exterior, holes) if len(holes) < len(part.interiors) else part)
    if not changed:
        return outline
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of whatever an operation gave, lines and points left out."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    parts = parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def _plain_area_m2(polygon: shapely.Polygon) -> float:
    _, south, _, north = shapely.bounds(polygon).tolist()
    kx, ky = metres_per_degree((south + north) / 2)
    return float(polygon.area) * kx * ky


def _written_area_m2(polygon: shapely.Polygon) -> float:
    """The area as the rings are written: a bow-tie's lobes cancel each other."""
    shell, *holes = _ring_areas_m2(shapely.get_rings(polygon))
    return abs(shell) - sum(abs(hole) for hole in holes)


def _ring_areas_m2(rings: NDArray[np.object_]) -> list[float]:
    """Positive where a ring is counter-clockwise."""
    # Rings and not polygons are cut into pieces: GEOS gives nothing back for a polygon that is invalid.
    fine = shapely.segmentize(rings, AREA_PIECE_DEGREES)
    return [float(_GEOD.polygon_area_perimeter(*shapely.get_coordinates(ring).T)[0]) for ring in fine]


def _signed_area(ring: Floats) -> float:
    """Square degrees of a closed ring, positive when counter-clockwise."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2


def _box_within(inner: Floats, outer: Floats) -> bool:
    return bool((inner.min(axis=0) >= outer.min(axis=0)).all() and (inner.max(axis=0) <= outer.max(axis=0)).all())


def _place(position: Floats) -> Place:
    return float(position[0]), float(position[1])
