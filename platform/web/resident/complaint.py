"""A complaint's pages: what everybody sees, and with the secret link what its reporter sees and does."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import select

from complaints import evidence, handling
from complaints.audience import hearing, notifying
from complaints.complaint import Complaint, Evidence
from complaints.evidence import Photo
from complaints.handling import REPORTER, Carried
from complaints.reporters import resending
from complaints.together import adding
from complaints.workflow import Need
from messages import preferences
from tenants.directory import TenantCard
from tenants.errors import N_, AduanError, Invalid, NotFound
from web.access import Anyone, allows
from web.context import office, settings
from web.device import DeviceForm, device_of_request
from web.errors import status_of
from web.forms import Form, Text, Whole, refused
from web.house import photo as photo_response
from web.resident import company, incidents, shown
from web.resident.finding import IsElsewhere, check_token, complaint_of
from web.resident.following import whoever
from web.resident.shown import ComplaintView

blueprint = Blueprint("complaint", __name__)


class ManageForm(Form):
    """What the forms of the reporter's page say. version: of the report that they looked at, if one is named."""

    version = Whole(otherwise=None)
    answer = Text()
    reason = Text()
    description = Text()
    place = Text()
    channel = Text()
    stars = Whole()
    reasons = fields.List(Text())
    note = Text()


TopicsForm = Form.from_dict({name: Text() for name in preferences.REPORTERS})
"""How they want to hear of each topic; "" where that stays as it is."""

REASONS = {
    "fast": N_("It went fast"),
    "well_done": N_("The work is good"),
    "kind": N_("The officials were kind"),
    "informed": N_("I was kept informed"),
    "slow": N_("It took too long"),
    "badly_done": N_("The work is poor"),
    "unkind": N_("The officials were unkind"),
    "uninformed": N_("I wasn't told what happens"),
}
"""What `own_report.REASONS` are called."""
OBJECTIONS = {
    "personal": N_("It shows who somebody is: a name, a face, a number"),
    "insult": N_("It insults or threatens somebody"),
    "false": N_("It isn't true"),
    "other": N_("Something else"),
}
"""What `objecting.REASONS` are called."""


@blueprint.errorhandler(IsElsewhere)
def elsewhere(error: IsElsewhere) -> ResponseReturnValue:
    """Lead to where the complaint is; a form that was sent here has to be looked at there first."""
    token = (request.view_args or {}).get("token")
    query = f"?{request.query_string.decode()}" if request.query_string and request.method == "GET" else ""
    return redirect(error.address(f"/manage/{token}" if token else "") + query, 302 if request.method == "GET" else 303)


@blueprint.get("/complaints/<reference>")
@allows(Anyone)
def page(reference: str) -> ResponseReturnValue:
    """What everybody may see: of a private complaint nothing but the status."""
    return public_page(reference)


def public_page(reference: str, *, errors: dict[str, str] | None = None) -> str:
    """What everybody sees, with what keeps an objection from being taken beside it."""
    with complaint_of(reference) as (complaint, card):
        view = shown.view_of(g.session, office(), complaint, card, g.now, g.language, token=None)
        too = company.of(g.session, office(), complaint, whoever(device_of_request()))
        part = incidents.of_complaint(g.session, complaint)
        taken = {"words": adding.takes_words(card)} if complaint.is_open and not card.is_commons else None
    return render_template(
        "resident/complaint.html",
        **_context(view),
        too=too,
        incident=part,
        errors=errors or {},
        adding=taken,
        objections=[(code, _(words)) for code, words in OBJECTIONS.items()],
    )


@blueprint.get("/complaints/<reference>/manage/<token>")
@allows(Anyone)
def manage(reference: str, token: str) -> ResponseReturnValue:
    """What its reporter sees."""
    return manage_page(reference, token)


@blueprint.post("/complaints/<reference>/manage/<token>/answer")
@allows(Anyone)
def answer(reference: str, token: str) -> ResponseReturnValue:
    """Answer what the officials asked."""
    return _move(reference, token, "answer", Need.ANSWER)


@blueprint.post("/complaints/<reference>/manage/<token>/confirmation")
@allows(Anyone)
def confirm(reference: str, token: str) -> ResponseReturnValue:
    """Confirm that it is done."""
    return _move(reference, token, "confirm")


@blueprint.post("/complaints/<reference>/manage/<token>/reopening")
@allows(Anyone)
def reopen(reference: str, token: str) -> ResponseReturnValue:
    """Say that it isn't done, and why; with a photo, if there is one."""
    return _move(reference, token, "reopen", Need.REASON)


@blueprint.post("/complaints/<reference>/manage/<token>/withdrawal")
@allows(Anyone)
def withdraw(reference: str, token: str) -> ResponseReturnValue:
    """Take the report back."""
    return _move(reference, token, "withdraw")


@blueprint.post("/complaints/<reference>/manage/<token>/resending")
@allows(Anyone)
def resend(reference: str, token: str) -> ResponseReturnValue:
    """Send a rejected report again under the category that was named as the right one; a second tap does nothing."""
    try:
        with complaint_of(reference) as (complaint, card):
            check_token(token, complaint)
            resending.resend(g.session, office(), complaint, actor=REPORTER, card=card, now=g.now)
    except NotFound:
        raise
    except handling.ChangedMeanwhile:
        g.session.rollback()  # the other tap was quicker, or an official; the page shows what is the case now
    except AduanError as error:
        return manage_page(reference, token, errors=refused(error, among=())), status_of(error)
    return redirect(f"/complaints/{reference}/manage/{token}", 303)


