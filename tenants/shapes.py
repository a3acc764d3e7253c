"""Polygons by number: which of them cover a point, and which have a border within so many metres of it.

Polygons are WKB in WGS84 degrees, edges straight in (lon, lat), split at +-180 as RFC 7946 asks. They are taken apart
twice: into the parts of multipolygons (an archipelago's box is mostly water), each prepared; and their rings into lines
of few edges, so that a distance looks at the edges near the point and never walks a whole border. One tree holds the
boxes of both. Everything is built and warmed in `__init__`; afterwards nothing is written, so threads may share it and
a fork keeps it.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tenants.projection import (
    POLAR_LATITUDE,
    Floats,
    distances_to_lines,
    metres_per_degree,
    metres_per_degree_many,
    polar_metres,
)

Ints = NDArray[np.int64]

EDGES_PER_LINE = 16
# Near a pole an edge of many degrees is an arc; in pieces of this many degrees it is off by less than 0.1 m.
POLAR_PIECE_DEGREES = 0.05


class Shapes:
    """Polygons in degrees of WGS84, asked which of them cover a point and which lie within how many metres of it."""

    def __init__(self, polygons: Iterable[bytes], bordered: Sequence[bool] | None = None) -> None:
        """polygons: WKB of (multi)polygons, numbered as they come. bordered: whose borders are seen (all)."""
        geometries = shapely.force_2d(shapely.from_wkb(np.array(list(polygons), dtype=object)))
        self._sizes: list[float] = shapely.area(geometries).tolist()
        parts, owners = shapely.get_parts(geometries, return_index=True)
        full = ~shapely.is_empty(parts)
        self._parts, self._owners = parts[full], owners[full].astype(np.int64)
        self._owner_list: list[int] = self._owners.tolist()
        seen = np.ones(len(self._sizes), dtype=bool) if bordered is None else np.array(bordered, dtype=bool)
        self._lines = _Lines(self._parts[seen[self._owners]], self._owners[seen[self._owners]])
        # Numbers below len(self._parts) are parts, the others lines.
        self._tree = shapely.STRtree(np.concatenate([self._parts, self._lines.boxes()]))
        self._warm()

    def covering(self, lon: float, lat: float) -> list[int]:
        """Numbers of the polygons that cover the point, their border included; ascending."""
        if not self._owner_list:
            return []
        if abs(lat) == 90:
            pole = shapely.box(-180, lat, 180, lat)
            parts = [hit for hit in self._tree.query(pole).tolist() if hit < len(self._owner_list)]
            return sorted({self._owner_list[part] for part in parts if self._touches(part, lat)})
        hits = self._tree.query(shapely.box(lon, lat, lon, lat)).tolist()
        found = self._covering_of(hits, lon, lat)
        if abs(lon) == 180:
            found |= self._covering_of(self._tree.query(shapely.box(-lon, lat, -lon, lat)).tolist(), -lon, lat)
        return sorted(found)

    def around(self, lon: float, lat: float, radius_m: float) -> tuple[list[int], dict[int, float]]:
        """What covers the point (as `covering`), and metres to the border of each polygon that has one within radius_m.

        Metres are in whole millimetres; a polygon may be in both.
        """
        if not self._owner_list:
            return [], {}
        if is_odd(lon, lat, radius_m):
            return self.covering(lon, lat), self._near_odd(lon, lat, radius_m)
        kx, ky = metres_per_degree(lat)
        wide, high = radius_m / kx, radius_m / ky
        hits: list[int] = self._tree.query(shapely.box(lon - wide, lat - high, lon + wide, lat + high)).tolist()
        parts = len(self._owner_list)
        covering = sorted(self._covering_of(hits, lon, lat))
        lines = [hit - parts for hit in hits if hit >= parts]
        return covering, self._lines.near(lines, lon, lat, kx, ky, radius_m) if lines else {}

    def meeting(self, shape: BaseGeometry) -> list[int]:
        """Numbers of the polygons that have a point in common with a shape in degrees; ascending."""
        hits = [hit for hit in self._tree.query(shape).tolist() if hit < len(self._owner_list)]
        shapely.prepare(shape)
        return sorted({self._owner_list[hit] for hit in hits if shape.intersects(self._parts[hit])})

    def covering_many(self, lons: Floats, lats: Floats) -> tuple[Ints, Ints]:
        """`covering` for n points, none of them odd: pairs (index of the point, number of the polygon), each once."""
        points, hits = self._tree.query(shapely.points(lons, lats))
        return self._covering_pairs(points, hits, lons, lats)

    def around_many(
        self, lons: Floats, lats: Floats, radii_m: Floats
    ) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints, Floats]]:
        """`around` for n points, none of them odd (see `are_odd`).

        Pairs as of covering_many; and (index of the point, number of the polygon, metres), each once.
        """
        kx, ky = metres_per_degree_many(lats)
        wide, high = radii_m / kx, radii_m / ky
        points, hits = self._tree.query(shapely.box(lons - wide, lats - high, lons + wide, lats + high))
        lines = hits >= len(self._parts)
        near = self._lines.near_many(points[lines], hits[lines] - len(self._parts), lons, lats, kx, ky, radii_m)
        return self._covering_pairs(points, hits, lons, lats), near

    def size(self, number: int) -> tuple[float, int]:
        """A key by which the smaller of two neighbouring polygons comes first, then the lower number."""
        return self._sizes[number], number

    def _covering_of(self, hits: list[int], lon: float, lat: float) -> set[int]:
        parts, owners = self._parts, self._owner_list
        return {owners[hit] for hit in hits if hit < len(owners) and shapely.intersects_xy(parts[hit], lon, lat)}

    def _covering_pairs(self, points: Ints, hits: Ints, lons: Floats, lats: Floats) -> tuple[Ints, Ints]:
        is_part = hits < len(self._parts)
        points, parts = points[is_part], hits[is_part]
        covers = shapely.intersects_xy(self._parts[parts], lons[points], lats[points])
        pairs = np.unique(np.stack([points[covers], self._owners[parts[covers]]], axis=1), axis=0)
        return pairs[:, 0], pairs[:, 1]

    def _touches(self, part: int, lat: float) -> bool:
        """Whether the part reaches the pole at latitude lat: all longitudes name that one point."""
        return bool(shapely.intersects(self._parts[part], shapely.LineString([(-180, lat), (180, lat)])))

    def _near_odd(self, lon: float, lat: float, radius_m: float) -> dict[int, float]:
        """Across +-180 and around the poles."""
        kx, ky = metres_per_degree(lat)
        parts, high = len(self._parts), radius_m / ky
        if abs(lat) > POLAR_LATITUDE:
            hits = self._tree.query(shapely.box(-180, max(lat - high, -90), 180, min(lat + high, 90)))
            return self._lines.near_a_pole((hits[hits >= parts] - parts).tolist(), lon, lat, radius_m)
        found: dict[int, float] = {}
        for turned in (lon - 360, lon, lon + 360):
            hits = self._tree.query(shapely.box(turned - radius_m / kx, lat - high, turned + radius_m / kx, lat + high))
            lines = (hits[hits >= parts] - parts).tolist()
            for owner, metres in self._lines.near(lines, turned, lat, kx, ky, radius_m).items():
                found[owner] = min(metres, found.get(owner, math.inf))
        return found

    def _warm(self) -> None:
        """Build now what GEOS builds at the first question: the tree, and the index inside each prepared polygon."""
        shapely.prepare(self._parts)
        west, south, east, north = shapely.bounds(self._parts).T
        shapely.intersects_xy(self._parts, (west + east) / 2, (south + north) / 2)
        self._tree.query(shapely.box(0, 0, 0, 0))


class _Lines:
    """The borders, cut into lines of at most EDGES_PER_LINE edges."""

    def __init__(self, parts: NDArray[np.object_], owners: Ints) -> None:
        rings, part_of_ring = shapely.get_rings(parts, return_index=True)
        coordinates = shapely.get_coordinates(rings)
        vertices, ring_of_line = _cut(shapely.get_num_coordinates(rings).astype(np.int64))
        self._x: Floats = coordinates[:, 0][vertices]
        self._y: Floats = coordinates[:, 1][vertices]
        self._owners = owners[part_of_ring[ring_of_line]]

    def boxes(self) -> NDArray[np.object_]:
        if not len(self._owners):
            return np.empty(0, dtype=object)
        x, y = self._x, self._y
        boxes: NDArray[np.object_] = shapely.box(x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1))
        return boxes

    def near(self, lines: list[int], lon: float, lat: float, kx: float, ky: float, radius_m: float) -> dict[int, float]:
        """Metres to the nearest of the lines of each polygon, where within radius_m; kx, ky: metres per degree."""
        metres = distances_to_lines((self._x[lines] - lon) * kx, (self._y[lines] - lat) * ky)
        return self._nearest_by_owner(lines, metres, radius_m)

    def near_many(
        self, points: Ints, lines: Ints, lons: Floats, lats: Floats, kx: Floats, ky: Floats, radii_m: Floats
    ) -> tuple[Ints, Ints, Floats]:
        """The same for pairs (index of a point, line)."""
        x = (self._x[lines] - lons[points, None]) * kx[points, None]
        y = (self._y[lines] - lats[points, None]) * ky[points, None]
        metres = np.round(distances_to_lines(x, y), 3)
        owners = self._owners[lines]
        close = metres <= radii_m[points]
        points, owners, metres = points[close], owners[close], metres[close]
        order = np.lexsort((metres, owners, points))
        points, owners, metres = points[order], owners[order], metres[order]
        first = np.ones(len(points), dtype=bool)
        first[1:] = (points[1:] != points[:-1]) | (owners[1:] != owners[:-1])
        return points[first], owners[first], metres[first]

    def near_a_pole(self, lines: list[int], lon: float, lat: float, radius_m: float) -> dict[int, float]:
        here_x, here_y = polar_metres(np.array([lon]), np.array([lat]))
        metres = np.empty(len(lines))
        for position, line in enumerate(lines):
            lons, lats = _in_pieces(self._x[line], self._y[line])
            x, y = polar_metres(lons, lats)
            metres[position] = distances_to_lines((x - here_x)[None, :], (y - here_y)[None, :])[0]
        return self._nearest_by_owner(lines, metres, radius_m)

    def _nearest_by_owner(self, lines: list[int], metres: Floats, radius_m: float) -> dict[int, float]:
        found: dict[int, float] = {}
        for owner, exact in zip(self._owners[lines].tolist(), metres.tolist(), strict=True):
            distance = round(exact, 3)
            if distance <= radius_m and distance < found.get(owner, math.inf):
                found[owner] = distance
        return found


def is_odd(lon: float, lat: float, radius_m: float) -> bool:
    """Whether a point's surroundings cross +-180 or lie about a pole, so that only the one-point calls see them all."""
    return abs(lat) > POLAR_LATITUDE or abs(lon) + radius_m / metres_per_degree(lat)[0] >= 180


