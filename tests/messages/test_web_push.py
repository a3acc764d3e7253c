"""Notifications, against a push service of our own that checks who we are and reads what the browser would."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from messages import push
from messages.letter import Channel, Letter, NotNow, Refused, Unreachable
from messages.outbox import SEND, State
from messages.push import PushSubscription, Whose
from messages.queue import make_queue
from messages.sending import send_message, sender
from messages.web_push import DevelopmentPusher, WebPusher, notification
from tenants.errors import Invalid
from tenants.scope import name_tenant
from tests.conftest import VAPID_KEY
from tests.messages.push_service import PushService
from tests.messages.rows import read_message, write_message

NOW = datetime.now(UTC)
GOOGLE = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService().open() as running:
        yield running


@pytest.fixture
def pusher() -> WebPusher:
    return WebPusher(VAPID_KEY, "Aduan <no-reply@aduan.example>")


def letter(service: PushService, **given: Any) -> Letter:
    values: dict[str, Any] = {
        "key": f"{uuid4().hex}.{uuid4().hex}",
        "destination": json.dumps(service.subscription),
        "subject": "Terlambat: laporan BKS-7K3M-9QX1",
        "body": "Janji belum terpenuhi – mohon dilihat.\n\nSelengkapnya di laporan.\n",
        "language": "id",
        "written_at": NOW,
        "channel": Channel.PUSH,
        "link": "http://bekasi.localhost/staff/complaints/1",
    }
    return Letter(**{**values, **given})


def subscribe(factory: sessionmaker[Session], tenant_id: UUID, reader_id: UUID, **keys: str) -> UUID:
    with factory() as session:
        name_tenant(session, tenant_id)
        push.subscribe(session, Whose.SEAT, reader_id, **keys, language="id", now=NOW, also_here=True)
        session.commit()
        return session.scalars(select(PushSubscription.id).where(PushSubscription.reader_id == reader_id)).one()


def test_the_browser_reads_what_we_encrypted_and_the_service_knows_who_we_are(
    service: PushService, pusher: WebPusher
) -> None:
    sent = letter(service)
    pusher.send(sent)
    assert service.shown == [
        {
            "title": "Terlambat: laporan BKS-7K3M-9QX1",
            "body": "Janji belum terpenuhi – mohon dilihat.",
            "url": "http://bekasi.localhost/staff/complaints/1",
            "tag": sent.key[-32:],
        }
    ]
    (claims,) = service.claims
    assert claims["aud"] == f"http://127.0.0.1:{service.port}"
    assert claims["sub"] == "mailto:no-reply@aduan.example"
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert service.headers[0]["TTL"] == "259200"
    assert service.headers[0]["Topic"] == sent.key[-32:]
    assert pusher.public_key in service.headers[0]["Authorization"]
    assert b"Terlambat" not in service.raw[0]


def test_whatever_a_message_says_the_notification_is_whole_and_short_enough(service: PushService) -> None:
    long = notification(letter(service, subject="\u0986" * 900, body="\u0986" * 9000))
    assert len(long) < 3_000
    assert json.loads(long)["tag"]


def test_another_devices_keys_cannot_read_it(service: PushService, pusher: WebPusher) -> None:
    other = PushService().subscription
    target = {**service.subscription, "p256dh": other["p256dh"]}
    with pytest.raises(NotNow):  # the service says 403
        pusher.send(letter(service, destination=json.dumps(target)))
    assert service.shown == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, Unreachable),
        (410, Unreachable),
        (400, Refused),
        (413, Refused),
        (429, NotNow),
        (500, NotNow),
    ],
)
def test_an_answer_means_what_the_standard_says(
    service: PushService, pusher: WebPusher, status: int, kind: type[Exception]
) -> None:
    service.answers = [status]
    with pytest.raises(kind) as refused:
        pusher.send(letter(service))
    assert type(refused.value) is kind
    assert "c0ffee" not in str(refused.value)


def test_a_service_that_is_away_is_tried_later(service: PushService, pusher: WebPusher) -> None:
    away = letter(service, destination=json.dumps({**service.subscription, "endpoint": "http://127.0.0.1:9/x"}))
    with pytest.raises(NotNow):
        pusher.send(away)


def test_what_is_no_device_and_no_key_is_refused_in_a_sentence(service: PushService, pusher: WebPusher) -> None:
    with pytest.raises(Refused):
        pusher.send(letter(service, destination="siti@contoh.id"))
    for wrong in ("not a key", "", "A" * 43, VAPID_KEY[:-1]):
        with pytest.raises(Invalid) as refused:
            WebPusher(wrong, "Aduan <no-reply@aduan.example>")
        assert refused.value.field == "VAPID_PRIVATE_KEY"


def test_the_worker_sends_by_the_outbox_and_a_device_that_is_gone_is_forgotten(
    factory: sessionmaker[Session], tenant_id: UUID, service: PushService, pusher: WebPusher, database: str
) -> None:
    queue = make_queue(database)
    queue.task(SEND)(sender({Channel.PUSH: pusher}, queue))
    seat_id = uuid4()
    device = subscribe(factory, tenant_id, seat_id, **service.subscription)
    states = []
    for answer in (201, 410, 201):
        if answer != 201:
            service.answers = [answer]
        message_id = write_message(factory, tenant_id, channel="push", destination=str(device), now=NOW)
        with factory() as session:
            name_tenant(session, tenant_id)
            send_message(session, message_id, {Channel.PUSH: pusher}, datetime.now(UTC), queue=queue)
            session.commit()
        states.append(read_message(factory, tenant_id, message_id).state)
    assert states == [State.SENT, State.DEAD, State.DEAD]
    assert len(service.shown) == 1
    with factory() as session:
        name_tenant(session, tenant_id)
        assert push.devices_of(session, [seat_id]) == []


def test_asked_twice_a_device_is_one_and_the_neighbour_sees_none(
    factory: sessionmaker[Session], tenant_id: UUID, neighbour_id: UUID, service: PushService
) -> None:
    seat_id = uuid4()
    for _ in range(2):
        subscribe(factory, tenant_id, seat_id, **service.subscription)
    with factory() as session:
        name_tenant(session, neighbour_id)
        assert push.devices_of(session, [seat_id]) == []
        push.unsubscribe(session, seat_id)
        session.commit()
    with factory() as session:
        name_tenant(session, tenant_id)
        (device,) = push.devices_of(session, [seat_id])
        assert device.endpoint == service.subscription["endpoint"]
        push.unsubscribe(session, seat_id, "http://127.0.0.1/another")
        assert len(push.devices_of(session, [seat_id])) == 1
        push.unsubscribe(session, seat_id, device.endpoint)
        assert push.devices_of(session, [seat_id]) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "http://localhost:8000/x",
        "file:///etc/passwd",
        "",
        GOOGLE + "a" * 1000,
    ],
)
def test_nothing_is_posted_to_an_address_that_no_browser_would_name(
    factory: sessionmaker[Session], tenant_id: UUID, service: PushService, endpoint: str
) -> None:
    keys = {**service.subscription, "endpoint": endpoint}
    with factory() as session:
        name_tenant(session, tenant_id)
        with pytest.raises(Invalid):
            push.subscribe(session, Whose.SEAT, uuid4(), **keys, language="id", now=NOW)


def test_sound_subscriptions_are_few_for_each_reader(
    factory: sessionmaker[Session], tenant_id: UUID, service: PushService
) -> None:
    reader = uuid4()
    with factory() as session:
        name_tenant(session, tenant_id)
        for number in range(push.MOST_DEVICES):
            keys = {**service.subscription, "endpoint": f"{GOOGLE}{number}"}
            push.subscribe(session, Whose.SEAT, reader, **keys, language="id", now=NOW)
        with pytest.raises(Invalid):
            push.subscribe(session, Whose.SEAT, reader, **{**keys, "endpoint": GOOGLE + "more"}, language="id", now=NOW)
        with pytest.raises(Invalid):
            push.subscribe(session, Whose.SEAT, uuid4(), **{**keys, "auth": "short"}, language="id", now=NOW)


def test_development_posts_to_this_machine_alone(service: PushService) -> None:
    pusher = DevelopmentPusher(VAPID_KEY, "Aduan <no-reply@aduan.example>")
    pusher.send(letter(service))
    pusher.send(letter(service, destination=json.dumps({**service.subscription, "endpoint": GOOGLE})))
    assert len(service.shown) == 1
