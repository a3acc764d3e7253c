"""A message to a reporter that can't arrive goes by the next of their ways: from mail to WhatsApp, then SMS."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience.reach import reach_of
from complaints.complaint import Contact
from complaints.office import Office
from messages import outbox
from messages.letter import PHONE, Channel
from messages.outbox import Message, State
from messages.ways import way_to
from people import sign_in_code


def go(session: Session, office: Office, message_id: UUID, now: datetime) -> UUID | None:
    """Write it anew for the next way, once; its id, None where there is none. In the scope of the message's tenant."""
    message = session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one_or_none()
    if message is None or message.state != State.DEAD or message.replaced_by is not None:
        return None
    if message.channel == Channel.PUSH:
        return None
    if message.complaint_id is None:
        return _by_sms(session, office, message, now)
    contact = session.scalar(
        select(Contact).where(Contact.complaint_id == message.complaint_id, Contact.erased_at.is_(None))
    )
    reach = reach_of(session, message.complaint_id)
    own = contact is not None and message.destination == (contact.phone if message.channel in PHONE else contact.email)
    if reach is None or reach.stopped or not own:
        return None
    way = way_to(reach.email, reach.phone, prefers=reach.prefers, ways=office.ways, closed=reach.closed)
    if way is None or way[0] in reach.closed:
        return None
    return _write(session, office, message, *way, now)


def _by_sms(session: Session, office: Office, message: Message, now: datetime) -> UUID | None:
    """What belongs to no complaint is a code to a number, which an SMS reaches as well, while the code holds."""
    if message.channel != Channel.WHATSAPP or now - message.created_at >= sign_in_code.LASTS:
        return None
    return _write(session, office, message, Channel.SMS, message.destination, now)


def _write(
    session: Session, office: Office, message: Message, channel: Channel, destination: str, now: datetime
) -> UUID | None:
    message.replaced_by = outbox.post(
        session,
        event=message.event,
        channel=channel,
        destination=destination,
        language=message.language,
        subject=message.subject,
        body=message.body,
        link=message.link,
        unsubscribe_url=message.unsubscribe_url,
        complaint_id=message.complaint_id,
        now=now,
        defer_with=office.queue,
    )
    session.flush()
    return message.replaced_by
