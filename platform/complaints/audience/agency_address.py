"""An agency's own addresses: a mailbox and a number that nobody in particular reads, so that they have no preferences.

Its number gets what its mailbox gets, where this installation can send to telephones: by WhatsApp, or by SMS where that
takes nothing. A service's short number (123) takes no messages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.rules.rulebook import AgencyEntry
from messages import destination, outbox, texts
from messages.footing import OFFICE, footed
from messages.letter import PHONE, Channel
from messages.ways import Ways
from tenants.directory import TenantCard


@dataclass(frozen=True)
class AgencyAddress:
    """Where an agency is written to. phone: E.164."""

    email: str | None = None
    phone: str | None = None

    def __bool__(self) -> bool:
        return bool(self.email or self.phone)


NOWHERE = AgencyAddress()


def address_of(agency: AgencyEntry | None, ways: Ways) -> AgencyAddress:
    """An agency's addresses, as far as this installation can write there."""
    if agency is None:
        return NOWHERE
    takes = ways.phone and agency.phone is not None and agency.phone.startswith("+")
    return AgencyAddress(agency.email, agency.phone if takes else None)


def write_to(
    session: Session,
    office: Office,
    address: AgencyAddress,
    event: str,
    values: Callable[[str], Mapping[str, str]],
    complaint_id: UUID | None,
    card: TenantCard,
    now: datetime,
    *,
    delay: timedelta = timedelta(0),
    calm: timedelta = timedelta(0),
    defer: bool = True,
    link_to_many: str = "",
    once: UUID | None = None,
) -> None:
    """Write to an agency's addresses. delay: how long it can be taken back. calm: until a telephone may ring.

    complaint_id: None for a message about several; link_to_many: where they are listed. once: see `outbox.post`.
    """
    language = card.languages[0]
    url = office.addresses.staff_complaint(card, complaint_id) if complaint_id else link_to_many
    subject, body = texts.compose(event, language, {**values(language), "url": url}, card.texts)
    ways = [(Channel.EMAIL, address.email, delay)] if address.email else []
    if address.phone:
        ways.append((_by(session, address.phone), address.phone, max(delay, calm)))
    for channel, where, wait in ways:
        outbox.post(
            session,
            event=event,
            channel=channel,
            destination=where,
            language=language,
            subject=subject,
            body=footed(body, language, OFFICE),
            link=url if channel in PHONE else None,
            complaint_id=complaint_id,
            now=now,
            delay=wait,
            defer_with=office.queue if defer else None,
            once=once,
        )


def _by(session: Session, phone: str) -> Channel:
    """WhatsApp, unless that takes nothing for this number and SMS does."""
    closed = destination.closed_among(session, [(channel, phone) for channel in PHONE])
    return next((channel for channel in PHONE if channel not in closed), PHONE[0])
