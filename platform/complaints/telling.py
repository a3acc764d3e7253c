"""Who is told what: from a move to rows of the outbox, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Contact
from complaints.office import Office
from complaints.rulebook import Rulebook
from messages import outbox, texts
from tenants import scope
from tenants.directory import TenantCard
from tenants.tenant import in_language
from tenants.times import due_time

REPORTER_HEARS = {
    "ask": "asked",
    "schedule": "scheduled",
    "resolve": "resolved",
    "validate": "resolved",
    "reject": "rejected",
}
"""The moves of officials after which the reporter gets a message, and which."""

AGENCY_HEARS = {
    "assign": "new_for_agency",
    "coordinate": "new_for_agency",
    "answer": "answered",
    "reopen": "reopened",
    "withdraw": "withdrawn",
}
"""The moves after which the agency that holds the complaint gets a message, and which."""


@dataclass(frozen=True)
class Told:
    """What messages say of a complaint: of a new one, which no session has loaded."""

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
    """How the reporter hears of it. email None: not at all."""

    email: str | None
    language: str


def tell_reporter(
    session: Session,
    office: Office,
    complaint: Complaint | Told,
    event: str,
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    said: Mapping[str, str] | None = None,
    reach: Reach | None = None,
    defer: bool = True,
) -> None:
    """Write the message to the reporter, if there is a way to reach them.

    reach: where the caller has it at hand. Contact data that may not cross stays in the birth tenant: then the message
    is relayed from there, and the tenant that answers never sees where it goes.
    """
    facts = (complaint.id, complaint.reference, complaint.birth_tenant_id)
    values = _values(complaint, card, book, said or {})
    reach = reach or _reach(session, complaint.id)
    birth = office.directory.by_id.get(complaint.birth_tenant_id)
    if reach is not None:
        _post_to_reporter(session, office, reach, event, values, facts, card, now, defer=defer)
    elif birth is not None and birth.id != card.id:
        with scope.enter(session, birth.id):
            reach = _reach(session, facts[0])
            if reach is not None:
                _post_to_reporter(session, office, reach, event, values, facts, card, now, defer=defer)


def tell_agency(
    session: Session,
    office: Office,
    complaint: Complaint | Told,
    event: str,
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    said: Mapping[str, str] | None = None,
    defer: bool = True,
) -> None:
    """Write the message to the agency that holds the complaint, if it has an address."""
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    if agency is None or not agency.email:
        return
    language = card.languages[0]
    values = _values(complaint, card, book, said or {})(language) | {
        "url": f"{office.addresses.of(card)}/staff/complaints/{complaint.id}"
    }
    subject, body = texts.compose(event, language, values, card.texts)
    outbox.post(
        session,
        event=event,
        channel="email",
        destination=agency.email,
        language=language,
        subject=subject,
        body=body,
        complaint_id=complaint.id,
        now=now,
        defer_with=office.queue if defer else None,
    )


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
    defer: bool,
) -> None:
    if not reach.email:
        return
    complaint_id, reference, birth_tenant_id = facts
    words = values(reach.language) | {
        "url": office.addresses.complaint(card, reference),
        "manage_url": office.manage_url(card, reference, birth_tenant_id, complaint_id),
    }
    subject, body = texts.compose(event, reach.language, words, card.texts)
    outbox.post(
        session,
        event=event,
        channel="email",
        destination=reach.email,
        language=reach.language,
        subject=subject,
        body=body,
        complaint_id=complaint_id,
        now=now,
        defer_with=office.queue if defer else None,
    )


def _reach(session: Session, complaint_id: UUID) -> Reach | None:
    contact = session.scalar(select(Contact).where(Contact.complaint_id == complaint_id, Contact.erased_at.is_(None)))
    return Reach(contact.email, contact.language) if contact else None


class _Values:
    """The placeholders of a complaint's messages, read before the scope changes and put in a language after."""

    def __init__(self, complaint: Complaint | Told, card: TenantCard, book: Rulebook, said: Mapping[str, str]) -> None:
        self._card = card
        self._reference = complaint.reference
        self._category = book.category_by_id(complaint.category_id)
        self._agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
        self._due_at = complaint.respond_due_at if complaint.responded_at is None else complaint.resolve_due_at
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
            **self._said,
        }


def _values(complaint: Complaint | Told, card: TenantCard, book: Rulebook, said: Mapping[str, str]) -> _Values:
    return _Values(complaint, card, book, said)
