"""What filing leaves behind, and how the relay is to find it: as complaints does it, without a whole complaint."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from complaints.complaint import IntakeKey
from messages.queue import Filing
from tests.messages.rows import write_message


def find(session: Session, limit: int) -> list[Filing]:
    found = session.execute(
        select(IntakeKey.key_hash, IntakeKey.tenant_id, IntakeKey.complaint_id)
        .where(IntakeKey.relayed_at.is_(None))
        .order_by(IntakeKey.created_at)
        .limit(limit)
    )
    return [Filing(*row) for row in found]


def mark(session: Session, filings: Sequence[Filing], now: datetime) -> None:
    keys = [filing.key for filing in filings]
    session.execute(update(IntakeKey).where(IntakeKey.key_hash.in_(keys)).values(relayed_at=now))


def file(factory: sessionmaker[Session], tenant_id: UUID, now: datetime) -> tuple[UUID, UUID]:
    """A filing's traces: a message and an intake key, no job. (complaint id, message id)"""
    complaint_id = uuid4()
    message_id = write_message(factory, tenant_id, complaint_id=complaint_id, now=now)
    with factory() as session:
        session.add(
            IntakeKey(
                key_hash=complaint_id.bytes,
                tenant_id=tenant_id,
                complaint_id=complaint_id,
                request_hash=b"",
                created_at=now,
            )
        )
        session.commit()
    return complaint_id, message_id
