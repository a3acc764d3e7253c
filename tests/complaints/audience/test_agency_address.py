"""What an agency's mailbox gets, its number gets as well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from complaints.audience import telling
from complaints.complaint import Complaint
from messages import destination
from messages.destination import Closed
from messages.outbox import Message
from tenants.agency import Agency
from tests.cast import NOW, Cast

OFFICE, NUMBER = "pu@barat.example", "+622112345678"
NIGHT = NOW + timedelta(hours=13)  # 23.00 WIB


@pytest.fixture
def reachable(cast: Cast) -> Cast:
    """Public Works with a mailbox and a number."""
    reached(cast, email=OFFICE, phone=NUMBER)
    return cast


def reached(cast: Cast, **addresses: str | None) -> None:
    cast.enter("barat")
    cast.session.execute(update(Agency).where(Agency.code == "pu").values(**addresses))
    tenant = cast.tenant("barat")
    tenant.revision += 1
    cast.session.commit()
    cast.office.keeper._directory = None


def told(cast: Cast, complaint_id: UUID, event: str = "new_for_agency") -> Sequence[Message]:
    cast.enter("barat")
    rows = select(Message).where(Message.complaint_id == complaint_id, Message.event == event)
    return cast.session.scalars(rows.where(Message.destination.in_([OFFICE, NUMBER])).order_by(Message.channel)).all()


def filed(cast: Cast, **more: object) -> Complaint:
    return cast.read("barat", cast.complaint(**more))


def test_the_number_gets_the_words_of_the_mailbox_with_the_link(reachable: Cast) -> None:
    mail, phone = told(reachable, filed(reachable).id)
    assert [(one.channel, one.destination) for one in (mail, phone)] == [("email", OFFICE), ("whatsapp", NUMBER)]
    assert (phone.subject, phone.body) == (mail.subject, mail.body)
    assert phone.link is not None
    assert phone.link in phone.body


def test_by_night_the_telephone_waits_and_the_mailbox_does_not(reachable: Cast) -> None:
    mail, phone = told(reachable, filed(reachable, now=NIGHT).id)
    assert mail.not_before_at == NIGHT
    assert phone.not_before_at == NIGHT + timedelta(hours=7)  # six in the morning


def test_a_number_without_whatsapp_is_written_to_by_sms(reachable: Cast) -> None:
    reachable.enter("barat")
    destination.close(reachable.session, "whatsapp", NUMBER, Closed.FAILING, "404", NOW)
    reachable.session.commit()
    assert [one.channel for one in told(reachable, filed(reachable).id)] == ["email", "sms"]


@pytest.mark.parametrize("number", ["123", None])
def test_a_short_number_takes_no_messages(reachable: Cast, number: str | None) -> None:
    reached(reachable, phone=number)
    assert [one.channel for one in told(reachable, filed(reachable).id)] == ["email"]


def test_without_a_provider_only_the_mailbox_is_written_to(reachable: Cast) -> None:
    reachable.office = replace(reachable.office, ways=replace(reachable.office.ways, phone=False))
    assert [one.channel for one in told(reachable, filed(reachable).id)] == ["email"]


def test_an_agency_with_nothing_but_a_number_is_reminded_there_and_no_rank_above_it(reachable: Cast) -> None:
    reached(reachable, email=None)
    complaint, card = filed(reachable), reachable.city("barat")
    book = reachable.office.rulebooks.of(reachable.session, card)
    telling.remind(reachable.session, reachable.office, complaint, "holder", card=card, book=book, now=NOW)
    reachable.session.commit()
    written = select(Message.destination).where(Message.event == "reminder")
    assert reachable.session.scalars(written).all() == [NUMBER]
