"""The queue: what is mine, what is late, what to do next; and a report found by its number."""

import hashlib
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, g, get_template_attribute, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from complaints import queue
from complaints.complaint import Complaint
from complaints.finding import saved_list
from complaints.handling import steps_of
from complaints.reference import parse_reference
from people.permissions import Permission
from web.access import allows
from web.context import office
from web.staff.listing import Listing, listing
from web.staff.moves import in_bulk
from web.staff.viewer import menu, viewer

blueprint = Blueprint("staff_queue", __name__)


@blueprint.get("/staff")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """The queue, or what a search finds; with the whole number of a report, straight to it."""
    reference = parse_reference(request.args.get("q", ""))
    if reference is not None:
        ids = g.session.scalars(select(Complaint.id).where(Complaint.reference == reference)).all()
        if seen := queue.these(g.session, viewer(), ids):
            return redirect(f"/staff/complaints/{seen[0].id}", 303)
    return render_template("staff/queue.html", list=shown_list(), menu=menu(), here="queue")


@blueprint.get("/staff/changes")
@allows(Permission.SEE_CONSOLE, tenant=True)
def changes() -> ResponseReturnValue:
    """The rows and counts of a list as they are now, for the page that shows it; 304 where nothing has changed."""
    now = shown_list()
    status, left = (get_template_attribute(*one) for one in _CELLS)
    answer = jsonify(
        {
            "tabs": {tab.key: tab.count for tab in now.tabs},
            "rows": {
                str(row.id): {
                    "version": row.version,
                    "standing": status(row.status),
                    "due": left(row.remaining),
                    "soon": row.remaining.soon,
                    "who": row.holder_short or _("nobody"),
                    "held": bool(row.holder),
                }
                for row in now.rows
            },
        }
    )
    # Of what is done, not of the words for the time left, which are others every minute.
    facts = [(tab.key, tab.count) for tab in now.tabs], [(str(row.id), row.version) for row in now.rows]
    answer.set_etag(hashlib.sha256(repr((facts, g.language)).encode()).hexdigest()[:32])
    return answer.make_conditional(request)


_CELLS = (("macros/status.html", "status"), ("staff/macros.html", "left"))
"""What draws the two cells that change, as the page does."""


def shown_list(chosen: UUID | None = None) -> Listing:
    """The list that the present address asks for."""
    book = office().rulebooks.of(g.session, g.tenant)
    shown = listing(
        g.session,
        book,
        viewer(),
        request.args,
        now=g.now,
        zone=g.tenant.time_zone,
        code=g.tenant.code,
        verifies=bool(g.tenant.options.get("verification")),
        own=saved_list.lists_of(g.session, viewer().seat_id),
        chosen=chosen,
    )
    return replace(shown, steps=in_bulk(current_user.actor, steps_of(g.tenant)))
