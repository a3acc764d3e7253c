"""WhatsApp and SMS as a provider gets them over HTTP, and what its answers mean for us."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from messages import destination
from messages.letter import Letter, NotNow, Refused, Unreachable
from messages.outbox import Message, State
from messages.phone import DevelopmentTexter, texter_from_url
from messages.queue import Queue
from messages.sending import WAITS, send_message
from tenants.errors import Invalid
from tenants.scope import name_tenant
from tests.messages.exchange import Exchange
from tests.messages.rows import jobs, read_message, write_message

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NUMBER = "+6281234567890"
LINK = "http://bekasi.localhost/complaints/BKS-7K3M-9QX1/manage/abc"


def letter(channel: str = "whatsapp", destination: str = NUMBER) -> Letter:
    return Letter(
        key="a1.b2",
        destination=destination,
        subject="Laporan BKS-7K3M-9QX1 selesai",
        body=f"Laporan Anda selesai.\nLihat: {LINK}\n",
        language="id",
        written_at=NOW,
        channel=channel,
        link=LINK,
    )


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return


def test_a_provider_gets_the_text_with_its_key_and_our_password(exchange: Exchange) -> None:
    url = exchange.url.replace("//", "//kota:r%40hasia@")
    texter_from_url(url).send(letter())
    texter_from_url(url).send(letter("sms"))
    whatsapp, sms = exchange.taken
    assert (whatsapp.path, whatsapp.idempotency_key) == ("/messages", "a1.b2")
    assert whatsapp.authorization == "Basic a290YTpyQGhhc2lh"
    assert whatsapp.document == {
        "id": "a1.b2",
        "to": NUMBER,
        "channel": "whatsapp",
        "text": f"*Laporan BKS-7K3M-9QX1 selesai*\n\nLaporan Anda selesai.\nLihat: {LINK}",
        "language": "id",
    }
    assert (sms.document["channel"], sms.document["text"]) == ("sms", f"Laporan BKS-7K3M-9QX1 selesai: {LINK}")


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (400, Refused), (422, Refused), (404, Unreachable), (410, Unreachable), (301, NotNow), (401, NotNow),
        (402, NotNow), (408, NotNow), (429, NotNow), (500, NotNow), (503, NotNow),
    ],
)  # fmt: skip
def test_what_an_answer_means_is_said_without_the_number(
    exchange: Exchange, status: int, refusal: type[Exception]
) -> None:
    exchange.answers, exchange.headers = [status], {"Location": exchange.url}
    with pytest.raises(refusal) as refused:
        texter_from_url(exchange.url).send(letter())
    assert type(refused.value) is refusal
    assert str(status) in str(refused.value)
    assert "(number) is not on WhatsApp" in str(refused.value)
    assert len(exchange.taken) == 1, "it was led elsewhere"


@pytest.mark.parametrize("says", [b"", b"<html>", b"[1]", b'{"error": null}'])
def test_an_answer_that_is_no_document_is_understood_by_its_status(exchange: Exchange, says: bytes) -> None:
    exchange.answers, exchange.says = [503], says
    with pytest.raises(NotNow, match="503"):
        texter_from_url(exchange.url).send(letter())


def test_what_the_provider_took_before_is_taken(exchange: Exchange) -> None:
    exchange.answers = [409]
    texter_from_url(exchange.url).send(letter())


def test_a_provider_that_is_away_is_asked_later(exchange: Exchange) -> None:
    texter = texter_from_url(exchange.url.replace(str(exchange.port), "9"))
    with pytest.raises(NotNow, match="couldn't be reached"):
        texter.send(letter())


@pytest.mark.parametrize("written", ["081234567890", "siti@contoh.id", "+62 812 3456 7890", ""])
def test_only_a_number_as_it_is_stored_is_written_to(exchange: Exchange, written: str) -> None:
    for texter in (texter_from_url(exchange.url), DevelopmentTexter()):
        with pytest.raises(Refused):
            texter.send(letter(destination=written))
    assert exchange.taken == []


@pytest.mark.parametrize(
    "url", ["http://provider.example/x", "https:///x", "https://host:port/", "smtp://host/", "https://host/#x"]
)
def test_an_address_that_cannot_be_right_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Invalid, match="SMS_URL") as refused:
        texter_from_url(url.replace("//", "//user:secret-word@"))
    assert "secret-word" not in str(refused.value)


def send(
    factory: sessionmaker[Session], tenant_id: UUID, message_id: UUID, exchange: Exchange, queue: Queue, now: datetime
) -> datetime | None:
    texter = texter_from_url(exchange.url)
    with factory() as session:
        name_tenant(session, tenant_id)
        again_at = send_message(session, message_id, {"whatsapp": texter, "sms": texter}, now, WAITS, queue)
        session.commit()
        return again_at


def test_a_number_without_whatsapp_gets_an_sms_and_is_not_tried_by_whatsapp_again(
    factory: sessionmaker[Session], tenant_id: UUID, neighbour_id: UUID, exchange: Exchange, queue: Queue, database: str
) -> None:
    exchange.answers = [410]
    first = write_message(factory, tenant_id, channel="whatsapp", destination=NUMBER, link=LINK, now=NOW)
    assert send(factory, tenant_id, first, exchange, queue, NOW) is None
    dead = read_message(factory, tenant_id, first)
    assert (dead.state, dead.attempts) == (State.DEAD, 1)
    ((_, job, _, _),) = jobs(database)
    follow_up = UUID(job["row_id"])
    assert send(factory, tenant_id, follow_up, exchange, queue, NOW) is None
    assert read_message(factory, tenant_id, follow_up).state == State.SENT
    assert [one.document["channel"] for one in exchange.taken] == ["whatsapp", "sms"]
    assert exchange.taken[1].document["text"].endswith(LINK)

    second = write_message(factory, tenant_id, channel="whatsapp", destination=NUMBER, now=NOW)
    send(factory, tenant_id, second, exchange, queue, NOW)
    assert len(exchange.taken) == 2, "the provider was asked once more"
    theirs = write_message(factory, neighbour_id, channel="whatsapp", destination=NUMBER, now=NOW)
    send(factory, neighbour_id, theirs, exchange, queue, NOW)
    assert read_message(factory, neighbour_id, theirs).state == State.SENT, "a neighbour's knowledge crossed the wall"


def test_a_busy_provider_is_tried_with_patience_until_the_message_is_dead(
    factory: sessionmaker[Session], tenant_id: UUID, exchange: Exchange, queue: Queue
) -> None:
    exchange.answers = [503] * 10
    message_id = write_message(factory, tenant_id, channel="sms", destination=NUMBER, now=NOW)
    at = NOW
    for wait in WAITS:
        again_at = send(factory, tenant_id, message_id, exchange, queue, at)
        assert again_at == at + wait
        at = again_at
    assert send(factory, tenant_id, message_id, exchange, queue, at) is None
    assert read_message(factory, tenant_id, message_id).state == State.DEAD
    assert {one.idempotency_key for one in exchange.taken} == {read_message(factory, tenant_id, message_id).key}


def test_who_said_no_is_written_to_by_no_way_until_never(
    factory: sessionmaker[Session], tenant_id: UUID, exchange: Exchange, queue: Queue, database: str
) -> None:
    with factory() as session:
        name_tenant(session, tenant_id)
        for state in (destination.Closed.STOPPED, destination.Closed.FAILING):
            destination.close(session, "whatsapp", NUMBER, state, "said so", NOW)
        session.commit()
        assert destination.closed(session, "whatsapp", NUMBER) is destination.Closed.STOPPED
        (row,) = destination.all_closed(session, 10)
        assert (row.hint, row.since_at) == ("+62…90", NOW)
        with pytest.raises(destination.NotFound):
            destination.open_again(session, row.id)
    message_id = write_message(factory, tenant_id, channel="whatsapp", destination=NUMBER, now=NOW)
    assert send(factory, tenant_id, message_id, exchange, queue, NOW + timedelta(days=400)) is None
    assert (exchange.taken, jobs(database)) == ([], [])
    with factory() as session:
        name_tenant(session, tenant_id)
        assert session.scalars(select(Message.state)).all() == [State.DEAD]
