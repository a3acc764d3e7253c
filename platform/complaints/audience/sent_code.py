"""Sending a code: to a number by WhatsApp, and by SMS where that takes nothing; to an address by mail."""

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from complaints.office import Office
from messages import outbox, texts
from messages.destination import closed_among
from messages.letter import PHONE, Channel
from people import sign_in_code
from people.sign_in_code import Asked
from tenants.directory import TenantCard
from tenants.tenant import in_language

EVENT = "sign_in_code"


def send(
    session: Session, office: Office, card: TenantCard, asked: Asked, *, host: str, language: str, now: datetime
) -> None:
    """Write the message with the code of this moment, in the scope of the city on whose host it is entered."""
    code = sign_in_code.code_of(office.secret, host, asked.address, now)
    url = f"{office.addresses.of(card)}/sign-in/code?{urlencode({'contact': asked.address})}"
    values = {"code": code, "url": url, "city": in_language(card.name, language, list(card.languages))}
    subject, body = texts.compose(EVENT, language, values, card.texts)
    channel = _channel(session, asked)
    if channel in PHONE and code not in subject:  # an SMS is its subject alone
        subject = f"{subject}: {code}"
    outbox.post(
        session,
        event=EVENT,
        channel=channel,
        destination=asked.address,
        language=language,
        subject=subject,
        body=body,
        now=now,
        defer_with=office.queue,
    )


def _channel(session: Session, asked: Asked) -> Channel:
    if not asked.phone:
        return Channel.EMAIL
    closed = closed_among(session, [(Channel.WHATSAPP, asked.phone)])
    return Channel.SMS if Channel.WHATSAPP in closed else Channel.WHATSAPP
