"""`/admin/assets/rules`: whose an object is by its attributes, as a road's status."""

from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration import asset_rules
from people.permissions import Permission
from tenants.errors import Conflict, Invalid
from tenants.ground_map import ground_of
from web.access import allows
from web.admin.assets import rulebook, with_place
from web.context import office, words
from web.errors import sentence, status_of
from web.saving import author, saved
from web.staff.dossier import city_name
from web.staff.viewer import menu

PATH = "/admin/assets/rules"
OVERLAY = "overlay:"
"""Before the slug of another government, where a field names an agency or one."""

blueprint = Blueprint("admin_asset_rules", __name__)


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The rules, and the form for another."""
    return _page()


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Add a rule."""
    book = rulebook()
    chosen = request.form.get("agency", "")
    agency = next((one for one in book.agencies.values() if one.code == chosen), None)
    category = book.categories.get(request.form.get("category", ""))
    try:
        overlay = None
        if agency is None:
            overlay = asset_rules.overlay_here(
                office().directory, chosen.removeprefix(OVERLAY), g.tenant, ground_of(g.session, g.tenant.id), g.now
            )
        asset_rules.add(
            g.session,
            {name: request.form.get(name, "") for name in ("attribute", "value")},
            category_id=category.id if category else None,
            agency_id=agency.id if agency else None,
            overlay=overlay,
            author=author(),
            now=g.now,
        )
    except (Invalid, Conflict) as error:
        g.session.rollback()
        return _page(error), status_of(error)
    return saved(PATH)


@blueprint.post(f"{PATH}/<uuid:rule_id>/ending")
@allows(Permission.CONFIGURE, tenant=True)
def end(rule_id: UUID) -> ResponseReturnValue:
    """End a rule; what it has decided stays."""
    asset_rules.end(g.session, rule_id, author=author(), now=g.now)
    return saved(PATH)


def _page(error: Invalid | Conflict | None = None) -> str:
    book = rulebook()
    over = asset_rules.overlays(office().directory, ground_of(g.session, g.tenant.id), g.now)
    here = {card.slug: city_name(card, g.language) for card in over}
    agencies = {agency.id: words(agency.name) for agency in book.agencies.values()}
    owners = {_("Agencies of this city"): [(one.code, agencies[one.id]) for one in book.agencies.values()]}
    if here:
        of_others = [(OVERLAY + slug, name) for slug, name in here.items()]
        owners[_("Governments and utilities over its ground")] = of_others
    return render_template(
        "admin/asset_rules.html",
        menu=menu(),
        rules=[
            (
                rule,
                words(entry.name) if rule.category_id and (entry := book.category_by_id(rule.category_id)) else "",
                here.get(rule.overlay, rule.overlay)
                if rule.overlay
                else (agencies.get(rule.agency_id, "–") if rule.agency_id else "–"),
                bool(rule.overlay) and rule.overlay not in here,
            )
            for rule in asset_rules.standing(g.session)
        ],
        categories=[(entry.code, words(entry.name)) for entry in with_place(book)],
        owners=owners,
        typed=request.form,
        errors={error.field or "": sentence(error)} if error else {},
    )
