"""Ground as a drawing: named layers of outlines in one frame, as paths of an SVG; no script, no tiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from tenants.boundary import Boundary
from tenants.projection import metres_per_degree

WIDTH, MOST_HEIGHT, EDGE = 480, 520, 10
FINEST_PX = 0.6


@dataclass(frozen=True)
class Layer:
    """kind: the class that says how it looks: city, area, new, here, out, bare, twice, line or point."""

    kind: str
    shapes: Sequence[BaseGeometry]


@dataclass(frozen=True)
class GroundMap:
    """paths: (kind, path) from the lowest. points: (kind, x, y) above them. All within 0 0 width height."""

    width: int
    height: int
    paths: Sequence[tuple[str, str]]
    points: Sequence[tuple[str, float, float]]


def ground_of(session: Session, tenant_id: object) -> BaseGeometry | None:
    """The ground that a city has until further notice; None without a boundary."""
    wkb = session.scalar(
        select(Boundary.wkb)
        .where(Boundary.tenant_id == tenant_id, Boundary.valid_until.is_(None))
        .order_by(Boundary.created_at.desc())
        .limit(1)
    )
    return shapely.from_wkb(wkb) if wkb else None


def ground_map(layers: Sequence[Layer], around: Iterable[BaseGeometry] = ()) -> GroundMap | None:
    """The layers drawn in one frame; None where there is nothing to draw. around: what must fit in (all of it)."""
    frame = [shape for shape in around if not shape.is_empty] or [one for layer in layers for one in layer.shapes]
    frame = [shape for shape in frame if not shape.is_empty]
    if not frame:
        return None
    bounds = np.array([shape.bounds for shape in frame])
    west, south = bounds[:, 0].min(), bounds[:, 1].min()
    east, north = bounds[:, 2].max(), bounds[:, 3].max()
    kx, ky = metres_per_degree((south + north) / 2)
    wide, high = max((east - west) * kx, 1.0), max((north - south) * ky, 1.0)
    scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
    height = round(high * scale + 2 * EDGE)
    left = (WIDTH - wide * scale) / 2

    def placed(degrees: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [left + (degrees[:, 0] - west) * kx * scale, EDGE + (north - degrees[:, 1]) * ky * scale]
        )

    paths, points = [], []
    for layer in layers:
        drawn = [shapely.transform(shape, placed) for shape in layer.shapes]
        points += [(layer.kind, round(one.x, 1), round(one.y, 1)) for one in drawn if isinstance(one, shapely.Point)]
        paths += [(layer.kind, path) for one in drawn if (path := _path(one))]
    return GroundMap(WIDTH, height, paths, points)


def _path(shape: BaseGeometry) -> str:
    path = ""
    for part in shapely.get_parts(shape):
        if part.geom_type not in ("Polygon", "LineString"):
            continue
        coarse = part.simplify(FINEST_PX)
        lines = [coarse.exterior, *coarse.interiors] if part.geom_type == "Polygon" else [coarse]
        for line in lines:
            points = [f"{x:.0f} {y:.0f}" for x, y in line.coords]
            path += f"M{'L'.join(points)}" + ("z" if part.geom_type == "Polygon" else "")
    return path
