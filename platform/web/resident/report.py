"""`/report`: one form in five steps. A step is a POST that keeps what was typed and leads on; nothing gets lost."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from complaints.safety.allowance import ProofNeeded
from complaints.words.exposed import covered
from people.limits import TooMany
from tenants.errors import AduanError, Invalid, NotFound
from web.access import Anyone, allows
from web.asked_sum import is_answered
from web.context import office
from web.device import named_device, remember_device
from web.errors import sentence, status_of, waiting_of
from web.forms import clean
from web.resident import drafts, report_asset, report_form, report_page, situation
from web.resident.drafts import Draft
from web.resident.report_page import LAST_STEP, STEP_OF
from web.resident.situation import Situation
from web.sending import file_report

blueprint = Blueprint("report", __name__)

Faults = dict[str, AduanError]


@blueprint.get("/report")
@allows(Anyone)
def form() -> ResponseReturnValue:
    """The form, at a step; of a report that was sent already, its page."""
    given = request.args.get("draft")
    draft = drafts.load(office().storage, given)
    if draft is not None and draft.filed:
        return redirect(draft.filed, 302)
    gone = given is not None and draft is None
    draft = draft or _begun()
    return report_page.render(draft, _assess(draft), _step(request.args.get("step")), gone=gone)


@blueprint.post("/report")
@allows(Anyone)
def take() -> ResponseReturnValue:
    """Keep what was typed, then do what the pressed button says."""
    draft, faults = _take()
    if draft.filed:
        return redirect(draft.filed, 303)
    pressed, _, what = request.form.get("go", "send").partition("-")
    step = _step(request.form.get("step"))
    if pressed == "send":
        return _send(draft, faults)
    _press(draft, pressed, what, faults)
    found = _assess(draft)
    target = {"next": step, "no": 2, "photopoint": 2, "find": 2, "search": 3, "drop": 1}.get(pressed, step)
    if pressed == "next":
        target = _step(what)
        faults |= _of_step(target, draft, found)
    drafts.save(office().storage, draft)
    if faults:
        step_shown = min(STEP_OF.get(name.partition(".")[0], target) for name in faults)
        return report_page.render(draft, found, step_shown, faults=faults), 422
    if pressed == "next":
        target = _after(target, draft, found)
    elif pressed == "no":
        target = {"photo": 2, "place": 3}.get(what, step)
    elif pressed == "back":
        target = max(1, _step(what) - 1)
    return _to_step(draft, target)


@blueprint.post("/report/preview")
@allows(Anyone)
def preview() -> ResponseReturnValue:
    """The parts of the page that depend on what was typed, for its script: where it goes, what is asked and shown."""
    draft, faults = _take()
    if draft.filed:
        return jsonify({"filed": draft.filed})
    found = _assess(draft)
    drafts.save(office().storage, draft)
    step = _step(request.form.get("step"))
    shown = {**faults, **_of_step(step, draft, found)}
    return jsonify(report_page.parts(draft, found, step, faults=faults, of_step=shown))


@blueprint.post("/report/kept")
@allows(Anyone)
def take_kept() -> ResponseReturnValue:
    """File a report that waited in a phone, once by its key; where something has to be put right, lead to its form."""
    if not request.form.get("draft") or request.headers.get("Idempotency-Key") != request.form["draft"]:
        raise Invalid("This report can't be taken: its key is missing.", field="Idempotency-Key")
    draft, faults = _take()
    if not draft.filed:
        found = _assess(draft)
        faults |= {name: error for name, error in situation.faults(found, draft).items() if name not in faults}
        if not faults:
            try:
                device = named_device()
                draft.filed = _file(draft, found, device)
                response = jsonify(_told(draft.filed))
                remember_device(response, device)
                return response
            except Invalid as error:
                g.session.rollback()
                _note(error, draft, faults)
    if draft.filed:
        return jsonify(_told(draft.filed))
    drafts.save(office().storage, draft)
    name, fault = next(iter(faults.items()))
    step = STEP_OF.get(name.partition(".")[0], LAST_STEP)
    return jsonify({"url": f"/report?draft={draft.id}&step={step}", "sentence": sentence(fault)}), 422


@blueprint.get("/report/photos/<draft_id>/<sha256>")
@allows(Anyone)
def photo(draft_id: str, sha256: str) -> ResponseReturnValue:
    """A photo of a draft, as it was sent, for its sender alone: the id of the draft is the key."""
    draft = drafts.load(office().storage, draft_id)
    staged = next((one for one in draft.photos if one.sha256 == sha256), None) if draft else None
    if staged is None:
        raise NotFound("There is no such photo here.")
    response = Response(office().storage.get(staged.key), content_type=f"image/{staged.format}")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _take() -> tuple[Draft, Faults]:
    """The draft as this form leaves it, and what of its photos and its place can't be used."""
    storage = office().storage
    draft, lost = report_form.read(request, storage)
    faults: Faults = {}
    if draft.filed:
        return draft, faults
    if lost:
        faults["photos"] = Invalid(
            "Your photos were kept for 24 hours and are gone. Please add them again.", field="photos"
        )
    for error in report_form.add_photos(request, storage, draft):
        faults["photos"] = error
    try:
        report_form.settle_place(g.session, draft, g.tenant, report_page.middle(g.tenant))
    except Invalid as error:
        faults[error.field or "spot"] = error
    report_asset.settle(g.session, office(), draft, g.tenant)
    return draft, faults


