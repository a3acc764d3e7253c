"""Who reported it, opened with a reason; and who has read what isn't public, for those who answer for it."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from complaints import reading
from complaints.complaint import Complaint
from complaints.reading import PAGE
from complaints.reference import parse_reference
from people.permissions import Permission
from tenants.errors import N_, Invalid
from web.access import allows
from web.errors import sentence, status_of
from web.staff.complaint import list_query
from web.staff.dossier import visible_complaint
from web.staff.names import names_of
from web.staff.viewer import menu, viewer

WHAT = {
    "complaint": N_("read the report"),
    "photo": N_("looked at a photo"),
    "reporter": N_("opened who reported it"),
}
"""What a row of the log is about, in words."""

KEPT_BY_NOBODY = {"Cache-Control": "no-store"}

blueprint = Blueprint("staff_reads", __name__)


@blueprint.get("/staff/complaints/<uuid:complaint_id>/reporter")
@allows(Permission.REVEAL_REPORTER, tenant=True)
def ask(complaint_id: UUID) -> ResponseReturnValue:
    """Why somebody wants to know; nothing is told yet."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    return _reporter_page(complaint)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/reporter")
@allows(Permission.REVEAL_REPORTER, tenant=True)
def open_reporter(complaint_id: UUID) -> ResponseReturnValue:
    """Who reported it, once the reason is written down; no copy of the page is kept."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    reason = request.form.get("reason", "")
    try:
        opened = reading.open_reporter(g.session, complaint, actor=current_user.actor, reason=reason, now=g.now)
    except Invalid as error:
        return _reporter_page(complaint, errors={"reason": sentence(error)}, reason=reason), status_of(error)
    return _reporter_page(complaint, opened=opened), 200, KEPT_BY_NOBODY


@blueprint.get("/staff/reads")
@allows(Permission.SEE_READS, tenant=True)
def log() -> ResponseReturnValue:
    """The latest reads, or those of one report."""
    number = request.args.get("number", "").strip()
    reference = parse_reference(number)
    found = g.session.scalar(select(Complaint.id).where(Complaint.reference == reference)) if reference else None
    after = request.args.get("after") or None
    rows = [] if number and found is None else reading.reads(g.session, complaint_id=found, after=after)
    shown = rows[:PAGE]
    carried = {"number": number} if number else {}
    return render_template(
        "staff/reads.html",
        rows=shown,
        names=names_of(g.session, {row.seat_id for row in shown}),
        what=WHAT,
        number=number,
        more=f"/staff/reads?{urlencode({**carried, 'after': shown[-1].key})}" if len(rows) > PAGE else None,
        menu=menu(),
        here="reads",
    )


def _reporter_page(
    complaint: Complaint,
    *,
    opened: reading.Opened | None = None,
    errors: dict[str, str] | None = None,
    reason: str = "",
) -> str:
    return render_template(
        "staff/reporter.html",
        complaint=complaint,
        opened=opened,
        errors=errors or {},
        reason=reason,
        carried=list_query(),
        menu=menu(),
        here="queue",
    )
