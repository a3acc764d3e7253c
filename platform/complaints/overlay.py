"""A report about an object that its city's rule gives to an overlay: a utility, or a province over many cities.

The rule is the consent of the ground. It decides only where the overlay is live and lies over the place; elsewhere the
city's other rules hold as if it weren't there.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import shapely
from sqlalchemy.orm import Session

from complaints import asset
from complaints.asset import AssetEntry
from complaints.office import Office
from complaints.rules.asset_rule import AssetRuleEntry
from complaints.rules.rulebook import CategoryEntry
from tenants import scope
from tenants.category import Place
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.locate import Decision, Ground
from tenants.tenant import Stage

OBJECT = "object"
"""The rule of such a decision, beside those of `tenants.locate`."""


@dataclass(frozen=True)
class Overlaid:
    """city, here: on whose ground it stands, and its category. card, category: the overlay's, by platform code."""

    city: TenantCard
    here: CategoryEntry
    asset: AssetEntry
    rule: AssetRuleEntry
    card: TenantCard
    category: CategoryEntry
    ground: Ground

    def decision(self, by_place: Decision) -> Decision:
        """What is decided instead of what the place alone would say."""
        ground = self.ground
        return replace(
            by_place,
            rule=OBJECT,
            tenant_id=ground.tenant_id,
            slug=ground.slug,
            name=ground.name,
            boundary_id=ground.boundary_id,
            distance_m=0.0,
            near_border=None,
        )


def overlaid(
    session: Session,
    office: Office,
    card: TenantCard,
    category: CategoryEntry,
    code: str | None,
    point: tuple[float | None, float | None],
    now: datetime,
) -> Overlaid | None:
    """The overlay that a city's rule gives a report to, by the object of this code near the point; None for none."""
    lon, lat = point
    book = office.rulebooks.of(session, card)
    if not code or lon is None or lat is None or category.place == Place.NONE or card.stage == Stage.SHADOW:
        return None
    if not any(rule.overlay for rule in book.asset_rules):
        return None
    with scope.enter(session, card.id):
        found = asset.by_code(session, code)
    if found is None or not found.is_near(lon, lat):
        return None
    there = overlays_at(office, lon, lat, now)
    rule = book.asset_rule(category.id, found.attributes, there)
    if rule is None or rule.overlay is None:
        return None
    ground = there[rule.overlay]
    owner = office.directory.by_id[ground.tenant_id]
    try:
        theirs = office.rulebooks.of(session, owner).category_by_platform_code(category.platform_code)
    except Invalid:  # nothing that it takes: then the city has it
        return None
    return Overlaid(card, category, found, rule, owner, theirs, ground)


def overlays_at(office: Office, lon: float, lat: float, now: datetime) -> dict[str, Ground]:
    """The live overlays over a point, by slug."""
    directory = office.directory
    over = directory.index.meeting(shapely.Point(lon, lat), at=now, overlays=True)
    return {ground.slug: ground for ground in over if directory.by_id[ground.tenant_id].stage == Stage.LIVE}
