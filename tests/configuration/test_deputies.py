"""Naming a deputy: what is refused, in a sentence; and whom it reaches, on which days."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from complaints import handling, noting
from complaints.audience import telling
from complaints.handling import Actor
from complaints.workflow import Need
from configuration import deputies, editing, staff
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.invitations import settle_agencies
from messages.outbox import Message
from people import deputyship
from people.deputyship import Deputyship
from people.seat import Seat
from people.standing_in import day_in
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cast import NOW, Cast, photo
from tests.complaints.moving import agency

TODAY = date(2026, 3, 4)
DAY = timedelta(days=1)


def seat_of(cast: Cast, role: str, slug: str = "barat") -> Seat:
    actor = cast.actor(slug, role)
    return cast.session.scalars(select(Seat).where(Seat.id == actor.seat_id)).one()


def seats_of(cast: Cast, *roles: str) -> list[Seat]:
    """Some of Kota Barat's people, all of the session as it is now."""
    ids = [cast.actor("barat", role).seat_id for role in roles]
    return [cast.session.scalars(select(Seat).where(Seat.id == one)).one() for one in ids]


def let(
    cast: Cast, deputy: str, for_whom: str, first: date = TODAY, last: date = TODAY + 2 * DAY, today: date = TODAY
) -> Deputyship:
    """Let one of the cast stand in for another, on record."""
    other, seat = seat_of(cast, deputy).id, seat_of(cast, for_whom)
    found = deputies.colleague(cast.session, other, "")
    row = deputies.name(
        cast.session, seat, found, from_on=first, until_on=last, today=today, author=Author(seat.id), now=NOW
    )
    cast.session.commit()
    return row


def elsewhere(cast: Cast, role: str) -> None:
    """Let one of the cast work for the environment alone, so that nothing of the road works is theirs."""
    dlh, seat = agency(cast, "barat", "dlh"), seat_of(cast, role)
    settle_agencies(cast.session, seat, [dlh], author=Author(), now=NOW)
    cast.session.commit()


def acting(cast: Cast, role: str, now: datetime = NOW) -> Actor:
    """One of the cast, with whom they stand in for at an instant."""
    actor, seat = cast.actor("barat", role), seat_of(cast, role)
    absent = deputyship.absent_for(cast.session, seat, day_in("Asia/Jakarta", now))
    return Actor("staff", actor.seat_id, actor.role, actor.agency_ids, absent)


def told(cast: Cast, event: str) -> dict[str, Message]:
    cast.enter("barat")
    found = cast.session.scalars(select(Message).where(Message.event == event))
    return {one.destination: one for one in found}


@pytest.mark.parametrize(
    ("deputy", "first", "last", "field", "words"),
    [
        ("officer", TODAY, TODAY, "deputy", "themself"),
        ("resident", TODAY, TODAY, "deputy", "works here"),
        ("colleague", TODAY, TODAY - DAY, "until_on", "before the first"),
        ("colleague", TODAY - DAY, TODAY, "from_on", "is over"),
        ("colleague", None, TODAY, "from_on", "first day"),
        ("colleague", TODAY, None, "until_on", "last day"),
        ("colleague", TODAY, TODAY + 400 * DAY, "until_on", "a year"),
        ("colleague", TODAY + 5 * DAY, TODAY + 9 * DAY, "from_on", "already"),
        ("supervisor", TODAY + 7 * DAY, TODAY + 8 * DAY, "from_on", "already"),
    ],
)
def test_what_cant_be_is_refused_in_a_sentence(
    cast: Cast, deputy: str, first: date | None, last: date | None, field: str, words: str
) -> None:
    let(cast, "supervisor", "officer", TODAY + 7 * DAY, TODAY + 12 * DAY)
    other, seat = seat_of(cast, deputy).id, seat_of(cast, "officer")
    with pytest.raises(Invalid, match=words) as refused:
        deputies.name(
            cast.session, seat, deputies.colleague(cast.session, other, ""),
            from_on=first, until_on=last, today=TODAY, author=Author(), now=NOW,
        )  # fmt: skip
    assert refused.value.field == field


def test_nobody_of_another_city_nor_a_partner_stands_in_and_a_leavers_deputies_go(cast: Cast) -> None:
    cast.enter("barat")
    days = {"from_on": TODAY, "until_on": TODAY, "today": TODAY, "now": NOW}
    assert deputies.colleague(cast.session, None, "colleague@timur.example") is None
    assert deputies.colleague(cast.session, None, " Colleague@barat.example ") is not None
    partner, seat = seats_of(cast, "colleague", "officer")
    partner.role = "partner"
    with pytest.raises(Invalid, match="partner"):
        deputies.name(cast.session, seat, partner, author=Author(), **days)
    cast.session.rollback()
    row_id = let(cast, "colleague", "officer").id
    let(cast, "officer", "supervisor")
    seat = seat_of(cast, "officer")
    staff.leave(
        cast.session, cast.office, seat,
        to_id=None, hosts=["barat.localhost"], author=Author(), now=NOW, expected_version=seat.version,
    )  # fmt: skip
    cast.session.commit()
    cast.enter("barat")
    assert not cast.session.scalars(select(Deputyship).where(Deputyship.ended_at.is_(None))).all()
    [left] = cast.session.scalars(select(Seat).where(Seat.ended_at.is_not(None))).all()
    with pytest.raises(Invalid, match="has left"):
        deputies.name(cast.session, left, None, author=Author(), **days)
    done = cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.row_id == row_id)).all()
    assert {one.did for one in done} == {"added", "ended"}
    assert done[0].after is not None
    assert done[0].after["from_on"] == "2026-03-04"


