"""Why a report goes where it goes, in one sentence for staff and reporter."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from complaints.overlay import OBJECT
from complaints.rules.rulebook import Rulebook
from tenants import locate
from tenants.locate import Decision
from web.context import office, words


def explanation(decision: Decision, category_name: str | None = None) -> str:
    """The sentence of a routing decision, with a second one where a border is near.

    category_name: in the reader's language, for ground that another government looks after for that category.
    """
    said = _why(decision, category_name)
    near = decision.near_border
    if near is None:
        return said
    return f"{said} " + _(
        "It is only %(distance)s m from %(name)s, closer than the accuracy of the point.",
        distance=round(near.distance_m),
        name=near.name,
    )


def asset_words(routing: Mapping[str, Any], book: Rulebook) -> str:
    """A sentence on whose a report became by what its object says of itself; "" where that decided nothing."""
    said = routing.get("asset") or {}
    agency = book.agencies.get(UUID(said["agency_id"])) if "agency_id" in said else None
    owner = office().directory.by_slug.get(said["overlay"]) if "overlay" in said else agency
    if owner is None:
        return ""
    return _(
        "It is about %(name)s, whose %(attribute)s is “%(value)s”: that is the work of %(agency)s.",
        name=said["name"] or said["code"],
        attribute=said["attribute"],
        value=said["value"],
        agency=words(owner.name),
    )


def _why(decision: Decision, category_name: str | None) -> str:
    name = decision.name or ""
    if decision.rule == locate.INSIDE:
        return _("The point lies in %(name)s.", name=name)
    if decision.rule == locate.OVERLAY and category_name:
        return _("At this point %(name)s has taken over “%(category)s”.", name=name, category=category_name)
    if decision.rule == locate.OVERLAY:
        return _("The point lies in an area where %(name)s has taken over this kind of problem.", name=name)
    if decision.rule == OBJECT:
        return _("What it is about belongs to %(name)s: so the government of the place has decided.", name=name)
    if decision.rule == locate.SMALLEST:
        return _("Several governments claim this point; the one with the smallest ground has it: %(name)s.", name=name)
    if decision.rule == locate.OLDER:
        return _("Several governments claim this point; the older claim counts: %(name)s.", name=name)
    if decision.rule == locate.UNCLAIMED and office().directory.paused_at(decision.municipality_code):
        return _(
            "The point lies in %(name)s, whose government has paused on this platform.",
            name=decision.municipality_name or "",
        )
    if decision.rule == locate.UNCLAIMED:
        return _(
            "The point lies in %(name)s, whose government isn't on this platform yet.",
            name=decision.municipality_name or "",
        )
    if decision.rule == locate.NEAREST:
        return _(
            "The point lies in no city; the nearest is %(name)s, %(distance)s m away.",
            name=name,
            distance=round(decision.distance_m),
        )
    if decision.rule == locate.NOWHERE:
        return _("The point lies in no city and none is near.")
    if decision.rule == "handed_over":
        return _("Another government has handed this report over to %(name)s.", name=name)
    if decision.tenant_id is None:
        return _("No government was chosen.")
    if decision.candidates:
        return _("Close to a border, the reporter chose the side of %(name)s.", name=name)
    return _("It was sent to %(name)s, not by its place.", name=name)
