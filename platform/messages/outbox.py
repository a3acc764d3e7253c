"""The outbox: what leaves the house is written down in the transaction of its cause, and sent after it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, TenantOwned
from tenants.personal import personal


class State(StrEnum):
    """Where a message is: waiting to be sent, sent, or given up after the last try."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class Message(TenantOwned, Base):
    """One message to one destination.

    event: what it is about, by the names of `messages/texts.py`. channel: email (push, sms and webhook follow).
    key: the Message-ID or idempotency key that goes out, the same on every try. relayed_at: when its job was handed to
    the queue. attempts: tries begun; a message sent with more than one try may have arrived twice, and is counted so.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index("ix_messages_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_messages_tenant_id_created_at", "tenant_id", "created_at", "id"),
        Index("ix_messages_unrelayed", "tenant_id", "not_before_at", postgresql_where=text("relayed_at IS NULL")),
    )

    event: Mapped[str]
    channel: Mapped[str]
    complaint_id: Mapped[UUID | None]
    destination: Mapped[str] = mapped_column(
        info=personal("to tell the reporter or an official", until="90 days after it was sent")
    )
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(info=personal("what was told", until="90 days after it was sent"))
    body: Mapped[str] = mapped_column(info=personal("what was told", until="90 days after it was sent"))
    key: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime]
    created_at: Mapped[datetime]
    relayed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