def are_odd(lons: Floats, lats: Floats, radii_m: Floats) -> NDArray[np.bool_]:
    """`is_odd` for n points in range."""
    polar = np.abs(lats) > POLAR_LATITUDE
    wide = radii_m / metres_per_degree_many(np.where(polar, 0.0, lats))[0]
    odd: NDArray[np.bool_] = polar | (np.abs(lons) + wide >= 180)
    return odd


def by_point(numbers: Ints, pairs: tuple[Ints, Ints]) -> dict[int, list[int]]:
    """Pairs (position in numbers, shape) as the shapes of each number."""
    points, shapes = pairs
    found: dict[int, list[int]] = {}
    for point, shape in zip(numbers[points].tolist(), shapes.tolist(), strict=True):
        found.setdefault(point, []).append(shape)
    return found


def by_point_with_metres(numbers: Ints, triples: tuple[Ints, Ints, Floats]) -> dict[int, dict[int, float]]:
    """Triples (position in numbers, shape, metres) as {shape: metres} of each number."""
    points, shapes, metres = triples
    found: dict[int, dict[int, float]] = {}
    for point, shape, distance in zip(numbers[points].tolist(), shapes.tolist(), metres.tolist(), strict=True):
        found.setdefault(point, {})[shape] = distance
    return found


