"""`/api/v1/locate` and `/api/v1/categories`: who has a point, and what can be reported there."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_smorest import Blueprint

from complaints.destination import route
from complaints.report import Report
from complaints.rules.rulebook import CategoryEntry
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.tenant import in_language
from web.access import Anyone, allows
from web.api.schemas import CategoriesSchema, LocateQuery, LocateSchema, PointQuery, refuses
from web.context import office
from web.explain import explanation

blueprint = Blueprint("places", __name__, url_prefix="/api/v1", description="Places and what can be reported there")


@blueprint.get("/locate")
@allows(Anyone)
@blueprint.doc(operationId="locate")
@blueprint.arguments(LocateQuery, location="query")
@blueprint.response(200, LocateSchema)
@refuses(blueprint, 404, 422, 503)
def locate(query: dict[str, Any]) -> dict[str, Any]:
    """The tenant that a point belongs to, by which rule, and what lies near."""
    code = query.get("category")
    if code is not None:
        office().rulebooks.of(g.session, g.tenant or office().directory.commons).category(code)
    report = Report(
        category=code or "",
        description="",
        lon=query["lon"],
        lat=query["lat"],
        accuracy_m=query.get("accuracy_m"),
        language=g.language,
    )
    card, decision = route(g.session, office(), report, g.tenant, g.now)
    area = office().rulebooks.of(g.session, card).area_at(query["lon"], query["lat"])
    near = decision.near_border
    return {
        "tenant": named(card),
        "rule": decision.rule,
        "explanation": explanation(decision),
        "near_border": None
        if near is None
        else {"slug": near.slug, "name": near.name, "distance_m": round(near.distance_m, 1)},
        "area": {"code": area.code, "name": in_language(area.name, g.language)} if area else None,
        "municipality": {"code": decision.municipality_code, "name": decision.municipality_name}
        if decision.municipality_code
        else None,
        "candidates": [{"slug": one.slug, "area_km2": round(one.area_km2, 3)} for one in decision.candidates],
    }


@blueprint.get("/categories")
@allows(Anyone)
@blueprint.doc(operationId="categories")
@blueprint.arguments(PointQuery, location="query")
@blueprint.response(200, CategoriesSchema)
@refuses(blueprint, 404, 422, 503)
def categories(query: dict[str, Any]) -> dict[str, Any]:
    """What can be reported at a point (or on this host, without one), with the questions of each category."""
    card = g.tenant or office().directory.commons
    refuse_half_a_point(query)
    if query:
        report = Report(category="", description="", lon=query["lon"], lat=query["lat"], language=g.language)
        card, _ = route(g.session, office(), report, g.tenant, g.now)
    book = office().rulebooks.of(g.session, card)
    area = book.area_at(query["lon"], query["lat"]) if query else None
    offered = [one for one in book.offered.values() if not book.off_at(one, area.id if area else None)]
    return {"tenant": named(card), "categories": [_category(entry) for entry in offered]}


def refuse_half_a_point(sent: Mapping[str, Any]) -> None:
    """Raise Invalid, naming the other half."""
    for name, other in (("lat", "lon"), ("lon", "lat")):
        if name in sent and other not in sent:
            raise Invalid("Give both lat and lon, or neither.", field=other)


def named(card: TenantCard) -> dict[str, str]:
    """A tenant by slug and name."""
    return {"slug": card.slug, "name": in_language(card.name, g.language, list(card.languages))}


def _category(entry: CategoryEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": in_language(entry.name, g.language),
        "group": entry.group,
        "help": in_language(entry.help, g.language),
        "place": entry.place,
        "visibility": entry.visibility,
        "kinds": list(entry.kinds),
        "photo_wanted": entry.photo_wanted,
        "anonymous_allowed": entry.anonymous_allowed,
        "questions": [dict(question) for question in entry.questions if not question.get("staff")],
        "responsible": in_language(entry.responsible, g.language) or None,
        "responsible_contact": entry.responsible_contact,
    }
