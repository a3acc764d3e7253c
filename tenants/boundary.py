"""The ground of a tenant: versions of a multipolygon, each with the dates between which it holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, new_id


class Boundary(Base):
    """One version. `valid_from` None: from the beginning of time; `valid_until` None: until further notice.

    wkb: WGS84 lon/lat. area_m2: geodesic. claimed_at: decides between equal claims (the older wins). overlay: platform
    codes of the categories that an overlay claims here; empty for ordinary ground. areas_at: when the city's areas were
    held against it.
    """

    __tablename__ = "boundaries"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from IS NULL OR valid_from < valid_until", name="dates"),
        Index("ix_boundaries_tenant_id", "tenant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))
    wkb: Mapped[bytes]
    area_m2: Mapped[float]
    claimed_at: Mapped[datetime]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    overlay: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(default="")
    mendings: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    areas_at: Mapped[datetime | None]
