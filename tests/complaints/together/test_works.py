"""Known works: which reports they concern, when they hold, and that whoever follows them is told once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from complaints.together import works_following
from complaints.together.works import Works, concerns, current
from configuration import notices
from configuration.editing import Author
from configuration.faults import Faults
from configuration.notices import Notice
from messages.outbox import Message
from tests.cast import IN_BARAT, NOW, Cast

AREA, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("where", "categories", "lon", "lat", "areas", "hit"),
    [
        ({}, [], None, None, set(), True),
        ({}, ["pju"], 107.0, -6.2, set(), True),
        ({}, ["banjir"], 107.0, -6.2, set(), False),
        ({"area_id": AREA}, [], 107.0, -6.2, {AREA, OTHER}, True),
        ({"area_id": AREA}, [], 107.0, -6.2, {OTHER}, False),
        ({"lon": 107.0, "lat": -6.2, "radius_m": 500}, [], 107.004, -6.2, set(), True),
        ({"lon": 107.0, "lat": -6.2, "radius_m": 500}, [], 107.005, -6.2, set(), False),
        ({"lon": 107.0, "lat": -6.2, "radius_m": 500}, [], None, None, set(), False),
        ({"west": 107.0, "south": -6.3, "east": 107.1, "north": -6.2}, ["pju"], 107.05, -6.25, set(), True),
        ({"west": 107.0, "south": -6.3, "east": 107.1, "north": -6.2}, [], 107.11, -6.25, set(), False),
    ],
)
def test_what_works_concern(
    where: dict[str, object], categories: list[str], lon: float | None, lat: float | None, areas: set[object], hit: bool
) -> None:
    works = Works(categories=categories, **where)
    assert concerns(works, "pju", areas, lon, lat) is hit


def notice(**more: object) -> Notice:
    usual = {
        "title": {"id": "Pipa diganti", "en": "Pipes replaced"},
        "text": {"id": "Jalan ditutup.", "en": "The road is closed."},
        "place": "circle",
        "at": {"lon": str(IN_BARAT[0]), "lat": str(IN_BARAT[1]), "radius_m": "500"},
        "from_on": "2026-03-04",
        "until_on": "2026-03-05",
    }
    return Notice(**{**usual, **more})


def test_they_hold_from_the_first_day_to_the_end_of_the_last_and_followers_are_told_once(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    session, card = cast.session, cast.city("barat")
    book = cast.office.rulebooks.of(session, card)
    works = notices.add(session, card, book, notice(), author=author, now=NOW)
    how = {"card": card, "language": "en", "now": NOW}
    works_following.follow(session, cast.office, works, "Siapa@contoh.example", sure=True, **how)
    works_following.follow(session, cast.office, works, "lain@contoh.example", sure=False, **how)
    assert [one.id for one in current(session, NOW)] == [works.id]
    assert current(session, NOW - timedelta(days=1)) == []
    last_minute, midnight = NOW + timedelta(hours=37, minutes=59), NOW + timedelta(hours=38)
    assert [one.id for one in current(session, last_minute)] == [works.id]
    assert current(session, midnight) == []

    assert works_following.tell_of_ended(session, cast.office, card, last_minute) == 0
    assert works_following.tell_of_ended(session, cast.office, card, midnight) == 1
    assert works_following.tell_of_ended(session, cast.office, card, midnight) == 0
    sent = session.scalars(select(Message).order_by(Message.event)).all()
    assert [(one.event, one.destination) for one in sent] == [
        ("incident_closed_followed", "siapa@contoh.example"),
        ("incident_confirm", "lain@contoh.example"),
    ]
    assert "Pipes replaced" in sent[0].subject
    assert "/works/following/" in sent[0].body
    assert "/unsubscribe/works/" in (sent[0].unsubscribe_url or "")
    assert works_following.forget(session, midnight + timedelta(days=31)) == 2


def test_what_an_administrator_ends_is_over_at_once_and_on_record(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    session, card = cast.session, cast.city("barat")
    book = cast.office.rulebooks.of(session, card)
    works = notices.add(session, card, book, notice(until_on=""), author=author, now=NOW)
    assert [one.id for one in current(session, NOW + timedelta(days=300))] == [works.id]
    change = notices.end(session, works, author=author, now=NOW)
    assert (change.section, change.did) == ("works", "ended")
    assert current(session, NOW) == []


def test_what_cannot_be_is_named(cast: Cast) -> None:
    cast.enter("barat")
    card = cast.city("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    wrong: list[tuple[dict[str, object], set[str]]] = [
        ({"title": {"en": "Only English"}}, {"title-id"}),
        ({"text": {"id": "x" * 2001}}, {"text-id"}),
        ({"place": "area", "at": {"area": "TMR.1"}}, {"area"}),
        ({"at": {"lon": "x", "lat": "-91", "radius_m": "7"}}, {"lon", "lat", "radius_m"}),
        ({"place": "box", "at": {"west": "107", "east": "106", "south": "-6", "north": "-5"}}, {"west"}),
        ({"place": ""}, {"place"}),
        ({"from_on": "kemarin"}, {"from_on"}),
        ({"until_on": "2026-03-03"}, {"until_on"}),
        ({"until_on": "2036-03-03"}, {"until_on"}),
        ({"categories": ["tidak-ada"]}, {"categories"}),
    ]
    for more, fields in wrong:
        with pytest.raises(Faults) as refused:
            notices.add(cast.session, card, book, notice(**more), author=Author(), now=NOW)
        assert set(refused.value.by_field) == fields, more
