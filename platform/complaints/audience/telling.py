"""Who is told what: from a move to rows of the outbox, in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.audience import ending_link
from complaints.audience.agency_address import address_of, write_to
from complaints.audience.arriving import tell_its_people
from complaints.audience.notices import REMINDERS, addressees, tell_people
from complaints.audience.notifying import notify_reporter
from complaints.audience.reach import Reach, reach_of
from complaints.audience.wording import Said, Told, Wording
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from messages import digest, outbox, preferences, texts
from messages.footing import ENDING, footed
from messages.letter import Channel
from messages.preferences import DIGEST_AT, OFFICIALS, REPORTERS, How
from messages.reply_address import reply_address
from messages.ways import way_to
from people import seats
from tenants import scope
from tenants.directory import TenantCard
from tenants.scope import tenant_of
from tenants.tenant import in_language

REPORTER_HEARS = {
    "ask": "asked",
    "start": "started",
    "schedule": "scheduled",
    "reply": "replied",
    "resolve": "resolved",
    "validate": "resolved",
    "reject": "rejected",
    "conceal": "concealed",
    "overturn": "opened_by_check",
    "expire": "expired",
    "lapse": "lapsed",
}
"""The moves of officials after which the reporter gets a message, and which."""

AGENCY_HEARS = {
    "assign": "new_for_agency",
    "coordinate": "new_for_agency",
    "answer": "answered",
    "reopen": "reopened",
    "overturn": "overturned",
    "withdraw": "withdrawn",
    "write": "reporter_wrote",
    "go_on": "unanswered",
}
"""The moves after which the agency that holds the complaint gets a message, and which."""


def tell_reporter(
    session: Session,
    office: Office,
    complaint: Complaint | Told,
    event: str,
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    said: Said | None = None,
    reach: Reach | None = None,
    delay: timedelta = timedelta(0),
    defer: bool = True,
) -> UUID | None:
    """Write the message to the reporter, if there is a way to reach them; its id.

    said: further values of the text; an instant is put in the reader's words. reach: where the caller has it at hand.
    delay: how long it can be taken back. Contact data that may not cross stays in the birth tenant: then the message
    is relayed from there, and the tenant that answers never sees where it goes.
    """
    facts = (complaint.id, complaint.reference, complaint.birth_tenant_id)
    values = Wording(complaint, card, book, said or {})
    reach = reach or reach_of(session, complaint.id)
    birth = office.directory.by_id.get(complaint.birth_tenant_id)
    message_id = None
    if reach is not None:
        message_id = _post_to_reporter(
            session, office, reach, event, values, facts, card, now, delay=delay, defer=defer
        )
    elif birth is not None and birth.id != card.id:
        with scope.enter(session, birth.id):
            reach = reach_of(session, facts[0])
            if reach is not None:
                message_id = _post_to_reporter(
                    session, office, reach, event, values, facts, card, now, delay=delay, defer=defer
                )
    choices = reach.choices if reach is not None else {}
    notify_reporter(session, office, facts, event, values, choices, card, now, delay)
    return message_id


def tell_agency(
    session: Session,
    office: Office,
    complaint: Complaint | Told,
    event: str,
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    said: Said | None = None,
    delay: timedelta = timedelta(0),
    seat_id: UUID | None = None,
    defer: bool = True,
    its_people: bool = True,
) -> None:
    """Write the message to the agency that holds the complaint, to one of its people as well, else to all (arriving).

    defer: False while a report is filed, of which a job tells its people. its_people: False where many come at once.
    """
    address = address_of(book.agencies.get(complaint.agency_id) if complaint.agency_id else None, office.ways)
    urgent = isinstance(complaint, Complaint) and complaint.urgency == 0
    values = Wording(complaint, card, book, said or {})
    if seat_id is None and isinstance(complaint, Complaint) and event in OFFICIALS["reporter"].events:
        seat_id = complaint.holder_id  # the reporter's word is for whoever has it
    people = seats.addressees_of(session, seat_ids=[seat_id]) if seat_id is not None else []
    tell_people(
        session,
        office,
        [one for one in people if one.email != address.email],
        event,
        values,
        complaint_id=complaint.id,
        card=card,
        now=now,
        delay=delay,
        urgent=urgent,
    )
    if not people and its_people and defer:
        tell_its_people(
            session,
            office,
            complaint.agency_id,
            event,
            address,
            values,
            complaint_id=complaint.id,
            card=card,
            now=now,
            delay=delay,
            urgent=urgent,
        )
    if address:
        calm = timedelta(0) if urgent else quiet_for(now, card.time_zone, card.options)
        write_to(session, office, address, event, values, complaint.id, card, now, delay=delay, calm=calm, defer=defer)


def words_of(complaint: Complaint, card: TenantCard, book: Rulebook, language: str) -> dict[str, str]:
    """What any text about a complaint can say, in a language: reference, city, category, agency, due."""
    return Wording(complaint, card, book, {})(language)


def tell_seats(
    session: Session,
    office: Office,
    complaint: Complaint,
    event: str,
    seat_ids: Sequence[UUID],
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    said: Said,
    delay: timedelta = timedelta(0),
) -> None:
    """Tell some of the city's people of a complaint, each as they chose. said: what the event needs beside its own."""
    tell_people(
        session,
        office,
        seats.addressees_of(session, seat_ids=seat_ids),
        event,
        Wording(complaint, card, book, said),
        complaint_id=complaint.id,
        card=card,
        now=now,
        delay=delay,
        urgent=complaint.urgency == 0,
    )


