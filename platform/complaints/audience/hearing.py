"""How a complaint's reporter hears of it: by which of the ways they left, or not at all; theirs to choose."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Contact
from complaints.office import Office
from messages import preferences
from messages.destination import Closed, closed_among, hint_of
from messages.letter import PHONE, Channel
from messages.preferences import REPORTERS, How
from messages.ways import way_to
from tenants import scope
from tenants.errors import Invalid, NotFound

SILENCE = "none"


@dataclass(frozen=True)
class Choice:
    """One way. hint: of the address. closed: why nothing is taken there any more, None where all is well."""

    channel: Channel
    hint: str
    closed: Closed | None


@dataclass(frozen=True)
class Hearing:
    """choices: the ways that the reporter left, and this installation has. chosen: a channel, or SILENCE.

    topics: when they hear of what can be chosen, by the names of `preferences.REPORTERS`; offers: when they can, by
    the chosen channel.
    """

    choices: Sequence[Choice]
    chosen: str
    topics: Mapping[str, How]

    def offers(self, topic: str) -> Sequence[How]:
        return [how for how in REPORTERS[topic].offers if how is not How.DIGEST or self.chosen == Channel.EMAIL]


def hearing_of(session: Session, office: Office, complaint: Complaint) -> Hearing | None:
    """How the reporter hears of it; None where they left no way. In the scope of the complaint's tenant."""
    with _contact(session, office, complaint) as contact:
        if contact is None:
            return None
        places = {channel: contact.phone if channel in PHONE else contact.email for channel in office.ways.channels}
        left = [(channel, place) for channel, place in places.items() if place]
        closed = closed_among(session, left)
        way = way_to(contact.email, contact.phone, prefers=contact.told_by, ways=office.ways, closed=closed)
        if way is None:
            return None
        return Hearing(
            [Choice(channel, hint_of(channel, place), closed.get(channel)) for channel, place in left],
            SILENCE if contact.stopped_at else way[0],
            {
                name: preferences.how(REPORTERS, contact.choices, topic.events[0], Channel.EMAIL)
                for name, topic in REPORTERS.items()
            },
        )


def choose(
    session: Session,
    office: Office,
    complaint: Complaint,
    chosen: str,
    now: datetime,
    topics: Mapping[str, str] | None = None,
) -> None:
    """Tell the reporter by this channel from now on, or by none for SILENCE; and of these topics so.

    Raises Invalid, or NotFound where they left no way.
    """
    for name, how in (topics or {}).items():
        if name not in REPORTERS or how not in REPORTERS[name].offers:
            raise Invalid("Choose one of what is offered.", field=name)
    with _contact(session, office, complaint) as contact:
        if contact is None:
            raise NotFound("This report has no address to write to.")
        if topics:
            contact.choices = {**contact.choices, **{name: {"email": how} for name, how in topics.items()}}
        if chosen == SILENCE:
            contact.stopped_at = contact.stopped_at or now
            return
        place = contact.phone if chosen in PHONE else contact.email
        if chosen not in office.ways.channels or not place:
            raise Invalid("Choose one of the ways in the list.", field="channel")
        contact.told_by, contact.stopped_at = chosen, None


@contextmanager
def _contact(session: Session, office: Office, complaint: Complaint) -> Iterator[Contact | None]:
    """The contact, in the scope of the tenant that has it: this one, or the birth tenant where it may not cross."""
    complaint_id, birth_tenant_id = complaint.id, complaint.birth_tenant_id
    here = select(Contact).where(Contact.complaint_id == complaint_id, Contact.erased_at.is_(None))
    contact = session.scalar(here)
    if contact is not None or birth_tenant_id not in office.directory.by_id:
        yield contact
    else:
        with scope.enter(session, birth_tenant_id):
            yield session.scalar(here)
