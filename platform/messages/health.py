"""How the outbox of each tenant is: a platform-wide figure, as old as the last sweep, so that no page asks them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from messages.outbox import Message, State
from messages.queue import Job
from tenants.database import Base
from tenants.scope import tenant_of

MOST_SHOWN = 10


class OutboxHealth(Base):
    """owner_id: the tenant. waiting: messages whose time has come, and which aren't sent. dead: those given up.

    oldest_at: since when the first of those that wait should be sent.
    """

    __tablename__ = "outbox_health"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    waiting: Mapped[int]
    oldest_at: Mapped[datetime | None]
    dead: Mapped[int]


@dataclass(frozen=True)
class Health:
    """Of the whole platform. worst: the tenants with most given up, then with the oldest that waits."""

    waiting: int
    oldest_at: datetime | None
    dead: int
    worst: Sequence[OutboxHealth]


def look(session: Session, now: datetime) -> list[Job]:
    """Note how the outbox of the session's tenant is; a look of the sweep, which has no job for it."""
    waiting = select(func.count(), func.min(Message.not_before_at)).where(
        Message.state == State.WAITING, Message.not_before_at <= now
    )
    count, oldest_at = session.execute(waiting.select_from(Message)).one()
    dead = session.scalar(select(func.count()).select_from(Message).where(Message.state == State.DEAD)) or 0
    found = {"waiting": count, "oldest_at": oldest_at, "dead": dead}
    known = session.get(OutboxHealth, tenant_of(session))
    if known is None or any(getattr(known, name) != value for name, value in found.items()):
        statement = insert(OutboxHealth).values(owner_id=tenant_of(session), **found)
        session.execute(statement.on_conflict_do_update(index_elements=["owner_id"], set_=found))
    return []


def of_the_platform(session: Session) -> Health:
    """All of them together."""
    table = OutboxHealth
    waiting, oldest_at, dead = session.execute(
        select(func.sum(table.waiting), func.min(table.oldest_at), func.sum(table.dead))
    ).one()
    worst = session.scalars(
        select(table)
        .where((table.dead > 0) | (table.waiting > 0))
        .order_by(table.dead.desc(), table.oldest_at, table.owner_id)
        .limit(MOST_SHOWN)
    )
    return Health(waiting or 0, oldest_at, dead or 0, list(worst))
