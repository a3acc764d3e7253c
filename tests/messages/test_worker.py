"""Real worker processes, killed in the middle of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from messages.outbox import SEND, Message, State
from messages.queue import Queue
from messages.worker import drain
from tenants.tenant import Epoch
from tests.messages.exchange import Exchange
from tests.messages.filings import file
from tests.messages.post_office import PostOffice
from tests.messages.rows import jobs, read_message, write_message

ROOT = Path(__file__).parents[2]
StartWorker = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start_worker(database: str, post_office: PostOffice, exchange: Exchange, tmp_path: Path) -> Iterator[StartWorker]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    with ExitStack() as open_files:
        log = open_files.enter_context((tmp_path / "worker.log").open("w"))
        started: list[subprocess.Popen[str]] = []

        def start() -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.messages.worker_process", database, post_office.url, exchange.url],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": path},
                stderr=log,
                text=True,
            )
            started.append(process)
            return process

        yield start
        for process in started:
            process.kill()
            process.wait()
    assert "siti@contoh.id" not in (tmp_path / "worker.log").read_text(), "an address in the log"


def until(truth: Callable[[], object], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, "it didn't come true in time"
        time.sleep(0.05)


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def doing(database: str) -> bool:
    return [status for name, _, status, _ in jobs(database) if name == SEND] == ["doing"]


@contextmanager
def nobody_reads(as_owner: psycopg.Connection) -> Iterator[None]:
    """The outbox held shut, as if the worker were just about to read its row."""
    as_owner.execute("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE")
    yield
    as_owner.rollback()


@pytest.mark.slow
def test_killed_before_sending_it_is_sent_exactly_once(
    factory: sessionmaker[Session],
    queue: Queue,
    database: str,
    tenant_id: UUID,
    post_office: PostOffice,
    as_owner: psycopg.Connection,
    start_worker: StartWorker,
) -> None:
    message_id = write_message(factory, tenant_id, defer_with=queue)
    with nobody_reads(as_owner):
        first = start_worker()
        until(lambda: doing(database))
        kill(first)
    assert post_office.taken == []
    start_worker()
    until(lambda: read_message(factory, tenant_id, message_id).state == State.SENT)
    until(lambda: SEND not in [name for name, *_ in jobs(database)])
    message = read_message(factory, tenant_id, message_id)
    assert (len(post_office.taken), message.attempts) == (1, 1)
    assert not message.may_have_arrived_twice()


@pytest.mark.slow
def test_killed_after_the_mail_was_taken_a_second_copy_has_the_same_id_and_is_counted(
    factory: sessionmaker[Session],
    queue: Queue,
    tenant_id: UUID,
    post_office: PostOffice,
    start_worker: StartWorker,
) -> None:
    post_office.silence_s = 5
    message_id = write_message(factory, tenant_id, defer_with=queue)
    first = start_worker()
    until(lambda: post_office.taken)
    kill(first)
    post_office.silence_s = 0
    start_worker()
    until(lambda: read_message(factory, tenant_id, message_id).state == State.SENT)
    message = read_message(factory, tenant_id, message_id)
    one, other = post_office.texts()
    assert one == other
    assert f"Message-ID: <{message.key}@aduan.example>" in one
    assert message.attempts == 2
    assert message.may_have_arrived_twice()


@pytest.mark.slow
def test_killed_after_a_text_was_taken_a_second_copy_has_the_same_key_and_is_counted(
    factory: sessionmaker[Session], queue: Queue, tenant_id: UUID, exchange: Exchange, start_worker: StartWorker
) -> None:
    exchange.silence_s = 5
    message_id = write_message(factory, tenant_id, defer_with=queue, channel="whatsapp", destination="+6281234567890")
    first = start_worker()
    until(lambda: exchange.taken)
    kill(first)
    exchange.silence_s = 0
    start_worker()
    until(lambda: read_message(factory, tenant_id, message_id).state == State.SENT)
    message = read_message(factory, tenant_id, message_id)
    one, other = exchange.taken
    assert one == other
    assert (one.document["id"], one.idempotency_key) == (message.key, message.key)
    assert message.may_have_arrived_twice()


@pytest.mark.slow
def test_two_workers_send_every_message_once(
    factory: sessionmaker[Session],
    queue: Queue,
    database: str,
    tenant_id: UUID,
    neighbour_id: UUID,
    post_office: PostOffice,
    start_worker: StartWorker,
) -> None:
    written = [
        (owner, write_message(factory, owner, defer_with=queue))
        for _ in range(30)
        for owner in (tenant_id, neighbour_id)
    ]
    with factory() as session:  # and each job twice
        for owner, message_id in written:
            queue.defer(session, SEND, owner, message_id)
        session.commit()
    start_worker()
    start_worker()
    until(lambda: all(read_message(factory, *row).state == State.SENT for row in written), seconds=60)
    keys = sorted(read_message(factory, *row).key for row in written)
    until(lambda: SEND not in [name for name, _, status, _ in jobs(database) if status == "doing"])
    sent = sorted(text.partition("Message-ID: <")[2].partition("@")[0] for text in post_office.texts())
    assert sent == keys


@pytest.mark.slow
def test_a_message_without_a_job_is_found_and_a_refusal_is_tried_until_it_is_dead(
    factory: sessionmaker[Session], tenant_id: UUID, database: str, post_office: PostOffice, start_worker: StartWorker
) -> None:
    post_office.answer = lambda envelope: "451 4.7.1 <siti@contoh.id> later"
    message_id = write_message(factory, tenant_id, now=datetime.now(UTC) - timedelta(minutes=2))
    start_worker()
    until(lambda: read_message(factory, tenant_id, message_id).state == State.DEAD)
    message = read_message(factory, tenant_id, message_id)
    assert message.attempts == 4
    assert message.last_error is not None
    assert message.last_error.startswith("The mail server asked to wait: 451 4.7.1 (address)")
    assert post_office.taken == []


@pytest.mark.slow
def test_a_filing_that_wrote_no_job_is_answered_within_seconds(
    factory: sessionmaker[Session], tenant_id: UUID, post_office: PostOffice, start_worker: StartWorker
) -> None:
    start_worker()
    _, message_id = file(factory, tenant_id, datetime.now(UTC))
    until(lambda: read_message(factory, tenant_id, message_id).state == State.SENT)
    assert len(post_office.taken) == 1


@pytest.mark.slow
def test_what_is_due_at_set_times_is_done_by_one_worker_each_time(
    factory: sessionmaker[Session], start_worker: StartWorker
) -> None:
    def ticks() -> int:
        with factory() as session:
            return session.scalars(select(Epoch.value).where(Epoch.name == "directory")).one()

    began_at = time.time()
    before = ticks()
    start_worker()
    start_worker()
    until(lambda: ticks() > before + 2)
    assert ticks() - before <= time.time() - began_at + 2


@pytest.mark.slow
def test_asked_to_leave_it_finishes_what_it_began(
    factory: sessionmaker[Session],
    queue: Queue,
    database: str,
    tenant_id: UUID,
    post_office: PostOffice,
    start_worker: StartWorker,
) -> None:
    post_office.silence_s = 1
    message_id = write_message(factory, tenant_id, defer_with=queue)
    process = start_worker()
    until(lambda: post_office.taken)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    message = read_message(factory, tenant_id, message_id)
    assert (message.state, message.attempts, len(post_office.taken)) == (State.SENT, 1, 1)
    assert SEND not in [name for name, *_ in jobs(database)]


@pytest.mark.slow
def test_it_outlives_the_loss_of_its_connections(
    factory: sessionmaker[Session],
    queue: Queue,
    tenant_id: UUID,
    post_office: PostOffice,
    as_owner: psycopg.Connection,
    start_worker: StartWorker,
    cluster_admin: psycopg.Connection,
) -> None:
    first_id = write_message(factory, tenant_id, defer_with=queue)
    process = start_worker()
    until(lambda: read_message(factory, tenant_id, first_id).state == State.SENT)
    database = as_owner.info.dbname
    factory.kw["bind"].dispose()
    cluster_admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'aduan_app'",
        [database],
    )
    second_id = write_message(factory, tenant_id, defer_with=queue)
    until(lambda: read_message(factory, tenant_id, second_id).state == State.SENT)
    assert process.poll() is None
    assert len(post_office.taken) == 2


def test_draining_does_what_is_due_and_returns(
    factory: sessionmaker[Session], queue: Queue, database: str, tenant_id: UUID, post_office: PostOffice
) -> None:
    now_id = write_message(factory, tenant_id, defer_with=queue)
    later_id = write_message(factory, tenant_id, defer_with=queue, delay=timedelta(seconds=60))
    drain(queue, factory)
    assert read_message(factory, tenant_id, now_id).state == State.SENT
    assert read_message(factory, tenant_id, later_id).state == State.WAITING
    assert [arguments["row_id"] for _, arguments, *_ in jobs(database)] == [str(later_id)]


def test_a_task_that_fails_is_rolled_back_and_tried_again_later(
    factory: sessionmaker[Session], queue: Queue, database: str, tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id)

    @queue.task("fail")
    def fail(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        session.execute(update(Message).where(Message.id == row_id).values(subject="changed"))
        raise RuntimeError("no")

    with factory() as session:
        queue.defer(session, "fail", tenant_id, message_id)
        session.commit()
    drain(queue, factory)
    ((name, _, status, tries),) = jobs(database)
    assert (name, status, tries) == ("fail", "todo", 1)
    assert read_message(factory, tenant_id, message_id).subject != "changed"
    drain(queue, factory)
    assert jobs(database)[0][3] == 1, "its wait isn't over"


def test_a_task_that_fails_without_end_is_kept_as_failed(
    factory: sessionmaker[Session], queue: Queue, database: str, tenant_id: UUID
) -> None:
    ran: list[UUID] = []

    @queue.task("fail")
    def fail(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        ran.append(row_id)
        raise RuntimeError("no")

    with factory() as session:
        queue.defer(session, "fail", tenant_id, uuid4())
        session.commit()
    for _ in range(4):
        drain(queue, factory, waits=[timedelta(0)] * 2)
    assert len(ran) == 3
    assert [status for _, _, status, _ in jobs(database)] == ["failed"]
