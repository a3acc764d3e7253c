"""Whether a city takes reports of a category at a place: it may be somebody else's, or switched off there. Pure."""

from uuid import UUID

from complaints.rules.rulebook import CategoryEntry, Rulebook
from tenants.errors import Invalid
from tenants.tenant import in_language


class NotOurs(Invalid):
    """Somebody else is responsible, whom the sentence names."""


class OffHere(Invalid):
    """The category is switched off in this area."""


def check_taken(book: Rulebook, category: CategoryEntry, area_id: UUID | None, language: str) -> None:
    """Raise NotOurs or OffHere, field category, where a report of this category isn't taken."""
    if category.responsible:
        raise not_ours(in_language(category.responsible, language))
    area = book.off_at(category, area_id)
    if area is not None:
        raise OffHere(
            "Reports of this kind aren't taken in %(area)s. Choose another kind, or another place.",
            field="category",
            area=in_language(area.name, language),
        )


def not_ours(who: str) -> NotOurs:
    """The refusal where somebody else is responsible. who: as the city calls them, in the reader's language."""
    return NotOurs(
        "This isn't the city's: %(who)s is responsible. Please turn to them; nothing was sent.",
        field="category",
        who=who,
    )
