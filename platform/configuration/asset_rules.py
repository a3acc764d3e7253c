"""Whose an object is by its attributes: the rows that a city decides."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.editing import Author
from tenants.asset import AssetRule
from tenants.database import new_id
from tenants.directory import Directory, TenantCard
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import Stage

MOST = 300
LONGEST_NAME, LONGEST_VALUE = 60, 200


def standing(session: Session) -> list[AssetRule]:
    """The rules that hold, by attribute and value."""
    statement = select(AssetRule).where(AssetRule.ended_at.is_(None)).order_by(AssetRule.attribute, AssetRule.value)
    return list(session.scalars(statement.limit(MOST)))


def add(
    session: Session,
    said: Mapping[str, str],
    *,
    category_id: UUID | None,
    agency_id: UUID | None,
    overlay: str | None = None,
    author: Author,
    now: datetime,
) -> AssetRule:
    """Let objects with an attribute belong to an agency, or to an overlay by its slug. said: attribute and value.

    Raises Invalid naming the field, or Conflict for a second one.
    """
    row = {name: " ".join(value.casefold().split()) for name, value in said.items()}
    if not 0 < len(row["attribute"]) <= LONGEST_NAME:
        raise Invalid("Name the attribute, up to %(most)s characters.", field="attribute", most=LONGEST_NAME)
    if not 0 < len(row["value"]) <= LONGEST_VALUE:
        raise Invalid("Write the value, up to %(most)s characters.", field="value", most=LONGEST_VALUE)
    same = select(AssetRule.id).where(
        AssetRule.ended_at.is_(None),
        AssetRule.attribute == row["attribute"],
        AssetRule.value == row["value"],
        AssetRule.category_id.is_(None) if category_id is None else AssetRule.category_id == category_id,
    )
    if session.scalar(same) is not None:
        raise Conflict("There is a rule for this attribute and value already. End it first.")
    rule_id = new_id()
    whose = {"agency_id": agency_id, "overlay": overlay}
    rule = AssetRule(id=rule_id, code=f"asset-{rule_id.hex[:12]}", category_id=category_id, **whose, **row)
    editing.add(session, rule, author=author, now=now)
    return rule


def overlays(directory: Directory, ground: BaseGeometry | None, now: datetime) -> list[TenantCard]:
    """The live tenants that lie over a city's ground as overlays now, by slug; a common border isn't enough."""
    if ground is None:
        return []
    over = directory.index.meeting(ground, at=now, overlays=True)
    met = {one.tenant_id for one in over if shapely.relate_pattern(shapely.from_wkb(one.wkb), ground, "2********")}
    cards = [directory.by_id[tenant_id] for tenant_id in met]
    return sorted((card for card in cards if card.stage == Stage.LIVE), key=lambda card: card.slug)


def overlay_here(directory: Directory, slug: str, city: TenantCard, ground: BaseGeometry | None, now: datetime) -> str:
    """The slug, if this tenant lies over the city's ground as an overlay. Raises Invalid, field agency."""
    if slug in [card.slug for card in overlays(directory, ground, now)]:
        return slug
    known = directory.by_slug.get(slug)
    if known is None or known.id == city.id or not known.answers:
        raise Invalid("Choose an agency of this city, or a government that works over its ground.", field="agency")
    raise Invalid(
        "%(name)s doesn't work over the ground of this city. What lies there can't be its own.",
        field="agency",
        name=next(iter(known.name.values()), slug),
    )


def end(session: Session, rule_id: UUID, *, author: Author, now: datetime) -> None:
    """End a rule. Raises NotFound."""
    rule = session.scalar(select(AssetRule).where(AssetRule.id == rule_id, AssetRule.ended_at.is_(None)))
    if rule is None:
        raise NotFound("There is no such rule in this city.")
    editing.end(session, rule, author=author, now=now)
