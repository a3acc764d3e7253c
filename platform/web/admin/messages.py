"""Messages of a city that couldn't be delivered, and addresses that take nothing: for its administrator to mend."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from messages import destination
from messages.destination import Closed, hint_of
from messages.letter import Channel
from messages.outbox import Message, State
from messages.sending import retry_dead
from people.permissions import Permission
from web.access import allows
from web.context import office
from web.staff.viewer import menu
from web.statuses import CHANNELS

MOST = 100

blueprint = Blueprint("admin_messages", __name__)


@dataclass(frozen=True)
class Dead:
    """One message that was given up; to: a hint of the address, since the text and the address are somebody's own."""

    id: UUID
    event: str
    way: str
    to: str
    attempts: int
    created_at: datetime
    why: str
    complaint_id: UUID | None
    replaced: bool


@blueprint.get("/admin/messages")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """What was given up, the newest first, and where nothing is sent."""
    rows = g.session.scalars(
        select(Message).where(Message.state == State.DEAD).order_by(Message.created_at.desc(), Message.id).limit(MOST)
    )
    return render_template(
        "admin/messages.html",
        menu=menu(),
        here="settings",
        dead=[_shown(one) for one in rows],
        closed=destination.all_closed(g.session, MOST),
        ways={name: _(words) for name, words in CHANNELS.items()},
        failing=Closed.FAILING,
        sentences={state.value: _(words) for state, words in destination.SENTENCES.items()},
        most=MOST,
    )


@blueprint.post("/admin/messages/<uuid:message_id>/retry")
@allows(Permission.CONFIGURE, tenant=True)
def retry(message_id: UUID) -> ResponseReturnValue:
    """Give one of the city's own messages another try."""
    retry_dead(g.session, message_id, g.now, office().queue)
    return redirect("/admin/messages", 303)


@blueprint.post("/admin/destinations/<uuid:destination_id>/opening")
@allows(Permission.CONFIGURE, tenant=True)
def open_again(destination_id: UUID) -> ResponseReturnValue:
    """Write to an address again that had failed; one whose owner said no stays closed."""
    destination.open_again(g.session, destination_id)
    return redirect("/admin/messages#closed", 303)


def _shown(one: Message) -> Dead:
    return Dead(
        id=one.id,
        event=one.event,
        way=_(CHANNELS[one.channel]),
        to=_("a device") if one.channel == Channel.PUSH else hint_of(one.channel, one.destination),
        attempts=one.attempts,
        created_at=one.created_at,
        why=one.last_error or "–",
        complaint_id=one.complaint_id,
        replaced=one.replaced_by is not None,
    )
