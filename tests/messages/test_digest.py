"""A digest is one message with all that happened since the last, once a day, whatever dies meanwhile."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from messages import digest, outbox
from messages.digest import DigestLine, Reader
from messages.outbox import Message
from messages.queue import Queue
from tenants.directory import TenantCard
from tenants.scope import name_tenant
from tests.messages.rows import jobs

NOW = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 5, 0, 0, tzinfo=UTC)
COMPLAINT = uuid4()


@pytest.fixture
def digesting(queue: Queue) -> Queue:
    queue.task(digest.SEND_DIGEST)(lambda *_: None)
    return queue


@pytest.fixture
def card(tenant_id: UUID) -> TenantCard:
    return TenantCard(
        id=tenant_id, slug="bekasi", code="BKS", type="kota", name={"id": "Kota Bekasi"}, stage="live",
        municipality_code=None, time_zone="Asia/Jakarta", languages=("id",), look={}, texts={}, options={}, revision=1,
    )  # fmt: skip


BEKASI = "http://bekasi.localhost"
READER = Reader(uuid4(), "dewi@bekasi.example", "id", f"{BEKASI}/staff/preferences", f"{BEKASI}/unsubscribe/x", DUE)


def add(factory: sessionmaker[Session], queue: Queue, tenant_id: UUID, subject: str, **given: object) -> None:
    with factory() as session:
        name_tenant(session, tenant_id)
        values = {"event": "reminder", "link": "http://bekasi.localhost/staff/complaints/1", "complaint_id": COMPLAINT}
        reader = given.pop("reader", READER)
        digest.add_line(session, queue, reader, subject=subject, **{**values, "now": NOW, **given})
        session.commit()


def send(factory: sessionmaker[Session], queue: Queue, card: TenantCard, now: datetime = DUE) -> UUID | None:
    with factory() as session:
        name_tenant(session, card.id)
        sent = digest.send(session, queue, card, READER.id, now)
        session.commit()
        return sent


def messages(factory: sessionmaker[Session], tenant_id: UUID) -> list[Message]:
    with factory() as session:
        name_tenant(session, tenant_id)
        found = list(session.scalars(select(Message).order_by(Message.created_at)))
        session.expunge_all()
        return found


def test_all_lines_become_one_message_and_then_there_is_nothing_left(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard, database: str
) -> None:
    add(factory, digesting, card.id, "Pengingat: laporan A")
    add(factory, digesting, card.id, "Terlambat: laporan A", now=NOW + timedelta(hours=1))
    add(factory, digesting, card.id, "Laporan B", complaint_id=uuid4(), link="http://bekasi.localhost/b")
    assert [job[0] for job in jobs(database)] == ["send_digest"]
    assert send(factory, digesting, card, DUE - timedelta(seconds=1)) is None
    assert send(factory, digesting, card) is not None
    assert send(factory, digesting, card) is None
    (message,) = messages(factory, card.id)
    assert (message.event, message.destination) == ("digest", "dewi@bekasi.example")
    assert message.subject == "Ringkasan harian laporan: 3 kabar"
    assert (
        "• Pengingat: laporan A\n• Terlambat: laporan A\n  http://bekasi.localhost/staff/complaints/1" in message.body
    )
    assert "• Laporan B\n  http://bekasi.localhost/b" in message.body
    assert READER.manage_url in message.body


def test_one_cause_is_one_line(factory: sessionmaker[Session], digesting: Queue, card: TenantCard) -> None:
    cause = uuid4()
    for _ in range(2):
        add(factory, digesting, card.id, "Sekali saja", cause_id=cause)
    assert send(factory, digesting, card) is not None
    add(factory, digesting, card.id, "Sekali saja", cause_id=cause)  # a job that runs again after the digest went out
    assert send(factory, digesting, card) is None
    assert messages(factory, card.id)[0].body.count("Sekali saja") == 1


def test_two_workers_at_once_send_one_digest(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard
) -> None:
    add(factory, digesting, card.id, "Laporan A")
    answers: list[UUID | None] = []
    both = [threading.Thread(target=lambda: answers.append(send(factory, digesting, card))) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(answer is not None for answer in answers) == 1
    assert len(messages(factory, card.id)) == 1


def test_a_worker_that_dies_before_the_commit_has_sent_nothing_and_the_sweep_finds_the_lines(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard
) -> None:
    add(factory, digesting, card.id, "Laporan A")
    with factory() as session:
        name_tenant(session, card.id)
        assert digest.send(session, digesting, card, READER.id, DUE) is not None
        session.rollback()
    assert messages(factory, card.id) == []
    with factory() as session:
        name_tenant(session, card.id)
        assert digest.forgotten(session, DUE + timedelta(minutes=4)) == []
        (job,) = digest.forgotten(session, DUE + timedelta(minutes=6))
    assert (job.name, job.row_id) == (digest.SEND_DIGEST, READER.id)
    assert send(factory, digesting, card) is not None
    with factory() as session:
        name_tenant(session, card.id)
        assert digest.forgotten(session, DUE + timedelta(days=1)) == []


def test_a_line_can_be_taken_back_until_it_is_told(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard
) -> None:
    add(factory, digesting, card.id, "Diurungkan")
    with factory() as session:
        name_tenant(session, card.id)
        assert digest.take_back(session, complaint_id=COMPLAINT, written_at=NOW)
        session.commit()
    assert send(factory, digesting, card) is None
    add(factory, digesting, card.id, "Terkirim")
    send(factory, digesting, card)
    with factory() as session:
        name_tenant(session, card.id)
        assert not digest.take_back(session, complaint_id=COMPLAINT, written_at=NOW)


def test_another_hour_moves_what_waits(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard, database: str
) -> None:
    add(factory, digesting, card.id, "Laporan A")
    with factory() as session:
        name_tenant(session, card.id)
        digest.put_off(session, digesting, READER.id, DUE + timedelta(hours=2))
        session.commit()
    assert len(jobs(database)) == 2
    assert send(factory, digesting, card) is None
    assert send(factory, digesting, card, DUE + timedelta(hours=2)) is not None


def test_the_neighbour_has_no_lines_and_a_told_line_goes_after_a_week(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard, neighbour_id: UUID
) -> None:
    add(factory, digesting, card.id, "Laporan A")
    assert send(factory, digesting, replace(card, id=neighbour_id)) is None
    send(factory, digesting, card)
    for now, left in ((DUE + timedelta(days=6), 1), (DUE + timedelta(days=8), 0)):
        with factory() as session:
            name_tenant(session, card.id)
            digest.forget(session, now)
            session.commit()
            assert len(session.scalars(select(DigestLine.id)).all()) == left


def test_a_digest_with_very_many_lines_says_how_many_it_leaves_out(
    factory: sessionmaker[Session], digesting: Queue, card: TenantCard
) -> None:
    with factory() as session:
        name_tenant(session, card.id)
        for number in range(digest.MOST_LINES + 5):
            digest.add_line(
                session, digesting, READER, event="reminder", subject=f"Laporan {number}", link="http://x", now=NOW,
                complaint_id=uuid4(),
            )  # fmt: skip
        session.commit()
    send(factory, digesting, card)
    assert "… (+5)" in messages(factory, card.id)[0].body
    assert messages(factory, card.id)[0].state == outbox.State.WAITING
