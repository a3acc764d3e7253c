"""The lists that a member of staff has named, and the reports that they watch."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from complaints import watching
from complaints.finding import saved_list
from complaints.finding.saved_list import SavedList
from people.permissions import Permission
from tenants.errors import Conflict, Invalid
from web.access import allows
from web.errors import sentence, status_of
from web.forms import MENDABLE
from web.staff.complaint import list_query, page_again
from web.staff.dossier import visible_complaint
from web.staff.queue import shown_list
from web.staff.viewer import menu, viewer

blueprint = Blueprint("staff_own_lists", __name__)


@dataclass(frozen=True)
class Saving:
    """A name that couldn't be kept, and why."""

    name: str
    error: str


@blueprint.post("/staff/lists")
@allows(Permission.SEE_CONSOLE, tenant=True)
def save() -> ResponseReturnValue:
    """Keep the list of this address as a tab."""
    name = request.form.get("name", "")
    try:
        row = saved_list.save(g.session, viewer().seat_id, name, request.args, g.now)
    except (Invalid, Conflict) as error:
        return _refused(name, error)
    return redirect(_address(row), 303)


@blueprint.post("/staff/lists/<uuid:list_id>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def change(list_id: UUID) -> ResponseReturnValue:
    """Give one's list this name, and have it show the list of this address."""
    name = request.form.get("name", "")
    try:
        row = saved_list.change(g.session, viewer().seat_id, list_id, name, request.args)
    except (Invalid, Conflict) as error:
        return _refused(name, error)
    return redirect(_address(row), 303)


@blueprint.post("/staff/lists/<uuid:list_id>/removal")
@allows(Permission.SEE_CONSOLE, tenant=True)
def remove(list_id: UUID) -> ResponseReturnValue:
    """Remove the tab."""
    saved_list.remove(g.session, viewer().seat_id, list_id)
    return redirect("/staff", 303)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/watching")
@allows(Permission.SEE_CONSOLE, tenant=True)
def watch(complaint_id: UUID) -> ResponseReturnValue:
    """Watch the complaint, or with `stop` no longer."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    try:
        if "stop" in request.form:
            watching.stop_watching(g.session, complaint, viewer().seat_id)
        else:
            watching.watch(g.session, complaint, viewer().seat_id, g.now)
    except MENDABLE as error:
        return page_again(complaint_id, error)
    return redirect(f"/staff/complaints/{complaint_id}?{list_query()}", 303)


def _refused(name: str, error: Invalid | Conflict) -> ResponseReturnValue:
    g.session.rollback()
    saving = Saving("".join(character for character in name if character.isprintable()), sentence(error))
    page = render_template("staff/queue.html", list=shown_list(), menu=menu(), here="queue", saving=saving)
    return page, status_of(error)


def _address(row: SavedList) -> str:
    return "/staff?" + urlencode({**row.asked, "saved": str(row.id)})
