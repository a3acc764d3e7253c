"""Incidents as residents meet them: a page of each, following it, and the notice to who reports the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.office import Office
from complaints.together import incident, incident_answer, incident_following
from complaints.together.incident import Incident
from tenants import scope
from tenants.errors import AduanError, NotFound
from web.access import Anyone, allows
from web.context import office, words
from web.errors import status_of
from web.forms import refused
from web.resident.following import address_of, own_email, slow_down
from web.resident.situation import Situation

blueprint = Blueprint("incidents", __name__)


@dataclass(frozen=True)
class Notice:
    """An incident that goes on. url: its page, on the host of its city."""

    id: UUID
    title: str
    text: str
    url: str
    opened_at: datetime


@blueprint.get("/incidents/<uuid:incident_id>")
@allows(Anyone, tenant=True)
def page(incident_id: UUID) -> ResponseReturnValue:
    """What has happened, what officials say of it, and the form to follow it."""
    return _page(incident_id, email=own_email() or "", asked="asked" in request.args, on="on" in request.args)


@blueprint.post("/incidents/<uuid:incident_id>/follow")
@allows(Anyone, tenant=True)
def follow(incident_id: UUID) -> ResponseReturnValue:
    """Follow it: at once by a confirmed account, else a link to confirm is mailed. The answer tells nobody which."""
    written = request.form.get("email", "")
    slow_down("follow")
    found = incident.incident_here(g.session, incident_id)
    try:
        email, mine = address_of(written)
        how = {"card": g.tenant, "language": g.language, "now": g.now}
        incident_following.follow(g.session, office(), found, email, sure=mine, **how)
    except NotFound:
        raise
    except AduanError as error:
        return _page(incident_id, email=written, errors=refused(error)), status_of(error)
    return redirect(f"/incidents/{incident_id}?{'on' if mine else 'asked'}=1#follow", 303)


@blueprint.get("/incidents/following/<uuid:follower_id>/<token>")
@allows(Anyone, tenant=True)
def link(follower_id: UUID, token: str) -> ResponseReturnValue:
    """The page of a mailed link: to confirm, or to stop."""
    follower = incident_following.by_link(g.session, office(), follower_id, token)
    return _link_page(follower.incident_id, confirmed=follower.confirmed_at is not None)


@blueprint.post("/incidents/following/<uuid:follower_id>/<token>/confirmation")
@allows(Anyone, tenant=True)
def confirm(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Confirm that the address is one's own."""
    incident_following.confirm(g.session, office(), follower_id, token, g.now)
    return redirect(f"/incidents/following/{follower_id}/{token}", 303)


@blueprint.post("/incidents/following/<uuid:follower_id>/<token>/end")
@allows(Anyone, tenant=True)
def end(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Stop following; the address is forgotten."""
    return _link_page(incident_following.unfollow(g.session, office(), follower_id, token), ended=True)


def notices(session: Session, office: Office, found: Situation) -> Sequence[Notice]:
    """What goes on in the city that a report would go to, of its category and at its place."""
    if found.category is None or not found.known:
        return []
    report, area = found.report, found.areas[0].id if found.areas else None
    with scope.enter(session, found.card.id):
        home = office.addresses.of(found.card)
        return [
            Notice(one.id, one.title, one.text, f"{home}/incidents/{one.id}", one.opened_at)
            for one in incident.going_on(session)
            if incident.concerns(one, found.book, found.category.id, area, report.lon, report.lat)
        ]


def of_complaint(session: Session, complaint: Complaint) -> Incident | None:
    """The incident that a public complaint belongs to."""
    return incident.of_complaint(session, complaint.id) if incident.is_public(complaint) else None


def _link_page(incident_id: UUID, *, confirmed: bool = False, ended: bool = False) -> str:
    return render_template(
        "resident/incident_following.html",
        incident=incident.incident_here(g.session, incident_id),
        confirmed=confirmed,
        ended=ended,
        about=f"/incidents/{incident_id}",
    )


def _page(
    incident_id: UUID, *, email: str, errors: dict[str, str] | None = None, asked: bool = False, on: bool = False
) -> str:
    found = incident.incident_here(g.session, incident_id)
    book = office().rulebooks.of(g.session, g.tenant)
    category = book.category_ever(found.category_id) if found.category_id else None
    area = book.areas.get(found.area_id) if found.area_id else None
    return render_template(
        "resident/incident.html",
        incident=found,
        category=words(category.name) if category else "",
        area=words(area.name) if area else "",
        count=incident.size(g.session, found.id),
        answers=incident_answer.answers_of(g.session, found.id),
        email=email,
        errors=errors or {},
        asked=asked,
        on=on,
        own=own_email(),
    )
