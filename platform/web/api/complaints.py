"""`/api/v1/complaints`: report, and look a reference up."""

import json
import secrets
from typing import Any

from flask import g, request
from flask_smorest import Blueprint
from marshmallow import ValidationError

from complaints import evidence, filing, lookup
from people.contacts import checked_email, checked_phone
from tenants.errors import Invalid, NotFound
from tenants.tenant import in_language
from web.access import Anyone, allows
from web.api.places import named
from web.api.schemas import ComplaintSchema, FiledSchema, ProblemSchema, ReportSchema
from web.context import office
from web.explain import explanation

SHORTEST_KEY = 22
"""Characters that hold 128 random bits in base 64."""

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
            "multipart/form-data": {"schema": ReportSchema},
        },
    },
    parameters=[
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "minLength": SHORTEST_KEY, "maxLength": 200},
            "description": "At least 128 random bits; the same key gives the same complaint.",
        }
    ],
)
@blueprint.response(201, FiledSchema)
@blueprint.alt_response(400, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(422, schema=ProblemSchema, content_type="application/problem+json")
def file() -> dict[str, Any]:
    """Report something. Any host routes by the point; a category without a place belongs to the host's city."""
    sent = _sent()
    host = g.tenant
    if host is None and sent.get("tenant"):
        host = office().directory.by_slug.get(sent["tenant"])
        if host is None or not host.answers:
            raise Invalid("There is no such city on this platform.", field="tenant")
    photos = evidence.look_at(file.read() for file in request.files.getlist("photos"))
    filed = filing.file_complaint(g.session, office(), _report(sent), key=_key(), host=host, photos=photos, now=g.now)
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
@blueprint.alt_response(404, schema=ProblemSchema, content_type="application/problem+json")
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


def _sent() -> dict[str, Any]:
    """The report as JSON or as a form with photos. Raises Invalid naming the field."""
    if request.mimetype == "application/json":
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise Invalid("Send the report as a JSON object.")
    elif request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        body = _from_form()
    else:
        raise Invalid("Send the report as JSON, or as multipart/form-data with photos.")
    try:
        loaded: dict[str, Any] = REPORT.load(body)
    except ValidationError as error:
        name, sentence = _first(_messages(error))
        raise Invalid(sentence, field=name) from None
    return loaded


def _from_form() -> dict[str, Any]:
    """A form's fields; `answers` and `contact` are JSON in one field each."""
    body: dict[str, Any] = {name: value for name, value in request.form.items() if value != ""}
    for name in ("answers", "contact"):
        if name in body:
            try:
                body[name] = json.loads(body[name])
            except ValueError:
                raise Invalid("Send this field as JSON.", field=name) from None
    return body


def _report(sent: dict[str, Any]) -> filing.Report:
    contact = sent.get("contact") or {}
    return filing.Report(
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
        reporter=filing.Reporter(
            name=contact.get("name") or None,
            email=checked_email(contact.get("email"), field="contact.email"),
            phone=checked_phone(contact.get("phone"), field="contact.phone"),
        ),
        language=g.language,
        channel="api",
    )


def _key() -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return secrets.token_urlsafe(32)
    if not SHORTEST_KEY <= len(key) <= 200:
        raise Invalid("The key needs at least 128 random bits, for example a random UUID.", field="Idempotency-Key")
    return key


def _messages(error: ValidationError) -> dict[str, Any]:
    return error.messages if isinstance(error.messages, dict) else {"": error.messages}


def _first(messages: dict[str, Any], path: str = "") -> tuple[str, str]:
    """The first field that doesn't fit, and what to do about it."""
    for name, found in messages.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(found, dict):
            return _first(found, here)
        return here, str(found[0])
    return path, "Look at this field once more."
