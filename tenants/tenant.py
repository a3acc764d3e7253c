"""A tenant: a municipality (or a province, or a utility) with its own rules and data."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Words, new_id

COMMONS_ID = UUID("00000000-0000-4000-8000-000000000001")
COMMONS_SLUG = "commons"
COMMONS_CODE = "UMM"


class Stage(StrEnum):
    """How far a tenant is. Only a live one owns its ground; a shadow takes the rehearsals of its city.

    PAUSED: by its own will; what was reported stays, what is new goes to the commons. SUSPENDED: by the operator.
    """

    REHEARSAL = "rehearsal"
    LIVE = "live"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    ERASED = "erased"
    SHADOW = "shadow"


HELD = (Stage.LIVE, Stage.PAUSED, Stage.SUSPENDED)
"""Stages in which a municipality is taken: nobody else can claim it or go live on its ground."""


class Tenant(Base):
    """`slug` names it in addresses, `code` in references; both immutable and never reused.

    paused_at: since when a paused one is. leaving_at: from when on a leaving one may be confirmed; erasing_at: from
    when on a confirmed one is erased. left_at: since when an erased one is.
    """

    __tablename__ = "tenants"
    __table_args__ = (
        CheckConstraint(f"stage IN ({', '.join(repr(str(stage)) for stage in Stage)})", name="stage"),
        CheckConstraint("code ~ '^[A-Z]{3}$'", name="code"),
        CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'", name="slug"),
        CheckConstraint("(stage = 'shadow') = (shadow_of IS NOT NULL)", name="shadow"),
        Index("uq_tenants_code", "code", unique=True, postgresql_where=text("shadow_of IS NULL")),
        Index("uq_tenants_shadow_of", "shadow_of", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    type: Mapped[str]
    name: Mapped[Words]
    stage: Mapped[str] = mapped_column(default=Stage.REHEARSAL)
    shadow_of: Mapped[UUID | None] = mapped_column(ForeignKey("tenants.id"))
    municipality_code: Mapped[str | None] = mapped_column(index=True)
    time_zone: Mapped[str]
    languages: Mapped[list[str]]
    search_config: Mapped[str] = mapped_column(default="simple")
    look: Mapped[dict[str, Any]] = mapped_column(default=dict)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    plan: Mapped[str] = mapped_column(default="free")
    created_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    leaving_at: Mapped[datetime | None]
    erasing_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)


class Use(StrEnum):
    """What a city's own domain is for: its portal answers there, or its mail comes from there."""

    PORTAL = "portal"
    MAIL = "mail"


class TenantDomain(Base):
    """A domain of a city's own. Several cities may name one; it is whose records prove it, verified_at then."""

    __tablename__ = "tenant_domains"
    __table_args__ = (
        CheckConstraint(f"use IN ({', '.join(repr(str(use)) for use in Use)})", name="use"),
        UniqueConstraint("tenant_id", "host", "use"),
        Index(
            "uq_tenant_domains_verified",
            "host",
            "use",
            unique=True,
            postgresql_where=text("verified_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    host: Mapped[str]
    use: Mapped[str] = mapped_column(default=Use.PORTAL)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    checked_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]


class Epoch(Base):
    """A counter that rises with each change of what processes keep in memory; each polls it."""

    __tablename__ = "epochs"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=1)
    note: Mapped[str | None]


class Plan(Base):
    """What a city may use, by name of the limit; limits are rows so that a plan is no deploy."""

    __tablename__ = "plan_limits"

    plan: Mapped[str] = mapped_column(primary_key=True)
    limit: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


def in_language(words: Words, language: str, languages: list[str] | None = None) -> str:
    """The words in a language, else in the first of the fallback order that has some, else in any."""
    for candidate in [language, *(languages or []), *words]:
        if words.get(candidate):
            return words[candidate]
    return ""
