"""Catalogues that cities have published for others: kinds of problem with their questions and words, as they were then.

Platform-wide, and walled in so that every city reads all of them and writes only its own. What another city has no use
for stays behind: agencies, areas and people.
"""

import gzip
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, cast, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from configuration import categories, editing
from configuration.editing import Author
from configuration.faults import Faults
from tenants.database import Base, Words, new_id
from tenants.errors import Conflict, Invalid, NotFound
from tenants.scope import tenant_of
from tenants.tenant import Stage, Tenant

LONGEST_NAME, LONGEST_HELP = 120, 600
MOST = 20
"""Templates of one city."""
MOST_LISTED = 100
PUBLISHING = (Stage.LIVE, Stage.PAUSED)
"""The stages of cities that speak to others; whoever signs up is none before the operator has looked."""
LEFT_BEHIND: Mapping[str, Any] = {"agency": None, "by_area": {}, "off_in": [], "responsible_contact": None}
"""What of a category is its own city's alone."""


class PublishedTemplate(Base):
    """tenant_id: who published it. languages: of its words. count: its kinds of problem. rows: the bundle's, packed."""

    __tablename__ = "published_templates"
    __table_args__ = (
        Index("ix_published_templates_published_at", "published_at", "id"),
        Index("ix_published_templates_tenant_id", "tenant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))
    name: Mapped[Words]
    help: Mapped[Words]
    languages: Mapped[list[str]]
    count: Mapped[int]
    rows: Mapped[bytes] = mapped_column(deferred=True)
    published_at: Mapped[datetime]


@dataclass(frozen=True)
class Listed:
    """A template with the name of its city."""

    template: PublishedTemplate
    city: Words
    city_languages: Sequence[str]


def publish(
    session: Session,
    name: Words,
    help: Words,
    *,
    codes: Collection[str] | None = None,
    languages: Sequence[str],
    author: Author,
    now: datetime,
) -> PublishedTemplate:
    """Publish these categories as they read now, in the groups that they stand in. codes: None for all in force.

    Raises Faults naming the fields, Invalid without any category, and Conflict in a city that isn't in service.
    """
    tenant_id = tenant_of(session)
    if session.scalars(select(Tenant.stage).where(Tenant.id == tenant_id).with_for_update()).one() not in PUBLISHING:
        raise Conflict("Only a city that is in service can publish a template for others.")
    published = select(func.count()).select_from(PublishedTemplate).where(_own(session))
    if (session.scalar(published) or 0) >= MOST:
        raise Conflict("A city publishes at most %(most)s templates. Withdraw one first.", most=MOST)
    said = {"name": _said(name), "help": _said(help)}
    wrong: dict[str, Invalid] = {}
    if not said["name"]:
        wrong["name"] = Invalid("Give it a name by which others find it.")
    elif max(map(len, said["name"].values())) > LONGEST_NAME:
        wrong["name"] = Invalid("A name has at most %(most)s characters.", most=LONGEST_NAME)
    if max(map(len, said["help"].values()), default=0) > LONGEST_HELP:
        wrong["help"] = Invalid("A description has at most %(most)s characters.", most=LONGEST_HELP)
    if wrong:
        raise Faults(wrong)
    every = snapshot(session)
    leaves = [one for one in every if not one["group"]]
    chosen = [one for one in leaves if codes is None or one["code"] in codes]
    if not leaves:
        raise Invalid("This city has no categories to publish.")
    if not chosen:
        raise Invalid("Tick at least one kind of problem.", field="codes")
    groups = {one["parent"] for one in chosen}
    rows = [*(one for one in every if one["group"] and one["code"] in groups), *chosen]
    row = PublishedTemplate(
        id=new_id(),
        tenant_id=tenant_id,
        languages=list(languages),
        count=len(chosen),
        rows=gzip.compress(json.dumps(rows).encode(), mtime=0),
        published_at=now,
        **said,
    )
    editing.add(session, row, author=author, now=now)
    return row


def withdraw(session: Session, template_id: UUID, *, author: Author, now: datetime) -> None:
    """Take one of this city's own back; what others took of it is theirs. Raises NotFound."""
    row = session.scalar(select(PublishedTemplate).where(PublishedTemplate.id == template_id, _own(session)))
    if row is None:
        raise NotFound("This template has been withdrawn, or another city has published it.")
    editing.end(session, row, author=author, now=now)


def snapshot(session: Session) -> list[dict[str, Any]]:
    """The categories in force as another city may take them: groups first, then in their order."""
    still = [one for one in categories.every(session) if one.ended_at is None]
    rows = categories.rows_of(session, still)
    groups = {one.code for one in still if one.is_group}
    return [
        {
            **{key: value for key, value in rows[one.id].items() if key != "ended"},
            **LEFT_BEHIND,
            "parent": rows[one.id]["parent"] if rows[one.id]["parent"] in groups else None,
        }
        for one in sorted(still, key=lambda one: not one.is_group)
    ]


def own(session: Session) -> list[PublishedTemplate]:
    """What this city has published, the latest first."""
    rows = select(PublishedTemplate).where(_own(session))
    return list(session.scalars(rows.order_by(PublishedTemplate.published_at.desc(), PublishedTemplate.id)))


def listed(session: Session, wanted: str = "") -> list[Listed]:
    """What cities in service have published, the latest first, a hundred at most.

    wanted: words of the template's or the city's name.
    """
    statement = _of_cities().order_by(PublishedTemplate.published_at.desc(), PublishedTemplate.id).limit(MOST_LISTED)
    for word in wanted.split():
        said = (cast(one, Text).icontains(word, autoescape=True) for one in (PublishedTemplate.name, Tenant.name))
        statement = statement.where(or_(*said))
    return [Listed(row, name, languages) for row, name, languages in session.execute(statement)]


def one(session: Session, template_id: UUID) -> Listed:
    """A template. Raises NotFound for one that was withdrawn, or whose city isn't in service any more."""
    found = session.execute(_of_cities().where(PublishedTemplate.id == template_id)).one_or_none()
    if found is None:
        raise NotFound("This template has been withdrawn.")
    return Listed(*found)


def rows_of(template: PublishedTemplate) -> list[dict[str, Any]]:
    """The categories of a template, as the bundle writes them."""
    rows: list[dict[str, Any]] = json.loads(gzip.decompress(template.rows))
    return rows


def _of_cities() -> Any:
    return (
        select(PublishedTemplate, Tenant.name, Tenant.languages)
        .join(Tenant, Tenant.id == PublishedTemplate.tenant_id)
        .where(Tenant.stage.in_(PUBLISHING))
    )


def _own(session: Session) -> Any:
    """This city's rows, among those that every city reads."""
    return PublishedTemplate.tenant_id == tenant_of(session)


def _said(words: Words) -> Words:
    return {language: " ".join(text.split()) for language, text in words.items() if text.strip()}
