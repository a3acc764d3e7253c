"""One change to several categories, each for itself: what can't be done to one is said of it and stops no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from configuration import categories
from configuration.editing import Author
from tenants.category import Category, Visibility
from tenants.database import Words
from tenants.errors import AduanError, Conflict, Invalid


@dataclass(frozen=True)
class Change:
    """what: visibility, agency, parent, off or on. value: the code of an agency or a group, "" for none."""

    what: str
    value: str


@dataclass(frozen=True)
class Outcome:
    """What became of one. refusal: why it stayed as it was; without it and unchanged it was so already."""

    name: Words
    changed: bool
    refusal: AduanError | None = None


def apply_to_each(
    session: Session,
    ids: Sequence[UUID],
    change: Change,
    *,
    author: Author,
    now: datetime,
    languages: Sequence[str],
) -> list[Outcome]:
    """Make the change to each, in their order. Raises Invalid for a change that there isn't."""
    known = {"off": ("",), "on": ("",), "visibility": tuple(Visibility)}
    if change.what not in (*known, "agency", "parent") or change.value not in known.get(change.what, (change.value,)):
        raise Invalid("Choose what should change.", field="change")
    outcomes = []
    for category_id in dict.fromkeys(ids):
        category = categories.category_here(session, category_id)
        try:
            changed = _made(session, category, change, author, now, languages)
        except AduanError as refusal:
            outcomes.append(Outcome(category.name, False, refusal))
        else:
            outcomes.append(Outcome(category.name, changed))
    return outcomes


def _made(
    session: Session, category: Category, change: Change, author: Author, now: datetime, languages: Sequence[str]
) -> bool:
    """Whether anything changed. Every verb refuses before it writes."""
    if change.what == "off":
        if category.ended_at is not None:
            return False
        categories.end(session, category, author=author, now=now)
        return True
    if change.what == "on":
        if category.ended_at is None:
            return False
        categories.bring_back(session, category, author=author, now=now)
        return True
    if category.ended_at is not None:
        raise Conflict("This category has ended. Switch it on first.")
    if category.is_group:
        raise Conflict("A group has no setting of this kind.")
    row = {**categories.row_of(session, category), change.what: change.value or None}
    return categories.change(session, category, row, author=author, now=now, languages=languages)