def tell_follower(
    session: Session,
    office: Office,
    event: str,
    email: str,
    language: str,
    words: Mapping[str, str],
    *,
    category_id: UUID,
    card: TenantCard,
    now: datetime,
) -> None:
    """Write to somebody who follows a complaint of `card`, in the scope of the tenant that knows their address.

    words: reference, url and manage_url, the link by which they end it. Not tied to the complaint in the outbox, since
    there it would be erased and looked up as its reporter's.
    """
    category = office.rulebooks.of(session, card).category_ever(category_id)
    fallback = list(card.languages)
    named = {
        "city": in_language(card.name, language, fallback),
        "category": in_language(category.name, language, fallback) if category else "–",
    }
    _post_to_follower(session, office, event, email, language, {**named, **words}, card, now)


def tell_of_incident(
    session: Session,
    office: Office,
    event: str,
    email: str,
    language: str,
    words: Mapping[str, str],
    *,
    card: TenantCard,
    now: datetime,
) -> None:
    """Write to somebody about an incident of the session's tenant. words: incident, url, manage_url, and answer."""
    city = in_language(card.name, language, list(card.languages))
    _post_to_follower(session, office, event, email, language, {"city": city, **words}, card, now)


def _post_to_follower(
    session: Session,
    office: Office,
    event: str,
    email: str,
    language: str,
    words: Mapping[str, str],
    card: TenantCard,
    now: datetime,
) -> None:
    subject, body = texts.compose(event, language, words, card.texts)
    subscribed = not event.endswith("_confirm")  # before that there is nothing to end, as the text says
    ending_url = ending_link.of_follower(words["manage_url"]) if subscribed else None
    letter = (subject, footed(body, language, ENDING, ending_url) if ending_url else body)
    outbox.mail(session, office.queue, event, email, letter, language=language, now=now, unsubscribe_url=ending_url)


def remind(
    session: Session,
    office: Office,
    complaint: Complaint,
    whom: str,
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    event: str | None = None,
    delay: timedelta = timedelta(0),
    said: Said | None = None,
) -> None:
    """Write to those whom a step of the ladder names: holder, supervisor, next_level or board.

    event, said: what they are told, else that of the step. delay: how long it can be taken back.

    Where a step finds nobody with an address, the next rank above hears of it, so that no step falls silent. Outside
    emergencies the message waits for the end of the quiet hours; the step itself doesn't.
    """
    event = event or REMINDERS[whom]
    values = Wording(complaint, card, book, said or {})
    calm = timedelta(0) if complaint.urgency == 0 else quiet_for(now, card.time_zone, card.options)
    address, people = addressees(session, office, book, complaint, whom)
    tell_people(
        session,
        office,
        people,
        event,
        values,
        complaint_id=complaint.id,
        card=card,
        now=now,
        delay=delay,
        urgent=complaint.urgency == 0,
    )
    if address:
        longer = max(calm, delay)
        write_to(session, office, address, event, values, complaint.id, card, now, delay=longer)


def quiet_for(now: datetime, time_zone: str, options: Mapping[str, Any]) -> timedelta:
    """How long an ordinary message waits: until the tenant's quiet hours are over, nothing outside them."""
    return preferences.quiet_for(now, time_zone, preferences.quiet_hours(options))


def _post_to_reporter(
    session: Session,
    office: Office,
    reach: Reach,
    event: str,
    values: "Wording",
    facts: tuple[UUID, str, UUID],
    card: TenantCard,
    now: datetime,
    *,
    delay: timedelta,
    defer: bool,
) -> UUID | None:
    way = way_to(reach.email, reach.phone, prefers=reach.prefers, ways=office.ways, closed=reach.closed)
    if way is None or reach.stopped:
        return None
    channel, destination = way
    complaint_id, reference, birth_tenant_id = facts
    manage_url = office.manage_url(card, reference, birth_tenant_id, complaint_id)
    words = values(reach.language) | {
        "url": office.addresses.complaint(card, reference),
        "manage_url": manage_url,
    }
    subject, body = texts.compose(event, reach.language, words, card.texts)
    chosen = preferences.how(REPORTERS, reach.choices, event, Channel.EMAIL)
    if chosen is How.NEVER:
        return None
    if chosen is How.DIGEST and channel is Channel.EMAIL and reach.contact_id is not None:
        hour = card.options.get("digest_at", DIGEST_AT)
        reader = digest.Reader(
            id=reach.contact_id,
            destination=destination,
            language=reach.language,
            manage_url=f"{manage_url}#hearing",
            unsubscribe_url=ending_link.of_reporter(session, office, complaint_id),
            due_at=preferences.next_at(now + delay, card.time_zone, hour),
        )
        digest.add_line(
            session,
            office.queue,
            reader,
            event=event,
            subject=subject,
            link=manage_url,
            complaint_id=complaint_id,
            now=now,
        )
        return None
    if event == "promise_passed":  # nobody did anything just now that it answers
        delay = max(delay, quiet_for(now, card.time_zone, card.options))
    ending_url = ending_link.of_reporter(session, office, complaint_id)
    here = office.directory.by_id[tenant_of(session)]
    answered = office.reply_domain is not None and channel is Channel.EMAIL and not here.is_commons
    return outbox.post(
        session,
        event=event,
        channel=channel,
        destination=destination,
        language=reach.language,
        subject=subject,
        body=footed(body, reach.language, ENDING, ending_url),
        link=manage_url,
        unsubscribe_url=ending_url,
        reply_to=reply_address(office.secret, here.code, complaint_id, office.reply_domain or "") if answered else None,
        complaint_id=complaint_id,
        now=now,
        delay=delay,
        defer_with=office.queue if defer else None,
    )
