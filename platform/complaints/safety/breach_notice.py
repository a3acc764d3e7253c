"""Telling those whom a breach concerns: a letter that operators word, checked, one mail to each address of a city."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.office import Office
from complaints.safety import affected, breach
from complaints.safety.breach import Breach
from messages import outbox
from messages.queue import Job, Queue
from messages.texts import BODY_LENGTH, PLACEHOLDER, SUBJECT_LENGTH, filled
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid
from tenants.tenant import COMMONS_ID, in_language
from tenants.times import full_day

TELL_BREACH = "tell_breach"
EVENT = "breach"
TOLD_AT_ONCE = 200
LOST_AFTER = timedelta(hours=1)
LANGUAGES = ("id", "en")
KNOWN = frozenset({"city", "found", "what", "url"})
NEEDED = ("city", "what")
DRAFTS: Mapping[str, tuple[str, str]] = {
    "id": (
        "Pemberitahuan tentang data pribadi Anda di {city}",
        """\
Pada {found} ditemukan bahwa data pribadi yang Anda berikan lewat portal {city} mungkin diketahui pihak lain.

Yang terjadi: {what}

Yang sudah dan sedang dilakukan: …
Yang dapat Anda lakukan: waspadai pesan yang mengatasnamakan pemerintah, dan jangan memberikan kode atau kata sandi.

Hak Anda atas data pribadi, dan kepada siapa Anda bertanya: {url}

Aduan
""",
    ),
    "en": (
        "Notice about your personal data at {city}",
        """\
On {found} it was found that personal data that you gave through the portal of {city} may be known to others.

What happened: {what}

What was done and is being done: …
What you can do: beware of messages in the government's name, and give no code or password to anybody.

Your rights over your data, and whom to ask: {url}

Aduan
""",
    ),
}


class BreachTold(TenantOwned, Base):
    """The notices about a breach in this city. at: since when they are written; mails: how many were, so far.

    told_after: the addresses are gone through in their order, so far, and none stays; done_at: since when all are told.
    """

    __tablename__ = "breach_told"
    __table_args__ = (UniqueConstraint("tenant_id", "breach_id"),)

    breach_id: Mapped[UUID]
    at: Mapped[datetime]
    mails: Mapped[int]
    told_after: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]


def register(queue: Queue, office: Office) -> None:
    """Name the task to the queue."""

    @queue.task(TELL_BREACH)
    def tell_breach(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        card = office.directory.by_id.get(tenant_id)
        return tell(session, office, card, row_id, now) if card is not None else None

    @queue.sweep
    def forgotten(session: Session, now: datetime) -> list[Job]:
        undone = select(BreachTold).where(BreachTold.done_at.is_(None), BreachTold.at < now - LOST_AFTER)
        return [Job(TELL_BREACH, one.tenant_id, one.breach_id) for one in session.scalars(undone)]


def letter_of(row: Breach, language: str) -> tuple[str, str]:
    """The subject and the body as they are worded so far."""
    kept = row.letters.get(language)
    return (kept["subject"], kept["body"]) if kept else DRAFTS[language]


def word(session: Session, breach_id: UUID, letters: Mapping[str, tuple[str, str]], *, by: UUID, now: datetime) -> None:
    """Keep the words of the notice. Raises Invalid naming the field, Conflict for what is closed or sent already."""
    row = breach.open_one(session, breach_id)
    refuse_if_sent(session, breach_id)
    for language, (subject, body) in letters.items():
        check(language, subject, body)
    kept = {language: {"subject": subject, "body": body} for language, (subject, body) in letters.items()}
    if kept != row.letters:
        row.letters = kept
        breach.note(session, breach_id, "worded", by=by, now=now)


def check(language: str, subject: str, body: str) -> None:
    """Raise Invalid for a letter that can't go out like this. Pure."""
    for part, text, most in (("subject", subject, SUBJECT_LENGTH), ("body", body, BODY_LENGTH)):
        field = f"{part}-{language}"
        if not text.strip():
            raise Invalid("The text is empty.", field=field)
        if len(text) > most:
            raise Invalid(
                "This has %(count)s characters; at most %(most)s are possible.", field=field, count=len(text), most=most
            )
        unknown = [name for name in PLACEHOLDER.findall(text) if name not in KNOWN]
        if unknown:
            raise Invalid(
                "%(name)s isn't known to this message, which knows: %(known)s.",
                field=field,
                name=f"{{{unknown[0]}}}",
                known=", ".join(f"{{{one}}}" for one in sorted(KNOWN)),
            )
        if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            raise Invalid("There is a brace that belongs to no placeholder; write them as {city}.", field=field)
    field = f"body-{language}"
    missing = [name for name in NEEDED if name not in PLACEHOLDER.findall(body)]
    if missing:
        raise Invalid("The text lacks %(name)s.", field=field, name=f"{{{missing[0]}}}")
    if "…" in body:
        raise Invalid("Say what was done and is being done, in place of the dots.", field=field)


