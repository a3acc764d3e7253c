"""Parts of a tenant: kecamatan, kelurahan, desa … (the names of the levels are data), a tree with polygons."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from tenants.database import Base, Configured, Words


class Area(Configured, Base):
    """One area. depth: 1 for the level right under the tenant. wkb: WGS84 lon/lat. area_m2: geodesic."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["areas.tenant_id", "areas.id"]),
        Index("ix_areas_tenant_id_parent_id", "tenant_id", "parent_id"),
    )

    name: Mapped[Words]
    level: Mapped[str]
    depth: Mapped[int]
    parent_id: Mapped[UUID | None]
    wkb: Mapped[bytes | None]
    area_m2: Mapped[float | None]
    valid_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
