"""Correcting a report: the form, and what would follow from it before anything is saved."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from complaints import correcting, handling
from complaints.complaint import Complaint
from complaints.correcting import Correction
from people.permissions import Permission
from tenants.errors import AduanError, Invalid, NotAllowed, NotFound
from web.access import allows
from web.context import office
from web.errors import sentence, status_of
from web.options import by_group
from web.staff.complaint import complaint_page, list_query
from web.staff.corrected import KINDS, kind_word, priority_word
from web.staff.dossier import log_read, visible_complaint
from web.staff.foreseen import CorrectionForm, Preview, digest, preview_of
from web.staff.form import version_of
from web.staff.viewer import viewer

FIELDS = ("category", "kind", "priority", "lat", "lon")

blueprint = Blueprint("staff_correction", __name__)


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
    how = {"actor": current_user.actor, "card": g.tenant, "expected_version": version_of(request.form)}
    try:
        handling.admit(g.session, office(), complaint, correcting.MOVE, **how)
        correction = _typed(request.form)
        foreseen = correcting.foresee(g.session, office(), complaint, correction, card=g.tenant, now=g.now)
        if request.form.get("go") == "save" and request.form.get("seen") == digest(foreseen):
            complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
            correcting.correct(g.session, office(), complaint, correction, now=g.now, **how)
            return redirect(_address(complaint_id), 303)
    except (NotFound, NotAllowed):
        raise
    except AduanError as error:
        g.session.rollback()
        complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
        errors = {error.field if error.field in FIELDS else "": sentence(error)}
        return complaint_page(
            complaint,
            contact,
            correction=_form(request.form.to_dict(), errors=errors),
            status=status_of(error),
        )
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    preview = preview_of(complaint, foreseen, changed_since="seen" in request.form)
    return complaint_page(complaint, contact, correction=_form(request.form.to_dict(), preview=preview))


def _form(
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    preview: Preview | None = None,
) -> CorrectionForm:
    book = office().rulebooks.of(g.session, g.tenant)
    return CorrectionForm(
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


def _typed(values: MultiDict[str, str]) -> Correction:
    """The correction of a form. Raises Invalid, naming the field, for a point that can't be read."""
    numbers = {}
    for name in ("lat", "lon"):
        written = values.get(name, "").strip().replace(",", ".")
        try:
            numbers[name] = float(written) if written else None
        except ValueError:
            raise Invalid("Write a number such as -6.2383, or 106.9756 for the longitude.", field=name) from None
    lat, lon = numbers["lat"], numbers["lon"]
    if (lat is None) != (lon is None):
        raise Invalid("A place needs both latitude and longitude.", field="lat" if lat is None else "lon")
    return Correction(
        category=values.get("category", ""),
        priority=values.get("priority", ""),
        kind=values.get("kind", ""),
        point=(lon, lat) if lon is not None and lat is not None else None,
    )


def _address(complaint_id: UUID) -> str:
    """The report if this official still sees it, else their list."""
    query = list_query()
    carried = f"{query}&" if query else ""
    try:
        visible_complaint(g.session, viewer(), complaint_id)
    except NotFound:
        return f"/staff?{query}"
    return f"/staff/complaints/{complaint_id}?{carried}done=correction"
