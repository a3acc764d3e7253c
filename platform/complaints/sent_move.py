"""Moves that an official's device made without a connection and sends later: each counts once, however often it comes.

A device that hears no answer sends again, under the same key. The key is written in the transaction of its move: either
both are there or neither.
"""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Conflict, Invalid
from tenants.scope import tenant_of

KEPT_FOR = timedelta(days=30)
"""A phone may lie in a drawer for some weeks."""

_KEY = re.compile(r"[0-9a-f]{32}")


class SentMove(TenantOwned, Base):
    """A move that came under a key. version: of the complaint after it, so that the device goes on from there."""

    __tablename__ = "sent_moves"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
    )

    key: Mapped[str]
    complaint_id: Mapped[UUID]
    seat_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


def first(session: Session, key: str, *, complaint_id: UUID, seat_id: UUID, name: str, now: datetime) -> int | None:
    """Take a key for a move that is about to be made: None. Was it made under this key before: the version after it.

    Waits for another transaction that has the key. key: 128 random bits in hexadecimal. Raises Invalid for another
    key, and Conflict where it stands for another move.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("This form is incomplete. Open the report again and send it from there.")
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "key": key,
        "complaint_id": complaint_id,
        "seat_id": seat_id,
        "name": name,
        "version": 0,
        "at": now,
    }
    once = insert(SentMove).on_conflict_do_nothing(index_elements=["tenant_id", "key"]).returning(SentMove.id)
    if session.connection().execute(once, row).first() is not None:
        return None
    found = session.scalars(select(SentMove).where(SentMove.key == key)).one()
    if (found.complaint_id, found.seat_id, found.name) != (complaint_id, seat_id, name):
        raise Conflict("This step was sent under the number of another one. Make it anew.")
    return found.version


def made(session: Session, key: str, version: int) -> None:
    """Note the version after the move, in the transaction that took its key."""
    session.scalars(select(SentMove).where(SentMove.key == key)).one().version = version
    session.flush()


def forget(session: Session, now: datetime) -> None:
    """Remove keys that no device will send again."""
    old = delete(SentMove).where(SentMove.at < now - KEPT_FOR)
    session.execute(old, execution_options={"synchronize_session": False})
