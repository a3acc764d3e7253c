"""Sends one outbox row, exactly once as far as a crash lets anybody know."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import formataddr
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from messages import destination, push
from messages.destination import Closed
from messages.letter import Carrier, Channel, Letter, NotNow, Refused, Unreachable
from messages.outbox import SEND, Message, State, post
from messages.queue import Handler, Queue
from tenants.errors import Conflict, NotFound
from tenants.scope import tenant_of
from tenants.tenant import Tenant, TenantDomain, Use, in_language

logger = logging.getLogger(__name__)

WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""How long to wait after the first, second, … failed try. After one more than these, the message is dead."""

NEXT_WAY = "next_way"
"""The task that sends by another way what can't arrive: registered from above, where addresses are known."""

SOMEBODY_ELSE_IS_AT_IT = timedelta(seconds=30)


class Unwanted(Refused):
    """Whoever it is for has asked for silence."""


Carriers = Mapping[str, Carrier]
"""By channel. What has none can't be sent."""


def sender(carriers: Carriers, queue: Queue, waits: Sequence[timedelta] = WAITS) -> Handler:
    """The handler of the task `SEND`, to be registered in `wsgi.py`."""

    def handle(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        return send_message(session, row_id, carriers, now, waits, queue)

    return handle


def send_message(
    session: Session,
    message_id: UUID,
    carriers: Carriers,
    now: datetime,
    waits: Sequence[timedelta] = WAITS,
    queue: Queue | None = None,
) -> datetime | None:
    """Send it if it still waits; when to come back, or None when nothing is left to do. Commits before sending.

    queue: takes the job of a message that is written in place of one that can't arrive.

    That the try begins is committed first, so that a crash between the provider's answer and our record is counted
    (`Message.may_have_arrived_twice`). The row stays locked while it is sent: nobody else sends it meanwhile, and a
    crash frees it. With every answer of the server taking its longest, that is a transaction of a minute.
    """
    message = _locked(session, message_id)
    if message is None:
        return _later_if_there(session, message_id, now)
    if message.state != State.WAITING or message.not_before_at > now:
        return _next_try(message)
    message.attempts += 1
    session.commit()
    message = _locked(session, message_id)
    if message is None:
        return _later_if_there(session, message_id, now)
    if message.state != State.WAITING or message.not_before_at > now:
        return _next_try(message)  # somebody else had a try in between
    return _try(session, message, carriers, now, waits, queue)


def hand_to_the_next_way(session: Session, queue: Queue, message: Message) -> None:
    """Leave it to the floor that knows whose address it is to write by another way; in the caller's transaction."""
    if NEXT_WAY in queue.handlers and (message.complaint_id is not None or message.channel == Channel.WHATSAPP):
        queue.defer(session, NEXT_WAY, message.tenant_id, message.id)


def retry_dead(session: Session, message_id: UUID, now: datetime, queue: Queue) -> None:
    """Give a dead message another try, in the caller's transaction. Raises NotFound, or Conflict if it isn't dead.

    The tries so far stay counted: where the waits were used up, one more failure makes it dead again.
    """
    message = session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one_or_none()
    if message is None:
        raise NotFound("There is no such message.")
    if message.state != State.DEAD:
        raise Conflict("This message isn't among the failed ones any more; reload the page.")
    message.state = State.WAITING
    message.not_before_at = now
    message.relayed_at = now
    queue.defer(session, SEND, message.tenant_id, message.id)
    session.flush()


def _try(
    session: Session,
    message: Message,
    carriers: Carriers,
    now: datetime,
    waits: Sequence[timedelta],
    queue: Queue | None,
) -> datetime | None:
    try:
        _carry(session, message, carriers)
    except Refused as refusal:
        if isinstance(refusal, Unreachable) and message.channel == Channel.PUSH:
            push.remove(session, UUID(message.destination))
        elif isinstance(refusal, Unreachable):
            destination.close(session, message.channel, message.destination, Closed.FAILING, refusal.message, now)
        _give_up(message, refusal.message)
        if not isinstance(refusal, Unwanted):
            _try_the_next_channel(session, message, carriers, now, queue)
            if queue is not None and message.channel != Channel.WHATSAPP:
                hand_to_the_next_way(session, queue, message)
        return None
    except NotNow as refusal:
        return _wait_or_give_up(message, refusal.message, now, waits)
    except Exception as error:
        logger.exception("a message can't be sent for an unforeseen reason", extra={"message_id": str(message.id)})
        return _wait_or_give_up(
            message, f"Sending failed for an unforeseen reason ({type(error).__name__}).", now, waits
        )
    message.state = State.SENT
    message.sent_at = now
    message.last_error = None
    return None


def _carry(session: Session, message: Message, carriers: Carriers) -> None:
    carrier = carriers.get(message.channel)
    if carrier is None:
        raise Refused(f"No provider is set up for the channel '{message.channel}'.")
    closed = destination.closed(session, message.channel, message.destination)
    if closed is not None:
        raise (Unwanted if closed is Closed.STOPPED else Refused)(destination.SENTENCES[closed])
    letter = _letter(message)
    if message.channel == Channel.EMAIL:
        letter = replace(letter, sender=_sender(session, message.language))
    carrier.send(_to_device(session, letter) if message.channel == Channel.PUSH else letter)


def _sender(session: Session, language: str) -> str | None:
    """Who a city's mail comes from, once the domain that it brought for it is proved."""
    own = select(TenantDomain.host, Tenant.name, Tenant.languages).join(Tenant, Tenant.id == TenantDomain.tenant_id)
    proved = own.where(TenantDomain.use == Use.MAIL, TenantDomain.verified_at.is_not(None))
    found = session.execute(proved.where(Tenant.id == tenant_of(session)).order_by(TenantDomain.host).limit(1)).first()
    if found is None:
        return None
    host, name, languages = found
    return formataddr((in_language(name, language, languages), f"no-reply@{host}"))


def _to_device(session: Session, letter: Letter) -> Letter:
    """The letter with its device's address and keys, which the outbox doesn't hold: it names the subscription."""
    found = push.device(session, UUID(letter.destination))
    if found is None:
        raise Refused("This device was taken off in the meantime.")
    target = {"endpoint": found.endpoint, "p256dh": found.p256dh, "auth": found.auth}
    return replace(letter, destination=json.dumps(target))


def _try_the_next_channel(
    session: Session, message: Message, carriers: Carriers, now: datetime, queue: Queue | None
) -> None:
    """A number without WhatsApp may still take an SMS; another message, as its text is another."""
    if message.channel != Channel.WHATSAPP or Channel.SMS not in carriers:
        return
    post(
        session,
        event=message.event,
        channel=Channel.SMS,
        destination=message.destination,
        language=message.language,
        subject=message.subject,
        body=message.body,
        link=message.link,
        unsubscribe_url=message.unsubscribe_url,
        complaint_id=message.complaint_id,
        now=now,
        defer_with=queue,
    )


def _wait_or_give_up(message: Message, why: str, now: datetime, waits: Sequence[timedelta]) -> datetime | None:
    if message.attempts > len(waits):
        _give_up(message, why)
        return None
    message.last_error = why
    message.not_before_at = now + waits[message.attempts - 1]
    return message.not_before_at


def _give_up(message: Message, why: str) -> None:
    message.state = State.DEAD
    message.last_error = why
    logger.warning("a message is given up", extra={"message_id": str(message.id), "why": why})


def _letter(message: Message) -> Letter:
    return Letter(
        key=message.key,
        destination=message.destination,
        subject=message.subject,
        body=message.body,
        language=message.language,
        written_at=message.created_at,
        channel=message.channel,
        link=message.link,
        unsubscribe_url=message.unsubscribe_url,
        reply_to=message.reply_to,
    )


def _next_try(message: Message) -> datetime | None:
    return message.not_before_at if message.state == State.WAITING else None


def _locked(session: Session, message_id: UUID) -> Message | None:
    """The row as it is now, locked; None if it is gone or somebody else holds it."""
    return session.scalars(
        select(Message)
        .where(Message.id == message_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _later_if_there(session: Session, message_id: UUID, now: datetime) -> datetime | None:
    waiting = select(exists(select(Message.id).where(Message.id == message_id, Message.state == State.WAITING)))
    return now + SOMEBODY_ELSE_IS_AT_IT if session.scalar(waiting) else None
