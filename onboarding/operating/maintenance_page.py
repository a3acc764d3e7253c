"""The operators' banners: written here, shown on every page of every city."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.operating import maintenance
from people.permissions import Permission
from tenants.tenant import in_language
from web.access import allows
from web.context import commit_and_know
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, refused
from web.operator.instants import Instant, typed
from web.operator.menu import menu

PATH = "/operator/maintenance"

blueprint = Blueprint("operator_maintenance", __name__)


class BannerForm(Form):
    """id, en: its words."""

    id = Text(data_key="words-id")
    en = Text(data_key="words-en")
    from_at = Instant(data_key="from")
    until_at = Instant(data_key="until")


@blueprint.get(PATH)
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The form, and what was written so far."""
    return _page()


@blueprint.post(PATH)
@allows(Permission.OPERATE, national=True)
def announce() -> ResponseReturnValue:
    """Show a banner for a time."""
    by = current_user.account.id
    try:
        said = BannerForm().load(request.form)
        words = {"id": said["id"], "en": said["en"]}
        maintenance.announce(g.session, words, said["from_at"], said["until_at"], by=by, now=g.now)
    except MENDABLE as error:
        return _page(refused(error)), status_of(error)
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


def _page(errors: dict[str, str] | None = None) -> str:
    return render_template(
        "operator/maintenance.html",
        menu=menu(),
        here="maintenance",
        typed=request.form or {"from": typed(g.now)},
        errors=errors or {},
        rows=[
            (row, in_language(row.words, g.language), row.ended_at is None and row.until_at > g.now)
            for row in maintenance.listed(g.session)
        ],
    )
