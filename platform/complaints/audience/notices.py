"""What officials hear of a complaint: each by what they chose, at once, in their digest or not at all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.audience import ending_link
from complaints.audience.agency_address import NOWHERE, AgencyAddress, address_of
from complaints.audience.deputies import deputies_of
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from messages import digest, outbox, preferences, push, texts
from messages.footing import DUTY, ENDING, footed
from messages.heading import headed
from messages.letter import Channel
from messages.preferences import DIGEST_AT, OFFICIALS, How
from messages.push import PushSubscription
from messages.ways import Ways
from people import seats
from people.permissions import Role
from people.seats import Addressee
from tenants.directory import TenantCard

REMINDERS = {
    "holder": "reminder",
    "supervisor": "reminder",
    "next_level": "escalated",
    "board": "on_the_board",
}
"""The steps of a ladder from the lowest rank to the highest, and the message that each sends."""

InLanguage = Callable[[str], Mapping[str, str]]
"""The placeholders of a message, in a language."""


def tell_people(
    session: Session,
    office: Office,
    people: Sequence[Addressee],
    event: str,
    values: InLanguage,
    *,
    complaint_id: UUID,
    card: TenantCard,
    now: datetime,
    delay: timedelta = timedelta(0),
    urgent: bool = False,
    cause_id: UUID | None = None,
    by_mail: bool = True,
    link_to_many: str | None = None,
    once: UUID | None = None,
) -> None:
    """Write to officials of the session's tenant and whoever stands in for them, in the transaction of what they are
    told of.

    delay: how long it can be taken back. urgent: quiet hours and digests don't hold it up. cause_id: of a job that may
    run twice, so that a digest has its line once. by_mail: also there, not to their devices alone.
    link_to_many: of a message about several reports, where they are listed; complaint_id is then any of them.
    once: see `outbox.post`.
    """
    people = [*people, *deputies_of(session, people, event, complaint_id, card, now)]
    devices = _devices(session, office, people, event)
    about_id = None if link_to_many else complaint_id
    for one in people:
        language = one.language if one.language in card.languages else card.languages[0]
        url = link_to_many or office.addresses.staff_complaint(card, complaint_id)
        subject, body = texts.compose(event, language, {**values(language), "url": url}, card.texts)
        if one.in_place_of:
            subject, body = headed(subject, body, language, one.in_place_of)
        wait = delay if urgent else max(delay, quiet_of(card, one, now))
        post = partial(
            outbox.post,
            session,
            event=event,
            language=language,
            subject=subject,
            link=url,
            complaint_id=about_id,
            now=now,
            delay=wait,
            defer_with=office.queue,
            once=once,
        )
        for device in devices.get(one.seat_id, ()):
            post(channel=Channel.PUSH, destination=str(device.id), body=body)
        chosen = preferences.how(OFFICIALS, one.choices, event, Channel.EMAIL) if by_mail else How.NEVER
        if chosen is How.DIGEST and not urgent:
            digest.add_line(
                session,
                office.queue,
                reader_of(office, card, one, language, now + delay),
                event=event,
                subject=subject,
                link=url,
                complaint_id=about_id,
                now=now,
                cause_id=cause_id,
            )
        elif chosen is not How.NEVER:
            ending_url = _ending_url(office, card, one, event)
            post(
                channel=Channel.EMAIL,
                destination=one.email,
                body=_footed(office, card, body, language, ending_url),
                unsubscribe_url=ending_url,
            )


def _devices(
    session: Session, office: Office, people: Sequence[Addressee], event: str
) -> Mapping[UUID, list[PushSubscription]]:
    """By seat, the browsers that are notified of an event."""
    found: dict[UUID, list[PushSubscription]] = {}
    wanting = [one.seat_id for one in people if preferences.pushes(OFFICIALS, one.choices, event)]
    for device in push.devices_of(session, wanting) if office.push_key else ():
        found.setdefault(device.reader_id, []).append(device)
    return found


def quiet_of(card: TenantCard, one: Addressee, now: datetime) -> timedelta:
    """How long an ordinary message to this official waits."""
    own = one.preference
    hours = preferences.quiet_hours(card.options, own.quiet_from if own else None, own.quiet_until if own else None)
    return preferences.quiet_for(now, card.time_zone, hours)


def reader_of(office: Office, card: TenantCard, one: Addressee, language: str, after: datetime) -> digest.Reader:
    """An official as the reader of the first digest after an instant."""
    hour = (one.preference.digest_at if one.preference else None) or card.options.get("digest_at", DIGEST_AT)
    return digest.Reader(
        id=one.seat_id,
        destination=one.email,
        language=language,
        manage_url=_preferences(office, card),
        unsubscribe_url=ending_link.of_seat(office, card, one.seat_id, ending_link.DAY),
        due_at=preferences.next_at(after, card.time_zone, hour),
    )


def _ending_url(office: Office, card: TenantCard, one: Addressee, event: str) -> str | None:
    """Where they end such messages; None for what is their own duty."""
    topic = preferences.topic_of(OFFICIALS, event)
    silent = topic is not None and OFFICIALS[topic].can_be_silent
    return ending_link.of_seat(office, card, one.seat_id, topic) if topic is not None and silent else None


def _footed(office: Office, card: TenantCard, body: str, language: str, ending_url: str | None) -> str:
    if ending_url is not None:
        return footed(body, language, ENDING, ending_url)
    return footed(body, language, DUTY, _preferences(office, card))


def _preferences(office: Office, card: TenantCard) -> str:
    return f"{office.addresses.of(card)}/staff/preferences"


def addressees(
    session: Session, office: Office, book: Rulebook, complaint: Complaint, whom: str
) -> tuple[AgencyAddress, Sequence[Addressee]]:
    """An agency's addresses or some officials: the first rank from `whom` upwards in which there is somebody."""
    ranks = list(REMINDERS)
    for rank in ranks[ranks.index(whom) :]:
        address, people = _rank(session, office.ways, book, complaint, rank)
        if address or people:
            return address, people
    return NOWHERE, ()


def _rank(
    session: Session, ways: Ways, book: Rulebook, complaint: Complaint, rank: str
) -> tuple[AgencyAddress, Sequence[Addressee]]:
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    if rank == "holder":
        holder = seats.addressees_of(session, seat_ids=[complaint.holder_id]) if complaint.holder_id else []
        return (NOWHERE, holder) if holder else (address_of(agency, ways), ())
    if rank == "supervisor":
        people = seats.addressees_of(session, roles=[Role.SUPERVISOR], agency_id=complaint.agency_id)
        if agency is not None and agency.head_id is not None and agency.head_id not in {one.seat_id for one in people}:
            people += seats.addressees_of(session, seat_ids=[agency.head_id])
        return NOWHERE, people
    if rank == "next_level":
        above = book.agencies.get(agency.parent_id) if agency and agency.parent_id else None
        if address := address_of(above, ways):
            return address, ()
        return NOWHERE, seats.addressees_of(session, roles=[Role.SUPERVISOR])
    return NOWHERE, seats.addressees_of(session, roles=[Role.ADMIN])
