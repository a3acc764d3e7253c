"""Where a report has gone is told once: what waits is replaced, and no message names a city that had returned it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.audience.announcing import SETTLES_WITHIN
from complaints.report import Reporter
from complaints.workflow import Need
from messages.outbox import Message
from messages.worker import drain
from tests.cast import NOW, Cast
from tests.complaints.passing import HOUR, give_back, pass_on, third_city, told_where

SOON = timedelta(minutes=10)


def _ani(may_cross: bool = False) -> Reporter:
    return Reporter(email="ani@warga.example", may_cross=may_cross)


def _send(cast: Cast, at: datetime) -> None:
    cast.session.commit()
    drain(cast.office.queue, lambda: type(cast.session)(cast.session.get_bind()), clock=lambda: at)


def test_the_message_waits_for_as_long_as_a_passing_mostly_takes_to_settle(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=_ani())
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    _send(cast, NOW + SETTLES_WITHIN - timedelta(seconds=1))
    ((state, _body),) = told_where(cast)
    assert state == "waiting"
    _send_again(cast, NOW + SETTLES_WITHIN)
    ((state, body),) = told_where(cast)
    assert state == "sent"
    assert "diteruskan" in body or "meneruskannya" in body


def _send_again(cast: Cast, at: datetime) -> None:
    """The job waits by the clock on the wall after an early look; the sweep or a day does it, here at once."""
    for slug in ("barat", "timur"):
        card = cast.enter(slug)
        for message_id in cast.session.scalars(select(Message.id).where(Message.state == "waiting")).all():
            cast.office.queue.handlers["send_message"](cast.session, card.id, message_id, at)
    cast.session.commit()


@pytest.mark.parametrize("may_cross", [True, False])
def test_what_comes_back_before_the_reporter_was_told_is_told_by_nobody(cast: Cast, may_cross: bool) -> None:
    complaint_id = cast.complaint("barat", reporter=_ani(may_cross))
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    give_back(cast, complaint_id, "timur", now=NOW + SOON)
    assert told_where(cast) == []


@pytest.mark.parametrize("may_cross", [True, False])
def test_a_chain_tells_where_it_ended_and_where_it_began(cast: Cast, may_cross: bool) -> None:
    hulu = third_city(cast)
    complaint_id = cast.complaint("barat", reporter=_ani(may_cross))
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    pass_on(cast, complaint_id, "timur", hulu, now=NOW + SOON, reason="Itu hulu sungai.")
    ((state, body),) = told_where(cast)
    assert state == "waiting"
    assert "Kota Hulu" in body
    assert "Pemerintah Kota Barat sudah meneruskannya" in body
    assert "Itu hulu sungai." in body
    assert "http://hulu.localhost/" in body
    assert "Kota Timur" not in body


def test_out_and_back_and_out_again_is_one_message_about_the_last(cast: Cast) -> None:
    hulu = third_city(cast)
    complaint_id = cast.complaint("barat", reporter=_ani())
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    give_back(cast, complaint_id, "timur", now=NOW + SOON)
    pass_on(cast, complaint_id, "barat", hulu, now=NOW + 2 * SOON)
    ((_state, body),) = told_where(cast)
    assert "Kota Hulu" in body
    assert "Kota Timur" not in body


def test_each_truth_that_was_told_is_followed_by_the_next(cast: Cast) -> None:
    """Told that Timur has it, then returned: the reporter hears that Barat has it again, and no more."""
    complaint_id = cast.complaint("barat", reporter=_ani())
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    _send(cast, NOW + 2 * HOUR)
    give_back(cast, complaint_id, "timur", now=NOW + 3 * HOUR)
    _send(cast, NOW + 5 * HOUR)
    (first, second) = told_where(cast)
    assert [first[0], second[0]] == ["sent", "sent"]
    assert "Pemerintah Kota Timur sudah meneruskannya ke Pemerintah Kota Barat" in second[1]
    _send(cast, NOW + 9 * HOUR)
    assert len(told_where(cast)) == 2


def test_what_is_on_its_way_counts_as_told(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=_ani())
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    cast.enter("barat")
    for message in cast.session.scalars(select(Message).where(Message.event == "handed_over")):
        message.attempts = 1
    cast.session.commit()
    give_back(cast, complaint_id, "timur", now=NOW + SOON)
    assert ["Kota Timur sudah" in body for _state, body in told_where(cast)] == [False, True]


@pytest.mark.parametrize("may_cross", [True, False])
def test_the_new_citys_own_word_sends_the_message_ahead(cast: Cast, may_cross: bool) -> None:
    """A question from a city of which the reporter hasn't heard would be a riddle."""
    complaint_id = cast.complaint("barat", reporter=_ani(may_cross))
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    cast.move("timur", complaint_id, "ask", words={Need.QUESTION: "Di gang berapa?"}, now=NOW + SOON)
    waits = _waits(cast)
    assert waits["handed_over"] == NOW + SOON < waits["asked"]
    _send(cast, NOW + SOON)
    assert [state for state, _body in told_where(cast)] == ["sent"]


def _waits(cast: Cast) -> dict[str, datetime]:
    found = {}
    for slug in ("barat", "timur"):
        cast.enter(slug)
        for row in cast.session.scalars(select(Message).where(Message.destination == "ani@warga.example")):
            found[row.event] = row.not_before_at
    return found


def test_the_agency_that_gets_it_back_hears_from_whom_and_why(cast: Cast) -> None:
    complaint_id: UUID = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur", now=NOW)
    give_back(cast, complaint_id, "timur", now=NOW + SOON)
    cast.enter("barat")
    returned = cast.session.scalars(select(Message).where(Message.event == "returned")).one()
    assert returned.destination == "pu@barat.example"
    assert "Pemerintah Kota Timur mengembalikan" in returned.body
    assert "Bukan wilayah kami." in returned.body
