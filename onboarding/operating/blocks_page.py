"""The operators' blocks: from whom no city takes reports, why and until when."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from onboarding.operating import blocking
from people import sign_in
from people.permissions import Permission
from web.access import allows
from web.context import commit_and_know, office
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, Whole, refused
from web.operator.menu import menu

PATH = "/operator/blocks"

blueprint = Blueprint("operator_blocks", __name__)


class BlockForm(Form):
    """Whom, why, and for how many days."""

    contact = Text()
    why = Text()
    days = Whole()


@blueprint.get(PATH)
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The form, and every block there was."""
    return _page()


@blueprint.post(PATH)
@allows(Permission.OPERATE, national=True)
def block() -> ResponseReturnValue:
    """Take no reports from somebody for a time."""
    said = BlockForm().load(request.form)
    try:
        blocking.block(g.session, office(), **said, by=current_user.account.id, now=g.now)
    except MENDABLE as error:
        return _page(refused(error)), status_of(error)
    return _done()


@blueprint.post(PATH + "/<uuid:block_id>/ending")
@allows(Permission.OPERATE, national=True)
def end(block_id: UUID) -> ResponseReturnValue:
    """Let them report again."""
    blocking.end(g.session, block_id, by=current_user.account.id, now=g.now)
    return _done()


def _done() -> ResponseReturnValue:
    commit_and_know()
    return redirect(PATH, 303)


def _page(errors: dict[str, str] | None = None) -> str:
    rows = blocking.listed(g.session)
    wanted = {one for row in rows for one in (row.begun_by, row.ended_by) if one}
    names = sign_in.names_of(g.session, wanted)
    return render_template(
        "operator/blocks.html",
        menu=menu(),
        here="blocks",
        typed=request.form or {"days": "7"},
        errors=errors or {},
        lengths=[(str(days), ngettext("One day", "%(num)s days", days)) for days in blocking.LENGTHS],
        rows=[(row, row.ended_at is None and row.until_at > g.now) for row in rows],
        names=names,
    )
