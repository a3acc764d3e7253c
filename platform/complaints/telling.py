"""Who is told what: from a move to rows of the outbox, in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Contact
from complaints.office import Office
from complaints.rulebook import Rulebook
from complaints.timers import last_day_to_reopen
from messages import outbox, texts
from messages.destination import closed_among
from messages.letter import PHONE, Channel
from messages.ways import way_to
from people import seats
from people.permissions import Role
from tenants import scope
from tenants.database import Words
from tenants.directory import TenantCard
from tenants.tenant import in_language
from tenants.times import due_time, full_day

REPORTER_HEARS = {
    "ask": "asked",
    "schedule": "scheduled",
    "reply": "replied",
    "resolve": "resolved",
    "validate": "resolved",
    "reject": "rejected",
    "expire": "expired",
    "lapse": "lapsed",
}
"""The moves of officials after which the reporter gets a message, and which."""

AGENCY_HEARS = {
    "assign": "new_for_agency",
    "coordinate": "new_for_agency",
    "answer": "answered",
    "reopen": "reopened",
    "withdraw": "withdrawn",
    "go_on": "unanswered",
}
"""The moves after which the agency that holds the complaint gets a message, and which."""


REMINDERS = {
    "holder": "reminder",
    "supervisor": "reminder",
    "next_level": "escalated",
    "board": "on_the_board",
}
"""The steps of a ladder from the lowest rank to the highest, and the message that each sends."""

Said = Mapping[str, str | datetime | Words]
"""Values of a text that its cause fills in: as somebody wrote it, an instant, or words by language."""

QUIET_HOURS = ("21:00", "06:00")


@dataclass(frozen=True)
class Told:
    """What messages say of a complaint: of a new one, which no session has loaded, or of one in another scope."""

    id: UUID
    reference: str
    birth_tenant_id: UUID
    category_id: UUID
    agency_id: UUID | None
    respond_due_at: datetime | None
    resolve_due_at: datetime | None
    responded_at: datetime | None = None


@dataclass(frozen=True)
class Reach:
    """How the reporter hears of it; without address and number not at all.

    prefers: a channel. closed: channels on which they take nothing any more. stopped: they want no messages.
    """

    email: str | None
    language: str
    phone: str | None = None
    prefers: str | None = None
    closed: frozenset[str] = frozenset()
    stopped: bool = False


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
    values = _values(complaint, card, book, said or {})
    reach = reach or reach_of(session, complaint.id)
    birth = office.directory.by_id.get(complaint.birth_tenant_id)
    if reach is not None:
        return _post_to_reporter(session, office, reach, event, values, facts, card, now, delay=delay, defer=defer)
    if birth is not None and birth.id != card.id:
        with scope.enter(session, birth.id):
            reach = reach_of(session, facts[0])
            if reach is not None:
                return _post_to_reporter(
                    session, office, reach, event, values, facts, card, now, delay=delay, defer=defer
                )
    return None


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
) -> None:
    """Write the message to the agency that holds the complaint, if it has an address; to one of its people as well."""
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    to = [agency.email] if agency is not None and agency.email else []
    if seat_id is not None:
        to += [email for email in seats.emails_of(session, seat_ids=[seat_id]) if email not in to]
    if not to:
        return
    language = card.languages[0]
    values = _values(complaint, card, book, said or {})(language) | {
        "url": f"{office.addresses.of(card)}/staff/complaints/{complaint.id}"
    }
    subject, body = texts.compose(event, language, values, card.texts)
    for address in to:
        outbox.post(
            session,
            event=event,
            channel="email",
            destination=address,
            language=language,
            subject=subject,
            body=body,
            complaint_id=complaint.id,
            now=now,
            delay=delay,
            defer_with=office.queue if defer else None,
        )


def words_of(complaint: Complaint, card: TenantCard, book: Rulebook, language: str) -> dict[str, str]:
    """What any text about a complaint can say, in a language: reference, city, category, agency, due."""
    return _values(complaint, card, book, {})(language)


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
    said: Mapping[str, str],
    delay: timedelta = timedelta(0),
) -> None:
    """Write to some of the city's people about a complaint. said: what the event needs beside the complaint's own."""
    language = card.languages[0]
    values = _values(complaint, card, book, said)(language) | {
        "url": f"{office.addresses.of(card)}/staff/complaints/{complaint.id}"
    }
    subject, body = texts.compose(event, language, values, card.texts)
    for address in seats.emails_of(session, seat_ids=seat_ids):
        outbox.post(
            session,
            event=event,
            channel="email",
            destination=address,
            language=language,
            subject=subject,
            body=body,
            complaint_id=complaint.id,
            now=now,
            delay=delay,
            defer_with=office.queue,
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
    category = office.rulebooks.of(session, card).category_by_id(category_id)
    fallback = list(card.languages)
    named = {
        "city": in_language(card.name, language, fallback),
        "category": in_language(category.name, language, fallback) if category else "–",
    }
    subject, body = texts.compose(event, language, {**named, **words}, card.texts)
    outbox.post(
        session,
        event=event,
        channel="email",
        destination=email,
        language=language,
        subject=subject,
        body=body,
        now=now,
        defer_with=office.queue,
    )


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
    subject, body = texts.compose(event, language, {"city": city, **words}, card.texts)
    outbox.post(
        session,
        event=event,
        channel="email",
        destination=email,
        language=language,
        subject=subject,
        body=body,
        now=now,
        defer_with=office.queue,
    )


def spoken(said: Said, language: str, fallback: Sequence[str], zone: str) -> dict[str, str]:
    """The values in a language, instants in a zone's time."""
    return {name: _in_words(value, language, fallback, zone) for name, value in said.items()}


