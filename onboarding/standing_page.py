"""`/admin/standing`: a city pauses and goes on."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from configuration import standstill
from people.permissions import Permission
from tenants.errors import Conflict
from web.access import allows
from web.admin.saving import author, own_city, saved
from web.errors import sentence, status_of
from web.staff.viewer import menu

PATH = "/admin/standing"

blueprint = Blueprint("admin_standing", __name__)


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """How the city stands, and what it can do about it."""
    return _page()


@blueprint.post(f"{PATH}/pause")
@allows(Permission.CONFIGURE, tenant=True)
def pause() -> ResponseReturnValue:
    """Pause from now on."""
    try:
        standstill.pause(g.session, g.tenant.id, author=author(), now=g.now)
    except Conflict as error:
        return _refused(error)
    return saved(PATH)


@blueprint.post(f"{PATH}/resumption")
@allows(Permission.CONFIGURE, tenant=True)
def resume() -> ResponseReturnValue:
    """Go on."""
    try:
        standstill.resume(g.session, g.tenant.id, author=author(), now=g.now)
    except Conflict as error:
        return _refused(error)
    return saved(PATH)


def _refused(error: Conflict) -> ResponseReturnValue:
    g.session.rollback()
    return _page(sentence(error)), status_of(error)


def _page(error: str = "") -> str:
    return render_template("onboarding/standing.html", menu=menu(), city=own_city(), error=error)
