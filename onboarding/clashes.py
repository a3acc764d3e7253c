"""What a city can't be made with, since another one has it: its slug, its three letters, its municipality."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tenants.catalogue import Municipality
from tenants.errors import Conflict, Invalid
from tenants.tenant import Stage, Tenant, in_language


def refuse_clashes(session: Session, given: Mapping[str, Any], tenant: Tenant | None) -> None:
    """Slug and code are immutable and never used again; a municipality has one tenant."""
    if tenant is not None and tenant.stage in (Stage.ERASED, Stage.SHADOW):
        raise Conflict(
            "The name %(slug)s was in use before and is never given again.", field="tenant.slug", slug=tenant.slug
        )
    if tenant is not None and tenant.code != given["code"]:
        raise Conflict(
            "%(slug)s has the code %(code)s, which can't change: it stands in its references.",
            field="tenant.code",
            slug=tenant.slug,
            code=tenant.code,
        )
    own_id = tenant.id if tenant else None
    refuse_taken_code(session, given["code"], own_id)
    refuse_taken_municipality(session, given["municipality"], own_id)


def refuse_taken_code(session: Session, code: str, own_id: UUID | None) -> None:
    """Raise Conflict where another tenant has these three letters, an erased one too."""
    namesake = session.scalar(select(Tenant).where(Tenant.code == code, Tenant.shadow_of.is_(None)))
    if namesake is not None and namesake.id != own_id:
        raise Conflict(
            "The code %(code)s belongs to %(slug)s; choose another.",
            field="tenant.code",
            code=code,
            slug=namesake.slug,
        )


def refuse_taken_municipality(session: Session, code: str | None, own_id: UUID | None) -> None:
    """Raise Conflict where another tenant has this municipality, Invalid where nobody may."""
    if code is None:
        return
    others = session.scalars(
        select(Tenant).where(Tenant.municipality_code == code, Tenant.stage != Stage.ERASED, Tenant.id != own_id)
    )
    if other := others.first():
        raise Conflict(
            "%(code)s has a tenant already: %(slug)s.", field="tenant.municipality", code=code, slug=other.slug
        )
    municipality = session.get(Municipality, code)
    if municipality is not None and not municipality.claimable and municipality.why_not:
        raise Invalid(
            "%(name)s can't be a tenant: %(why)s.",
            field="tenant.municipality",
            name=municipality.name,
            why=in_language(municipality.why_not, "en"),
        )
