"""What officials, reporters and followers hear, and when, is as they chose."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling, undoing, watching
from complaints.audience import daily, following, hearing
from complaints.minding import mind
from complaints.report import Reporter
from complaints.workflow import Need
from messages import digest
from messages.digest import DigestLine
from messages.outbox import Message
from people import preference
from people.seats import Addressee, addressees_of
from tenants.errors import Invalid
from tests.cast import NOW, Cast
from tests.complaints.moving import agency

MAIL = "warga@contoh.example"
SEVEN = datetime.fromisoformat("2026-03-05T07:00+07:00")


def seat(cast: Cast, role: str) -> UUID:
    found = cast.actor("barat", role).seat_id
    assert found is not None
    return found


def choose(
    cast: Cast,
    role: str,
    choices: Mapping[str, str],
    quiet: tuple[str, str] | None = None,
    digest_at: str | None = None,
    now: datetime = NOW,
) -> None:
    seat_id = seat(cast, role)
    by_mail = {topic: {"email": how} for topic, how in choices.items()}
    card = cast.enter("barat")
    preference.choose(
        cast.session, cast.office.queue, card, seat_id, by_mail, quiet=quiet, digest_at=digest_at, now=now
    )
    cast.session.commit()


def written(cast: Cast, destination: str, slug: str = "barat") -> list[tuple[str, datetime]]:
    """(event, not before) of what was written to somebody at once, by event."""
    cast.enter(slug)
    rows = cast.session.execute(
        select(Message.event, Message.not_before_at).where(Message.destination == destination).order_by(Message.event)
    )
    return [tuple(row) for row in rows]


def lines(cast: Cast, slug: str = "barat") -> list[tuple[str, str, datetime]]:
    """(destination, event, due) of what waits for digests."""
    cast.enter(slug)
    rows = cast.session.execute(select(DigestLine.destination, DigestLine.event, DigestLine.due_at))
    return sorted(tuple(row) for row in rows)


def assign(cast: Cast, complaint_id: UUID, role: str, now: datetime = NOW) -> None:
    seat_id = seat(cast, role)
    agency_id = cast.read("barat", complaint_id).agency_id
    cast.move("barat", complaint_id, "assign", agency_id=agency_id, seat_id=seat_id, now=now)


def climb(cast: Cast, complaint_id: UUID, until: datetime) -> None:
    at = cast.read("barat", complaint_id).next_step_at
    while at is not None and at <= until:
        card = cast.enter("barat")
        at = mind(cast.session, cast.office, card, complaint_id, at)
        cast.session.commit()


def test_without_a_choice_an_assignment_is_told_at_once(cast: Cast) -> None:
    complaint_id = cast.complaint()
    assign(cast, complaint_id, "officer")
    assert written(cast, "officer@barat.example") == [("new_for_agency", NOW + timedelta(minutes=1))]
    assert lines(cast) == []


def test_who_wants_a_digest_gets_a_line_for_their_hour(cast: Cast) -> None:
    choose(cast, "officer", {"assigned": "digest"})
    choose(cast, "colleague", {"assigned": "digest"}, digest_at="16:30")
    for role in ("officer", "colleague"):
        assign(cast, cast.complaint(), role)
    assert written(cast, "officer@barat.example") == []
    half_past_four = datetime.fromisoformat("2026-03-04T16:30+07:00")
    assert lines(cast) == [
        ("colleague@barat.example", "new_for_agency", half_past_four),
        ("officer@barat.example", "new_for_agency", SEVEN),
    ]
    choose(cast, "officer", {"assigned": "digest"}, digest_at="17:00")
    assert ("officer@barat.example", "new_for_agency", half_past_four + timedelta(minutes=30)) in lines(cast)


def test_what_was_switched_off_is_silent_and_what_cannot_be_is_refused(cast: Cast) -> None:
    choose(cast, "supervisor", {"late": "never"})
    complaint_id = cast.complaint()
    climb(cast, complaint_id, NOW + timedelta(days=7))
    heard = {event for event, _ in written(cast, "supervisor@barat.example")}
    assert "reminder" not in heard
    assert "escalated" in heard
    with pytest.raises(Invalid) as refused:
        choose(cast, "supervisor", {"escalated": "never"})
    assert refused.value.field == "escalated"
    with pytest.raises(Invalid):
        choose(cast, "supervisor", {"gossip": "never"})
    with pytest.raises(Invalid):
        choose(cast, "supervisor", {"late": "never"}, quiet=("25:00", "06:00"))


def test_in_ones_own_quiet_hours_a_message_waits_but_danger_does_not(cast: Cast) -> None:
    choose(cast, "officer", {}, quiet=("09:00", "12:00"))
    calm, danger = cast.complaint(), cast.complaint()
    assign(cast, calm, "officer")
    noon = datetime.fromisoformat("2026-03-04T12:00+07:00")
    assert written(cast, "officer@barat.example") == [("new_for_agency", noon)]
    complaint = cast.read("barat", danger)
    complaint.urgency = 0
    cast.session.commit()
    assign(cast, danger, "officer")
    assert ("new_for_agency", NOW + timedelta(minutes=1)) in written(cast, "officer@barat.example")


def test_the_reporters_word_reaches_who_holds_the_complaint(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    assign(cast, complaint_id, "officer")
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"})
    cast.move("barat", complaint_id, "answer", by="reporter", words={Need.ANSWER: "Di gang tiga."})
    assert [event for event, _ in written(cast, "officer@barat.example")] == ["answered", "new_for_agency"]


def test_an_undone_move_leaves_no_line(cast: Cast) -> None:
    choose(cast, "officer", {"assigned": "digest"})
    complaint_id = cast.complaint()
    assign(cast, complaint_id, "officer")
    assert len(lines(cast)) == 1
    actor, card = cast.actor("barat", "supervisor"), cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    undoing.undo(cast.session, cast.office, complaint, actor=actor, card=card, now=NOW + timedelta(seconds=30))
    cast.session.commit()
    assert lines(cast) == []


def test_a_line_never_goes_out_before_the_move_is_past_undoing(cast: Cast) -> None:
    choose(cast, "officer", {"assigned": "digest"}, digest_at="10:00")
    nearly = NOW - timedelta(seconds=20)
    assign(cast, cast.complaint(), "officer", now=nearly)
    assert lines(cast)[0][2] == NOW + timedelta(days=1)


def test_a_digest_tells_everything_once(cast: Cast) -> None:
    choose(cast, "officer", {"assigned": "digest"})
    for _ in range(3):
        assign(cast, cast.complaint(), "officer")
    seat_id = seat(cast, "officer")
    for expected in (True, False):
        card = cast.enter("barat")
        assert (digest.send(cast.session, cast.office.queue, card, seat_id, SEVEN) is not None) == expected
        cast.session.commit()
    assert [event for event, _ in written(cast, "officer@barat.example")] == ["digest"]


def test_an_officials_language_is_their_own(cast: Cast) -> None:
    cast.enter("barat")
    (one,) = addressees_of(cast.session, seat_ids=[seat(cast, "officer")])
    assert one == Addressee(one.seat_id, "officer@barat.example", None, None)


def test_the_reporter_chooses_which_steps_and_when(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Kami lihat besok."})
    cast.move("barat", complaint_id, "start")
    assert [event for event, _ in written(cast, MAIL)] == ["received", "replied"]  # the start only for who wants it
    hearing.choose(
        cast.session, cast.office, cast.read("barat", complaint_id), "email", NOW,
        {"steps": "digest", "started": "at_once"},
    )  # fmt: skip
    cast.session.commit()
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Aspal sudah dipesan."})
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Masih ada?"})
    assert [event for event, _ in written(cast, MAIL)] == ["asked", "received", "replied"]
    assert lines(cast) == [(MAIL, "replied", SEVEN)]
    heard = hearing.hearing_of(cast.session, cast.office, cast.read("barat", complaint_id))
    assert heard is not None
    assert dict(heard.topics) == {"steps": "digest", "started": "at_once", "late": "at_once"}
    complaint = cast.read("barat", complaint_id)
    with pytest.raises(Invalid):
        hearing.choose(cast.session, cast.office, complaint, "email", NOW, {"steps": "hourly"})


def test_who_follows_day_by_day_hears_each_step_in_a_digest_and_the_end_not_twice(cast: Cast) -> None:
    complaint_id = cast.complaint()
    card, complaint = cast.city("barat"), cast.read("barat", complaint_id)
    follower = following.follow(
        cast.session, cast.office, complaint, MAIL, card=card, language="id", now=NOW, account_id=complaint_id
    )
    token = following.link(cast.office, card, follower.id).rpartition("/")[2]
    following.choose(cast.session, cast.office, follower.id, token, daily=True)
    cast.session.commit()
    cast.move("barat", complaint_id, "start")
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Rahasia dapur."})
    cast.enter("barat")
    rows = [(row.id, row.move) for row in handling.history_of(cast.session, complaint_id)]
    for _ in range(2):  # the job may run twice
        for row_id, move in rows:
            if move != "file":
                card = cast.enter("barat")
                if move == "start":
                    daily.note(cast.session, cast.office, card, row_id, NOW)
                    cast.session.commit()
    assert lines(cast) == [(MAIL, "followed_moved", SEVEN)]
    reader_id = following.reader_id(card.id, MAIL)
    card = cast.enter("barat")
    digest.send(cast.session, cast.office.queue, card, reader_id, SEVEN)
    cast.session.commit()
    message = cast.session.scalars(select(Message).where(Message.destination == MAIL)).one()
    assert "sedang dikerjakan" in message.body
    assert "Rahasia dapur" not in message.body
    assert token in message.body
    assert lines(cast, "timur") == []


def test_who_stops_following_hears_nothing_of_what_waited(cast: Cast) -> None:
    complaint_id = cast.complaint()
    card, complaint = cast.city("barat"), cast.read("barat", complaint_id)
    follower = following.follow(
        cast.session, cast.office, complaint, MAIL, card=card, language="id", now=NOW, account_id=complaint_id
    )
    follower.daily = True
    token = following.link(cast.office, card, follower.id).rpartition("/")[2]
    follower_id = follower.id
    cast.session.commit()
    cast.move("barat", complaint_id, "start")
    cast.enter("barat")
    (row,) = [row for row in handling.history_of(cast.session, complaint_id) if row.move == "start"]
    daily.note(cast.session, cast.office, card, row.id, NOW)
    cast.session.commit()
    assert len(lines(cast)) == 1
    following.unfollow(cast.session, cast.office, follower_id, token)
    cast.session.commit()
    assert lines(cast) == []


def test_who_watches_hears_of_each_move_but_their_own_and_none_that_was_undone(cast: Cast) -> None:
    complaint_id = cast.complaint()
    for role in ("colleague", "officer"):
        seat_id = seat(cast, role)
        watching.watch(cast.session, cast.read("barat", complaint_id), seat_id, NOW)
        cast.session.commit()
    choose(cast, "officer", {"watched": "at_once"})
    cast.move("barat", complaint_id, "start", by="colleague")
    assert [event for event, _ in written(cast, "officer@barat.example")] == ["watched_moved"]
    assert lines(cast) == []
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Bukan kabar."})
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Besok."})
    assert lines(cast) == [("colleague@barat.example", "watched_moved", SEVEN)]
    actor, card = cast.actor("barat", "supervisor"), cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    undoing.undo(cast.session, cast.office, complaint, actor=actor, card=card, now=NOW + timedelta(seconds=30))
    cast.session.commit()
    assert lines(cast) == []
    cast.move("barat", complaint_id, "assign", agency_id=agency(cast, "barat", "diskominfo"))
    cast.move("barat", complaint_id, "conceal", words={Need.REASON: "Nama orang."})
    before = lines(cast)
    cast.move("barat", complaint_id, "reply", by="admin", words={Need.NOTE: "Kami lihat."})  # they may see it no more
    assert lines(cast) == before