def _in_words(value: str | datetime | Words, language: str, fallback: Sequence[str], zone: str) -> str:
    if isinstance(value, datetime):
        return due_time(value, language, zone)
    return value if isinstance(value, str) else in_language(value, language, list(fallback))


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
    addresses = _addresses_of(session, book, complaint, whom)
    language = card.languages[0]
    event = event or REMINDERS[whom]
    values = _values(complaint, card, book, said or {})(language) | {
        "url": f"{office.addresses.of(card)}/staff/complaints/{complaint.id}"
    }
    subject, body = texts.compose(event, language, values, card.texts)
    calm = timedelta(0) if complaint.urgency == 0 else quiet_for(now, card.time_zone, card.options)
    for address in addresses:
        outbox.post(
            session,
            event=event,
            channel="email",
            destination=address,
            language=language,
            subject=subject,
            body=body,
            complaint_id=complaint.id,
            now=now,
            delay=max(calm, delay),
            defer_with=office.queue,
        )


def quiet_for(now: datetime, time_zone: str, options: Mapping[str, Any]) -> timedelta:
    """How long an ordinary message to officials waits: until the tenant's quiet hours are over, nothing outside them.

    options: `quiet_hours` as ["21:00", "06:00"], local time; the first may be the later, across midnight.
    """
    start, end = (time.fromisoformat(written) for written in options.get("quiet_hours", QUIET_HOURS))
    here = now.astimezone(ZoneInfo(time_zone))
    quiet = start <= here.time() < end if start <= end else here.time() >= start or here.time() < end
    if not quiet:
        return timedelta(0)
    ends = here.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return (ends if ends > here else ends + timedelta(days=1)) - here


def _addresses_of(session: Session, book: Rulebook, complaint: Complaint, whom: str) -> list[str]:
    ranks = list(REMINDERS)
    for rank in ranks[ranks.index(whom) :]:
        found = _rank(session, book, complaint, rank)
        if found:
            return found
    return []


def _rank(session: Session, book: Rulebook, complaint: Complaint, rank: str) -> list[str]:
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    if rank == "holder":
        holder = seats.emails_of(session, seat_ids=[complaint.holder_id]) if complaint.holder_id else []
        return holder or ([agency.email] if agency and agency.email else [])
    if rank == "supervisor":
        return seats.emails_of(session, roles=[Role.SUPERVISOR], agency_id=complaint.agency_id)
    if rank == "next_level":
        above = book.agencies.get(agency.parent_id) if agency and agency.parent_id else None
        return [above.email] if above and above.email else seats.emails_of(session, roles=[Role.SUPERVISOR])
    return seats.emails_of(session, roles=[Role.ADMIN])


def _post_to_reporter(
    session: Session,
    office: Office,
    reach: Reach,
    event: str,
    values: "_Values",
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
    return outbox.post(
        session,
        event=event,
        channel=channel,
        destination=destination,
        language=reach.language,
        subject=subject,
        body=body,
        link=manage_url,
        complaint_id=complaint_id,
        now=now,
        delay=delay,
        defer_with=office.queue if defer else None,
    )


def told_of(complaint: Complaint) -> Told:
    """What messages say of a complaint, kept across a change of scope."""
    return Told(**{field.name: getattr(complaint, field.name) for field in fields(Told)})


def reach_of(session: Session, complaint_id: UUID) -> Reach | None:
    """How the reporter of a complaint is reached by what this tenant knows; None where it knows nothing."""
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
    )


class _Values:
    """The placeholders of a complaint's messages, read before the scope changes and put in a language after."""

    def __init__(self, complaint: Complaint | Told, card: TenantCard, book: Rulebook, said: Said) -> None:
        self._card = card
        self._reference = complaint.reference
        self._category = book.category_by_id(complaint.category_id)
        self._agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
        self._due_at = complaint.respond_due_at if complaint.responded_at is None else complaint.resolve_due_at
        self._until_on = _reopening_ends(complaint, card, book)
        self._said = said

    def __call__(self, language: str) -> dict[str, str]:
        fallback = list(self._card.languages)
        city = in_language(self._card.name, language, fallback)
        return {
            "reference": self._reference,
            "city": city,
            "category": in_language(self._category.name, language, fallback) if self._category else "",
            "agency": in_language(self._agency.name, language, fallback) if self._agency else city,
            "due": due_time(self._due_at, language, self._card.time_zone) if self._due_at else "",
            "until": full_day(self._until_on, language) if self._until_on else "",
            **spoken(self._said, language, fallback, self._card.time_zone),
        }


def _reopening_ends(complaint: Complaint | Told, card: TenantCard, book: Rulebook) -> date | None:
    """The last day on which an ended complaint can be opened again; None where it can't."""
    closed_at = complaint.closed_at if isinstance(complaint, Complaint) else None
    return last_day_to_reopen(closed_at, book.terms, card.time_zone) if closed_at and book.terms.reopen_days else None


def _values(complaint: Complaint | Told, card: TenantCard, book: Rulebook, said: Said) -> _Values:
    return _Values(complaint, card, book, said)
