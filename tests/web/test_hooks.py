"""What providers report: only signed, fresh and once; what bounced closes the way, and the next one is tried."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from complaints.audience import next_way
from complaints.report import Reporter
from complaints.workflow import Need
from messages import destination, hook
from messages.destination import Closed, Destination
from messages.outbox import Message, State
from tests.cast import NOW, Cast, Visitor
from tests.conftest import HOOKS_SECRET

MAIL, NUMBER = "warga@contoh.example", "+6281234567890"


def call(
    visit: Callable[..., Visitor],
    document: Any,
    *,
    secret: str = HOOKS_SECRET,
    at: int | None = None,
    signed: bytes | None = None,
    host: str | None = None,
) -> int:
    body = json.dumps(document).encode()
    timestamp = at if at is not None else int(time.time())
    signature = hook.sign(secret, timestamp, body if signed is None else signed)
    headers = {"X-Aduan-Timestamp": str(timestamp), "X-Aduan-Signature": signature, "Origin": ""}
    return visit(host).post("/hooks/deliveries", data=body, headers=headers).status_code


def reported(cast: Cast, fate: str, event: str = "received", slug: str = "barat") -> dict[str, Any]:
    cast.enter(slug)
    key = cast.session.scalars(select(Message.key).where(Message.event == event, Message.channel == "email")).first()
    return {"reports": [{"id": f"<{key}@aduan.example>", "fate": fate, "reason": f"550 5.1.1 <{MAIL}> unknown"}]}


def sent_mail(cast: Cast, **reporter: str) -> UUID:
    """A complaint whose reporter has been mailed."""
    complaint_id = cast.complaint(reporter=Reporter(**{"email": MAIL, **reporter}))
    cast.enter("barat")
    for message in cast.session.scalars(select(Message)):
        message.state, message.sent_at = State.SENT, NOW
    cast.session.commit()
    return complaint_id


def closed(cast: Cast, slug: str = "barat") -> list[tuple[str, str]]:
    cast.enter(slug)
    return [(one.channel, one.state) for one in cast.session.scalars(select(Destination))]


def run_next_way(cast: Cast, event: str = "received") -> UUID | None:
    cast.enter("barat")
    message = cast.session.scalars(select(Message).where(Message.event == event, Message.channel == "email")).one()
    made = next_way.go(cast.session, cast.office, message.id, NOW)
    cast.session.commit()
    return made


def test_a_bounce_closes_the_address_and_the_telephone_hears_it(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = sent_mail(cast, phone=NUMBER)
    report = reported(cast, "bounced")
    assert call(visit, report) == 202
    assert closed(cast) == [("email", "failing")]
    message = cast.session.scalars(select(Message).where(Message.channel == "email", Message.event == "received")).one()
    assert message.state == State.DEAD
    assert message.last_error == "It came back: 550 5.1.1 (address) unknown"
    assert run_next_way(cast) is not None
    assert run_next_way(cast) is None  # the job may run twice
    other = cast.session.scalars(select(Message).where(Message.channel == "whatsapp")).one()
    assert (other.destination, other.event, other.complaint_id) == (NUMBER, "received", complaint_id)
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"})
    asked = cast.session.scalars(select(Message).where(Message.event == "asked")).one()
    assert asked.channel == "whatsapp"
    page = visit("barat", "supervisor").get(f"/staff/complaints/{complaint_id}").get_data(as_text=True)
    assert "Surel tidak sampai." in page
    assert closed(cast, "timur") == []


def test_without_another_way_nothing_more_is_sent(cast: Cast, visit: Callable[..., Visitor]) -> None:
    sent_mail(cast)
    call(visit, reported(cast, "bounced"))
    assert run_next_way(cast) is None


def test_what_is_unwanted_is_ended_and_what_is_delayed_only_noted(cast: Cast, visit: Callable[..., Visitor]) -> None:
    sent_mail(cast)
    assert call(visit, reported(cast, "delayed")) == 202
    assert closed(cast) == []
    assert call(visit, reported(cast, "delivered")) == 202
    assert call(visit, reported(cast, "unwanted")) == 202
    assert closed(cast) == [("email", "stopped")]


@pytest.mark.parametrize("how", ["secret", "body", "old", "ahead", "letters"])
def test_a_call_that_is_not_signed_for_now_is_refused(cast: Cast, visit: Callable[..., Visitor], how: str) -> None:
    sent_mail(cast)
    report = reported(cast, "bounced")
    now = int(time.time())
    wrong: dict[str, dict[str, Any]] = {
        "secret": {"secret": "another"},
        "body": {"signed": b'{"reports": []}'},
        "old": {"at": now - 301},
        "ahead": {"at": now + 301},
    }
    if how == "letters":
        headers = {"X-Aduan-Timestamp": "soon", "X-Aduan-Signature": "v1=", "Origin": ""}
        assert visit().post("/hooks/deliveries", data=json.dumps(report), headers=headers).status_code == 403
    else:
        assert call(visit, report, **wrong[how]) == 403
    assert closed(cast) == []


def test_a_call_is_taken_once(cast: Cast, visit: Callable[..., Visitor]) -> None:
    sent_mail(cast)
    report, now = reported(cast, "bounced"), int(time.time())
    assert call(visit, report, at=now) == 202
    assert call(visit, report, at=now) == 409
    assert call(visit, report, at=now + 1) == 202  # a new call about the same message changes nothing more
    assert closed(cast) == [("email", "failing")]


def test_keys_that_are_none_of_ours_are_taken_and_change_nothing(cast: Cast, visit: Callable[..., Visitor]) -> None:
    keys = ("nonsense", f"{cast.city('barat').id.hex}.{'0' * 32}", f"{'0' * 32}.{'0' * 32}", "")
    assert call(visit, {"reports": [{"id": key, "fate": "bounced"} for key in keys]}) == 202
    assert closed(cast) == []


@pytest.mark.parametrize(
    "document", [[], {"reports": 1}, {"reports": [{"id": "x"}]}, {"reports": [{"id": "x", "fate": "y"}]}]
)
def test_what_is_no_list_of_reports_is_refused_in_a_sentence(visit: Callable[..., Visitor], document: Any) -> None:
    assert call(visit, document) == 422


def test_programs_are_refused_in_json_whatever_they_send(visit: Callable[..., Visitor]) -> None:
    deep, later = b'{"reports": ' + b"[" * 100_000, 999_999_999_999
    calls = [("", b"", 403), ("é", b"", 403), (hook.sign(HOOKS_SECRET, later, b"{}"), b"{}", 403)]
    for signature, body, status in [*calls, (hook.sign(HOOKS_SECRET, now := int(time.time()), deep), deep, 422)]:
        headers = {"X-Aduan-Timestamp": str(now if status == 422 else later), "X-Aduan-Signature": signature}
        answer = visit().post("/hooks/deliveries", data=body, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_platform_without_the_secret_believes_nobody(app: Flask, visit: Callable[..., Visitor]) -> None:
    app.extensions["web_config"] = replace(app.extensions["web_config"], hooks_secret=None)
    assert call(visit, {"reports": []}) == 503


def test_cities_hosts_have_no_hooks(visit: Callable[..., Visitor]) -> None:
    assert call(visit, {"reports": []}, host="barat") == 404


def test_the_administrator_tries_again_and_opens_addresses_of_their_own_city_alone(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    sent_mail(cast)
    call(visit, reported(cast, "bounced"))
    cast.enter("barat")
    message = cast.session.scalars(select(Message).where(Message.state == State.DEAD)).one()
    destination.close(cast.session, "email", "tidak@mau.example", Closed.STOPPED, "Marked", NOW)
    cast.session.commit()
    admin = visit("barat", "admin")
    page = admin.get("/admin/messages").get_data(as_text=True)
    assert "w…@contoh.example" in page
    assert MAIL not in page
    assert page.count("/opening") == 1  # who said no stays closed
    (failing,) = [one for one in cast.session.scalars(select(Destination)) if one.state == "failing"]
    failing_id, message_id = failing.id, message.id
    neighbour = visit("timur", "admin")
    assert neighbour.post(f"/admin/messages/{message_id}/retry").status_code == 404
    assert neighbour.post(f"/admin/destinations/{failing_id}/opening").status_code == 404
    assert admin.post(f"/admin/messages/{message_id}/retry").status_code == 303
    assert admin.post(f"/admin/destinations/{failing_id}/opening").status_code == 303
    assert closed(cast) == [("email", "stopped")]
    cast.enter("barat")
    assert cast.session.get_one(Message, (cast.city("barat").id, message_id)).state == State.WAITING
    assert visit("barat", "officer").get("/admin/messages").status_code == 403
