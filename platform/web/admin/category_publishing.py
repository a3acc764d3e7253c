"""`/admin/categories/publishing`: the city's categories as a template for others, and what it has published so far."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from configuration import published
from configuration.faults import Faults
from people.permissions import Permission
from tenants.errors import AduanError, Conflict, Invalid
from web.access import allows
from web.context import office, words
from web.errors import sentence
from web.saving import author, saved
from web.staff.viewer import menu
from web.tongues import tongue

PATH = "/admin/categories/publishing"

blueprint = Blueprint("admin_category_publishing", __name__)


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """What would be published, and what is."""
    return _page({}, None)


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def publish() -> ResponseReturnValue:
    """Publish the categories as they read now."""
    name, help_ = (
        {one: request.form.get(f"{key}-{one}", "") for one in g.tenant.languages} for key in ("name", "help")
    )
    try:
        published.publish(
            g.session,
            name,
            help_,
            codes=set(request.form.getlist("codes")),
            languages=g.tenant.languages,
            author=author(),
            now=g.now,
        )
    except (Invalid, Conflict) as error:
        g.session.rollback()
        return _page(request.form, request.form.getlist("codes"), _errors(error)), 422
    return saved(PATH)


@blueprint.post(f"{PATH}/<uuid:template_id>/withdrawal")
@allows(Permission.CONFIGURE, tenant=True)
def withdraw(template_id: UUID) -> ResponseReturnValue:
    """Take one back."""
    published.withdraw(g.session, template_id, author=author(), now=g.now)
    return saved(PATH)


def _page(typed: Mapping[str, str], ticked: Sequence[str] | None, errors: Mapping[str, str] | None = None) -> str:
    """ticked: codes; None for all of them."""
    book = office().rulebooks.of(g.session, g.tenant)
    return render_template(
        "admin/category_publishing.html",
        menu=menu(),
        typed=typed,
        errors=errors or {},
        written_in=[(language, tongue(language, g.language)) for language in g.tenant.languages],
        count=len(book.categories),
        offered=[(code, words(one.name)) for code, one in book.categories.items()],
        ticked=list(book.categories) if ticked is None else ticked,
        own=[(one, words(one.name), words(one.help)) for one in published.own(g.session)],
    )


def _errors(error: AduanError) -> dict[str, str]:
    """Sentences by the ids of the form's controls."""
    found = error.by_field if isinstance(error, Faults) else {error.field or "": error}
    return {
        f"{key}-{g.tenant.languages[0]}" if key in ("name", "help") else key: sentence(one)
        for key, one in found.items()
    }
