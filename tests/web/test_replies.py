"""A reporter's reply lands in the history once, where it belongs, and a forged one nowhere."""

import base64
import json
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling
from complaints.complaint import Evidence, Remark
from complaints.report import Reporter
from complaints.reporters.replying import InboundMessage
from complaints.transfers import handover
from complaints.workflow import Need
from messages import hook
from messages.outbox import Message
from tests.cast import NOW, Cast, Visitor, jpeg
from tests.conftest import HOOKS_SECRET

MAIL, NUMBER = "warga@contoh.example", "+6281234567890"


def call(visit: Callable[..., Visitor], document: dict[str, Any]) -> int:
    call.count += 1
    body = json.dumps({**document, "n": call.count}).encode()
    timestamp = int(time.time())
    headers = {"X-Aduan-Timestamp": str(timestamp), "Origin": ""}
    headers["X-Aduan-Signature"] = hook.sign(HOOKS_SECRET, timestamp, body)
    return visit().post("/hooks/replies", data=body, headers=headers).status_code


call.count = 0


def mail(to: str, words: str = "Di gang tiga.", photo: bytes = b"") -> dict[str, Any]:
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = MAIL, to, "<1@hp.example>"
    made.set_content(f"{words}\n\nPada Sel, 3 Mar 2026 Aduan <no-reply@aduan.example> menulis:\n> Di mana?\n")
    if photo:
        made.add_attachment(photo, maintype="image", subtype="jpeg", filename="foto.jpg")
        made.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="logo.gif")
    return {"channel": "email", "raw": base64.b64encode(made.as_bytes()).decode()}


def reply_to(cast: Cast, complaint_id: UUID, event: str = "received") -> str:
    cast.enter("barat")
    found = select(Message.reply_to).where(Message.complaint_id == complaint_id, Message.event == event)
    address = cast.session.scalars(found).one()
    assert address is not None
    return address


def last(cast: Cast, complaint_id: UUID, slug: str = "barat") -> tuple[str, str, bool]:
    """(move, words, inner) of the last step."""
    cast.enter(slug)
    row = handling.history_of(cast.session, complaint_id)[-1]
    remark = cast.session.scalars(select(Remark).where(Remark.id == row.remark_id)).one_or_none()
    return row.move, remark.body if remark else "", bool(remark and remark.inner)


def test_a_mail_answers_what_was_asked_with_its_photo_and_lands_once(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"})
    to = reply_to(cast, complaint_id, "asked")
    for _ in range(2):
        assert call(visit, mail(to, photo=jpeg())) == 202
    assert last(cast, complaint_id) == ("answer", "Di gang tiga.", False)
    assert cast.read("barat", complaint_id).status == "received"
    cast.enter("barat")
    assert len(cast.session.scalars(select(Evidence.id).where(Evidence.complaint_id == complaint_id)).all()) == 1
    assert len(cast.session.scalars(select(InboundMessage.id)).all()) == 1


def test_what_nobody_asked_is_for_officials_alone_who_hear_of_it(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    assert call(visit, mail(reply_to(cast, complaint_id), "Nomor saya 0812.")) == 202
    assert last(cast, complaint_id) == ("write", "Nomor saya 0812.", True)
    cast.enter("barat")
    assert cast.session.scalars(select(Message).where(Message.event == "reporter_wrote")).one()
    reference = cast.read("barat", complaint_id).reference
    assert "saya 0812" not in visit("barat").get(f"/complaints/{reference}").get_data(as_text=True)
    page = visit("barat", "supervisor").get(f"/staff/complaints/{complaint_id}").get_data(as_text=True)
    assert "Nomor saya 0812." in page


@pytest.mark.parametrize("how", ["forged", "neighbour", "nobody", "automatic"])
def test_what_is_not_ours_is_taken_and_nothing_is_stored(cast: Cast, visit: Callable[..., Visitor], how: str) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    to = reply_to(cast, complaint_id)
    document = mail({"neighbour": to.replace("brt.", "tmr."), "nobody": MAIL}.get(how, to))
    if how == "forged":
        document = mail(to[:12] + ("a" if to[12] != "a" else "b") + to[13:])
    if how == "automatic":
        raw = b"Auto-Submitted: auto-replied\r\n" + base64.b64decode(document["raw"])
        document["raw"] = base64.b64encode(raw).decode()
    assert call(visit, document) == 202
    assert last(cast, complaint_id)[0] == "file"
    for slug in ("barat", "timur"):
        cast.enter(slug)
        assert cast.session.scalars(select(InboundMessage)).all() == []


def test_a_reply_finds_the_city_that_has_the_complaint_now(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    to = reply_to(cast, complaint_id)
    actor = cast.actor("barat", "supervisor")
    handover.hand_over(
        cast.session, cast.office, cast.read("barat", complaint_id), cast.city("timur"),
        actor=actor, card=cast.city("barat"), reason="Di seberang.", now=NOW,
    )  # fmt: skip
    cast.session.commit()
    assert call(visit, mail(to, "Sudah dilihat?")) == 202
    assert last(cast, complaint_id, "timur") == ("write", "Sudah dilihat?", True)


def test_after_the_end_a_reply_changes_nothing(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    to = reply_to(cast, complaint_id)
    cast.move("barat", complaint_id, "withdraw", by="reporter")
    assert call(visit, mail(to)) == 202
    assert last(cast, complaint_id)[0] == "withdraw"


def test_whatsapp_answers_by_what_it_quotes_from_the_number_that_it_went_to(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    complaint_id = cast.complaint(reporter=Reporter(phone=NUMBER))
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"})
    cast.enter("barat")
    key = cast.session.scalars(select(Message.key).where(Message.event == "asked")).one()
    document = {"channel": "whatsapp", "id": "wamid.1", "from": NUMBER, "answers": key, "text": "Di gang tiga."}
    for wrong in ({"from": "+6281234567891"}, {"answers": "nonsense"}, {"answers": key[:-1] + "x"}):
        assert call(visit, {**document, **wrong}) == 202
        assert last(cast, complaint_id)[0] == "ask"
    for _ in range(2):
        assert call(visit, document) == 202
    assert last(cast, complaint_id) == ("answer", "Di gang tiga.", False)


def test_what_is_no_reply_is_refused(visit: Callable[..., Visitor]) -> None:
    for document in ({}, {"channel": "email"}, {"channel": "email", "raw": "%"}, {"channel": "whatsapp"}):
        assert call(visit, document) == 422
    assert visit().post("/hooks/replies", data=b"{}", headers={"Origin": ""}).status_code == 403