def _cut(lengths: Ints) -> tuple[Ints, Ints]:
    """Rings of so many vertices as lines: their vertices' numbers, shape (lines, EDGES_PER_LINE + 1), and their rings.

    Neighbouring lines share a vertex; the last line of a ring repeats the ring's last vertex.
    """
    lines_of_ring = -(-(lengths - 1) // EDGES_PER_LINE)
    ring_of_line = np.repeat(np.arange(len(lengths)), lines_of_ring)
    first_line = np.cumsum(lines_of_ring) - lines_of_ring
    first_vertex = np.cumsum(lengths) - lengths
    start = first_vertex[ring_of_line] + (np.arange(len(ring_of_line)) - first_line[ring_of_line]) * EDGES_PER_LINE
    last = (first_vertex + lengths - 1)[ring_of_line]
    vertices = np.minimum(start[:, None] + np.arange(EDGES_PER_LINE + 1), last[:, None])
    return vertices, ring_of_line


def _in_pieces(lons: Floats, lats: Floats) -> tuple[Floats, Floats]:
    """The same line with vertices added, so that none of its edges is wider than POLAR_PIECE_DEGREES."""
    pieces = np.maximum(np.ceil(np.abs(np.diff(lons)) / POLAR_PIECE_DEGREES), 1).astype(int)
    at = np.concatenate([[0.0], *(edge + np.arange(1, count + 1) / count for edge, count in enumerate(pieces))])
    vertices = np.arange(len(lons))
    return np.interp(at, vertices, lons), np.interp(at, vertices, lats)
