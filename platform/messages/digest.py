"""The digest: what somebody wants to hear of once a day is a line, and all their lines become one message.

A line is written in the transaction of its cause. At the reader's hour a job takes every line that is due, writes one
message and marks them with it, in one transaction: killed before, nothing has happened; after, there is nothing left.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from messages import outbox, texts
from messages.footing import ENDING, footed
from messages.queue import Job, Queue
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.personal import personal
from tenants.scope import tenant_of
from tenants.tenant import in_language

SEND_DIGEST = "send_digest"
"""The job that sends somebody's digest; its row is the reader."""

EVENT = "digest"
MOST_LINES = 200
LOST_AFTER = timedelta(minutes=5)
KEPT_FOR = timedelta(days=7)
UNTIL = "7 days after it was told"


class DigestLine(TenantOwned, Base):
    """One thing that somebody hears of in their next digest.

    reader_id: a seat, or what stands for a follower's address. cause_id: nobody hears of one cause twice. link: where
    it leads to. manage_url: where the reader changes what they hear. told_in: the message that told it.
    """

    __tablename__ = "digest_lines"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reader_id", "cause_id"),
        Index("ix_digest_lines_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_digest_lines_waiting", "tenant_id", "due_at", postgresql_where=text("told_in IS NULL")),
    )

    reader_id: Mapped[UUID]
    cause_id: Mapped[UUID]
    complaint_id: Mapped[UUID | None]
    event: Mapped[str]
    destination: Mapped[str] = mapped_column(info=personal("to send a daily digest", until=UNTIL))
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(info=personal("what a daily digest tells", until=UNTIL))
    link: Mapped[str] = mapped_column(info=personal("to open the report", until=UNTIL))
    manage_url: Mapped[str] = mapped_column(info=personal("to change what is sent", until=UNTIL))
    unsubscribe_url: Mapped[str] = mapped_column(info=personal("to end the digest", until=UNTIL))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    told_in: Mapped[UUID | None]


@dataclass(frozen=True)
class Reader:
    """Whose digest. due_at: when the next is sent."""

    id: UUID
    destination: str
    language: str
    manage_url: str
    unsubscribe_url: str
    due_at: datetime


def add_line(
    session: Session,
    queue: Queue,
    reader: Reader,
    *,
    event: str,
    subject: str,
    link: str,
    complaint_id: UUID | None,
    now: datetime,
    cause_id: UUID | None = None,
) -> None:
    """Write a line in the caller's transaction; nothing where the reader has one of the same cause."""
    tenant_id = tenant_of(session)
    row = {
        "tenant_id": tenant_id,
        "id": new_id(),
        "reader_id": reader.id,
        "cause_id": cause_id or new_id(),
        "complaint_id": complaint_id,
        "event": event,
        "destination": reader.destination,
        "language": reader.language,
        "subject": subject,
        "link": link,
        "manage_url": reader.manage_url,
        "unsubscribe_url": reader.unsubscribe_url,
        "created_at": now,
        "due_at": reader.due_at,
    }
    first = not _waits(session, reader)
    statement = insert(DigestLine).on_conflict_do_nothing(index_elements=["tenant_id", "reader_id", "cause_id"])
    session.connection().execute(statement, row)
    if first:
        queue.defer(session, SEND_DIGEST, tenant_id, reader.id, at=reader.due_at)


def note_told(
    session: Session,
    reader: Reader,
    *,
    event: str,
    subject: str,
    link: str,
    cause_id: UUID,
    told_in: UUID,
    now: datetime,
) -> None:
    """Note that a reader heard of a cause in a message of its own, so that the digest tells it no second time."""
    line = DigestLine(id=new_id(), reader_id=reader.id, cause_id=cause_id, complaint_id=cause_id, event=event)
    line.destination, line.language, line.subject, line.link = reader.destination, reader.language, subject, link
    line.manage_url, line.unsubscribe_url = reader.manage_url, reader.unsubscribe_url
    line.created_at, line.due_at, line.told_in = now, reader.due_at, told_in
    session.add(line)
    session.flush()


