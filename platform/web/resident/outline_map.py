"""A city as a drawing: its outline, its areas and pins, as paths of an SVG; no script, no tiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from tenants.area import Area
from tenants.boundary import Boundary

WIDTH, HEIGHT, EDGE = 330, 500, 12
FINEST_PX = 0.7


@dataclass(frozen=True)
class Drawing:
    """viewBox 0 0 330 500. pins: (x, y, kind) in it."""

    city: str
    areas: Sequence[str]
    pins: Sequence[tuple[float, float, str]]


def drawing(city: bytes, areas: tuple[bytes, ...], points: Iterable[tuple[float, float, str]]) -> Drawing:
    """city, areas: WKB. points: (lon, lat, kind of pin)."""
    scale, west, north = _frame(city)
    outline, inside = _paths(city, areas)
    pins = [(round((lon - west) * scale, 1), round((north - lat) * scale, 1), kind) for lon, lat, kind in points]
    return Drawing(outline, inside, [pin for pin in pins if 0 <= pin[0] <= WIDTH and 0 <= pin[1] <= HEIGHT])


def city_outline(session: Session, tenant_id: UUID) -> tuple[bytes, tuple[bytes, ...]] | None:
    """The WKB of a city's ground as it holds now, and of its outermost areas; None for one without a boundary."""
    city = session.scalar(
        select(Boundary.wkb)
        .where(Boundary.tenant_id == tenant_id, Boundary.valid_until.is_(None))
        .order_by(Boundary.created_at.desc())
        .limit(1)
    )
    if city is None:
        return None
    top = select(Area.wkb).where(Area.depth == 1, Area.wkb.is_not(None), Area.ended_at.is_(None)).order_by(Area.code)
    return city, tuple(wkb for wkb in session.scalars(top) if wkb)


@lru_cache(maxsize=500)
def _frame(city: bytes) -> tuple[float, float, float]:
    """(pixels a degree, west edge, north edge), the city in the middle."""
    west, south, east, north = _main_part(city).bounds
    scale = min((WIDTH - 2 * EDGE) / (east - west), (HEIGHT - 2 * EDGE) / (north - south))
    left, top = (WIDTH - (east - west) * scale) / 2, (HEIGHT - (north - south) * scale) / 2
    return scale, west - left / scale, north + top / scale


@lru_cache(maxsize=200)
def _paths(city: bytes, areas: tuple[bytes, ...]) -> tuple[str, tuple[str, ...]]:
    frame = _frame(city)
    return _path(shapely.from_wkb(city), frame), tuple(_path(shapely.from_wkb(area), frame) for area in areas)


def _main_part(city: bytes) -> BaseGeometry:
    """Without islands far out, beside which the city would be a dot."""
    shape = shapely.from_wkb(city)
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: -part.area)
    return shapely.union_all([part for part in parts if part.area > parts[0].area / 50])


def _path(shape: BaseGeometry, frame: tuple[float, float, float]) -> str:
    scale, west, north = frame
    path = ""
    for part in getattr(shape, "geoms", [shape]):
        coarse = part.simplify(FINEST_PX / scale)
        points = [f"{(x - west) * scale:.0f} {(north - y) * scale:.0f}" for x, y in coarse.exterior.coords[:-1]]
        if len(points) > 2:
            path += f"M{'L'.join(points)}z"
    return path
