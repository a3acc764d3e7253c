"""The outbox: what leaves the house is written down in the transaction of its cause, and sent after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    UniqueConstraint,
    and_,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, mapped_column

from messages.letter import Channel
from messages.queue import Job, Queue
from tenants.database import Base, TenantOwned, new_id
from tenants.personal import personal
from tenants.scope import tenant_of

SEND = "send_message"
"""The task that sends one message: registered from `messages/sending.py`."""

RELAY_TAKES = timedelta(minutes=1)
"""A message without a job is the relay's for so long, then the sweep's."""

JOB_IS_LOST = timedelta(hours=1)
"""A message still waiting so long after its time, and after its job, gets another one."""

KEPT_FOR = timedelta(days=90)
UNTIL = "90 days after it was sent"


class State(StrEnum):
    """Where a message is: waiting to be sent, sent, or given up after the last try."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class Message(TenantOwned, Base):
    """One message to one destination.

    event: what it is about, by the names of `messages/texts.py`. channel: of `messages/letter.py`. key: the Message-ID
    or idempotency key that goes out, the same on every try; it names the tenant, so that a provider's word about it
    finds the way back. link: where it leads to. unsubscribe_url: where a POST ends such messages. relayed_at: when its
    job was handed to the queue. attempts: tries begun; a message sent with more than one try may have arrived twice,
    and is counted so. reply_to: where an answer to it goes. replaced_by: the message that went in its place.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index("ix_messages_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_messages_tenant_id_created_at", "tenant_id", "created_at", "id"),
        Index("ix_messages_unrelayed", "tenant_id", "not_before_at", postgresql_where=text("relayed_at IS NULL")),
        Index("ix_messages_waiting", "tenant_id", "not_before_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_messages_dead", "tenant_id", "created_at", "id", postgresql_where=text("state = 'dead'")),
    )

    event: Mapped[str]
    channel: Mapped[str]
    complaint_id: Mapped[UUID | None]
    destination: Mapped[str] = mapped_column(info=personal("to tell the reporter or an official", until=UNTIL))
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(info=personal("what was told", until=UNTIL))
    body: Mapped[str] = mapped_column(info=personal("what was told", until=UNTIL))
    link: Mapped[str | None] = mapped_column(info=personal("to open the report", until=UNTIL))
    unsubscribe_url: Mapped[str | None] = mapped_column(info=personal("to end such messages", until=UNTIL))
    reply_to: Mapped[str | None]
    key: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime]
    created_at: Mapped[datetime]
    relayed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    replaced_by: Mapped[UUID | None]

    def may_have_arrived_twice(self) -> bool:
        """Whether an earlier try may have reached the provider without our knowing; both copies carry the same key."""
        return self.state == State.SENT and self.attempts > 1


def post(
    session: Session,
    *,
    event: str,
    channel: str,
    destination: str,
    language: str,
    subject: str,
    body: str,
    link: str | None = None,
    unsubscribe_url: str | None = None,
    reply_to: str | None = None,
    complaint_id: UUID | None = None,
    now: datetime,
    delay: timedelta = timedelta(0),
    defer_with: Queue | None = None,
    once: UUID | None = None,
) -> UUID:
    """Write down a message in the caller's transaction, in the scope of its tenant; it is sent after the commit.

    delay: how long it can be taken back. defer_with: the queue, so that its job is written along; without it the relay
    finds the message by the filing of `complaint_id`, or else the sweep within minutes. once: what a job that may run
    twice tells of, so that a destination has one message of it. The answer is its id.
    """
    tenant_id = tenant_of(session)
    message_id = uuid5(once, f"{event} {channel} {destination}") if once else new_id()
    message = {
        "tenant_id": tenant_id,
        "id": message_id,
        "event": event,
        "channel": channel,
        "complaint_id": complaint_id,
        "destination": destination,
        "language": language,
        "subject": subject,
        "body": body,
        "link": link,
        "unsubscribe_url": unsubscribe_url,
        "reply_to": reply_to,
        "key": f"{tenant_id.hex}.{message_id.hex}",
        "state": State.WAITING.value,
        "attempts": 0,
        "not_before_at": now + delay,
        "created_at": now,
        "relayed_at": now if defer_with is not None else None,
    }
    written = session.connection().execute(_ADD_ONCE if once else _ADD, message)
    if defer_with is not None and written.rowcount:
        defer_with.defer(session, SEND, tenant_id, message_id, at=now + delay)
    return message_id


def mail(
    session: Session,
    queue: Queue,
    event: str,
    email: str,
    letter: tuple[str, str],
    *,
    language: str,
    now: datetime,
    link: str | None = None,
    unsubscribe_url: str | None = None,
) -> UUID:
    """`post` by e-mail and at once, about no complaint; the message's id. letter: subject and body."""
    subject, body = letter
    return post(
        session,
        event=event,
        channel=Channel.EMAIL,
        destination=email,
        language=language,
        subject=subject,
        body=body,
        link=link,
        unsubscribe_url=unsubscribe_url,
        now=now,
        defer_with=queue,
    )


