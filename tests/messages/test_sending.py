"""One outbox row, sent once, tried again with patience, and given up in the end."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from messages.letter import Carrier, Letter
from messages.outbox import SEND, Message, State
from messages.queue import Queue
from messages.sending import SOMEBODY_ELSE_IS_AT_IT, WAITS, retry_dead, send_message
from tenants.errors import Conflict, NotFound
from tenants.scope import name_tenant
from tests.messages.mailers import Broken, Deaf, Drawer, Stern
from tests.messages.rows import jobs, read_message, write_message

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def send(
    factory: sessionmaker[Session], tenant_id: UUID, message_id: UUID, carrier: Carrier, now: datetime = NOW
) -> datetime | None:
    with factory() as session:
        name_tenant(session, tenant_id)
        again_at = send_message(session, message_id, dict.fromkeys(("email", "whatsapp"), carrier), now)
        session.commit()
        return again_at


def test_a_sent_message_is_not_sent_again(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    drawer = Drawer()
    message_id = write_message(factory, tenant_id, now=NOW)
    assert send(factory, tenant_id, message_id, drawer) is None
    assert send(factory, tenant_id, message_id, drawer) is None
    message = read_message(factory, tenant_id, message_id)
    assert (message.state, message.attempts, message.sent_at, message.last_error) == (State.SENT, 1, NOW, None)
    assert not message.may_have_arrived_twice()
    assert [letter.key for letter in drawer.letters] == [message.key]


def test_the_wall_between_tenants_holds_for_messages(
    factory: sessionmaker[Session], tenant_id: UUID, neighbour_id: UUID
) -> None:
    drawer = Drawer()
    message_id = write_message(factory, tenant_id, now=NOW)
    assert send(factory, neighbour_id, message_id, drawer) is None
    assert drawer.letters == []
    assert read_message(factory, tenant_id, message_id).state == State.WAITING


def test_a_message_is_not_sent_before_its_time(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    drawer = Drawer()
    message_id = write_message(factory, tenant_id, now=NOW, delay=timedelta(seconds=60))
    assert send(factory, tenant_id, message_id, drawer) == NOW + timedelta(seconds=60)
    assert drawer.letters == []
    assert read_message(factory, tenant_id, message_id).attempts == 0


def test_a_message_that_is_gone_leaves_nothing_to_do(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    assert send(factory, tenant_id, uuid4(), Drawer()) is None


def test_a_failed_try_waits_longer_each_time_and_is_given_up_in_the_end(
    factory: sessionmaker[Session], tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    at = NOW
    for wait in WAITS:
        again_at = send(factory, tenant_id, message_id, Deaf(), at)
        assert again_at == at + wait
        message = read_message(factory, tenant_id, message_id)
        assert (message.state, message.not_before_at) == (State.WAITING, again_at)
        at = again_at
    assert send(factory, tenant_id, message_id, Deaf(), at) is None
    message = read_message(factory, tenant_id, message_id)
    assert (message.state, message.attempts) == (State.DEAD, len(WAITS) + 1)
    assert message.last_error == "The mail server couldn't be reached."


def test_a_refused_message_is_dead_at_once(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    assert send(factory, tenant_id, message_id, Stern()) is None
    message = read_message(factory, tenant_id, message_id)
    assert (message.state, message.attempts) == (State.DEAD, 1)
    assert message.last_error == "The mail server refused it: 550 unknown"


def test_a_channel_without_a_provider_is_dead_at_once(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    message_id = write_message(factory, tenant_id, now=NOW, channel="sms", destination="+628111")
    assert send(factory, tenant_id, message_id, Drawer()) is None
    message = read_message(factory, tenant_id, message_id)
    assert (message.state, message.last_error) == (State.DEAD, "No provider is set up for the channel 'sms'.")


def test_a_mistake_of_ours_is_tried_again_and_noted_without_its_words(
    factory: sessionmaker[Session], tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    assert send(factory, tenant_id, message_id, Broken()) == NOW + WAITS[0]
    message = read_message(factory, tenant_id, message_id)
    assert message.last_error == "Sending failed for an unforeseen reason (ZeroDivisionError)."


def test_that_a_try_begins_is_on_record_while_it_runs(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    seen: list[int] = []

    class Looking:
        def send(self, letter: Letter) -> None:
            seen.append(read_message(factory, tenant_id, message_id).attempts)

    send(factory, tenant_id, message_id, Looking())
    assert seen == [1]


def test_a_message_sent_at_the_second_try_is_counted_as_possibly_doubled(
    factory: sessionmaker[Session], tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    again_at = send(factory, tenant_id, message_id, Deaf())
    assert again_at is not None
    send(factory, tenant_id, message_id, Drawer(), again_at)
    assert read_message(factory, tenant_id, message_id).may_have_arrived_twice()


def test_who_comes_while_another_sends_steps_aside(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    drawer = Drawer()
    second: list[datetime | None] = []

    class Interrupted:
        def send(self, letter: Letter) -> None:
            second.append(send(factory, tenant_id, message_id, drawer))

    assert send(factory, tenant_id, message_id, Interrupted()) is None
    assert second == [NOW + SOMEBODY_ELSE_IS_AT_IT]
    assert drawer.letters == []
    assert read_message(factory, tenant_id, message_id).attempts == 1


@pytest.mark.parametrize("other", [Drawer, Deaf])
def test_who_finds_that_another_has_just_tried_steps_aside(
    factory: sessionmaker[Session], tenant_id: UUID, other: type[Drawer | Deaf]
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    drawer, came_back = Drawer(), []
    with factory() as session:
        name_tenant(session, tenant_id)

        @event.listens_for(session, "after_commit", once=True)
        def between_the_note_and_the_sending(_session: Session) -> None:
            came_back.append(send(factory, tenant_id, message_id, other()))

        assert send_message(session, message_id, {"email": drawer}, NOW) == came_back[0]
        session.commit()
    assert drawer.letters == []


def test_two_that_start_together_send_once(factory: sessionmaker[Session], tenant_id: UUID) -> None:
    drawer = Drawer()
    for _ in range(20):
        message_id = write_message(factory, tenant_id, now=NOW)
        together = threading.Barrier(2)

        def at_once(message_id: UUID = message_id, together: threading.Barrier = together) -> None:
            together.wait()
            send(factory, tenant_id, message_id, drawer)

        threads = [threading.Thread(target=at_once) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert read_message(factory, tenant_id, message_id).state == State.SENT
    keys = [letter.key for letter in drawer.letters]
    assert len(keys) == len(set(keys)) == 20


def test_a_dead_message_is_tried_once_more_when_somebody_asks(
    factory: sessionmaker[Session], queue: Queue, database: str, tenant_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    send(factory, tenant_id, message_id, Stern())
    with factory() as session:
        name_tenant(session, tenant_id)
        retry_dead(session, message_id, NOW + timedelta(hours=1), queue)
        session.commit()
    assert jobs(database) == [(SEND, {"tenant_id": str(tenant_id), "row_id": str(message_id)}, "todo", 0)]
    drawer = Drawer()
    send(factory, tenant_id, message_id, drawer, NOW + timedelta(hours=1))
    assert len(drawer.letters) == 1
    message: Message = read_message(factory, tenant_id, message_id)
    assert (message.state, message.attempts) == (State.SENT, 2)


def test_only_a_dead_message_of_ones_own_is_tried_again(
    factory: sessionmaker[Session], queue: Queue, tenant_id: UUID, neighbour_id: UUID
) -> None:
    message_id = write_message(factory, tenant_id, now=NOW)
    with factory() as session:
        name_tenant(session, tenant_id)
        with pytest.raises(Conflict):
            retry_dead(session, message_id, NOW, queue)
    with factory() as session:
        name_tenant(session, neighbour_id)
        with pytest.raises(NotFound):
            retry_dead(session, message_id, NOW, queue)
