"""The object that a report is about: found by its code, or among those of its category near a point."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import shapely
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from complaints.ground import ROW, box_around, index_of
from tenants.asset import Asset, AssetCell
from tenants.projection import Floats, metres_per_degree

NEAR_M = 150.0
FAR_M = 500.0
"""An object farther than this from where a report says that it is isn't what it is about."""
MOST_LOOKED_AT, MOST_SHOWN = 300, 6


@dataclass(frozen=True)
class AssetEntry:
    """An object as it is now. lon, lat: a point of it."""

    id: UUID
    code: str
    name: str
    category_id: UUID
    shape: str
    lon: float
    lat: float
    wkb: bytes
    attributes: Mapping[str, str]

    def metres_from(self, lon: float, lat: float) -> float:
        """How far a point lies from it."""
        kx, ky = metres_per_degree(lat)

        def placed(degrees: Floats) -> Floats:
            return (degrees - (lon, lat)) * (kx, ky)

        return float(shapely.distance(shapely.transform(shapely.from_wkb(self.wkb), placed), shapely.Point(0, 0)))

    def is_near(self, lon: float, lat: float) -> bool:
        """Whether a report that says that it is at this point can be about it."""
        return self.metres_from(lon, lat) <= FAR_M


_ENTRY = (
    Asset.id,
    Asset.code,
    Asset.name,
    Asset.category_id,
    Asset.shape,
    Asset.lon,
    Asset.lat,
    Asset.wkb,
    Asset.attributes,
)


def by_code(session: Session, code: str) -> AssetEntry | None:
    """The object of a code in the session's city, unless it has ended."""
    row = session.execute(select(*_ENTRY).where(Asset.code == code, Asset.ended_at.is_(None))).one_or_none()
    return AssetEntry(*row) if row else None


def by_id(session: Session, asset_id: UUID) -> AssetEntry | None:
    """The object with this id, also one that has ended."""
    row = session.execute(select(*_ENTRY).where(Asset.id == asset_id)).one_or_none()
    return AssetEntry(*row) if row else None


def near(
    session: Session, category_id: UUID, lon: float, lat: float, radius_m: float = NEAR_M
) -> list[tuple[AssetEntry, float]]:
    """The objects of a category around a point with their distances in metres, the nearest first; a handful."""
    box = box_around(lon, lat, radius_m)
    first, last = index_of(box.west + 180), index_of(box.east + 180)
    rows = range(index_of(box.south + 90), index_of(box.north + 90) + 1)
    inside = select(AssetCell.asset_id).where(
        or_(*(AssetCell.cell.between(row * ROW + first, row * ROW + last) for row in rows))
    )
    found = session.execute(
        select(*_ENTRY)
        .where(Asset.id.in_(inside), Asset.category_id == category_id, Asset.ended_at.is_(None))
        .order_by(Asset.code)
        .limit(MOST_LOOKED_AT)
    )
    entries = [AssetEntry(*row) for row in found]
    measured = sorted(((one, one.metres_from(lon, lat)) for one in entries), key=lambda pair: pair[1])
    return [(one, metres) for one, metres in measured if metres <= radius_m][:MOST_SHOWN]
