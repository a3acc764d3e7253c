"""What leaves the house: in development every message as it would be sent; in production its state, and what failed.

In production a message is looked at only when it failed and during a recorded entry into its tenant, and tried again
only during one that may change things. Its address is hinted at, and its text is shown only of the few events whose
text opens nothing and tells of no report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages.destination import hint_of
from messages.outbox import Message, State
from messages.sending import retry_dead
from people.permissions import Permission
from people.seat import Mode
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import N_, NotAllowed, NotFound
from web.access import allows
from web.context import office, settings
from web.operator.menu import city_name, menu
from web.operator.tenants import card_of, running_entry
from web.statuses import CHANNELS, Shown

NEWEST_OF_EACH = 50
OPEN = frozenset({"breach", "city_leaves", "help_answered"})
"""Events whose text holds no personal link, no code and nothing of a report; of any other it isn't shown."""

STATES = {
    State.WAITING: Shown("is-wait", N_("Waiting to be sent")),
    State.SENT: Shown("is-done", N_("Sent")),
    State.DEAD: Shown("is-end", N_("Given up")),
}

blueprint = Blueprint("operator_outbox", __name__)


@dataclass(frozen=True)
class Line:
    """One message in the list. to, subject: None where the operator may not read them; to: a hint in production."""

    id: UUID
    slug: str
    city: str
    to: str | None
    subject: str | None
    event: str
    way: str
    state: str
    status: Shown
    attempts: int
    created_at: datetime
    last_error: str | None


@blueprint.get("/operator/outbox")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The newest messages of every tenant; in production, of one that is chosen, only what failed."""
    if not settings().production:
        cards = office().directory.by_slug.values()
        lines = [line for card in cards for line in _lines(g.session, card, dead_only=False, readable=True)]
        lines.sort(key=lambda line: line.created_at, reverse=True)
        return render_template("operator/outbox.html", menu=menu(), here="outbox", lines=lines, most=NEWEST_OF_EACH)
    slug = request.args.get("city", "")
    card = card_of(slug) if slug else None
    return render_template(
        "operator/outbox_states.html",
        menu=menu(),
        here="outbox",
        cities=[(one.slug, city_name(one)) for one in office().directory.by_slug.values()],
        chosen=slug,
        counts=_counts(g.session, card) if card else [],
        lines=_lines(g.session, card, dead_only=True, readable=running_entry(card) is not None) if card else [],
    )


@blueprint.get("/operator/outbox/<slug>/<uuid:message_id>")
@allows(Permission.OPERATE, national=True)
def message(slug: str, message_id: UUID) -> ResponseReturnValue:
    """One message as it is sent; in production one that failed, and of its text only what is nobody's."""
    card = card_of(slug)
    _require_entry(card)
    with scope.enter(g.session, card.id):
        found = g.session.scalar(select(Message).where(Message.id == message_id))
        if found is None or (settings().production and found.state != State.DEAD):
            raise NotFound("There is no such message.")
        line = _line(found, card, readable=True)
        body = found.body if _is_open(found) else None
    return render_template(
        "operator/message.html",
        menu=menu(),
        here="outbox",
        line=line,
        body=body,
        retries=line.state == State.DEAD and _may_retry(card),
    )


@blueprint.post("/operator/outbox/<slug>/<uuid:message_id>/retry")
@allows(Permission.OPERATE, national=True)
def retry(slug: str, message_id: UUID) -> ResponseReturnValue:
    """Give a message that was given up another try. A new try is a resource of its own."""
    card = card_of(slug)
    _require_entry(card)
    if not _may_retry(card):
        raise NotAllowed(_("Your entry is for looking only: enter the city to change settings, then try again."))
    with scope.enter(g.session, card.id):
        retry_dead(g.session, message_id, g.now, office().queue)
    return redirect(
        f"/operator/outbox?city={slug}" if settings().production else f"/operator/outbox/{slug}/{message_id}", 303
    )


def _require_entry(card: TenantCard) -> None:
    if settings().production and running_entry(card) is None:
        raise NotAllowed(
            _("A message is somebody's personal data: enter the city first, with a reason that its administrators see.")
        )


def _may_retry(card: TenantCard) -> bool:
    if not settings().production:
        return True
    running = running_entry(card)
    return running is not None and running.mode == Mode.CONFIGURE


def _is_open(one: Message) -> bool:
    """Whether the text may be shown."""
    return not settings().production or (one.event in OPEN and one.complaint_id is None)


def _lines(session: Session, card: TenantCard, *, dead_only: bool, readable: bool) -> Sequence[Line]:
    with scope.enter(session, card.id):
        statement = select(Message).order_by(Message.created_at.desc(), Message.id).limit(NEWEST_OF_EACH)
        if dead_only:
            statement = statement.where(Message.state == State.DEAD)
        return [_line(one, card, readable=readable) for one in session.scalars(statement)]


def _line(one: Message, card: TenantCard, *, readable: bool) -> Line:
    hint = hint_of(one.channel, one.destination) if settings().production else one.destination
    return Line(
        id=one.id,
        slug=card.slug,
        city=city_name(card),
        to=hint if readable else None,
        subject=one.subject if readable and _is_open(one) else None,
        event=one.event,
        way=_(CHANNELS[one.channel]),
        state=one.state,
        status=STATES[State(one.state)],
        attempts=one.attempts,
        created_at=one.created_at,
        last_error=one.last_error.replace(one.destination, hint) if one.last_error else None,
    )


def _counts(session: Session, card: TenantCard) -> list[tuple[Shown, int]]:
    with scope.enter(session, card.id):
        rows = session.execute(select(Message.state, func.count()).group_by(Message.state)).all()
        found = {row[0]: row[1] for row in rows}
    return [(shown, found.get(state.value, 0)) for state, shown in STATES.items()]
