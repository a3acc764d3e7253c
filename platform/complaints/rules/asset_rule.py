"""Whose an object is by what it says of itself. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AssetRuleEntry:
    """category_id: None for any. attribute, value: in small letters. Its agency, or the slug of an overlay."""

    category_id: UUID | None
    attribute: str
    value: str
    agency_id: UUID | None
    overlay: str | None = None


def deciding(
    rules: Iterable[AssetRuleEntry], category_id: UUID, attributes: Mapping[str, str]
) -> AssetRuleEntry | None:
    """The rule that an object's attributes fulfil; one for its category before one for any, then by attribute."""
    said = {name.casefold(): " ".join(value.casefold().split()) for name, value in attributes.items()}
    fitting = [
        rule for rule in rules if rule.category_id in (None, category_id) and said.get(rule.attribute) == rule.value
    ]
    return min(fitting, key=lambda rule: (rule.category_id is None, rule.attribute, rule.value), default=None)
