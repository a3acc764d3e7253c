"""The day's list for when there is no signal: one page that a phone keeps, and where it sends what was done meanwhile.

The page holds everything that is needed in the street. Its script keeps moves on the device and sends them one by one
when there is a connection again, each under a key of its own, with the version of the report that the official saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from complaints import handling, sent_move, workflow
from complaints.complaint import Complaint, Remark
from complaints.rules.as_filed import category_as_filed
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Status
from people.permissions import Permission
from tenants.errors import AduanError, NotFound
from web.access import allows
from web.context import office
from web.errors import sentence, status_of
from web.staff import route
from web.staff.dossier import answered, log_read, visible_complaint
from web.staff.form import photos_of
from web.staff.listing import end_of_day
from web.staff.making import carry_out
from web.staff.moves import BY_RESOURCE, OFFERED
from web.staff.route import Stop
from web.staff.viewer import menu, viewer
from web.statuses import shown_to_officials

MOVES = ("start", "resolve", "submit", "note")
"""What can be done in the street without a connection."""

RESOURCES = ",".join(f'"{OFFERED[name].resource}"' for name in MOVES)

blueprint = Blueprint("staff_kept", __name__)


@dataclass(frozen=True)
class Kept:
    """One place with all that is read there. ends: the move that ends the work, after `start` where that is needed."""

    stop: Stop
    version: int
    description: str
    facts: Sequence[tuple[str, str]]
    lon: float
    lat: float
    starts: bool
    ends: str


@blueprint.get("/staff/kept")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """What this official has to do in the street today, in the order of the way, on one page."""
    book = office().rulebooks.of(g.session, g.tenant)
    stops = route.stops_of_the_day(g.session, book, g.now, end_of_day(g.now, g.tenant.time_zone))
    return render_template(
        "staff/kept.html",
        kept=_details(book, stops),
        moves=OFFERED,
        seat_id=current_user.seat.id,
        camera_only=bool(g.tenant.options.get("work_camera_only")),
        menu=menu(),
        here="route",
    )


@blueprint.post(f"/staff/kept/<uuid:complaint_id>/<any({RESOURCES}):resource>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def send(complaint_id: UUID, resource: str) -> ResponseReturnValue:
    """Make a move that a device kept, once for its key; what can't be made is answered with a sentence."""
    name, key = BY_RESOURCE[resource], request.form.get("key", "")
    if request.form.get("seat") != str(current_user.seat.id):
        return jsonify(other=True, sentence=_("Another official wrote this. It is sent when they sign in here.")), 403
    seat_id = current_user.seat.id
    try:
        complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
        how = {"complaint_id": complaint_id, "seat_id": seat_id, "name": name, "now": g.now}
        version = sent_move.first(g.session, key, **how)
        if version is None:
            photos = photos_of(request.files.getlist("photo"), [], office().storage)
            carry_out(complaint, name, photos)
            g.session.flush()
            version = handling.complaint_here(g.session, complaint_id).version
            sent_move.made(g.session, key, version)
    except AduanError as error:
        g.session.rollback()
        return jsonify(sentence=sentence(error), **_as_it_is(complaint_id)), status_of(error)
    return jsonify(version=version)


def _as_it_is(complaint_id: UUID) -> dict[str, object]:
    """How the report stands now, for who decides anew; nothing where they may not see it."""
    try:
        complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    except NotFound:
        return {}
    return {"version": complaint.version, "status": _(shown_to_officials(complaint.status).word)}


def _details(book: Rulebook, stops: Sequence[Stop]) -> list[Kept]:
    ids = [stop.id for stop in stops]
    complaints = {one.id: one for one in g.session.scalars(select(Complaint).where(Complaint.id.in_(ids)))}
    told = select(Remark).where(Remark.complaint_id.in_(ids), Remark.kind == "description")
    remarks = {one.complaint_id: one for one in g.session.scalars(told)}
    return [_kept(book, stop, complaints[stop.id], remarks.get(stop.id)) for stop in stops]


def _kept(book: Rulebook, stop: Stop, complaint: Complaint, told: Remark | None) -> Kept:
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    actor = current_user.actor
    possible = handling.possible_moves(complaint, actor, g.tenant, book)
    ends = {
        name
        for name, move in workflow.moves_from(Status.IN_PROGRESS, handling.steps_of(g.tenant)).items()
        if name in ("resolve", "submit") and actor.holds(move.permission)
        if handling.refused(complaint, move, actor, book) is None
    }
    category = category_as_filed(g.session, book, complaint.category_id, complaint.category_revision)
    starts = "start" in possible and complaint.status != Status.SCHEDULED
    return Kept(
        stop=stop,
        version=complaint.version,
        description=told.body if told else "",
        facts=answered(category, told.answers if told else {}),
        lon=complaint.lon or 0.0,
        lat=complaint.lat or 0.0,
        starts=starts,
        ends=next(iter(sorted(ends)), "") if starts or ends & set(possible) else "",
    )