@blueprint.post("/complaints/<reference>/manage/<token>/messages")
@allows(Anyone)
def choose_way(reference: str, token: str) -> ResponseReturnValue:
    """By which way its reporter is told from now on, or by none; and of which steps."""
    channel, said = ManageForm().load(request.form)["channel"], TopicsForm().load(request.form)
    topics = {name: how for name, how in said.items() if how}
    return changed(
        reference,
        token,
        lambda complaint, _card: hearing.choose(g.session, office(), complaint, channel, g.now, topics),
        "#hearing",
    )


@blueprint.post("/complaints/<reference>/manage/<token>/push")
@allows(Anyone)
def add_device(reference: str, token: str) -> ResponseReturnValue:
    """Notify its reporter on the browser that asks."""
    with complaint_of(reference) as (complaint, _card):
        check_token(token, complaint)
        device = DeviceForm().load(request.form)
        notifying.add_device(g.session, office(), complaint, **device, language=g.language, now=g.now)
    return "", 204


@blueprint.post("/complaints/<reference>/manage/<token>/push/removal")
@allows(Anyone)
def take_devices_off(reference: str, token: str) -> ResponseReturnValue:
    """Notify its reporter on no browser, or not on the one that is named."""
    with complaint_of(reference) as (complaint, _card):
        check_token(token, complaint)
        notifying.take_off(g.session, complaint, request.form.get("endpoint"))
    return redirect(f"/complaints/{reference}/manage/{token}#on-this-device", 303)


@blueprint.get("/complaints/<reference>/manage/<token>/photos/<uuid:evidence_id>/<any(public,thumbnail):size>")
@allows(Anyone)
def private_photo(reference: str, token: str, evidence_id: UUID, size: str) -> ResponseReturnValue:
    """A photo of a complaint that isn't public, for the holder of the secret link."""
    with complaint_of(reference) as (complaint, _card):
        check_token(token, complaint)
        row = g.session.scalar(
            select(Evidence).where(
                Evidence.id == evidence_id,
                Evidence.complaint_id == complaint.id,
                Evidence.state == "ready",
                Evidence.side.in_(evidence.SHOWN),
            )
        )
        if row is None:
            raise NotFound("There is no such photo here.")
        return photo_response(row, size, cache="private, no-cache")


def _move(reference: str, token: str, name: str, need: Need | None = None) -> ResponseReturnValue:
    """Make a move of the reporter's. need: what they write with it, beside photos."""
    said = ManageForm().load(request.form)

    def make(complaint: Complaint, card: TenantCard) -> None:
        handling.move(
            g.session,
            office(),
            complaint,
            name,
            actor=REPORTER,
            card=card,
            now=g.now,
            carried=Carried(words={need: said[need.value]}, photos=_photos()) if need else Carried(),
            expected_version=said["version"],
        )

    return changed(reference, token, make)


def _photos() -> list[Photo]:
    """What was sent along. Raises Invalid, field photos, for what is no photo."""
    try:
        return evidence.look_at(file.read() for file in request.files.getlist("photos"))
    except Invalid as error:
        raise Invalid(error.message, field="photos", **error.details) from error


def changed(
    reference: str, token: str, change: Callable[[Complaint, TenantCard], object], part: str = ""
) -> ResponseReturnValue:
    """Make a change of the reporter's and show what is new; what can't be done is said beside what was typed."""
    try:
        with complaint_of(reference) as (complaint, card):
            check_token(token, complaint)
            change(complaint, card)
    except NotFound:
        raise
    except AduanError as error:
        return manage_page(reference, token, errors=refused(error)), status_of(error)
    return redirect(f"/complaints/{reference}/manage/{token}{part}", 303)


def manage_page(reference: str, token: str, *, errors: dict[str, str] | None = None) -> str:
    """What its reporter sees, with what keeps something from being done beside it."""
    with complaint_of(reference) as (complaint, card):
        check_token(token, complaint)
        view = shown.view_of(g.session, office(), complaint, card, g.now, g.language, token=token)
        link = office().manage_url(card, complaint.reference, complaint.birth_tenant_id, complaint.id)
        heard = hearing.hearing_of(g.session, office(), complaint)
        devices = notifying.devices_of(g.session, complaint) if office().push_key else None
        too = company.of(g.session, office(), complaint, None)
        part = incidents.of_complaint(g.session, complaint)
    return render_template(
        "resident/complaint.html",
        **_context(view),
        too=too,
        incident=part,
        manage=f"/complaints/{view.reference}/manage/{token}",
        link=link,
        lapor=_for_lapor(view) if not view.connected else "",
        hearing=heard,
        devices=devices,
        push_key=office().push_key,
        sent="sent" in request.args,
        errors=errors or {},
        reasons=[(code, _(words)) for code, words in REASONS.items()],
        typed=request.form,
    )


def _for_lapor(view: ComplaintView) -> str:
    """The report as its reporter pastes it into the form of SP4N-LAPOR!, which asks for everything in one text."""
    place = ", ".join(part for part in (view.where, view.area) if part)
    point = f"{view.lat:.6f}, {view.lon:.6f}" if view.lat is not None and view.lon is not None else ""
    said = [": ".join(answer) for answer in view.answers]
    lines = [view.title, view.description, *said, place, point, f"(Aduan {view.reference})"]
    return "\n".join(line for line in lines if line)


def _context(view: ComplaintView) -> dict[str, object]:
    return {
        "view": view,
        "tiles_url": settings().map_tiles_url,
        "public_url": office().addresses.of(g.tenant or office().directory.commons) + f"/complaints/{view.reference}",
    }
