"""A task opened by its link, by somebody without a seat: the place, the photos, what to do, and the form of the result.

Nothing of the reporter is on it, nor what they wrote; the link opens this one task and nothing else.
"""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from complaints import evidence
from complaints.complaint import Complaint, Evidence, Remark
from complaints.crews import fieldwork
from complaints.crews.sent_work import Sent
from complaints.evidence import WORK, Photo
from tenants.errors import Conflict, Invalid, NotFound
from web.access import Anyone, allows
from web.context import office, words
from web.errors import status_of
from web.forms import refused
from web.house import photo
from web.staff.form import photos_of, stage
from web.staff.names import category_name, place_of

blueprint = Blueprint("work", __name__)


@blueprint.get("/work/<token>")
@allows(Anyone, tenant=True)
def page(token: str) -> ResponseReturnValue:
    """The task, and how its result stands."""
    sent, complaint = fieldwork.opened(g.session, office(), g.tenant, token, g.now)
    return _page(token, sent, complaint)


@blueprint.post("/work/<token>")
@allows(Anyone, tenant=True)
def deliver(token: str) -> ResponseReturnValue:
    """Send photos and a note."""
    note, photos = request.form.get("note", ""), list[Photo]()
    try:
        fieldwork.opened(g.session, office(), g.tenant, token, g.now)
        photos = photos_of(request.files.getlist("photo"), request.form.getlist("staged"), office().storage)
        fieldwork.deliver(g.session, office(), g.tenant, token, note=note, photos=photos, now=g.now)
    except (Invalid, Conflict) as error:
        errors = refused(error)
        sent, complaint = fieldwork.opened(g.session, office(), g.tenant, token, g.now)
        staged = stage(photos, office().storage)
        return _page(token, sent, complaint, note=note, staged=staged, errors=errors), status_of(error)
    return redirect(f"/work/{token}", 303)


@blueprint.get("/work/<token>/photos/<uuid:evidence_id>/<any(public,thumbnail):size>")
@allows(Anyone, tenant=True)
def picture(token: str, evidence_id: UUID, size: str) -> ResponseReturnValue:
    """A photo of the place as it was, or one that came by this link."""
    sent, complaint = fieldwork.opened(g.session, office(), g.tenant, token, g.now)
    row = next((one for one in _photos(sent, complaint.id) if one.id == evidence_id and one.state == "ready"), None)
    if row is None:
        raise NotFound("There is no such photo here.")
    return photo(row, size, cache="private, no-cache")


def _photos(sent: Sent, complaint_id: UUID) -> list[Evidence]:
    """What the link shows: the reporter's photos of the place, and the crew's own."""
    before = [one for one in evidence.of(g.session, complaint_id) if one.side == "before"]
    return [*before, *(one for shots in sent.photos.values() for one in shots)]


def _page(
    token: str,
    sent: Sent,
    complaint: Complaint,
    *,
    note: str = "",
    staged: Sequence[str] = (),
    errors: dict[str, str] | None = None,
) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    written = g.session.scalar(
        select(Remark.place).where(Remark.complaint_id == complaint.id, Remark.kind == "description")
    )
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    last = sent.results[0] if sent.results else None
    photos = _photos(sent, complaint.id)
    return render_template(
        "staff/by_link.html",
        token=token,
        sent=sent,
        link=sent.link,
        complaint=complaint,
        category=category_name(complaint.category_id, book),
        place=place_of(written, complaint.area_id, book),
        agency=words(agency.name) if agency else "",
        before=[one for one in photos if one.side == "before" and one.state == "ready"],
        mine=[one for one in photos if one.side == WORK and last is not None and one.created_at == last.at],
        last=last,
        open=sent.waiting is None and not sent.approved and complaint.is_open,
        typed=note,
        staged=staged,
        errors=errors or {},
    )