def composed(row: Breach, office: Office, card: TenantCard, language: str) -> tuple[str, str]:
    """The mail as it goes out in a city."""
    zone = ZoneInfo(card.time_zone)
    values = {
        "city": "Aduan" if card.is_commons else in_language(card.name, language, list(card.languages)),
        "found": full_day(row.found_at.astimezone(zone).date(), language),
        "what": row.happened,
        "url": f"{office.addresses.of(card) if card.answers else office.addresses.national}/privacy",
    }
    return filled(letter_of(row, language), values)


def send(session: Session, office: Office, breach_id: UUID, *, by: UUID, now: datetime) -> int:
    """Have the notices written in every city concerned; in how many. Raises Conflict for what isn't worded or sent."""
    row = breach.open_one(session, breach_id)
    refuse_if_sent(session, breach_id)
    if set(row.letters) != set(LANGUAGES):
        raise Conflict("Word the notice in both languages first.")
    cards = breach.cities(office, row)
    for card in cards:
        breach.enter(session, card, row, by=by, now=now)
        with scope.enter(session, card.id):
            office.queue.defer(session, TELL_BREACH, card.id, breach_id)
    breach.note(session, breach_id, "sent", by=by, now=now, said=", ".join(card.slug for card in cards[:50]))
    return len(cards)


def refuse_if_sent(session: Session, breach_id: UUID) -> None:
    """Raise Conflict where the notices are on their way."""
    if any(step.did == "sent" for step in breach.steps(session, breach_id)):
        raise Conflict("The notices are on their way already.")


def tell(session: Session, office: Office, card: TenantCard, breach_id: UUID, now: datetime) -> datetime | None:
    """Tell the next of those concerned in the session's city, each address once, in one transaction with how far it
    came; when to come again, None when all are told.
    """
    first = {"tenant_id": card.id, "id": new_id(), "breach_id": breach_id, "at": now, "mails": 0, "told_after": ""}
    session.execute(insert(BreachTold).on_conflict_do_nothing(index_elements=["tenant_id", "breach_id"]), first)
    told = session.scalar(
        select(BreachTold)
        .where(BreachTold.breach_id == breach_id, BreachTold.done_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    if told is None:
        return None
    told_id, told_after = told.id, told.told_after
    with scope.enter(session, COMMONS_ID):
        row = breach.one(session, breach_id)
        session.expunge(row)
    letters = {language: composed(row, office, card, language) for language in LANGUAGES}
    found = affected.addresses(session, office, row, card, after=told_after, most=TOLD_AT_ONCE)
    for email, spoken in found:
        language = spoken if spoken in letters else "id"
        outbox.mail(session, office.queue, EVENT, email, letters[language], language=language, now=now)
    told = session.scalars(select(BreachTold).where(BreachTold.id == told_id)).one()
    if found:
        told.told_after, told.mails = found[-1][0], told.mails + len(found)
    if len(found) < TOLD_AT_ONCE:
        told.done_at, told.told_after = now, ""
    session.flush()
    return None if told.done_at else now


def told_in(session: Session, card: TenantCard, breach_id: UUID) -> BreachTold | None:
    """What was written in a city."""
    with scope.enter(session, card.id):
        found = session.scalar(select(BreachTold).where(BreachTold.breach_id == breach_id))
        if found is not None:
            session.expunge(found)
        return found
