"""Where messages no longer go: addresses and numbers that take nothing, or whose owner asked for silence.

Only these have a row; all others are simply written to. The address itself isn't kept: a digest finds it again, and a
hint tells people which one is meant.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from messages.letter import PHONE
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import NotFound
from tenants.personal import personal
from tenants.scope import tenant_of

ANY_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
ANY_NUMBER = re.compile(r"\+?\d[\d ()-]{6,}\d")
KEPT = "until somebody opens it again, or the tenant is erased"


class Closed(StrEnum):
    """Why nothing is sent there: it takes nothing, or its owner wants nothing."""

    FAILING = "failing"
    STOPPED = "stopped"


SENTENCES = {
    Closed.FAILING: "Nothing is sent there: earlier messages couldn't be delivered.",
    Closed.STOPPED: "Nothing is sent there: its owner marked an earlier message as unwanted.",
}


class Destination(TenantOwned, Base):
    """A destination that nothing is sent to. address_hash: of channel and address. hint: `s…@contoh.id`, `+62…17`."""

    __tablename__ = "destinations"
    __table_args__ = (
        UniqueConstraint("tenant_id", "address_hash"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in Closed)})", name="state"),
        Index("ix_destinations_tenant_id_since_at", "tenant_id", "since_at", "id"),
    )

    channel: Mapped[str]
    address_hash: Mapped[str] = mapped_column(info=personal("to write to no closed address", until=KEPT))
    hint: Mapped[str] = mapped_column(info=personal("to say which address is meant", until=KEPT))
    state: Mapped[str]
    reason: Mapped[str]
    since_at: Mapped[datetime]


def hint_of(channel: str, address: str) -> str:
    """Enough of an address to recognise it, and not enough to write to it."""
    if channel in PHONE:
        return f"{address[:3]}…{address[-2:]}"
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if local else "…"


def close(session: Session, channel: str, address: str, state: Closed, reason: str, now: datetime) -> None:
    """Send nothing there from now on. An owner's wish outlives a failure, and the first instant stays."""
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "channel": channel,
        "address_hash": _hash(channel, address),
        "hint": hint_of(channel, address),
        "state": state.value,
        "reason": reason,
        "since_at": now,
    }
    statement = insert(Destination).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "address_hash"],
            set_={"state": statement.excluded.state, "reason": statement.excluded.reason},
            where=Destination.__table__.c.state == Closed.FAILING.value,
        )
    )


def closed(session: Session, channel: str, address: str) -> Closed | None:
    """Whether, and why, nothing is sent there."""
    state = session.scalar(select(Destination.state).where(Destination.address_hash == _hash(channel, address)))
    return Closed(state) if state else None


def closed_among(session: Session, pairs: Sequence[tuple[str, str]]) -> dict[str, Closed]:
    """Of these (channel, address), the channels on which nothing is sent, and why."""
    if not pairs:
        return {}
    hashes = [_hash(channel, address) for channel, address in pairs]
    rows = session.execute(
        select(Destination.channel, Destination.state).where(Destination.address_hash.in_(hashes))
    ).all()
    return {channel: Closed(state) for channel, state in rows}


def all_closed(session: Session, most: int) -> list[Destination]:
    """The destinations that nothing is sent to, those closed last first."""
    return list(session.scalars(select(Destination).order_by(Destination.since_at.desc(), Destination.id).limit(most)))


def open_again(session: Session, destination_id: UUID) -> None:
    """Let messages go there again. Raises NotFound, also for another tenant's and for one whose owner said no."""
    gone = session.scalar(
        delete(Destination)
        .where(Destination.id == destination_id, Destination.state == Closed.FAILING)
        .returning(Destination.id)
    )
    if gone is None:
        raise NotFound("There is no such address among those that can be opened again.")


def without_addresses(words: str) -> str:
    """A provider's words in one line, without anybody's address or number."""
    return ANY_NUMBER.sub("(number)", ANY_ADDRESS.sub("(address)", " ".join(words.split())))


def _hash(channel: str, address: str) -> str:
    return hashlib.sha256(f"{channel}/{address.strip().casefold()}".encode()).hexdigest()