def _press(draft: Draft, pressed: str, what: str, faults: Faults) -> None:
    """What a button changes of the draft itself, beside leading on."""
    if pressed == "drop":
        drafts.drop_photo(office().storage, draft, what)
        faults.pop("photos", None)
    elif pressed == "cover":
        for name in report_page.COVERABLE:
            draft.values[name] = covered(draft.values.get(name, ""))
        if covered(draft.spot_words) != draft.spot_words:
            draft.values["spot"] = draft.spot_read = draft.spot_words = covered(draft.spot_words)
    elif pressed == "kind":
        draft.values["category"] = what
    elif pressed == "photopoint":
        _use_photo_point(draft, what)


def _begun() -> Draft:
    """A new draft; a label's address names its object, which says the place and the category."""
    draft = Draft(drafts.new_id())
    if code := request.args.get("asset", ""):
        draft.values["asset"] = clean(code)[:64]
        report_asset.settle(g.session, office(), draft, g.tenant)
    return draft


def _assess(draft: Draft | None) -> Situation:
    account_id = current_user.account.id if current_user.is_authenticated else None
    return situation.assess(
        g.session,
        office(),
        draft or Draft(""),
        g.tenant,
        g.now,
        language=g.language,
        account_id=account_id,
    )


def _send(draft: Draft, faults: Faults) -> ResponseReturnValue:
    """File it, unless something has to be put right first or it would go where the sender hasn't been told."""
    storage = office().storage
    found = _assess(draft)
    faults |= {name: error for name, error in situation.faults(found, draft).items() if name not in faults}
    if not faults and draft.value("shown_tenant") != found.card.slug:
        faults["shown_tenant"] = Invalid("Look at where this report goes, then send it.", field="shown_tenant")
    if not faults:
        try:
            device = named_device()
            response = redirect(_file(draft, found, device), 303)
            remember_device(response, device)
            return response
        except (Invalid, TooMany) as error:
            g.session.rollback()
            _note(error, draft, faults)
    drafts.save(storage, draft)
    step = min((STEP_OF.get(name.partition(".")[0], LAST_STEP) for name in faults), default=LAST_STEP)
    waits = next((error for error in faults.values() if isinstance(error, TooMany)), None)
    page = report_page.render(draft, _assess(draft), step, faults=faults)
    return (page, status_of(waits), waiting_of(waits)) if waits else (page, 422)


def _note(error: AduanError, draft: Draft, faults: Faults) -> None:
    """Put a refusal beside the field of the page that it is about; a proof that was asked for once stays asked."""
    if isinstance(error, ProofNeeded):
        draft.proof_asked = True
    faults[situation.FIELDS_OF_PAGE.get(error.field or "", error.field or "")] = error


def _file(draft: Draft, found: Situation, device: str) -> str:
    """File the report, and only once that is committed forget the draft; the address of its own page."""
    storage = office().storage
    photos = drafts.photos_of(storage, draft)
    filed = file_report(
        found.report,
        key=draft.id,
        host=found.home,
        photos=photos,
        device=device,
        proved=lambda: is_answered(draft.id, draft.value("proof")),
    )
    g.session.commit()
    page = office().manage_url(filed.card, filed.reference, filed.birth_tenant_id, filed.complaint_id) + "?sent=1"
    drafts.finish(storage, draft, page)
    return page


def _of_step(step: int, draft: Draft, found: Situation) -> Faults:
    """What has to be put right before the form goes on from a step."""
    faults = situation.faults(found, draft)
    if step == 2 and not found.decision and "spot" not in faults and not (found.category and found.to):
        faults["spot"] = Invalid("Say where it is: choose the place on the map, or describe it in words.", field="spot")
    if step == 3 and found.needs_city:
        faults["city"] = Invalid("Choose the city that this is about.", field="city")
    steps = {2: (2,), 3: (2, 3)}.get(step, (step,))
    return {name: error for name, error in faults.items() if STEP_OF.get(name.partition(".")[0]) in steps}


def _after(step: int, draft: Draft, found: Situation) -> int:
    """The step after this one; the same again where it has brought up further questions, or the like of it nearby."""
    if step == 3 and draft.value("offered") != report_page.offered(found):
        return 3
    if step == 4 and draft.value("asked") != report_form.codes(one["code"] for one in found.questions):
        return 4
    return min(step + 1, LAST_STEP)


def _use_photo_point(draft: Draft, sha256: str) -> None:
    photo = next((one for one in draft.photos if one.sha256 == sha256 and one.gps), None)
    if photo is not None and photo.gps is not None:
        draft.put_point(*photo.gps, None, "photo")


def _told(address: str) -> dict[str, str]:
    """What the phone keeps of a report that arrived."""
    return {"url": address, "reference": address.partition("/complaints/")[2].partition("/")[0]}


def _to_step(draft: Draft, step: int) -> BaseResponse:
    """Lead to a step, and where it is shown once more for what lies near, straight to that."""
    part = "alike" if step == 3 and request.form.get("go") == "next-3" else f"step-{step}"
    return redirect(f"/report?draft={draft.id}&step={step}#{part}", 303)


def _step(text: Any) -> int:
    try:
        return min(max(int(text), 1), LAST_STEP)
    except (TypeError, ValueError):
        return 1
