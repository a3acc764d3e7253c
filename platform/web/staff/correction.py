"""Correcting a report: the form, and what would follow from it before anything is saved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import ValidationError, validates_schema

from complaints import correcting, handling
from complaints.complaint import Complaint
from complaints.correcting import Correction
from people.permissions import Permission
from tenants.errors import N_, NotFound
from web.access import allows
from web.context import office
from web.errors import status_of
from web.forms import MENDABLE, Degrees, Form, Text, refused
from web.options import by_group
from web.staff.complaint import complaint_page, list_query
from web.staff.corrected import KINDS, kind_word, priority_word
from web.staff.dossier import log_read, visible_complaint
from web.staff.foreseen import CorrectionFilling, Preview, digest, preview_of
from web.staff.form import version_of
from web.staff.viewer import viewer

FIELDS = ("category", "kind", "priority", "lat", "lon")

NO_DEGREES = N_("Write a number such as -6.2383, or 106.9756 for the longitude.")

blueprint = Blueprint("staff_correction", __name__)


class CorrectionForm(Form):
    """What is to be right from now on. go: "save" or a look; seen: the digest of what was shown, "" for nothing yet."""

    category = Text()
    kind = Text()
    priority = Text()
    lat = Degrees(NO_DEGREES)
    lon = Degrees(NO_DEGREES)
    go = Text()
    seen = Text()

    @validates_schema
    def _whole_place(self, said: Mapping[str, Any], **_kwargs: Any) -> None:
        missing = [name for name in ("lat", "lon") if said[name] is None]
        if len(missing) == 1:
            raise ValidationError(N_("A place needs both latitude and longitude."), missing[0])


@blueprint.get("/staff/complaints/<uuid:complaint_id>/correction")
@allows(Permission.SEE_CONSOLE, tenant=True)
def form(complaint_id: UUID) -> ResponseReturnValue:
    """The complaint with the form of a correction open."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    handling.admit(g.session, office(), complaint, correcting.MOVE, actor=current_user.actor, card=g.tenant)
    return complaint_page(complaint, contact, correction=_form(_values(complaint)))


@blueprint.post("/staff/complaints/<uuid:complaint_id>/correction")
@allows(Permission.SEE_CONSOLE, tenant=True)
def correct(complaint_id: UUID) -> ResponseReturnValue:
    """Show what would follow; save it only once exactly that was shown."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    try:
        how = {"actor": current_user.actor, "card": g.tenant, "expected_version": version_of(request.form)}
        handling.admit(g.session, office(), complaint, correcting.MOVE, **how)
        said = CorrectionForm().load(request.form)
        correction = Correction(said["category"], said["priority"], said["kind"], _point(said))
        foreseen = correcting.foresee(g.session, office(), complaint, correction, card=g.tenant, now=g.now)
        complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
        if said["go"] == "save" and said["seen"] == digest(foreseen):
            correcting.correct(g.session, office(), complaint, correction, now=g.now, **how)
            return redirect(_address(complaint_id), 303)
    except MENDABLE as error:
        errors = refused(error, among=FIELDS)
        complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
        filling = _form(request.form, errors=errors)
        return complaint_page(complaint, contact, correction=filling, status=status_of(error))
    preview = preview_of(complaint, foreseen, changed_since=bool(said["seen"]))
    return complaint_page(complaint, contact, correction=_form(request.form, preview=preview))


def _form(
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    preview: Preview | None = None,
) -> CorrectionFilling:
    book = office().rulebooks.of(g.session, g.tenant)
    return CorrectionFilling(
        values=values,
        categories=by_group(book),
        kinds=[(kind, kind_word(kind)) for kind in KINDS],
        priorities=[(one, priority_word(one)) for one in correcting.priorities_of(book)],
        errors=errors or {},
        preview=preview,
    )


def _values(complaint: Complaint) -> dict[str, str]:
    now = correcting.as_it_is(complaint, office().rulebooks.of(g.session, g.tenant))
    lon, lat = now.point or ("", "")
    return {"category": now.category, "kind": now.kind, "priority": now.priority, "lon": str(lon), "lat": str(lat)}


def _point(said: Mapping[str, Any]) -> tuple[float, float] | None:
    return (said["lon"], said["lat"]) if said["lon"] is not None else None


def _address(complaint_id: UUID) -> str:
    """The report if this official still sees it, else their list."""
    query = list_query()
    carried = f"{query}&" if query else ""
    try:
        visible_complaint(g.session, viewer(), complaint_id)
    except NotFound:
        return f"/staff?{query}"
    return f"/staff/complaints/{complaint_id}?{carried}done=correction"