def send(session: Session, queue: Queue, card: TenantCard, reader_id: UUID, now: datetime) -> UUID | None:
    """Put the lines of a reader that are due in one message; its id, None where there are none."""
    due = list(
        session.scalars(
            select(DigestLine)
            .where(DigestLine.reader_id == reader_id, DigestLine.told_in.is_(None), DigestLine.due_at <= now)
            .order_by(DigestLine.created_at, DigestLine.id)
            .with_for_update()
        )
    )
    if not due:
        return None
    last = due[-1]
    values = {
        "city": in_language(card.name, last.language, list(card.languages)),
        "count": str(len(due)),
        "lines": _listed(due),
        "manage_url": last.manage_url,
    }
    subject, body = texts.compose(EVENT, last.language, values, card.texts)
    letter = subject, footed(body, last.language, ENDING, last.unsubscribe_url)
    message_id = outbox.mail(
        session,
        queue,
        EVENT,
        last.destination,
        letter,
        language=last.language,
        now=now,
        link=last.manage_url,
        unsubscribe_url=last.unsubscribe_url,
    )
    for line in due:
        line.told_in = message_id
    session.flush()
    return message_id


def take_back(session: Session, *, complaint_id: UUID, written_at: datetime) -> bool:
    """Remove the lines that were written about a complaint at one instant, unless one has been told: False then."""
    theirs = (DigestLine.complaint_id == complaint_id, DigestLine.created_at == written_at)
    if session.scalar(select(DigestLine.id).where(*theirs, DigestLine.told_in.is_not(None)).limit(1)) is not None:
        return False
    session.execute(delete(DigestLine).where(*theirs), execution_options={"synchronize_session": "fetch"})
    return True


def put_off(session: Session, queue: Queue, reader_id: UUID, due_at: datetime) -> None:
    """Send what waits for a reader at another hour from now on."""
    moved = session.scalars(
        update(DigestLine)
        .where(DigestLine.reader_id == reader_id, DigestLine.told_in.is_(None))
        .values(due_at=due_at)
        .returning(DigestLine.id),
        execution_options={"synchronize_session": False},
    ).all()
    if moved:
        queue.defer(session, SEND_DIGEST, tenant_of(session), reader_id, at=due_at)


def drop(session: Session, reader_id: UUID, complaint_id: UUID) -> None:
    """Forget what waits for a reader about one complaint."""
    session.execute(
        delete(DigestLine).where(
            DigestLine.reader_id == reader_id, DigestLine.complaint_id == complaint_id, DigestLine.told_in.is_(None)
        ),
        execution_options={"synchronize_session": False},
    )


def drop_of(session: Session, reader_id: UUID, manage_url: str | None = None) -> None:
    """Forget what waits for a reader. manage_url: only what that link manages."""
    waiting = delete(DigestLine).where(DigestLine.reader_id == reader_id, DigestLine.told_in.is_(None))
    if manage_url is not None:
        waiting = waiting.where(DigestLine.manage_url == manage_url)
    session.execute(waiting, execution_options={"synchronize_session": False})


def drop_about(session: Session, complaint_id: UUID, events: Collection[str]) -> None:
    """Forget what waits to tell of a complaint's events, whoever the reader is."""
    waiting = delete(DigestLine).where(
        DigestLine.complaint_id == complaint_id, DigestLine.event.in_(events), DigestLine.told_in.is_(None)
    )
    session.execute(waiting, execution_options={"synchronize_session": False})


def forgotten(session: Session, now: datetime) -> list[Job]:
    """The digests whose job got lost, for the sweep."""
    readers = session.scalars(
        select(DigestLine.reader_id)
        .where(DigestLine.told_in.is_(None), DigestLine.due_at < now - LOST_AFTER)
        .distinct()
        .limit(500)
    )
    tenant_id = tenant_of(session)
    return [Job(SEND_DIGEST, tenant_id, reader_id) for reader_id in readers]


def forget(session: Session, now: datetime) -> None:
    """Remove lines that were told a week ago."""
    session.execute(
        delete(DigestLine).where(DigestLine.told_in.is_not(None), DigestLine.due_at < now - KEPT_FOR),
        execution_options={"synchronize_session": False},
    )


def _waits(session: Session, reader: Reader) -> bool:
    """Whether a line waits for the same hour, so that a job does too."""
    found = select(DigestLine.id).where(
        DigestLine.reader_id == reader.id, DigestLine.told_in.is_(None), DigestLine.due_at == reader.due_at
    )
    return session.scalar(found.limit(1)) is not None


def _listed(lines: Sequence[DigestLine]) -> str:
    """Each report once, with what happened to it in order."""
    shown = sorted(lines[:MOST_LINES], key=lambda line: (str(line.complaint_id), line.created_at))
    parts = []
    for _, group in groupby(shown, key=lambda line: line.complaint_id):
        of_one = list(group)
        parts.append("\n".join([*(f"• {line.subject}" for line in of_one), f"  {of_one[-1].link}"]))
    if len(lines) > MOST_LINES:
        parts.append(f"… (+{len(lines) - MOST_LINES})")
    return "\n\n".join(parts)
