"""Rows as the bundle writes them; the readings that complaints were made under are kept in this form."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration.schema import CategorySchema, RuleSchema
from tenants.area import Area
from tenants.category import Category, CategoryRevision
from tenants.database import Configured
from tenants.sla_rule import SlaRule, SlaRuleRevision

_CATEGORY, _RULE = CategorySchema(), RuleSchema()
"""Making one copies all of its fields, which takes longer than loading a row."""
OF_ASSIGNMENTS = ("agency", "by_area")
"""What a bundle says in a category's row and the database in rows of their own."""


def category_document(row: Category, parent: str | None, owners: dict[str | None, str] | None = None) -> dict[str, Any]:
    """A category as its bundle's row. parent: its group's code. owners: agencies' codes by area's, None everywhere."""
    owners = owners or {}
    loaded: dict[str, Any] = _CATEGORY.load(
        {
            "code": row.code,
            "name": row.name,
            "help": row.help or None,
            "group": row.is_group,
            "parent": parent,
            "platform_code": row.platform_code,
            "icon": row.icon,
            "search_words": row.search_words,
            "place": row.place,
            "visibility": row.visibility,
            "kinds": row.kinds,
            "round_the_clock": row.round_the_clock,
            "photo_wanted": row.photo_wanted,
            "anonymous_allowed": row.anonymous_allowed,
            "safety": row.safety,
            "questions": row.questions,
            "agency": owners.get(None),
            "off_in": row.off_in,
            "responsible": row.responsible or None,
            "responsible_contact": row.responsible_contact,
            "by_area": {place: agency for place, agency in owners.items() if place is not None},
        }
    )
    return loaded


def rule_document(row: SlaRule, category: str | None, area: str | None) -> dict[str, Any]:
    """A rule as its bundle's row. category, area: codes of what it is for; None for any."""
    loaded: dict[str, Any] = _RULE.load(
        {
            "code": row.code,
            "category": category,
            "priority": row.priority,
            "area": area,
            "milestones": row.milestones,
            "ceiling": row.ceiling,
            "auto_close": row.auto_close,
            "pausing": row.pausing,
            "asking": row.asking,
            "ladder": row.ladder,
        }
    )
    return loaded


def keep_revision(session: Session, row: Configured, now: datetime, *, new: bool = False) -> None:
    """Keep how a category or a rule reads in its present revision, once; other rows have no revisions of their own.

    new: it was just made, so that none is kept yet.
    """
    if isinstance(row, Category):
        if new or not _kept(session, CategoryRevision, CategoryRevision.category_id == row.id, row.revision):
            group = session.get(Category, (row.tenant_id, row.parent_id)) if row.parent_id else None
            document = category_document(row, group.code if group else None)
            said = {key: value for key, value in document.items() if key not in OF_ASSIGNMENTS}
            session.add(CategoryRevision(category_id=row.id, revision=row.revision, document=said, made_at=now))
    elif isinstance(row, SlaRule) and not _kept(
        session, SlaRuleRevision, SlaRuleRevision.sla_rule_id == row.id, row.revision
    ):
        document = rule_document(row, _code(session, Category, row.category_id), _code(session, Area, row.area_id))
        session.add(SlaRuleRevision(sla_rule_id=row.id, revision=row.revision, document=document, made_at=now))


def _kept(session: Session, table: Any, of_the_row: Any, revision: int) -> bool:
    return session.scalar(select(table.id).where(of_the_row, table.revision == revision)) is not None


def _code(session: Session, table: type[Configured], row_id: UUID | None) -> str | None:
    return None if row_id is None else session.scalar(select(table.code).where(table.id == row_id))
