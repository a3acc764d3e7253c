"""The category of a complaint as it read when the complaint was made under it, whatever was changed or ended since."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.rules.rulebook import CategoryEntry, Rulebook
from tenants.category import CategoryRevision


def category_as_filed(session: Session, book: Rulebook, category_id: UUID, revision: int) -> CategoryEntry | None:
    """Its name, help and questions in that revision; as it reads now where that reading wasn't kept."""
    entry = book.category_ever(category_id)
    if entry is None or entry.revision == revision:
        return entry
    document = session.scalar(
        select(CategoryRevision.document).where(
            CategoryRevision.category_id == category_id, CategoryRevision.revision == revision
        )
    )
    if document is None:
        return entry
    return replace(
        entry,
        name=document["name"],
        help=document["help"] or {},
        questions=tuple(document["questions"]),
        revision=revision,
    )
