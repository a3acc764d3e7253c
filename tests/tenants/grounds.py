"""Makers of grounds and outlines for the tests of routing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from tenants.locate import Ground, Outline

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NAMES = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
GEOD = Geod(ellps="WGS84")


def make_ground(
    slug: str,
    shape: BaseGeometry,
    *,
    overlay: tuple[str, ...] = (),
    older_by_days: int = 0,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    version: str = "1",
    area_m2: float | None = None,
) -> Ground:
    """A boundary of the tenant `slug`; shape in WGS84 degrees."""
    return Ground(
        boundary_id=uuid5(NAMES, f"{slug}/{version}"),
        tenant_id=tenant_id(slug),
        slug=slug,
        name=slug.title(),
        wkb=shapely.to_wkb(shape),
        area_m2=abs(GEOD.geometry_area_perimeter(shape)[0]) if area_m2 is None else area_m2,
        claimed_at=AT - timedelta(days=100 + older_by_days),
        valid_from=valid_from,
        valid_until=valid_until,
        overlay=frozenset(overlay),
    )


def make_outline(code: str, shape: BaseGeometry) -> Outline:
    return Outline(code, f"Kota {code}", shapely.to_wkb(shape))


def tenant_id(slug: str) -> UUID:
    return uuid5(NAMES, slug)


def square(west: float, south: float, size: float = 0.1) -> shapely.Polygon:
    """A square of `size` degrees whose south-west corner is given."""
    return shapely.box(west, south, round(west + size, 7), round(south + size, 7))
