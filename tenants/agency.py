"""The bodies that do the work: a tree; some are tied to areas, some are partners outside the government."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Configured, TenantOwned, Words
from tenants.personal import personal


class Agency(Configured, Base):
    """A dinas, a kecamatan, a kelurahan … or a partner (PLN, PDAM, Telkom). head_id: the seat of who leads it.

    calendar_id: by whose hours its promises run; None: by the city's.
    """

    __tablename__ = "agencies"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["agencies.tenant_id", "agencies.id"]),
        ForeignKeyConstraint(["tenant_id", "head_id"], ["seats.tenant_id", "seats.id"]),
        ForeignKeyConstraint(["tenant_id", "calendar_id"], ["calendars.tenant_id", "calendars.id"]),
        Index("ix_agencies_tenant_id_parent_id", "tenant_id", "parent_id"),
    )

    name: Mapped[Words]
    parent_id: Mapped[UUID | None]
    partner: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    email: Mapped[str | None] = mapped_column(
        info=personal("to tell the agency of work", until="while the agency exists")
    )
    phone: Mapped[str | None] = mapped_column(
        info=personal("to tell the agency of work", until="while the agency exists")
    )
    head_id: Mapped[UUID | None]
    calendar_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class AgencyArea(TenantOwned, Base):
    """Ties an agency to an area that it works in."""

    __tablename__ = "agency_areas"
    __table_args__ = (
        UniqueConstraint("tenant_id", "agency_id", "area_id"),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        Index("ix_agency_areas_tenant_id_area_id", "tenant_id", "area_id"),
    )

    agency_id: Mapped[UUID]
    area_id: Mapped[UUID]
