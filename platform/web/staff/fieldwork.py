"""Sending a task to a crew without a seat, and deciding about what came back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from complaints import handling
from complaints.complaint import Complaint
from complaints.crews import fieldwork
from complaints.crews.fieldwork import HOLDS, Order
from complaints.crews.sent_work import Sent, links_of
from messages.letter import Channel
from people.permissions import Permission
from tenants.errors import N_
from web.access import allows
from web.context import office
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, Whole, refused
from web.staff.dossier import log_read, visible_complaint
from web.staff.names import category_name
from web.staff.viewer import by_hand, menu, viewer
from web.statuses import Shown

blueprint = Blueprint("staff_fieldwork", __name__)

STATES = {
    "open": Shown("is-wait", N_("Sent, nothing has come back")),
    "waiting": Shown("is-busy", N_("Waits for your word")),
    "approved": Shown("is-done", N_("Accepted")),
    "revoked": Shown("is-end", N_("Taken back")),
    "expired": Shown("is-end", N_("Over")),
}


class OrderForm(Form):
    """What an official sends."""

    crew = Text()
    task = Text()
    channel = Text()
    destination = Text()
    days = Whole()


class AnswerForm(Form):
    """What is said about a crew's work: to the reporter with the approval, or to the crew."""

    note = Text()
    reason = Text()


@dataclass(frozen=True)
class Card:
    """A link as the page shows it. whatsapp: what opens WhatsApp with the text, "" where that makes no sense."""

    sent: Sent
    state: str
    shown: Shown
    url: str
    whatsapp: str


@blueprint.get("/staff/complaints/<uuid:complaint_id>/crews")
@allows(Permission.HANDLE, tenant=True)
def page(complaint_id: UUID) -> ResponseReturnValue:
    """What was sent out, what came back, and the form of a new task."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    return _page(complaint)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/crews")
@allows(Permission.HANDLE, tenant=True)
def send(complaint_id: UUID) -> ResponseReturnValue:
    """Make a link for a crew."""
    order = Order(**OrderForm().load(request.form))
    return _decided(
        complaint_id, lambda complaint, how: fieldwork.send(g.session, office(), complaint, order, **how), about=""
    )


@blueprint.post("/staff/complaints/<uuid:complaint_id>/crews/<uuid:link_id>/recall")
@allows(Permission.HANDLE, tenant=True)
def recall(complaint_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Take a link back."""
    return _decided(
        complaint_id, lambda complaint, how: fieldwork.recall(g.session, office(), complaint, link_id, **how)
    )


@blueprint.post("/staff/complaints/<uuid:complaint_id>/crews/<uuid:result_id>/approval")
@allows(Permission.RESOLVE, tenant=True)
def approve(complaint_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """Finish the report with what the crew sent."""
    note = AnswerForm().load(request.form)["note"]
    return _decided(
        complaint_id,
        lambda complaint, how: fieldwork.approve(g.session, office(), complaint, result_id, note=note, **how),
        done=f"/staff/complaints/{complaint_id}?done=resolution",
        about=str(result_id),
    )


@blueprint.post("/staff/complaints/<uuid:complaint_id>/crews/<uuid:result_id>/return")
@allows(Permission.HANDLE, tenant=True)
def send_back(complaint_id: UUID, result_id: UUID) -> ResponseReturnValue:
    """Ask the crew for more."""
    reason = AnswerForm().load(request.form)["reason"]
    return _decided(
        complaint_id,
        lambda complaint, how: fieldwork.send_back(g.session, office(), complaint, result_id, reason=reason, **how),
        about=str(result_id),
    )


def _decided(
    complaint_id: UUID,
    verb: Callable[[Complaint, dict[str, Any]], object],
    *,
    done: str | None = None,
    about: str | None = None,
) -> ResponseReturnValue:
    """Call a verb on the complaint; what doesn't go comes back with its sentence and what was typed."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    try:
        verb(complaint, by_hand())
    except MENDABLE as error:
        errors = refused(error)
        complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
        return _page(complaint, errors=errors, about=about), status_of(error)
    return redirect(done or f"/staff/complaints/{complaint_id}/crews", 303)


def _page(complaint: Complaint, *, errors: dict[str, str] | None = None, about: str | None = None) -> str:
    """about: the id of the result whose form was sent, "" for that of a new task."""
    book = office().rulebooks.of(g.session, g.tenant)
    possible = handling.possible_moves(complaint, current_user.actor, g.tenant, book)
    return render_template(
        "staff/fieldwork.html",
        menu=menu(),
        here="queue",
        complaint=complaint,
        category=category_name(complaint.category_id, book),
        cards=[_card(complaint, one) for one in links_of(g.session, complaint.id)],
        possible=possible,
        channels=[
            (Channel.WHATSAPP.value, _("WhatsApp"), _("A message opens in your WhatsApp, ready to be sent.")),
            (Channel.EMAIL.value, _("E-mail"), _("The platform sends it.")),
            (fieldwork.BY_HAND, _("I pass the link on myself"), ""),
        ],
        holds=[(str(days), _("a day") if days == 1 else _("%(days)s days", days=days)) for days in HOLDS],
        typed=request.form,
        errors=errors or {},
        about=about,
    )


def _card(complaint: Complaint, sent: Sent) -> Card:
    state = sent.state(g.now)
    _subject, text = fieldwork.message(g.session, office(), complaint, sent.link, g.tenant, g.tenant.languages[0])
    number = (sent.link.destination or "").lstrip("+") if sent.link.channel == Channel.WHATSAPP else ""
    return Card(
        sent=sent,
        state=state,
        shown=STATES[state],
        url=fieldwork.address(office(), g.tenant, sent.link),
        whatsapp=f"https://wa.me/{number}?text={quote(text)}" if number else "",
    )
