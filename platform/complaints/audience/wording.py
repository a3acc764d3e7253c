"""What messages say of a complaint: its facts, kept across a change of scope and put in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from complaints.clocks.timers import last_day_to_reopen
from complaints.complaint import Complaint
from complaints.rules.rulebook import Rulebook
from tenants.database import Words
from tenants.directory import TenantCard
from tenants.tenant import in_language
from tenants.times import due_time, full_day

Said = Mapping[str, str | datetime | Words]
"""Values of a text that its cause fills in: as somebody wrote it, an instant, or words by language."""


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


def told_of(complaint: Complaint) -> Told:
    """What messages say of a complaint, kept across a change of scope."""
    return Told(**{field.name: getattr(complaint, field.name) for field in fields(Told)})


class Wording:
    """The placeholders of a complaint's messages, read before the scope changes and put in a language after."""

    def __init__(self, complaint: Complaint | Told, card: TenantCard, book: Rulebook, said: Said) -> None:
        self._card = card
        self._reference = complaint.reference
        self._category = book.category_ever(complaint.category_id)
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


def spoken(said: Said, language: str, fallback: Sequence[str], zone: str) -> dict[str, str]:
    """The values in a language, instants in a zone's time."""
    return {name: _in_words(value, language, fallback, zone) for name, value in said.items()}


def _in_words(value: str | datetime | Words, language: str, fallback: Sequence[str], zone: str) -> str:
    if isinstance(value, datetime):
        return due_time(value, language, zone)
    return value if isinstance(value, str) else in_language(value, language, list(fallback))
