"""`/api/v1/complaints`: report, and look a reference up."""

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_smorest import Blueprint, abort
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from complaints import evidence, lookup
from complaints.evidence import Photo
from complaints.report import Report, Reporter
from complaints.safety.allowance import ProofNeeded
from people.contacts import checked_email, checked_phone
from tenants.errors import Invalid, NotFound
from tenants.tenant import in_language
from web import proofs
from web.access import Anyone, allows
from web.api import body
from web.api.places import named, refuse_half_a_point
from web.api.schemas import ComplaintSchema, FiledSchema, ReportForm, ReportSchema, refuses
from web.context import office
from web.errors import problem, sentence
from web.explain import explanation
from web.sending import SHORTEST_KEY, file_report, key_of_request, proved_by_header, puzzle_of_request

REPORT = ReportSchema()
"""Made once: making a schema costs more than loading a report by it."""

blueprint = Blueprint("api_complaints", __name__, url_prefix="/api/v1", description="Complaints")


@blueprint.post("/complaints")
@allows(Anyone)
@blueprint.doc(
    operationId="file",
    requestBody={
        "required": True,
        "content": {
            "application/json": {"schema": ReportSchema},
            "multipart/form-data": {"schema": ReportForm},
        },
    },
    parameters=[
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "minLength": SHORTEST_KEY, "maxLength": 200},
            "description": "At least 128 random bits, such as a UUID. The same key with the same report gives the same"
            " complaint, for 30 days; with another report it is refused.",
        },
        {
            "in": "header",
            "name": "Proof",
            "schema": {"type": "string", "maxLength": 200},
            "description": "The solution of the puzzle that a 429 gave, as `<puzzle>:<text>`: its SHA-256 begins with"
            " `bits` zero bits. Each serves once.",
        },
    ],
)
@blueprint.response(201, FiledSchema)
@refuses(blueprint, 400, 404, 413, 415, 422, 429, 503)
def file() -> dict[str, Any]:
    """Report something. Any host routes by the point; a category without a place belongs to the host's city."""
    sent = _sent()
    host = g.tenant
    if host is None and sent.get("tenant"):
        host = office().directory.by_slug.get(sent["tenant"])
        if host is None or not host.answers:
            raise Invalid("There is no such city on this platform.", field="tenant")
    photos = _photos()
    try:
        filed = file_report(
            _report(sent), key=key_of_request(), host=host, photos=photos, device="", proved=proved_by_header
        )
    except Invalid as error:
        if error.field == "place" and "lat" not in sent:  # a page would have asked for words, and found their point
            raise Invalid("A report of this kind needs a point: send lat and lon.", field="lat") from None
        raise
    card = filed.card
    return {
        "reference": filed.reference,
        "url": office().addresses.complaint(card, filed.reference),
        "manage_url": office().manage_url(card, filed.reference, filed.birth_tenant_id, filed.complaint_id),
        "tenant": named(card),
        "rule": filed.decision.rule,
        "explanation": explanation(filed.decision),
        "status": filed.status,
        "respond_due_at": filed.respond_due_at,
        "resolve_due_at": filed.resolve_due_at,
    }


@blueprint.get("/complaints/<reference>")
@allows(Anyone)
@blueprint.doc(operationId="complaint")
@blueprint.response(200, ComplaintSchema)
@refuses(blueprint, 404, 503)
def complaint(reference: str) -> dict[str, Any]:
    """The public view of a complaint, on any host; of a private one only its status."""
    found = lookup.public_view(g.session, office(), reference)
    if found is None:
        raise NotFound("There is no report with this number. Look at it once more: one character is wrong.")
    card, view = found
    document: dict[str, Any] = {
        "reference": view.reference,
        "tenant": named(card),
        "status": view.status,
        "visibility": view.visibility,
    }
    if view.shown is None:
        return document
    shown = view.shown
    return document | {
        "category": {"code": shown.category_code, "name": in_language(shown.category_name, g.language)},
        "description": shown.description,
        "lat": shown.lat,
        "lon": shown.lon,
        "place": shown.place,
        "agency": in_language(shown.agency_name, g.language) if shown.agency_name else None,
        "received_at": shown.received_at,
        "respond_due_at": shown.respond_due_at,
        "resolve_due_at": shown.resolve_due_at,
        "history": [
            {"at": step.at, "move": step.move, "status": step.status, "words": step.words} for step in shown.history
        ],
        "photos": [
            {"side": photo.side, "url": f"{office().addresses.of(card)}/media/{photo.id}/public"}
            for photo in shown.photos
        ],
    }


@blueprint.errorhandler(body.Unreadable)
def not_json(error: body.Unreadable) -> Response:
    """400: nothing in it could be read, so no field is wrong."""
    said = sentence(error)
    return problem(400, said, errors={error.field: [said]} if error.field else None)


@blueprint.errorhandler(ProofNeeded)
def prove_first(_error: ProofNeeded) -> Response:
    """429 with a puzzle: no address is refused, but one that much comes from has to work for each further report."""
    puzzle = puzzle_of_request()
    said = _("Many reports came from your network within the hour. Solve the puzzle and send its solution along.")
    return problem(429, said, puzzle=puzzle, bits=proofs.BITS)


def _sent() -> dict[str, Any]:
    """The report, from JSON or from a form. Refuses with every field that doesn't fit."""
    given = body.read(numbers=("lat", "lon", "accuracy_m"), flags=("anonymous",), documents=("answers", "contact"))
    try:
        loaded: dict[str, Any] = REPORT.load(given)
    except ValidationError as error:
        abort(422, messages={"body": _flat(error.messages)})
    refuse_half_a_point(loaded)
    return loaded


def _photos() -> list[Photo]:
    """The photos of a form, checked. Raises Invalid naming `photos`, or the file that isn't asked for."""
    if request.mimetype not in body.FORMS:
        return []
    for name in request.files:
        if name != "photos":
            raise Invalid("Files are taken as photos only.", field=name)
    try:
        uploads = [file.read() for file in request.files.getlist("photos") if file.filename]
        if not all(uploads):
            raise Invalid("This photo is empty: nothing of it arrived. Choose it once more.")
        return evidence.look_at(uploads)
    except Invalid as error:
        error.field = "photos"
        raise


def _report(sent: dict[str, Any]) -> Report:
    contact = sent.get("contact") or {}
    return Report(
        category=sent["category"],
        description=sent["description"],
        lon=sent.get("lon"),
        lat=sent.get("lat"),
        accuracy_m=sent.get("accuracy_m"),
        place=sent.get("place"),
        answers=sent["answers"],
        kind=sent["kind"],
        visibility=sent.get("visibility"),
        anonymous=sent["anonymous"],
        reporter=Reporter(
            name=contact.get("name") or None,
            email=checked_email(contact.get("email"), field="contact.email"),
            phone=checked_phone(contact.get("phone"), field="contact.phone"),
        ),
        language=g.language,
        channel="api",
    )


def _flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """marshmallow's tree of messages by dotted path."""
    if not isinstance(messages, dict):
        return {path: [str(one) for one in messages] if isinstance(messages, list) else [str(messages)]}
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        # The messages for a mapping's own keys and values stand one level down.
        here = path if name in ("key", "value", "_schema") and path else f"{path}.{name}" if path else str(name)
        flat |= _flat(found, here)
    return flat
