"""What can be reported: two levels of categories, their questions, and who gets them where."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Configured, TenantOwned, Words

OTHER = "lain"
"""The platform code that an unknown category becomes when it crosses to another tenant."""


class Place(StrEnum):
    """Whether a category needs a point, an area, or nothing."""

    EXACT = "exact"
    AREA = "area"
    NONE = "none"


class Visibility(StrEnum):
    """Who sees a complaint: everybody; its reporter and staff; its reporter and named roles. Ordered, widest first."""

    PUBLIC = "public"
    PRIVATE = "private"
    RESTRICTED = "restricted"


def stricter(one: str, other: str) -> Visibility:
    """The narrower of two visibilities: a reporter may make it stricter, never looser."""
    order = list(Visibility)
    return max(Visibility(one), Visibility(other), key=order.index)


class Category(Configured, Base):
    """A category, or (parent_id None and group True) a group of them.

    platform_code: the default catalogue's, by which overlays and hand-overs match. questions: a list of
    {code, type, label, required, choices, …} in the order of the form. off_in: codes of the areas in which it can't be
    reported. responsible: whose it is where it isn't the city's, in words; a report of it is explained and not filed.
    responsible_contact: their telephone number or web address.
    """

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["categories.tenant_id", "categories.id"]),
        CheckConstraint("place IN ('exact', 'area', 'none')", name="place"),
        CheckConstraint("visibility IN ('public', 'private', 'restricted')", name="visibility"),
        Index("ix_categories_tenant_id_parent_id", "tenant_id", "parent_id"),
    )

    platform_code: Mapped[str]
    parent_id: Mapped[UUID | None]
    is_group: Mapped[bool] = mapped_column(default=False)
    name: Mapped[Words]
    help: Mapped[Words] = mapped_column(default=dict)
    icon: Mapped[str] = mapped_column(default="dots")
    search_words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)
    visibility: Mapped[str] = mapped_column(default=Visibility.PUBLIC)
    anonymous_allowed: Mapped[bool] = mapped_column(default=True)
    photo_wanted: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str] = mapped_column(default=Place.EXACT)
    kinds: Mapped[list[str]] = mapped_column(default=lambda: ["complaint", "question", "wish"])
    round_the_clock: Mapped[bool] = mapped_column(default=False)
    safety: Mapped[bool] = mapped_column(default=False)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    off_in: Mapped[list[str]] = mapped_column(default=list)
    responsible: Mapped[Words] = mapped_column(default=dict)
    responsible_contact: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class CategoryRevision(TenantOwned, Base):
    """How a category read when a complaint was made under it. Never changed."""

    __tablename__ = "category_revisions"
    __table_args__ = (
        UniqueConstraint("tenant_id", "category_id", "revision"),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
    )

    category_id: Mapped[UUID]
    revision: Mapped[int]
    document: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class Assignment(Configured, Base):
    """Who gets a category, everywhere (area_id None) or in an area; the most specific one decides."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "category_id", "area_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        Index("ix_assignments_tenant_id_agency_id", "tenant_id", "agency_id"),
        Index("ix_assignments_tenant_id_area_id", "tenant_id", "area_id"),
    )

    category_id: Mapped[UUID]
    area_id: Mapped[UUID | None]
    agency_id: Mapped[UUID]
