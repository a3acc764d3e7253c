"""The composer under a complaint: the city's ready replies, and the colleagues that a note can call."""

from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from complaints import noting
from complaints.audience import telling
from complaints.complaint import Complaint, Contact
from messages.texts import READY_REPLY, filled_lines
from people.permissions import Permission
from tenants.tenant import in_language
from web.access import allows
from web.context import office
from web.staff.dossier import visible_complaint
from web.staff.viewer import viewer

blueprint = Blueprint("staff_composer", __name__)


@dataclass(frozen=True)
class Typed:
    """What stands in the composer: kept when it couldn't be sent."""

    audience: str = "reply"
    words: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """A reply that the city wrote beforehand, filled in for one complaint; whoever sends it can still change it."""

    code: str
    title: str
    text: str


@blueprint.get("/staff/complaints/<uuid:complaint_id>/colleagues")
@allows(Permission.SEE_CONSOLE, tenant=True)
def colleagues(complaint_id: UUID) -> ResponseReturnValue:
    """The names of those whom a note about this complaint can call, as JSON."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    return jsonify([one.name for one in noting.colleagues(g.session, complaint)])


def ready_replies(complaint: Complaint, contact: Contact | None) -> list[Ready]:
    """The city's ready replies by title: the title for the official, the text in the reporter's language."""
    card = g.tenant
    fallback = list(card.languages)
    language = contact.language if contact is not None else card.languages[0]
    written = {code: text for code, text in card.texts.items() if code.startswith(READY_REPLY)}
    if not written:
        return []
    values = telling.words_of(complaint, card, office().rulebooks.of(g.session, card), language)
    ready = []
    for code, text in written.items():
        title, _line, _rest = in_language(text, g.language, fallback).partition("\n")
        _title, _line, body = in_language(text, language, fallback).partition("\n")
        ready.append(Ready(code, title.strip(), filled_lines(body, values).strip()))
    return sorted(ready, key=lambda one: one.title.casefold())
