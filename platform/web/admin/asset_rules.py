"""`/admin/assets/rules`: whose an object is by its attributes, as a road's status."""

from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from configuration import asset_rules
from people.permissions import Permission
from tenants.errors import Conflict, Invalid
from web.access import allows
from web.admin.assets import rulebook, with_place
from web.admin.saving import author, saved
from web.context import words
from web.errors import sentence, status_of
from web.staff.viewer import menu

PATH = "/admin/assets/rules"

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
    agency = next((one for one in book.agencies.values() if one.code == request.form.get("agency")), None)
    category = book.categories.get(request.form.get("category", ""))
    try:
        if agency is None:
            raise Invalid("Choose an agency of this city.", field="agency")
        asset_rules.add(
            g.session,
            {name: request.form.get(name, "") for name in ("attribute", "value")},
            category_id=category.id if category else None,
            agency_id=agency.id,
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
    return render_template(
        "admin/asset_rules.html",
        menu=menu(),
        rules=[
            (
                rule,
                words(entry.name) if rule.category_id and (entry := book.category_by_id(rule.category_id)) else "",
                words(book.agencies[rule.agency_id].name) if rule.agency_id in book.agencies else "–",
            )
            for rule in asset_rules.standing(g.session)
        ],
        categories=[(entry.code, words(entry.name)) for entry in with_place(book)],
        agencies=[(agency.code, words(agency.name)) for agency in book.agencies.values()],
        typed=request.form,
        errors={error.field or "": sentence(error)} if error else {},
    )
