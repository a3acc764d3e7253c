"""A breach of personal data: what happened, who was affected, and what was done when (UU 27/2022, article 46).

The record belongs to the commons, whose staff the operators are. Who was affected is never kept: it is read anew, in
the scope of each city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.office import Office
from people import entry
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound
from tenants.personal import personal

DUTY = timedelta(hours=3 * 24)
"""Within which those affected and the authority are told, from when it was found."""
LONGEST_WORDS = 2_000
SHORTEST_WORDS = 10
MOST_SHOWN = 50
KEPT = "5 years after it was closed"


class Kind(StrEnum):
    """Whose data: what reporters left, addresses to which news go, accounts of residents, accounts of officials."""

    REPORTERS = "reporters"
    FOLLOWERS = "followers"
    RESIDENTS = "residents"
    OFFICIALS = "officials"


class Reach(StrEnum):
    """STORED: all that lay there during the window. PASSED: only what came in, or was signed in with, during it."""

    STORED = "stored"
    PASSED = "passed"


class Breach(TenantOwned, Base):
    """happened: in the operator's words. tenant_ids: of the cities concerned, none for all. letters: by language."""

    __tablename__ = "breaches"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="dates"),
        CheckConstraint(f"reach IN ({', '.join(repr(str(one)) for one in Reach)})", name="reach"),
        Index("ix_breaches_tenant_id_found_at", "tenant_id", "found_at", "id"),
    )

    happened: Mapped[str]
    found_at: Mapped[datetime]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    reach: Mapped[str]
    kinds: Mapped[list[str]]
    tenant_ids: Mapped[list[str]]
    letters: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]
    begun_by: Mapped[UUID]
    closed_at: Mapped[datetime | None]


class BreachStep(TenantOwned, Base):
    """What was done when. did: begun, downloaded, worded, sent, noted or closed. said: further words."""

    __tablename__ = "breach_steps"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "breach_id"], ["breaches.tenant_id", "breaches.id"]),
        Index("ix_breach_steps_tenant_id_breach_id", "tenant_id", "breach_id", "at"),
    )

    breach_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID]
    did: Mapped[str]
    said: Mapped[str | None] = mapped_column(info=personal("to account for what was done", until=KEPT))


@dataclass(frozen=True)
class Named:
    """What an operator says of a breach. slugs: of cities; none for all."""

    happened: str
    found_at: datetime
    from_at: datetime
    until_at: datetime
    reach: str
    kinds: Sequence[str]
    slugs: Sequence[str]


def begin(session: Session, office: Office, named: Named, *, by: UUID, now: datetime) -> Breach:
    """Open the record. In the scope of the commons, as all that reads it. Raises Invalid."""
    happened = named.happened.strip()
    if not SHORTEST_WORDS <= len(happened) <= LONGEST_WORDS:
        raise Invalid(
            "Write %(least)s to %(most)s characters.", field="happened", least=SHORTEST_WORDS, most=LONGEST_WORDS
        )
    if named.until_at <= named.from_at:
        raise Invalid("The end of the window lies before its beginning.", field="until")
    if named.found_at > now:
        raise Invalid("It can't be found in the future.", field="found")
    kinds = [kind.value for kind in Kind if kind in named.kinds]
    if not kinds:
        raise Invalid("Say whose data it was.", field="kinds")
    if named.reach not in list(Reach):
        raise Invalid("Say what was within reach.", field="reach")
    cards = [office.directory.by_slug.get(slug) for slug in named.slugs]
    unknown = [slug for slug, card in zip(named.slugs, cards, strict=True) if card is None]
    if unknown:
        raise Invalid("There is no city called %(slug)s on this platform.", field="slugs", slug=unknown[0])
    row = Breach(
        id=new_id(),
        happened=happened,
        found_at=named.found_at,
        from_at=named.from_at,
        until_at=named.until_at,
        reach=named.reach,
        kinds=kinds,
        tenant_ids=[str(card.id) for card in cards if card],
        letters={},
        begun_at=now,
        begun_by=by,
    )
    session.add(row)
    session.flush()
    note(session, row.id, "begun", by=by, now=now)
    return row


def note(session: Session, breach_id: UUID, did: str, *, by: UUID, now: datetime, said: str | None = None) -> None:
    """Write down what was done. Rows are only ever added."""
    session.add(BreachStep(id=new_id(), breach_id=breach_id, at=now, by=by, did=did, said=said))
    session.flush()


def say(session: Session, breach_id: UUID, said: str, *, by: UUID, now: datetime) -> None:
    """Write down something that was done elsewhere, such as the report to the authority. Raises Invalid, Conflict."""
    if not SHORTEST_WORDS <= len(said.strip()) <= LONGEST_WORDS:
        raise Invalid("Write %(least)s to %(most)s characters.", field="said", least=SHORTEST_WORDS, most=LONGEST_WORDS)
    open_one(session, breach_id)
    note(session, breach_id, "noted", by=by, now=now, said=said.strip())


def close(session: Session, breach_id: UUID, *, by: UUID, now: datetime) -> None:
    """Nothing is left to do. Raises NotFound, Conflict."""
    row = open_one(session, breach_id)
    row.closed_at = now
    note(session, breach_id, "closed", by=by, now=now)


def listed(session: Session) -> list[Breach]:
    """The latest found first."""
    return list(session.scalars(select(Breach).order_by(Breach.found_at.desc(), Breach.id).limit(MOST_SHOWN)))


def one(session: Session, breach_id: UUID) -> Breach:
    """Raises NotFound."""
    found = session.scalar(select(Breach).where(Breach.id == breach_id))
    if found is None:
        raise NotFound("There is no such breach.")
    return found


def open_one(session: Session, breach_id: UUID) -> Breach:
    """Raises NotFound, and Conflict for one that is closed."""
    found = session.scalar(select(Breach).where(Breach.id == breach_id).with_for_update())
    if found is None:
        raise NotFound("There is no such breach.")
    if found.closed_at is not None:
        raise Conflict("This record is closed.")
    return found


def steps(session: Session, breach_id: UUID) -> list[BreachStep]:
    """In their order."""
    of_it = select(BreachStep).where(BreachStep.breach_id == breach_id)
    return list(session.scalars(of_it.order_by(BreachStep.at, BreachStep.id)))


def cities(office: Office, breach: Breach) -> list[TenantCard]:
    """The cities concerned, the commons among them where all are."""
    directory = office.directory
    if not breach.tenant_ids:
        return list(directory.by_slug.values())
    return [card for one in breach.tenant_ids if (card := directory.by_id.get(UUID(one)))]


def enter(session: Session, card: TenantCard, breach: Breach, *, by: UUID, now: datetime) -> None:
    """Leave word in a city, where its administrators see it, that its people's addresses were used for this."""
    reason = f"Pelindungan data: {breach.happened}"[:500]
    with scope.enter(session, card.id):
        entry.note(session, by, reason, now)
