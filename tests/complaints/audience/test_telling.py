"""By which way a reporter hears of it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.audience import hearing
from complaints.complaint import Contact
from complaints.report import Reporter
from complaints.transfers import handover
from complaints.workflow import Need
from messages import destination
from messages.destination import Closed
from messages.outbox import Message
from tenants.errors import Invalid
from tests.cast import NOW, Cast

MAIL, NUMBER = "warga@contoh.example", "+6281234567890"


def told(cast: Cast, complaint_id: UUID, event: str) -> Sequence[tuple[str, str]]:
    """(channel, destination) of what the reporter was told."""
    cast.enter("barat")
    rows = cast.session.execute(
        select(Message.channel, Message.destination)
        .where(Message.complaint_id == complaint_id, Message.event == event)
        .order_by(Message.channel)
    )
    return [tuple(row) for row in rows]


def ask(cast: Cast, complaint_id: UUID) -> None:
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di gang mana?"})


def test_without_an_address_the_telephone_is_written_to_with_the_secret_link(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=Reporter(phone=NUMBER))
    assert told(cast, complaint_id, "received") == [("whatsapp", NUMBER)]
    message = cast.session.scalars(select(Message).where(Message.event == "received")).one()
    assert message.link is not None
    assert "/manage/" in message.link
    assert message.link in message.body
    ask(cast, complaint_id)
    assert told(cast, complaint_id, "asked") == [("whatsapp", NUMBER)]


def test_a_platform_without_a_provider_writes_to_no_telephone(cast: Cast) -> None:
    cast.office = replace(cast.office, ways=replace(cast.office.ways, phone=False))
    complaint_id = cast.complaint(reporter=Reporter(phone=NUMBER))
    assert told(cast, complaint_id, "received") == []


def test_what_the_reporter_prefers_is_kept_to_and_silence_too(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL, phone=NUMBER))
    assert told(cast, complaint_id, "received") == [("email", MAIL)]
    contact = cast.session.scalars(select(Contact).where(Contact.complaint_id == complaint_id)).one()
    contact.told_by = "sms"
    cast.session.commit()
    ask(cast, complaint_id)
    assert told(cast, complaint_id, "asked") == [("sms", NUMBER)]
    contact = cast.session.scalars(select(Contact).where(Contact.complaint_id == complaint_id)).one()
    contact.stopped_at = NOW
    cast.session.commit()
    cast.move("barat", complaint_id, "resume", words={Need.REASON: "Sudah ketemu."})
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Milik swasta."})
    assert told(cast, complaint_id, "rejected") == []


def test_the_reporter_chooses_the_way_also_where_the_contact_stayed_in_the_first_city(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL, phone=NUMBER))
    actor = cast.actor("barat", "supervisor")
    card, complaint = cast.city("barat"), cast.read("barat", complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city("timur"), actor=actor, card=card, reason="Di sana.", now=NOW
    )
    cast.session.commit()
    complaint = cast.read("timur", complaint_id)
    before = hearing.hearing_of(cast.session, cast.office, complaint)
    assert before is not None
    assert [(one.channel, one.hint) for one in before.choices] == [
        ("email", "w…@contoh.example"),
        ("whatsapp", "+62…90"),
        ("sms", "+62…90"),
    ]
    for chosen in ("sms", "none"):
        hearing.choose(cast.session, cast.office, cast.read("timur", complaint_id), chosen, NOW)
        cast.session.commit()
        after = hearing.hearing_of(cast.session, cast.office, cast.read("timur", complaint_id))
        assert after is not None
        assert after.chosen == chosen
    with pytest.raises(Invalid):
        hearing.choose(cast.session, cast.office, cast.read("timur", complaint_id), "pigeon", NOW)


def test_an_address_that_takes_nothing_gives_way_to_the_telephone(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL, phone=NUMBER))
    destination.close(cast.session, "email", MAIL.upper(), Closed.FAILING, "550 5.1.1", NOW)
    cast.session.commit()
    ask(cast, complaint_id)
    assert told(cast, complaint_id, "asked") == [("whatsapp", NUMBER)]
