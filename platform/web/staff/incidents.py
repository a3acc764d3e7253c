"""Incidents at the console: the list, one of them with what belongs to it, and the answers to all of it at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import fields

from complaints.complaint import Complaint
from complaints.together import incident, incident_answer
from complaints.together.incident import GROUPS, LEADS, RADII_M, Draft, Official
from people.permissions import Permission
from tenants.errors import N_
from web.access import allows
from web.area_picking import area_choices, pick, unclear
from web.context import office, words
from web.errors import status_of
from web.forms import MENDABLE, Choice, Degrees, Form, Id, Text, Tick, refused
from web.staff.alike import described
from web.staff.dossier import visible_complaint
from web.staff.form import version_of
from web.staff.viewer import menu, viewer

blueprint = Blueprint("staff_incidents", __name__)

MOST_SHOWN = 50
NO_REPORT = N_("There is no such report here.")
INCOMPLETE = N_("This form is incomplete. Open the report again and send it from there.")
_FIELDS = ("title", "text", "category", "area", "radius_m")


class IncidentForm(Form):
    """A new incident. from_id: the report that it is opened from, which gives the middle of the circle."""

    title = Text()
    text = Text()
    category_id = Id(N_("Choose a category of this city."), data_key="category")
    area = Text()
    area_pick = Text()
    lon = Degrees(INCOMPLETE)
    lat = Degrees(INCOMPLETE)
    radius_m = Choice({"": None} | {str(one): one for one in RADII_M}, N_("Choose either an area or a circle."))
    from_id = Id(NO_REPORT, data_key="from")


class MembersForm(Form):
    """Which reports belong to it. all: not only those that were ticked."""

    complaint = fields.List(Id(NO_REPORT))
    all = Tick()


class AnswerForm(Form):
    """What everybody reads. closes: for the last time."""

    note = Text()
    closes = Tick()


@blueprint.get("/staff/incidents")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """What goes on, then what is over."""
    rows = incident.listed(g.session)
    return render_template(
        "staff/incidents.html",
        rows=[(one, incident.size(g.session, one.id)) for one in rows],
        leads=current_user.actor.holds(LEADS),
        menu=menu(),
        here="incidents",
    )


@blueprint.get("/staff/incidents/new")
@allows(Permission.LEAD_INCIDENTS, tenant=True)
def form() -> ResponseReturnValue:
    """The form of a new one; from a report with its category and a circle around it."""
    values = {}
    from_id = IncidentForm(only=("from_id",)).load(request.args)["from_id"]
    if from_id:
        complaint, _contact = visible_complaint(g.session, viewer(), from_id)
        values = {"category": str(complaint.category_id), "from": str(from_id)}
        if complaint.lon is not None and complaint.lat is not None:
            values |= {"lon": str(complaint.lon), "lat": str(complaint.lat), "radius_m": "1000"}
    return _form(values)


@blueprint.post("/staff/incidents")
@allows(Permission.LEAD_INCIDENTS, tenant=True)
def open_one() -> ResponseReturnValue:
    """Open an incident; the report that it was opened from belongs to it."""
    book = office().rulebooks.of(g.session, g.tenant)
    try:
        said = IncidentForm().load(request.form)
        made = incident.open_incident(g.session, book, _draft(said), by=_official(), now=g.now)
        if said["from_id"]:
            complaint, _contact = visible_complaint(g.session, viewer(), said["from_id"])
            incident.attach(g.session, made, [complaint], by=_official(), now=g.now)
    except MENDABLE as error:
        return _form(request.form, refused(error, among=_FIELDS)), status_of(error)
    return redirect(f"/staff/incidents/{made.id}", 303)


@blueprint.get("/staff/incidents/<uuid:incident_id>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def one(incident_id: UUID) -> ResponseReturnValue:
    """One incident: what is said, what belongs to it, what may."""
    return _page(incident_id)


@blueprint.post("/staff/incidents/<uuid:incident_id>/members")
@allows(Permission.MERGE, tenant=True)
def attach(incident_id: UUID) -> ResponseReturnValue:
    """Add what was chosen, or all that is proposed."""
    found = incident.incident_here(g.session, incident_id)
    book = office().rulebooks.of(g.session, g.tenant)
    said = MembersForm().load(request.form)
    if said["all"]:
        chosen = incident.proposed(g.session, book, found, viewer(), g.now)
    else:
        chosen = incident.seen(g.session, viewer(), said["complaint"])
    added = incident.attach(g.session, found, chosen, by=_official(), now=g.now)
    return redirect(f"/staff/incidents/{incident_id}?added={added}#members", 303)


@blueprint.post("/staff/incidents/<uuid:incident_id>/members/<uuid:complaint_id>/removal")
@allows(Permission.MERGE, tenant=True)
def detach(incident_id: UUID, complaint_id: UUID) -> ResponseReturnValue:
    """Take a report out of it again."""
    found = incident.incident_here(g.session, incident_id)
    visible_complaint(g.session, viewer(), complaint_id)
    incident.detach(g.session, found, complaint_id, by=_official())
    return redirect(f"/staff/incidents/{incident_id}#members", 303)


@blueprint.post("/staff/incidents/<uuid:incident_id>/answers")
@allows(Permission.LEAD_INCIDENTS, tenant=True)
def answer(incident_id: UUID) -> ResponseReturnValue:
    """Answer everybody, and with `closes` for the last time."""
    found = incident.incident_here(g.session, incident_id)
    said = AnswerForm().load(request.form)
    try:
        incident_answer.answer(
            g.session,
            office(),
            found,
            said["note"],
            closes=said["closes"],
            by=_official(),
            card=g.tenant,
            now=g.now,
            expected_version=version_of(request.form),
        )
    except MENDABLE as error:
        return _page(incident_id, refused(error)), status_of(error)
    return redirect(f"/staff/incidents/{incident_id}?said=1#answers", 303)


def _page(incident_id: UUID, errors: dict[str, str] | None = None) -> str:
    session, eyes = g.session, viewer()
    found = incident.incident_here(session, incident_id)
    book = office().rulebooks.of(session, g.tenant)
    category = book.category_by_id(found.category_id) if found.category_id else None
    area = book.areas.get(found.area_id) if found.area_id else None
    inside = incident.members(session, found.id, MOST_SHOWN)
    may = [] if found.closed_at else incident.proposed(session, book, found, eyes, g.now)
    answers = incident_answer.answers_of(session, found.id)
    gone = incident_answer.progress(session, [one.id for one in answers])
    refused = {
        one.id: [
            (complaint.id, complaint.reference, _(why))
            for complaint, why in incident_answer.results_of(session, one.id, MOST_SHOWN)
            if why is not None and eyes.sees(complaint)
        ]
        for one in answers
        if gone.get(one.id, (0, 0))[1]
    }
    return render_template(
        "staff/incident.html",
        incident=found,
        category=words(category.name) if category else "",
        area=words(area.name) if area else "",
        circle=_("within %(km)s km", km=f"{found.radius_m / 1000:g}") if found.radius_m else "",
        size=incident.size(session, found.id),
        still_open=incident.open_members(session, found.id),
        inside=described(session, book, [one for one in inside if eyes.sees(one)], {}),
        most=MOST_SHOWN,
        proposed=described(session, book, may[:MOST_SHOWN], {}),
        proposed_count=len(may),
        answers=answers,
        gone=gone,
        refused=refused,
        leads=current_user.actor.holds(LEADS),
        groups=current_user.actor.holds(GROUPS),
        typed=request.form,
        errors=errors or {},
        added=request.args.get("added", type=int),
        said="said" in request.args,
        menu=menu(),
        here="incidents",
    )


def _form(values: Mapping[str, str], errors: dict[str, str] | None = None) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    return render_template(
        "staff/incident_form.html",
        values=values,
        errors=errors or {},
        categories=[(str(one.id), words(one.name)) for one in book.categories.values()],
        areas=area_choices(book),
        offered=pick(book, values.get("area", ""), "").offered,
        radii=[(str(one), _("%(km)s km around the report", km=f"{one / 1000:g}")) for one in RADII_M],
        menu=menu(),
        here="incidents",
    )


def _draft(said: Mapping[str, Any]) -> Draft:
    return Draft(
        title=said["title"],
        text=said["text"],
        category_id=said["category_id"],
        area_id=_area_id(said["area"], said["area_pick"]),
        lon=said["lon"],
        lat=said["lat"],
        radius_m=said["radius_m"] if said["lon"] is not None else None,
    )


def _area_id(written: str, chosen: str) -> UUID | None:
    """The area that was chosen or typed; None for none. Raises Invalid where it isn't clear which is meant."""
    book = office().rulebooks.of(g.session, g.tenant)
    picked = pick(book, written, chosen)
    area = book.area_of_code(picked.code)
    if written and area is None:
        raise unclear(picked, "area")
    return area.id if area is not None else None


def _official() -> Official:
    actor = current_user.actor
    return Official(current_user.seat.id, leads=actor.holds(LEADS), groups=actor.holds(GROUPS))


def membership(complaint: Complaint) -> dict[str, object]:
    """What a complaint's page says of incidents: the one that it belongs to, or those that it may belong to."""
    of_it = incident.of_complaint(g.session, complaint.id)
    if of_it is not None or not complaint.is_open:
        return {"incident": of_it, "incidents": []}
    book = office().rulebooks.of(g.session, g.tenant)
    may = [
        one
        for one in incident.going_on(g.session)
        if incident.concerns(one, book, complaint.category_id, complaint.area_id, complaint.lon, complaint.lat)
    ]
    return {"incident": None, "incidents": may}
