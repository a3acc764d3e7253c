"""SLA rules as a city's admins write them: added, changed and ended one by one, under the bundle's own checks.

A complaint keeps the revision of the rule that it was made under, so nothing here moves what was promised before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.rules.rulebook import RuleEntry
from configuration import editing
from configuration.checks import rule_problems
from configuration.documents import rule_document
from configuration.editing import Author
from configuration.schema import RuleSchema
from tenants.area import Area
from tenants.category import Category
from tenants.database import new_id
from tenants.errors import Invalid, NotFound
from tenants.sla_rule import SlaRule

LONGEST_CODE = 64

Rule = Mapping[str, Any]
"""A rule as a row of the bundle: what it is for by codes."""


class Misfits(Invalid):
    """Everything that is wrong with a rule; each has its place in the row as its field: `milestones.0.amount`."""

    def __init__(self, errors: Sequence[Invalid]) -> None:
        super().__init__(errors[0].message, field=errors[0].field, **errors[0].details)
        self.errors = errors


class Doubled(Invalid):
    """Another rule is for the very same reports."""

    def __init__(self, other: SlaRule) -> None:
        super().__init__(
            "There is a rule for this category, priority and area already. Change that one instead.", field="category"
        )
        self.other_id = other.id


def add(session: Session, given: Rule, *, author: Author, now: datetime) -> SlaRule:
    """Add a rule; its code is made of what it is for, if it has none. Raises Misfits, Doubled."""
    row = SlaRule(id=new_id(), code="")
    named = {**given, "code": given.get("code") or _code(session, given)}
    values = _values(session, named, row)
    for name, value in {**values, "code": named["code"]}.items():
        if value is not None:  # given as None, a JSON column would hold JSON's null
            setattr(row, name, value)
    editing.add(session, row, author=author, now=now)
    return row


def change(
    session: Session, row: SlaRule, given: Rule, *, author: Author, now: datetime, expected_version: int
) -> None:
    """Bring a rule to what is given. Raises Misfits, Doubled, Stale."""
    values = _values(session, {**given, "code": row.code}, row)
    editing.change(session, row, values, author=author, now=now, expected_version=expected_version)


def end(session: Session, row: SlaRule, *, author: Author, now: datetime, expected_version: int) -> None:
    """Promise nothing by this rule any more; what was made under it keeps it. Raises Stale."""
    editing.end(session, row, author=author, now=now, expected_version=expected_version)


def one(session: Session, rule_id: UUID) -> SlaRule:
    """A rule that hasn't ended. Raises NotFound."""
    row = session.scalar(select(SlaRule).where(SlaRule.id == rule_id, SlaRule.ended_at.is_(None)))
    if row is None:
        raise NotFound("There is no such rule, or it has ended.")
    return row


def document_of(session: Session, row: SlaRule) -> dict[str, Any]:
    """A rule as the bundle's row."""
    category = session.scalar(select(Category.code).where(Category.id == row.category_id)) if row.category_id else None
    area = session.scalar(select(Area.code).where(Area.id == row.area_id)) if row.area_id else None
    return rule_document(row, category, area)


def proposed(session: Session, given: Rule, row: SlaRule | None = None) -> RuleEntry:
    """A rule as it would decide once it was saved. row: which it changes. Raises Misfits, Doubled."""
    one = row if row is not None else SlaRule(id=new_id(), code="new", revision=0)
    values = _values(session, {**given, "code": one.code}, one)
    return RuleEntry(
        id=one.id,
        code=one.code,
        category_id=values["category_id"],
        priority=values["priority"],
        area_id=values["area_id"],
        milestones=tuple(values["milestones"]),
        ceiling=values["ceiling"],
        auto_close=values["auto_close"],
        pausing=tuple(values["pausing"]),
        ladder=tuple(values["ladder"]),
        asking=values["asking"],
        revision=one.revision,
    )


def checked(session: Session, given: Rule) -> dict[str, Any]:
    """A rule as it would be saved, by the bundle's schema and checks. Raises Misfits."""
    try:
        rule: dict[str, Any] = RuleSchema().load({"code": "new", **given})
    except ValidationError as error:
        raise Misfits([Invalid(sentence, field=field) for field, sentence in _told(error.messages)]) from None
    category = _category(session, rule["category"])
    errors = [*rule_problems(rule, category.questions if category is not None else [])]
    if errors:
        raise Misfits(errors)
    return rule


def _values(session: Session, given: Rule, row: SlaRule) -> dict[str, Any]:
    """The columns of a rule. row: which it is, since no other may be for the same reports."""
    rule = checked(session, given)
    category, area = _category(session, rule["category"]), _area(session, rule["area"])
    values = {
        "category_id": category.id if category is not None else None,
        "priority": rule["priority"],
        "area_id": area.id if area is not None else None,
        **{name: rule[name] for name in ("milestones", "ceiling", "auto_close", "pausing", "asking", "ladder")},
    }
    other = session.scalar(
        select(SlaRule)
        .where(
            SlaRule.ended_at.is_(None),
            SlaRule.id != row.id,
            SlaRule.category_id.is_not_distinct_from(values["category_id"]),
            SlaRule.priority.is_not_distinct_from(values["priority"]),
            SlaRule.area_id.is_not_distinct_from(values["area_id"]),
        )
        .limit(1)
    )
    if other is not None:
        raise Doubled(other)
    return values


def _category(session: Session, code: str | None) -> Category | None:
    if code is None:
        return None
    found = session.scalar(
        select(Category).where(Category.code == code, Category.ended_at.is_(None), Category.is_group.is_(False))
    )
    if found is None:
        raise Misfits([Invalid("This category isn't in the city's list any more.", field="category")])
    return found


def _area(session: Session, code: str | None) -> Area | None:
    if code is None:
        return None
    found = session.scalar(select(Area).where(Area.code == code, Area.ended_at.is_(None)))
    if found is None:
        raise Misfits([Invalid("There is no such area.", field="area")])
    return found


def _code(session: Session, given: Rule) -> str:
    """A code that says what the rule is for, and that no rule has or had."""
    parts = [given.get("category") or "all", *(part for part in (given.get("priority"), given.get("area")) if part)]
    stem = "-".join(parts)[: LONGEST_CODE - 4]
    taken = set(session.scalars(select(SlaRule.code).where(SlaRule.code.startswith(stem, autoescape=True))))
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, 1_000))) if code not in taken)


def _told(messages: Any, place: str = "") -> list[tuple[str, str]]:
    """The sentences of a schema, each with its place: "milestones.0.amount"."""
    if isinstance(messages, Mapping):
        return [
            each
            for key, inner in messages.items()
            for each in _told(inner, place if key == "_schema" else f"{place}.{key}".strip("."))
        ]
    return [(place, str(sentence)) for sentence in messages]
