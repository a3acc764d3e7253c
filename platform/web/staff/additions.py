"""Deciding about what somebody else added to a report: everybody sees it, or nobody."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from complaints.complaint import Complaint
from complaints.together import adding
from people.permissions import Permission
from web.access import allows
from web.context import office
from web.forms import MENDABLE
from web.staff.complaint import list_query, page_again
from web.staff.dossier import visible_complaint
from web.staff.viewer import by_hand, viewer

blueprint = Blueprint("staff_additions", __name__)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/additions/<int:number>/showing")
@allows(Permission.HANDLE, tenant=True)
def show(complaint_id: UUID, number: int) -> ResponseReturnValue:
    """Show it, with the words as the official leaves them."""
    words = request.form.get("note", "")
    return _decided(
        complaint_id, lambda complaint, how: adding.show(g.session, office(), complaint, number, words=words, **how)
    )


@blueprint.post("/staff/complaints/<uuid:complaint_id>/additions/<int:number>/leaving")
@allows(Permission.HANDLE, tenant=True)
def leave_out(complaint_id: UUID, number: int) -> ResponseReturnValue:
    """Leave it out."""
    return _decided(
        complaint_id, lambda complaint, how: adding.leave_out(g.session, office(), complaint, number, **how)
    )


def _decided(complaint_id: UUID, verb: Callable[[Complaint, dict[str, Any]], None]) -> ResponseReturnValue:
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    try:
        verb(complaint, by_hand())
    except MENDABLE as error:
        return page_again(complaint_id, error)
    query = list_query()
    return redirect(f"/staff/complaints/{complaint_id}" + (f"?{query}" if query else ""), 303)
