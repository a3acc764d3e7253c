"""What an official wants to hear of, when, and at which hours not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from messages import digest
from messages.preferences import DIGEST_AT, OFFICIALS, Choices, How, how, next_at
from messages.queue import Queue
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.personal import personal
from tenants.scope import tenant_of

WHILE_SEATED = "while the seat exists"


class Preference(TenantOwned, Base):
    """Of one seat; without a row all is as the city has it.

    choices: {topic: {channel: how}}. quiet_from, quiet_until, digest_at: "21:00", local time; None as the city has it.
    """

    __tablename__ = "preferences"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seat_id"),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
    )

    seat_id: Mapped[UUID]
    choices: Mapped[dict[str, Any]] = mapped_column(info=personal("to send what is wanted", until=WHILE_SEATED))
    quiet_from: Mapped[str | None]
    quiet_until: Mapped[str | None]
    digest_at: Mapped[str | None]
    changed_at: Mapped[datetime]


def preference_of(session: Session, seat_id: UUID) -> Preference | None:
    """What a seat has chosen, None for nothing yet."""
    return session.scalar(select(Preference).where(Preference.seat_id == seat_id))


def choose(
    session: Session,
    queue: Queue,
    card: TenantCard,
    seat_id: UUID,
    choices: Choices,
    *,
    quiet: tuple[str, str] | None,
    digest_at: str | None,
    now: datetime,
) -> None:
    """Keep what a seat has chosen; what waits for its digest goes at the new hour.

    quiet: None for the city's. Raises Invalid, naming the field, for what isn't offered.
    """
    for name, by_channel in choices.items():
        topic = OFFICIALS.get(name)
        if topic is None:
            raise Invalid("This can't be chosen.", field=name)
        if by_channel.get("email") not in topic.offers:
            raise Invalid("This can come once a day, but not never: it is waiting for you.", field=name)
        _check_ways(name, by_channel)
    for field, written in (
        ("quiet_from", quiet[0] if quiet else None),
        ("quiet_until", quiet[1] if quiet else None),
        ("digest_at", digest_at),
    ):
        _check_clock(written, field)
    values = {
        "choices": {name: dict(by_channel) for name, by_channel in choices.items()},
        "quiet_from": quiet[0] if quiet else None,
        "quiet_until": quiet[1] if quiet else None,
        "digest_at": digest_at,
        "changed_at": now,
    }
    row = {"tenant_id": tenant_of(session), "id": new_id(), "seat_id": seat_id, **values}
    adding = insert(Preference).values(row)
    session.execute(adding.on_conflict_do_update(index_elements=["tenant_id", "seat_id"], set_=values))
    hour = digest_at or card.options.get("digest_at", DIGEST_AT)
    digest.put_off(session, queue, seat_id, next_at(now, card.time_zone, hour))


def would_fall_silent(session: Session, seat_id: UUID, topic: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(topics that ending a topic's mail would end, those that can't be ended); for None: of the daily digest."""
    own = preference_of(session, seat_id)
    choices = own.choices if own else {}
    chosen = {name: how(OFFICIALS, choices, one.events[0], "email") for name, one in OFFICIALS.items()}
    asked = [name for name in OFFICIALS if (chosen[name] is How.DIGEST if topic is None else name == topic)]
    silent = tuple(name for name in asked if OFFICIALS[name].can_be_silent and chosen[name] is not How.NEVER)
    return silent, tuple(name for name in asked if not OFFICIALS[name].can_be_silent)


def silence(session: Session, seat_id: UUID, topics: Sequence[str], now: datetime) -> None:
    """Send a seat no mail about these topics any more."""
    own = preference_of(session, seat_id)
    if own is None:
        own = Preference(seat_id=seat_id, choices={}, changed_at=now)
        session.add(own)
    own.choices = {**own.choices, **{name: {**own.choices.get(name, {}), "email": How.NEVER.value} for name in topics}}
    own.changed_at = now


def _check_ways(name: str, by_channel: Mapping[str, str]) -> None:
    for channel, chosen in by_channel.items():
        if channel != "email" and chosen not in (How.AT_ONCE, How.NEVER):
            raise Invalid("This can't be chosen.", field=name)


def _check_clock(written: str | None, field: str) -> None:
    if written is None:
        return
    try:
        if len(written) != len("21:00"):
            raise ValueError(written)
        time.fromisoformat(written)
    except ValueError:
        raise Invalid("Write a time such as 21:00.", field=field) from None
