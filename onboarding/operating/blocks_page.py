"""The operators' blocks: from whom no city takes reports, why and until when."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from onboarding.operating import blocking
from people import sign_in
from people.permissions import Permission
from tenants.errors import AduanError
from web.access import allows
from web.context import commit_and_know, office
from web.errors import sentence, status_of
from web.operator.menu import menu

PATH = "/operator/blocks"

blueprint = Blueprint("operator_blocks", __name__)


@blueprint.get(PATH)
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The form, and every block there was."""
    return _page({"days": "7"}, None)


@blueprint.post(PATH)
@allows(Permission.OPERATE, national=True)
def block() -> ResponseReturnValue:
    """Take no reports from somebody for a time."""
    typed = {name: request.form.get(name, "") for name in ("contact", "why", "days")}
    try:
        blocking.block(
            g.session,
            office(),
            typed["contact"],
            why=typed["why"],
            days=typed["days"],
            by=current_user.account.id,
            now=g.now,
        )
    except AduanError as error:
        return _page(typed, error), status_of(error)
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


def _page(typed: dict[str, str], error: AduanError | None) -> str:
    if error is not None:
        g.session.rollback()
    rows = blocking.listed(g.session)
    wanted = {one for row in rows for one in (row.begun_by, row.ended_by) if one}
    names = sign_in.names_of(g.session, wanted)
    return render_template(
        "operator/blocks.html",
        menu=menu(),
        here="blocks",
        typed=typed,
        errors={error.field or "": sentence(error)} if error else {},
        lengths=[(str(days), ngettext("One day", "%(num)s days", days)) for days in blocking.LENGTHS],
        rows=[(row, row.ended_at is None and row.until_at > g.now) for row in rows],
        names=names,
    )
