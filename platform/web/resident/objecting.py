"""Objecting to what everybody can read in a report."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.reporters import objecting
from tenants.errors import Invalid, NotFound
from web.access import Anyone, allows
from web.context import office
from web.errors import status_of
from web.forms import clean, refused
from web.resident.complaint import OBJECTIONS, elsewhere, public_page
from web.resident.finding import IsElsewhere, complaint_of

blueprint = Blueprint("objecting", __name__)
blueprint.register_error_handler(IsElsewhere, elsewhere)


@blueprint.post("/complaints/<reference>/objection")
@allows(Anyone)
def take(reference: str) -> ResponseReturnValue:
    """Tell the officials what is wrong with it."""
    reason, note = request.form.get("reason", ""), clean(request.form.get("note", "")).strip()
    words = f"{_(OBJECTIONS[reason])}. {note}".strip() if reason in OBJECTIONS else note
    try:
        with complaint_of(reference) as (complaint, card):
            objecting.object_to(g.session, office(), complaint, reason, words, card=card, now=g.now)
    except NotFound:
        raise
    except Invalid as error:
        return public_page(reference, errors=refused(error)), status_of(error)
    return redirect(f"/complaints/{reference}?objected=1#objection", 303)
