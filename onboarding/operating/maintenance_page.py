"""The operators' banners: written here, shown on every page of every city."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.operating import maintenance
from people.permissions import Permission
from tenants.errors import AduanError
from tenants.tenant import in_language
from web.access import allows
from web.context import commit_and_know
from web.errors import sentence, status_of
from web.operator.instants import instant
from web.operator.instants import typed as as_typed
from web.operator.menu import menu

PATH = "/operator/maintenance"
FIELDS = ("words-id", "words-en", "from", "until")

blueprint = Blueprint("operator_maintenance", __name__)


@blueprint.get(PATH)
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The form, and what was written so far."""
    return _page({"from": as_typed(g.now)}, None)


@blueprint.post(PATH)
@allows(Permission.OPERATE, national=True)
def announce() -> ResponseReturnValue:
    """Show a banner for a time."""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        words = {"id": typed["words-id"], "en": typed["words-en"]}
        from_at, until_at = (instant(typed[name], name) for name in ("from", "until"))
        maintenance.announce(g.session, words, from_at, until_at, by=current_user.account.id, now=g.now)
    except AduanError as error:
        return _page(typed, error), status_of(error)
    return _done()


@blueprint.post(PATH + "/<uuid:maintenance_id>/ending")
@allows(Permission.OPERATE, national=True)
def end(maintenance_id: UUID) -> ResponseReturnValue:
    """Take one down now."""
    maintenance.end(g.session, maintenance_id, g.now)
    return _done()


def _done() -> ResponseReturnValue:
    commit_and_know()
    return redirect(PATH, 303)


def _page(typed: dict[str, str], error: AduanError | None) -> str:
    if error is not None:
        g.session.rollback()
    return render_template(
        "operator/maintenance.html",
        menu=menu(),
        here="maintenance",
        typed=typed,
        errors={error.field or "": sentence(error)} if error else {},
        rows=[
            (row, in_language(row.words, g.language), row.ended_at is None and row.until_at > g.now)
            for row in maintenance.listed(g.session)
        ],
    )
