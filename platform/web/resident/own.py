"""What the holder of the secret link changes of their own report: its words, who sees it, its photos, their thanks."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from complaints.complaint import Complaint
from complaints.handling import REPORTER
from complaints.reporters import own_report
from tenants.directory import TenantCard
from tenants.errors import AduanError, Invalid, NotFound
from web.access import Anyone, allows
from web.context import office
from web.errors import sentence, status_of
from web.resident.complaint import elsewhere, manage_page
from web.resident.finding import IsElsewhere, check_token, complaint_of
from web.resident.report_form import clean

blueprint = Blueprint("own", __name__)
blueprint.register_error_handler(IsElsewhere, elsewhere)


@blueprint.post("/complaints/<reference>/manage/<token>/words")
@allows(Anyone)
def reword(reference: str, token: str) -> ResponseReturnValue:
    """Write the description and the place anew, for a while after it was sent."""

    def change(complaint: Complaint, card: TenantCard) -> None:
        own_report.reword(
            g.session,
            office(),
            complaint,
            description=clean(request.form.get("description", "")),
            place=clean(request.form.get("place", "")),
            actor=REPORTER,
            card=card,
            now=g.now,
            expected_version=request.form.get("version", type=int),
        )

    return _changed(reference, token, change, "#words")


@blueprint.post("/complaints/<reference>/manage/<token>/privacy")
@allows(Anyone)
def hide(reference: str, token: str) -> ResponseReturnValue:
    """Show it to officials only from now on."""
    return _changed(
        reference,
        token,
        lambda complaint, card: own_report.hide(g.session, office(), complaint, actor=REPORTER, card=card, now=g.now),
    )


@blueprint.post("/complaints/<reference>/manage/<token>/photos/<uuid:evidence_id>/removal")
@allows(Anyone)
def remove_photo(reference: str, token: str, evidence_id: UUID) -> ResponseReturnValue:
    """Take one of one's own photos off."""
    return _changed(
        reference,
        token,
        lambda complaint, card: own_report.remove_photo(
            g.session, office(), complaint, evidence_id, actor=REPORTER, card=card, now=g.now
        ),
    )


@blueprint.post("/complaints/<reference>/manage/<token>/thanks")
@allows(Anyone)
def thank(reference: str, token: str) -> ResponseReturnValue:
    """Say how it went."""

    def change(complaint: Complaint, card: TenantCard) -> None:
        own_report.thank(
            g.session,
            office(),
            complaint,
            stars=request.form.get("stars", 0, type=int),
            reasons=request.form.getlist("reasons"),
            words=clean(request.form.get("note", "")),
            actor=REPORTER,
            card=card,
            now=g.now,
        )

    return _changed(reference, token, change, "#thanks")


def _changed(
    reference: str, token: str, change: Callable[[Complaint, TenantCard], None], part: str = ""
) -> ResponseReturnValue:
    """Make a change and show the page; what can't be done is said beside what was typed."""
    try:
        with complaint_of(reference) as (complaint, card):
            check_token(token, complaint)
            change(complaint, card)
    except NotFound:
        raise
    except AduanError as error:
        g.session.rollback()
        field = error.field if isinstance(error, Invalid) else ""
        return manage_page(reference, token, errors={field or "": sentence(error)}), status_of(error)
    return redirect(f"/complaints/{reference}/manage/{token}{part}", 303)
