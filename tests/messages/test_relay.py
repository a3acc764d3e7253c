"""New filings find their way into the queue though filing itself writes no job, and nothing is forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from messages.outbox import SEND, forgotten, jobs_of_complaints
from messages.queue import Filing, Job, Queue
from messages.relay import ONE_AT_A_TIME, relay_once, sweep
from tenants.scope import tenant_of
from tenants.tenant import Stage
from tests.messages.filings import file, find, mark
from tests.messages.rows import jobs, make_tenant, read_message, write_message

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def evidence_of(session: Session, complaint_ids: Sequence[UUID], now: datetime) -> list[Job]:
    return [Job("process_evidence", tenant_of(session), complaint_id) for complaint_id in complaint_ids]


@pytest.fixture
def relayed(queue: Queue) -> Queue:
    queue.task("process_evidence")(lambda session, tenant_id, row_id, now: None)
    queue.relay(find=find, mark=mark, jobs_of=[jobs_of_complaints, evidence_of])
    queue.sweep(forgotten)
    return queue


def job_list(database: str) -> list[tuple[str, str, str]]:
    return sorted((name, arguments["tenant_id"], arguments["row_id"]) for name, arguments, *_ in jobs(database))


def test_filings_of_several_tenants_get_their_jobs_at_once(
    factory: sessionmaker[Session], session: Session, relayed: Queue, database: str, tenant_id: UUID, neighbour_id: UUID
) -> None:
    expected = []
    for owner in (tenant_id, neighbour_id, tenant_id):
        complaint_id, message_id = file(factory, owner, NOW)
        expected += [(SEND, str(owner), str(message_id)), ("process_evidence", str(owner), str(complaint_id))]
    assert relay_once(session, relayed, NOW) == 3
    assert job_list(database) == sorted(expected)
    assert relay_once(session, relayed, NOW) == 0
    assert len(jobs(database)) == 6


def test_a_batch_is_as_large_as_asked(
    factory: sessionmaker[Session], session: Session, relayed: Queue, tenant_id: UUID
) -> None:
    for _ in range(5):
        file(factory, tenant_id, NOW)
    assert [relay_once(session, relayed, NOW, limit=3) for _ in range(3)] == [3, 2, 0]


def test_a_relay_that_dies_half_way_leaves_everything_to_the_next(
    factory: sessionmaker[Session], relayed: Queue, database: str, tenant_id: UUID
) -> None:
    _, message_id = file(factory, tenant_id, NOW)

    class Died(BaseException):
        pass

    def die(session: Session, filings: Sequence[Filing], now: datetime) -> None:
        raise Died

    dying = Queue(relayed.conninfo)
    dying.handlers = relayed.handlers
    dying.relay(find=find, mark=die, jobs_of=[jobs_of_complaints, evidence_of])
    with factory() as session, pytest.raises(Died):
        relay_once(session, dying, NOW)
    assert jobs(database) == []
    assert read_message(factory, tenant_id, message_id).relayed_at is None
    with factory() as session:
        assert relay_once(session, relayed, NOW) == 1
    assert len(jobs(database)) == 2


def test_two_relays_do_not_write_the_same_jobs(
    factory: sessionmaker[Session], session: Session, relayed: Queue, database: str, tenant_id: UUID
) -> None:
    file(factory, tenant_id, NOW)
    with factory() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        assert relay_once(session, relayed, NOW) == 0
    assert relay_once(session, relayed, NOW) == 1


def test_one_filing_that_cannot_be_relayed_holds_up_no_other(
    factory: sessionmaker[Session], session: Session, queue: Queue, database: str, tenant_id: UUID, neighbour_id: UUID
) -> None:
    broken, broken_message = file(factory, tenant_id, NOW)
    _, sound_message = file(factory, neighbour_id, NOW)

    def choosy(session: Session, complaint_ids: Sequence[UUID], now: datetime) -> list[Job]:
        if broken in complaint_ids:
            raise RuntimeError("this one is broken")
        return []

    queue.relay(find=find, mark=mark, jobs_of=[jobs_of_complaints, choosy])
    queue.sweep(forgotten)
    assert relay_once(session, queue, NOW) == 2
    assert job_list(database) == [(SEND, str(neighbour_id), str(sound_message))]
    assert relay_once(session, queue, NOW) == 0
    assert sweep(session, queue, NOW + timedelta(minutes=5)) == 1
    assert (SEND, str(tenant_id), str(broken_message)) in job_list(database)


def test_the_sweep_finds_what_the_relay_never_saw_in_tenants_of_every_stage(
    factory: sessionmaker[Session], session: Session, relayed: Queue, database: str, tenant_id: UUID
) -> None:
    suspended_id = make_tenant(factory, "bogor", "BGR", Stage.SUSPENDED)
    expected = [(SEND, str(owner), str(write_message(factory, owner, now=NOW))) for owner in (tenant_id, suspended_id)]
    assert sweep(session, relayed, NOW + timedelta(minutes=5)) == 2
    assert job_list(database) == sorted(expected)
    assert sweep(session, relayed, NOW + timedelta(minutes=10)) == 0


def test_the_sweep_goes_on_after_a_tenant_in_which_it_failed(
    factory: sessionmaker[Session], session: Session, queue: Queue, database: str, tenant_id: UUID, neighbour_id: UUID
) -> None:
    write_message(factory, tenant_id, now=NOW)
    message_id = write_message(factory, neighbour_id, now=NOW)
    queue.sweep(forgotten)

    @queue.sweep
    def fail_in_bekasi(session: Session, now: datetime) -> list[Job]:
        if tenant_of(session) == tenant_id:
            session.execute(text("SELECT 1 / 0"))
        return []

    assert sweep(session, queue, NOW + timedelta(minutes=5)) == 1
    assert job_list(database) == [(SEND, str(neighbour_id), str(message_id))]
