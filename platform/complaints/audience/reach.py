"""How the reporter of a complaint can be reached, and what they want to hear of."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Contact
from messages.destination import closed_among
from messages.letter import PHONE, Channel
from messages.preferences import Choices


@dataclass(frozen=True)
class Reach:
    """How the reporter hears of it; without address and number not at all.

    prefers: a channel. closed: channels on which they take nothing any more. stopped: they want no messages. choices:
    what they hear of, of `preferences.REPORTERS`; contact_id: whose digest it is.
    """

    email: str | None
    language: str
    phone: str | None = None
    prefers: str | None = None
    closed: frozenset[str] = frozenset()
    stopped: bool = False
    contact_id: UUID | None = None
    choices: Choices = field(default_factory=dict)


def reach_of(session: Session, complaint_id: UUID) -> Reach | None:
    """Of a complaint in the session's tenant; None where nothing is known of the reporter there."""
    contact = session.scalar(select(Contact).where(Contact.complaint_id == complaint_id, Contact.erased_at.is_(None)))
    if contact is None:
        return None
    places = [(channel, contact.phone if channel in PHONE else contact.email) for channel in Channel]
    closed = closed_among(session, [(channel, place) for channel, place in places if place])
    return Reach(
        contact.email,
        contact.language,
        phone=contact.phone,
        prefers=contact.told_by,
        closed=frozenset(closed),
        stopped=contact.stopped_at is not None,
        contact_id=contact.id,
        choices=contact.choices,
    )
