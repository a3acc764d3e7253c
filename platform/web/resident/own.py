"""What the holder of the secret link changes of their own report: its words, who sees it, its photos, their thanks."""

from uuid import UUID

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from complaints.complaint import Complaint
from complaints.handling import REPORTER
from complaints.reporters import own_report
from tenants.directory import TenantCard
from web.access import Anyone, allows
from web.context import office
from web.resident.complaint import ManageForm, changed, elsewhere
from web.resident.finding import IsElsewhere

blueprint = Blueprint("own", __name__)
blueprint.register_error_handler(IsElsewhere, elsewhere)


@blueprint.post("/complaints/<reference>/manage/<token>/words")
@allows(Anyone)
def reword(reference: str, token: str) -> ResponseReturnValue:
    """Write the description and the place anew, for a while after it was sent."""
    said = ManageForm().load(request.form)

    def change(complaint: Complaint, card: TenantCard) -> None:
        own_report.reword(
            g.session,
            office(),
            complaint,
            description=said["description"],
            place=said["place"],
            actor=REPORTER,
            card=card,
            now=g.now,
            expected_version=said["version"],
        )

    return changed(reference, token, change, "#words")


@blueprint.post("/complaints/<reference>/manage/<token>/privacy")
@allows(Anyone)
def hide(reference: str, token: str) -> ResponseReturnValue:
    """Show it to officials only from now on."""
    return changed(
        reference,
        token,
        lambda complaint, card: own_report.hide(g.session, office(), complaint, actor=REPORTER, card=card, now=g.now),
    )


@blueprint.post("/complaints/<reference>/manage/<token>/photos/<uuid:evidence_id>/removal")
@allows(Anyone)
def remove_photo(reference: str, token: str, evidence_id: UUID) -> ResponseReturnValue:
    """Take one of one's own photos off."""
    return changed(
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
    said = ManageForm().load(request.form)

    def change(complaint: Complaint, card: TenantCard) -> None:
        own_report.thank(
            g.session,
            office(),
            complaint,
            stars=said["stars"],
            reasons=said["reasons"],
            words=said["note"],
            actor=REPORTER,
            card=card,
            now=g.now,
        )

    return changed(reference, token, change, "#thanks")