def test_a_deputy_acts_on_the_days_alone_under_their_own_name_and_it_doesnt_chain(cast: Cast) -> None:
    elsewhere(cast, "colleague")
    complaint_id = cast.complaint()
    row_id = let(cast, "colleague", "officer", TODAY, TODAY + DAY).id
    let(cast, "officer", "supervisor", TODAY, TODAY + DAY)  # what reaches the officer so doesn't pass on
    assert [one.name for one in acting(cast, "colleague").absent] == ["Officer Kota Barat"]
    card, complaint = cast.enter("barat"), cast.read("barat", complaint_id)
    for day in (-1, 2):
        actor = acting(cast, "colleague", NOW + day * DAY)
        with pytest.raises(NotAllowed):
            handling.admit(
                cast.session, cast.office, cast.read("barat", complaint_id), "start", actor=actor, card=card
            )  # fmt: skip
    actor, complaint = acting(cast, "colleague"), cast.read("barat", complaint_id)
    row = handling.move(cast.session, cast.office, complaint, "start", actor=actor, card=card, now=NOW)
    assert (row.seat_id, row.detail["for_seat_id"]) == (actor.seat_id, str(seat_of(cast, "officer").id))
    cast.session.rollback()
    other, seat = seats_of(cast, "colleague", "officer")
    with pytest.raises(NotFound):
        deputies.end(cast.session, other, row_id, author=Author(), now=NOW)
    deputies.end(cast.session, seat, row_id, author=Author(), now=NOW)
    cast.session.commit()
    assert acting(cast, "colleague").absent == ()
    with pytest.raises(Conflict):
        deputies.end(cast.session, seat_of(cast, "officer"), row_id, author=Author(), now=NOW)


def test_a_deputy_validates_no_work_of_their_own_and_gets_no_right_that_their_role_lacks(cast: Cast) -> None:
    complaint_id = cast.complaint()
    let(cast, "supervisor", "officer")
    let(cast, "colleague", "supervisor")
    card = cast.enter("barat")
    card = card.__class__(**{**card.__dict__, "options": {**card.options, "validation": True}})

    def move(role: str, name: str, **words: str) -> None:
        actor, complaint = acting(cast, role), cast.read("barat", complaint_id)
        photos = [photo()] if name == "submit" else []
        carried = handling.Carried(words={Need[key]: said for key, said in words.items()}, photos=photos)
        handling.move(
            cast.session, cast.office, complaint, name, actor=actor, card=card, now=NOW, carried=carried
        )  # fmt: skip
        cast.session.commit()

    move("supervisor", "start")
    move("officer", "submit", NOTE="Sudah ditambal.")
    with pytest.raises(NotAllowed, match="own work"):
        move("supervisor", "validate")
    cast.session.rollback()
    with pytest.raises(NotAllowed, match="role"):
        move("colleague", "validate")


def test_what_reaches_the_absent_reaches_the_deputy_once_and_only_what_they_may_see(cast: Cast) -> None:
    elsewhere(cast, "colleague")
    let(cast, "colleague", "officer")
    let(cast, "colleague", "admin")
    pu, officer = agency(cast, "barat", "pu"), seat_of(cast, "officer").id
    complaint_id = cast.complaint()
    cast.move("barat", complaint_id, "assign", agency_id=pu, seat_id=officer)
    mails = told(cast, "new_for_agency")
    assert {"officer@barat.example", "colleague@barat.example"} <= set(mails)
    assert "(untuk Officer Kota Barat)" in mails["colleague@barat.example"].subject
    assert "menggantikan Officer Kota Barat" in mails["colleague@barat.example"].body
    assert "menggantikan" not in mails["officer@barat.example"].body
    actor, card = cast.actor("barat", "supervisor"), cast.enter("barat")
    note = "@Officer Kota Barat, apakah ini pipa lama?"
    here = cast.read("barat", complaint_id)
    noting.add_note(cast.session, cast.office, here, note, actor=actor, card=card, now=NOW)
    cast.session.commit()
    assert set(told(cast, "mentioned")) == {"officer@barat.example", "colleague@barat.example"}
    book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
    for visibility, hears in (("private", False), ("public", True)):
        other = cast.read("barat", cast.complaint(visibility=visibility))
        other.agency_id = agency(cast, "barat", "satpolpp") if visibility == "private" else pu
        cast.session.flush()
        telling.remind(cast.session, cast.office, other, "board", card=card, book=book, now=NOW)
        cast.session.commit()
        assert ("colleague@barat.example" in told(cast, "on_the_board")) is hears, "a deputy sees by their own role"


def test_a_changed_role_that_crosses_the_line_ends_the_effect(cast: Cast) -> None:
    let(cast, "colleague", "officer")
    seat = seat_of(cast, "officer")
    editing.change(cast.session, seat, {"role": "partner"}, author=Author(), now=NOW)
    cast.session.commit()
    assert acting(cast, "colleague").absent == ()
    cast.enter("barat")
    assert deputyship.stand_ins(cast.session, [seat_of(cast, "officer").id], TODAY) == []