def tenant_in(key: str) -> UUID | None:
    """The tenant that a message's key names, None for what is no key of ours."""
    owner, _, _message = key.partition(".")
    try:
        return UUID(hex=owner)
    except ValueError:
        return None


_ADD = insert(Message)
"""Made once; past the session's bookkeeping, since every filing writes messages and none of them is changed there."""
_ADD_ONCE = postgresql.insert(Message).on_conflict_do_nothing(index_elements=["tenant_id", "id"])


def take_back(session: Session, *, complaint_id: UUID, written_at: datetime) -> bool:
    """Remove what was written about a complaint at one instant, unless sending any of it has begun: False then.

    Nothing is removed in that case. True also where nothing was written.
    """
    theirs = (Message.complaint_id == complaint_id, Message.created_at == written_at)
    all_of_them = set(session.scalars(select(Message.id).where(*theirs)))
    untouched = (Message.state == State.WAITING, Message.attempts == 0)
    # whoever holds one of the rows is sending it
    free = set(session.scalars(select(Message.id).where(*theirs, *untouched).with_for_update(skip_locked=True)))
    if free != all_of_them:
        return False
    session.execute(delete(Message).where(Message.id.in_(free)), execution_options={"synchronize_session": "fetch"})
    return True


def withdraw(session: Session, message_id: UUID) -> bool:
    """Remove a message unless sending it has begun: False then."""
    free = select(Message.id).where(Message.id == message_id, *_UNTOUCHED).with_for_update(skip_locked=True)
    if session.scalar(free) is None:
        return False
    session.execute(delete(Message).where(Message.id == message_id), execution_options={"synchronize_session": "fetch"})
    return True


def hasten(session: Session, message_id: UUID, now: datetime, queue: Queue) -> None:
    """Let a message that waits go out now, in the caller's transaction; nothing for one that does no longer."""
    hastened = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.not_before_at > now, *_UNTOUCHED)
        .values(not_before_at=now, relayed_at=now)
        .returning(Message.id),
        execution_options={"synchronize_session": False},
    )
    if hastened is not None:
        queue.defer(session, SEND, tenant_of(session), message_id)


_UNTOUCHED = (Message.state == State.WAITING, Message.attempts == 0)


def jobs_of_complaints(session: Session, complaint_ids: Sequence[UUID], now: datetime) -> list[Job]:
    """The sending of what these complaints wrote and nobody handed on; each is given out once. For the relay."""
    return _hand_out(session, now, Message.complaint_id.in_(complaint_ids), Message.relayed_at.is_(None))


def forgotten(session: Session, now: datetime) -> list[Job]:
    """The sending of messages that the relay didn't see, or whose job got lost. For the sweep."""
    lost = and_(Message.relayed_at <= now - JOB_IS_LOST, Message.not_before_at <= now - JOB_IS_LOST)
    late = Message.not_before_at <= now - RELAY_TAKES
    return _hand_out(session, now, late, or_(Message.relayed_at.is_(None), lost))


def _hand_out(session: Session, now: datetime, *which: ColumnElement[bool]) -> list[Job]:
    handed = session.execute(
        update(Message)
        .where(Message.state == State.WAITING, *which)
        .values(relayed_at=now)
        .returning(Message.id, Message.not_before_at),
        execution_options={"synchronize_session": False},
    )
    tenant_id = tenant_of(session)
    return [Job(SEND, tenant_id, row.id, row.not_before_at) for row in handed]


def forget(session: Session, now: datetime) -> None:
    """Forget what the session's tenant sent or gave up long ago; what waits stays."""
    session.execute(
        delete(Message).where(Message.created_at < now - KEPT_FOR, Message.state != State.WAITING),
        execution_options={"synchronize_session": False},
    )
