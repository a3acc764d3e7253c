"""Jobs live and die with the transaction that wrote them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.orm import Session, sessionmaker

from messages.outbox import SEND, post
from messages.queue import Job, Queue, conninfo_of, make_queue
from tenants.scope import name_tenant
from tests.messages.rows import jobs, write_message

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_a_job_is_seen_by_others_once_its_transaction_is_committed(
    session: Session, queue: Queue, database: str, tenant_id: UUID
) -> None:
    row_id = uuid4()
    queue.defer(session, SEND, tenant_id, row_id)
    assert jobs(database) == []
    session.commit()
    assert jobs(database) == [(SEND, {"tenant_id": str(tenant_id), "row_id": str(row_id)}, "todo", 0)]


def test_a_rollback_leaves_no_job_and_no_message(
    factory: sessionmaker[Session], queue: Queue, database: str, tenant_id: UUID
) -> None:
    with factory() as session:
        name_tenant(session, tenant_id)
        post(
            session,
            event="resolved",
            channel="email",
            destination="siti@contoh.id",
            language="id",
            subject="Selesai",
            body="Selesai.\n",
            now=NOW,
            defer_with=queue,
        )
        session.flush()
        session.rollback()
    assert jobs(database) == []


def test_a_job_holds_two_ids_and_nothing_of_the_message(
    factory: sessionmaker[Session], queue: Queue, database: str, tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, defer_with=queue, destination="siti@contoh.id")
    ((_, arguments, _, _),) = jobs(database)
    assert arguments == {"tenant_id": str(tenant_id), "row_id": str(message_id)}


def test_a_job_for_later_says_when(session: Session, queue: Queue, database: str, tenant_id: UUID) -> None:
    queue.defer(session, SEND, tenant_id, uuid4(), at=NOW + timedelta(seconds=60))
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    row = connection.execute("SELECT scheduled_at FROM procrastinate_jobs").fetchone()
    assert row == (NOW + timedelta(seconds=60),)


def test_many_jobs_of_several_tasks_are_written_at_once(
    session: Session, queue: Queue, database: str, tenant_id: UUID
) -> None:
    queue.task("process_evidence")(lambda session, tenant_id, row_id, now: None)
    queue.defer_all(session, [Job(SEND, tenant_id, uuid4()), Job("process_evidence", tenant_id, uuid4())])
    queue.defer_all(session, [])
    session.commit()
    assert [name for name, *_ in jobs(database)] == [SEND, "process_evidence"]


def test_a_job_that_nobody_does_is_refused(session: Session, queue: Queue, tenant_id: UUID) -> None:
    with pytest.raises(LookupError, match="sned_message"):
        queue.defer(session, "sned_message", tenant_id, uuid4())


def test_two_tasks_of_one_name_are_refused(queue: Queue) -> None:
    with pytest.raises(ValueError, match=SEND):
        queue.task(SEND)(lambda session, tenant_id, row_id, now: None)
    with pytest.raises(ValueError, match=SEND):
        queue.periodic(SEND, "* * * * *")(lambda session, now: None)


def test_the_queue_finds_the_database_of_an_sqlalchemy_url() -> None:
    spelled = conninfo_of("postgresql+psycopg://aduan_app:ge%40heim@db.example:5433/aduan?sslmode=require")
    assert conninfo_to_dict(spelled) == {
        "host": "db.example",
        "port": "5433",
        "dbname": "aduan",
        "user": "aduan_app",
        "password": "ge@heim",
        "sslmode": "require",
    }
    assert conninfo_to_dict(make_queue("postgresql+psycopg://aduan_app@/aduan?host=/run/pg").conninfo) == {
        "host": "/run/pg",
        "dbname": "aduan",
        "user": "aduan_app",
    }
