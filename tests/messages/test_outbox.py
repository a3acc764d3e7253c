"""Messages are written down in the scope of their tenant, and handed out once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from messages.outbox import (
    JOB_IS_LOST,
    RELAY_TAKES,
    SEND,
    Message,
    State,
    forgotten,
    jobs_of_complaints,
    post,
    take_back,
    tenant_in,
)
from messages.queue import Job, Queue
from messages.sending import send_message
from tenants.scope import ScopeError, name_tenant
from tests.messages.mailers import Deaf
from tests.messages.rows import read_message, write_message

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_a_message_waits_with_a_random_key_and_no_job_of_its_own(
    factory: sessionmaker[Session], tenant_id: UUID
) -> None:
    first = read_message(factory, tenant_id, write_message(factory, tenant_id, now=NOW))
    second = read_message(factory, tenant_id, write_message(factory, tenant_id, now=NOW))
    assert (first.state, first.attempts, first.relayed_at, first.not_before_at) == (State.WAITING, 0, None, NOW)
    assert first.key != second.key
    assert tenant_in(first.key) == tenant_id


def test_a_message_outside_of_every_tenant_is_refused(session: Session) -> None:
    with pytest.raises(ScopeError):
        post(
            session,
            event="received",
            channel="email",
            destination="siti@contoh.id",
            language="id",
            subject="s",
            body="b",
            now=NOW,
        )


def test_an_undoable_message_is_sent_after_its_delay(
    factory: sessionmaker[Session], queue: Queue, tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW, delay=timedelta(seconds=60), defer_with=queue)
    message = read_message(factory, tenant_id, message_id)
    assert (message.not_before_at, message.relayed_at) == (NOW + timedelta(seconds=60), NOW)


def test_a_message_is_taken_back_until_somebody_begins_to_send_it(
    factory: sessionmaker[Session], tenant_id: UUID
) -> None:
    complaint_id = uuid4()
    begun = write_message(factory, tenant_id, event="resolved", complaint_id=complaint_id, now=NOW)
    with factory() as session:
        name_tenant(session, tenant_id)
        send_message(session, begun, Deaf(), NOW)
        session.commit()
    later = NOW + timedelta(seconds=1)
    write_message(factory, tenant_id, event="resolved", complaint_id=complaint_id, now=later)
    write_message(factory, tenant_id, event="answered", complaint_id=complaint_id, now=later)
    other = write_message(factory, tenant_id, event="started", complaint_id=complaint_id, now=later + timedelta(1))
    with factory() as session:
        name_tenant(session, tenant_id)
        assert not take_back(session, complaint_id=complaint_id, written_at=NOW)
        assert take_back(session, complaint_id=complaint_id, written_at=later)
        assert take_back(session, complaint_id=complaint_id, written_at=later)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Message).where(Message.created_at == later)) == 0
    assert read_message(factory, tenant_id, begun).attempts == 1
    assert read_message(factory, tenant_id, other).attempts == 0


def test_what_complaints_wrote_is_handed_out_once(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    complaint_id = uuid4()
    message_id = write_message(factory, tenant_id, complaint_id=complaint_id, now=NOW)
    write_message(factory, tenant_id, complaint_id=uuid4(), now=NOW)
    with factory() as session:
        name_tenant(session, tenant_id)
        assert jobs_of_complaints(session, [complaint_id], NOW) == [Job(SEND, tenant_id, message_id, NOW)]
        session.commit()
        assert jobs_of_complaints(session, [complaint_id], NOW) == []


def test_a_neighbours_complaint_hands_nothing_out(
    factory: sessionmaker[Session], tenant_id: UUID, neighbour_id: UUID
) -> None:
    complaint_id = uuid4()
    message_id = write_message(factory, tenant_id, complaint_id=complaint_id, now=NOW)
    with factory() as session:
        name_tenant(session, neighbour_id)
        assert jobs_of_complaints(session, [complaint_id], NOW) == []
        assert forgotten(session, NOW + timedelta(days=1)) == []
        session.commit()
    assert read_message(factory, tenant_id, message_id).relayed_at is None


@pytest.mark.parametrize(("minutes", "found"), [(0, 0), (2, 1)])
def test_a_message_that_the_relay_did_not_see_is_forgotten_after_a_minute(
    factory: sessionmaker[Session], tenant_id: UUID, minutes: int, found: int
) -> None:
    assert timedelta(0) < RELAY_TAKES < timedelta(minutes=2)
    write_message(factory, tenant_id, now=NOW)
    with factory() as session:
        name_tenant(session, tenant_id)
        assert len(forgotten(session, NOW + timedelta(minutes=minutes))) == found


def test_a_message_whose_job_got_lost_gets_another_one_an_hour_later(
    factory: sessionmaker[Session], queue: Queue, tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW, defer_with=queue)
    later = NOW + JOB_IS_LOST
    with factory() as session:
        name_tenant(session, tenant_id)
        assert forgotten(session, later - timedelta(seconds=1)) == []
        assert [job.row_id for job in forgotten(session, later)] == [message_id]
        session.commit()
        assert forgotten(session, later + timedelta(minutes=5)) == []


SENT_LONG_AGO = """
    INSERT INTO messages (tenant_id, id, event, channel, complaint_id, destination, language, subject, body, key, state,
                          attempts, not_before_at, created_at, relayed_at, sent_at)
    SELECT %(tenant_id)s, gen_random_uuid(), 'received', 'email', gen_random_uuid(), '', 'id', '', '', n, 'sent',
           1, at, at, at, at
    FROM (SELECT n, %(now)s - n * interval '10 minutes' AS at FROM generate_series(1, 20000) AS n) AS old
"""


@pytest.mark.parametrize(
    ("ask", "conditions"),
    [
        (lambda session: forgotten(session, NOW), ["not_before_at <="]),
        (lambda session: jobs_of_complaints(session, [uuid4()], NOW), ["tenant_id ="]),
    ],
    ids=["forgotten", "jobs_of_complaints"],
)
def test_messages_without_a_job_are_found_by_an_index_under_row_level_security(
    factory: sessionmaker[Session],
    tenant_id: UUID,
    as_owner: psycopg.Connection,
    ask: Callable[[Session], object],
    conditions: list[str],
) -> None:
    as_owner.execute(SENT_LONG_AGO, {"tenant_id": tenant_id, "now": NOW})
    as_owner.execute("ANALYZE messages")
    as_owner.commit()
    with factory() as session:
        name_tenant(session, tenant_id)
        said: list[tuple[str, dict[str, object]]] = []
        event.listen(
            session.connection(), "before_cursor_execute", lambda _c, _k, sql, values, *_: said.append((sql, values))
        )
        ask(session)
        ((sql, values),) = said
        plan = "\n".join(line for (line,) in session.connection().exec_driver_sql(f"EXPLAIN {sql}", values))
    assert "Seq Scan" not in plan
    for condition in conditions:
        assert any(condition in line for line in plan.splitlines() if "Index Cond" in line), plan


def test_a_message_that_was_sent_or_waits_for_its_next_try_is_not_forgotten(
    factory: sessionmaker[Session], queue: Queue, tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW, defer_with=queue)
    with factory() as session:
        name_tenant(session, tenant_id)
        for _ in range(4):
            again_at = send_message(
                session, message_id, {"email": Deaf()}, read_message(factory, tenant_id, message_id).not_before_at
            )
            session.commit()
        assert again_at is not None
        assert again_at - NOW > JOB_IS_LOST
        assert forgotten(session, again_at) == []
