"""What stands in a city and breaks: lamps, manholes, stretches of road, each a point or a line with its attributes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Configured, TenantOwned


class Asset(Configured, Base):
    """One object of a category. lon, lat: a point of it, WGS84. wkb: its point or lines. attributes: {name: text}.

    folded: code, name and attributes in small letters, to be searched.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        CheckConstraint("shape IN ('point', 'line')", name="shape"),
        Index("ix_assets_tenant_id_category_id", "tenant_id", "category_id", "code"),
    )

    category_id: Mapped[UUID]
    name: Mapped[str]
    shape: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    wkb: Mapped[bytes]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    folded: Mapped[str]
    ended_at: Mapped[datetime | None]


class AssetCell(TenantOwned, Base):
    """A cell of the ground (`complaints.complaint.cell_of`) that an object lies in; a line has many."""

    __tablename__ = "asset_cells"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "asset_id"], ["assets.tenant_id", "assets.id"]),
        Index("ix_asset_cells_tenant_id_cell", "tenant_id", "cell"),
        Index("ix_asset_cells_tenant_id_asset_id", "tenant_id", "asset_id"),
    )

    asset_id: Mapped[UUID]
    cell: Mapped[int] = mapped_column(BigInteger)


class AssetRule(Configured, Base):
    """Whose an object is by what it says of itself: an attribute with this value belongs to an agency or overlay.

    category_id: None for any. attribute, value: compared in small letters. overlay: the slug of a tenant that lies over
    the city's ground; where it does no longer, the rule decides nothing.
    """

    __tablename__ = "asset_rules"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        CheckConstraint("num_nonnulls(agency_id, overlay) = 1", name="owner"),
        Index(
            "ix_asset_rules_standing",
            "tenant_id",
            "category_id",
            "attribute",
            "value",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    category_id: Mapped[UUID | None]
    attribute: Mapped[str]
    value: Mapped[str]
    agency_id: Mapped[UUID | None]
    overlay: Mapped[str | None]
    ended_at: Mapped[datetime | None]
