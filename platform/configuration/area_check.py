"""Areas held against the ground: what sticks out, what is uncovered, what two siblings claim. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from tenants.errors import Invalid
from tenants.geometry import geodesic_area_m2

LEAST_M2 = 10.0
"""Less than this is how two maps of one border differ by the last digit."""
MOST_PAIRS, AT_ONCE = 200_000, 200
"""Areas that touch each other: in a real city six to each; and of how many that is asked in one go."""
GRID = 1e-9
"""Degrees: a tenth of a millimetre, on which overlays are exact."""


@dataclass(frozen=True)
class Lying:
    """An area as it would lie. parent: None right under the city."""

    code: str
    parent: str | None
    level: str
    shape: BaseGeometry


@dataclass(frozen=True)
class GroundCheck:
    """out: (code, m²) of what lies outside its parent or the city. bare: (parent's code or "", m²) of ground that no
    area of a divided parent covers. twice: (code, code, m²) of siblings. The shapes are for a drawing.
    """

    out: Sequence[tuple[str, float]] = ()
    bare: Sequence[tuple[str, float]] = ()
    twice: Sequence[tuple[str, str, float]] = ()
    out_shapes: Sequence[BaseGeometry] = field(default_factory=list)
    bare_shapes: Sequence[BaseGeometry] = field(default_factory=list)
    twice_shapes: Sequence[BaseGeometry] = field(default_factory=list)


def check_ground(areas: Sequence[Lying], city: BaseGeometry | None, touched: set[str]) -> GroundCheck:
    """Look at the areas that a version touches, at their siblings and at what they lie in. The largest come first."""
    shapes = {area.code: area.shape for area in areas}
    groups: dict[str | None, list[Lying]] = {}
    for area in areas:
        groups.setdefault(area.parent, []).append(area)
    out: list[tuple[str, float, BaseGeometry]] = []
    bare: list[tuple[str, float, BaseGeometry]] = []
    twice: list[tuple[str, str, float, BaseGeometry]] = []
    for parent, group in groups.items():
        if not any(area.code in touched for area in group) and parent not in touched:
            continue
        around = city if parent is None else shapes.get(parent)
        if around is not None:
            out += _sticking_out(group, around)
            bare += _uncovered(parent or "", group, around)
        twice += _overlapping(group)
    out.sort(key=lambda one: -one[1])
    bare.sort(key=lambda one: -one[1])
    twice.sort(key=lambda one: -one[2])
    return GroundCheck(
        [one[:2] for one in out],
        [one[:2] for one in bare],
        [one[:3] for one in twice],
        [one[2] for one in out],
        [one[2] for one in bare],
        [one[3] for one in twice],
    )


def _sticking_out(group: Sequence[Lying], around: BaseGeometry) -> list[tuple[str, float, BaseGeometry]]:
    shapely.prepare(around)
    found = []
    for area in group:
        if not shapely.covers(around, area.shape):
            rest = _ground(shapely.difference(area.shape, around, grid_size=GRID))
            if (size := geodesic_area_m2(rest)) >= LEAST_M2:
                found.append((area.code, size, rest))
    return found


def _uncovered(parent: str, group: Sequence[Lying], around: BaseGeometry) -> list[tuple[str, float, BaseGeometry]]:
    covered = shapely.union_all([area.shape for area in group], grid_size=GRID)
    rest = _ground(shapely.difference(around, covered, grid_size=GRID))
    size = geodesic_area_m2(rest)
    return [(parent, size, rest)] if size >= LEAST_M2 else []


def _overlapping(group: Sequence[Lying]) -> list[tuple[str, str, float, BaseGeometry]]:
    by_level: dict[str, list[Lying]] = {}
    for area in group:
        by_level.setdefault(area.level, []).append(area)
    found = []
    for same in by_level.values():
        tree = shapely.STRtree([area.shape for area in same])
        for one, other in _pairs(tree, [area.shape for area in same]):
            if one < other and not shapely.touches(same[one].shape, same[other].shape):
                shared = _ground(shapely.intersection(same[one].shape, same[other].shape, grid_size=GRID))
                if (size := geodesic_area_m2(shared)) >= LEAST_M2:
                    found.append((same[one].code, same[other].code, size, shared))
    return found


def _pairs(tree: shapely.STRtree, shapes: Sequence[BaseGeometry]) -> Iterator[tuple[int, int]]:
    """Which of the shapes touch which, some at a time; neighbours touch a few, a broken file all."""
    left = MOST_PAIRS
    for begin in range(0, len(shapes), AT_ONCE):
        first, second = tree.query(shapes[begin : begin + AT_ONCE], predicate="intersects")
        left -= len(first)
        if left < 0:
            raise Invalid("The areas of this file lie on top of each other. Each place may be in one area of a level.")
        yield from zip((first + begin).tolist(), second.tolist(), strict=True)


def _ground(shape: BaseGeometry) -> BaseGeometry:
    """The polygons alone: lines and points that two outlines share are no ground."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)
