"""Known works: what a city says beforehand of a place, so that nobody need report it. Shown while it holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.evidence import distance_m
from tenants.database import Base, TenantOwned, Words
from tenants.errors import NotFound

MOST_SHOWN = 50


class Works(TenantOwned, Base):
    """title, text: in the city's words, by language. categories: codes that it is about, empty for all.

    area_id, a circle (lon, lat, radius_m) or a box (west, south, east, north): where; none of them for the whole city.
    until_at: None while nobody knows. ended_at: when somebody ended it. told_at: when its followers were told.
    """

    __tablename__ = "works"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        CheckConstraint("num_nonnulls(area_id, radius_m) + num_nonnulls(west) <= 1", name="one_place"),
        CheckConstraint("until_at > from_at", name="lasts"),
        Index("ix_works_current", "tenant_id", "from_at", postgresql_where=text("told_at IS NULL")),
        Index("ix_works_tenant_id_created_at", "tenant_id", "created_at", "id"),
    )

    title: Mapped[Words]
    text: Mapped[Words]
    categories: Mapped[list[str]]
    area_id: Mapped[UUID | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    radius_m: Mapped[int | None]
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    def is_over(self, now: datetime) -> bool:
        """Whether it was ended, or its time has passed."""
        return self.ended_at is not None or (self.until_at is not None and self.until_at <= now)

    def holds(self, now: datetime) -> bool:
        """Whether residents see it."""
        return self.from_at <= now and not self.is_over(now)


def concerns(works: Works, category: str, area_ids: Collection[UUID], lon: float | None, lat: float | None) -> bool:
    """Whether a report of this category at this place may be about known works. Pure.

    area_ids: of the area of the place and of those around it.
    """
    if works.categories and category not in works.categories:
        return False
    if works.area_id is not None:
        return works.area_id in area_ids
    if works.radius_m is not None:
        metres = distance_m(works.lon, works.lat, lon, lat)
        return metres is not None and metres <= works.radius_m
    if works.west is None or works.south is None or works.east is None or works.north is None:
        return True
    return lon is not None and lat is not None and works.west <= lon <= works.east and works.south <= lat <= works.north


def current(session: Session, now: datetime) -> list[Works]:
    """What holds now in the session's city, the newest first."""
    lasts = or_(Works.until_at.is_(None), Works.until_at > now)
    query = select(Works).where(Works.told_at.is_(None), Works.ended_at.is_(None), Works.from_at <= now, lasts)
    return list(session.scalars(query.order_by(Works.from_at.desc(), Works.id).limit(MOST_SHOWN)))


def works_here(session: Session, works_id: UUID) -> Works:
    """The works of this id in the session's city. Raises NotFound, also for another city's."""
    found = session.scalar(select(Works).where(Works.id == works_id))
    if found is None:
        raise NotFound("There is no such notice here.")
    return found


def ground_of(works: Works) -> dict[str, Any] | None:
    """Where it is as GeoJSON, a box as a polygon and a circle as its middle; None for an area or the whole city."""
    if works.radius_m is not None:
        return {"type": "Point", "coordinates": [works.lon, works.lat]}
    if works.west is not None:
        w, s, e, n = works.west, works.south, works.east, works.north
        return {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}
    return None
