"""Whose a complaint is within its city, and by which rule: what its category, place, priority and kind decide. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from complaints.complaint import Complaint
from complaints.rules.asset_rule import AssetRuleEntry
from complaints.rules.rulebook import CategoryEntry, Rulebook, RuleEntry
from tenants.category import Place
from tenants.errors import Invalid


@dataclass(frozen=True)
class Belonging:
    """area_id: None without a place, or outside every area. agency_id: None for nobody, rule: for no promise.

    asset_rule: by which the object's attributes decided whose it is.
    """

    category: CategoryEntry
    area_id: UUID | None
    agency_id: UUID | None
    rule: RuleEntry | None
    asset_rule: AssetRuleEntry | None = None


def belonging(
    book: Rulebook,
    category: CategoryEntry,
    *,
    lon: float | None,
    lat: float | None,
    priority: str,
    kind: str,
    attributes: Mapping[str, str] | None = None,
) -> Belonging:
    """What the city's rules say now. lon, lat: WGS84 degrees. attributes: of the object that it is about.

    Only complaints are promised anything.
    """
    area = book.area_at(lon, lat) if lon is not None and lat is not None else None
    area_id = area.id if area else None
    agency = book.agency_for(category.id, area_id, attributes)
    rule = book.rule_for(category.id, priority, area_id) if kind == "complaint" else None
    decided = book.asset_rule(category.id, attributes)
    return Belonging(category, area_id, agency.id if agency else None, rule, decided)


def check_proposal(book: Rulebook, complaint: Complaint, code: str) -> None:
    """Raise Invalid, field right_category, unless a report can be sent again under the category of this code."""
    category = book.categories.get(code)
    if category is None or category.id == complaint.category_id:
        raise Invalid("Choose another category of this city.", field="right_category")
    if category.place == Place.EXACT and complaint.lon is None:
        raise Invalid(
            "Reports of this category need a place, and this one has none. Choose another, or ask for the place.",
            field="right_category",
        )


def settle(complaint: Complaint, to: Belonging) -> None:
    """Put a complaint under a category, an area and a rule as they read now; who holds it is another matter."""
    complaint.category_id, complaint.category_revision = to.category.id, to.category.revision
    complaint.urgency = 0 if to.category.safety else 1
    complaint.area_id = to.area_id
    complaint.sla_rule_id = to.rule.id if to.rule else None
    complaint.sla_rule_revision = to.rule.revision if to.rule else None
