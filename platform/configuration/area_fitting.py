"""A city's areas made to fit its ground: cut where they stick out, filled up where ground lies in none. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from configuration.area_check import GRID, Lying
from configuration.area_file import AreaRow
from configuration.area_plan import Feature, Present
from tenants.geometry import geodesic_area_m2

STROKE_M2 = 100.0
"""A smaller piece is a stroke of the pen."""
GONE_SHARE = 0.01
"""An area of which no more than this is left has gone with its ground."""
OWN_SHARE = 0.5
"""A shipped area of which more than this lies on bare ground is that ground's."""


@dataclass(frozen=True)
class Fitted:
    """An area as it would lie. taken: from the official outlines, not one of the city's so far."""

    code: str
    name: Mapping[str, str]
    level: str
    parent: str | None
    shape: BaseGeometry
    taken: bool = False


def fitted(present: Sequence[Present], ground: BaseGeometry, shipped: Sequence[AreaRow]) -> list[Fitted]:
    """Every area that has an outline, as it would lie on this ground, by code; what has gone with its ground is left
    out.

    shipped: official areas with outlines, of whichever government. Ground that was in no area becomes those that lie
    there, the rest of it that of the neighbour with the longest common border. Areas that fit stay as they are.
    """
    under: dict[str | None, list[Fitted]] = {}
    here = {one.code: one for one in present}
    for lies in outlined(present):
        one = here[lies.code]
        under.setdefault(lies.parent, []).append(Fitted(one.code, one.name, one.level, one.parent, lies.shape))
    found = _fit(None, ground, under, [row for row in shipped if row.outline is not None])
    return sorted(found, key=lambda one: one.code)


def outlined(present: Sequence[Present]) -> list[Lying]:
    """The areas that have an outline. One whose parent has none lies in the city, as those without a parent do."""
    codes = {one.code for one in present if one.geometry is not None}
    return [
        Lying(one.code, one.parent if one.parent in codes else None, one.level, one.geometry)
        for one in present
        if one.geometry is not None
    ]


def features_of(areas: Sequence[Fitted], language: str) -> list[Feature]:
    """The same as the features of a file with the properties code, name, level and parent."""
    return [
        Feature(
            {
                "code": one.code,
                "name": one.name.get(language) or next(iter(one.name.values()), one.code),
                "level": one.level,
                "parent": one.parent or "",
            },
            one.shape,
            geodesic_area_m2(one.shape),
        )
        for one in areas
    ]


def _fit(
    parent: str | None,
    around: BaseGeometry,
    under: Mapping[str | None, Sequence[Fitted]],
    shipped: Sequence[AreaRow],
) -> list[Fitted]:
    former = under.get(parent, ())
    if not former:
        return []
    group = [cut for one in former if (cut := _cut(one, around)) is not None]
    bare = _difference(around, shapely.union_all([one.shape for one in group], grid_size=GRID))
    came = _taken(parent, bare, former, shipped)
    if came:
        bare = _difference(bare, shapely.union_all([one.shape for one in came], grid_size=GRID))
    group = _filled([*group, *came], bare)
    below = {**under}
    for one in came:
        below[one.code] = [
            Fitted(row.code, row.name, row.type, one.code, row.outline, taken=True)
            for row in shipped
            if row.parent == one.code and row.outline is not None
        ]
    return [*group, *(inner for one in group for inner in _fit(one.code, one.shape, below, shipped))]


def _cut(one: Fitted, around: BaseGeometry) -> Fitted | None:
    """The part of an area that lies in what is around it; None where next to nothing does."""
    outside = _difference(one.shape, around)
    if geodesic_area_m2(outside) < STROKE_M2:
        return one
    inside = _polygons(shapely.intersection(one.shape, around, grid_size=GRID))
    if inside.is_empty or inside.area <= GONE_SHARE * one.shape.area:
        return None
    return replace(one, shape=inside)


def _taken(
    parent: str | None, bare: BaseGeometry, former: Sequence[Fitted], shipped: Sequence[AreaRow]
) -> list[Fitted]:
    """Official areas of the levels that stood there that lie on the bare ground, cut by it."""
    if bare.is_empty:
        return []
    levels, codes, found = {one.level for one in former}, {one.code for one in former}, []
    parents = {one.parent for one in former}
    for row in shipped:
        if row.type not in levels or row.code in codes or row.outline is None or not row.outline.intersects(bare):
            continue
        inside = _polygons(shapely.intersection(row.outline, bare, grid_size=GRID))
        if not inside.is_empty and inside.area > OWN_SHARE * row.outline.area:
            own = row.parent if row.parent in parents else parent
            found.append(Fitted(row.code, row.name, row.type, own, inside, taken=True))
            bare = _difference(bare, inside)
    return found


def _filled(group: Sequence[Fitted], bare: BaseGeometry) -> list[Fitted]:
    """Each piece of bare ground with the area that it has the longest border with; what touches none stays bare."""
    more: dict[str, list[BaseGeometry]] = {}
    for piece in shapely.get_parts(bare):
        borders = [
            (piece.boundary.intersection(one.shape.buffer(10 * GRID)).length, one.code)
            for one in group
            if one.shape.distance(piece) <= 10 * GRID
        ]
        if borders and max(borders)[0] > 0:
            more.setdefault(max(borders)[1], []).append(piece)
    return [
        replace(one, shape=_polygons(shapely.union_all([one.shape, *more[one.code]], grid_size=GRID)))
        if one.code in more
        else one
        for one in group
    ]


def _difference(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    return _polygons(shapely.difference(one, other, grid_size=GRID))


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of more than a stroke: lines and points that two outlines share are no ground."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([part for part in parts if geodesic_area_m2(part) >= STROKE_M2])
