"""Each message says how to end such messages, or why not; the link ends those, nobody else's, and by POST alone."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.audience import ending_link, following
from complaints.audience.ending_link import Whose
from complaints.audience.following import Follower
from complaints.complaint import Contact
from complaints.report import Reporter
from complaints.workflow import Need
from messages.digest import DigestLine
from messages.outbox import Message
from people import preference
from tests.cast import NOW, Cast, Visitor

MAIL = "warga@contoh.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def mail_program(visit: Callable[..., Visitor], url: str, slug: str = "barat") -> int:
    """What a mail program does with one click: no cookie, no Origin, no page."""
    path = url.removeprefix(f"http://{slug}.localhost")
    return visit(slug).post(path, data=ONE_CLICK, headers={"Origin": ""}).status_code


def messages(cast: Cast, destination: str, slug: str = "barat") -> list[Message]:
    cast.enter(slug)
    found = select(Message).where(Message.destination == destination).order_by(Message.event)
    return list(cast.session.scalars(found))


def follow(cast: Cast, complaint_id: UUID, email: str = MAIL, *, daily: bool = False) -> str:
    """Follow it by a confirmed address; the managing link."""
    card, complaint = cast.city("barat"), cast.read("barat", complaint_id)
    follower = following.follow(
        cast.session, cast.office, complaint, email, card=card, language="id", now=NOW, account_id=complaint_id
    )
    follower.daily = daily
    url = following.link(cast.office, card, follower.id)
    cast.session.commit()
    return url


def contact(cast: Cast, complaint_id: UUID) -> Contact:
    cast.enter("barat")
    return cast.session.scalars(select(Contact).where(Contact.complaint_id == complaint_id)).one()


def test_a_reporters_message_is_ended_by_one_click_and_the_other_report_goes_on(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    first, second = (cast.complaint(reporter=Reporter(email=MAIL)) for _ in range(2))
    message = next(one for one in messages(cast, MAIL) if one.complaint_id == first)
    url = message.unsubscribe_url
    assert url is not None
    assert f"Berhenti di sini: {url}" in message.body
    for _ in range(2):
        assert mail_program(visit, url) == 204
    assert contact(cast, first).stopped_at is not None
    assert contact(cast, second).stopped_at is None
    before = len(messages(cast, MAIL))
    for complaint_id in (first, second):
        cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"})
    assert len(messages(cast, MAIL)) == before + 1


def test_looking_changes_nothing_and_the_pages_button_ends_it(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    cast.enter("barat")
    path = ending_link.of_reporter(cast.session, cast.office, complaint_id).removeprefix("http://barat.localhost")
    page = visit("barat").get(path)
    assert page.status_code == 200
    assert f'action="{path}"' in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    assert contact(cast, complaint_id).stopped_at is None
    assert visit("barat").post(path).status_code == 200
    assert contact(cast, complaint_id).stopped_at is not None
    assert "<form" not in visit("barat").get(path).get_data(as_text=True).split("<main")[1]


@pytest.mark.parametrize("change", ["token", "which", "id", "host", "whose"])
def test_a_link_that_was_changed_ends_nothing(cast: Cast, visit: Callable[..., Visitor], change: str) -> None:
    first, second = (cast.complaint(reporter=Reporter(email=MAIL)) for _ in range(2))
    cast.enter("barat")
    path = ending_link.of_reporter(cast.session, cast.office, first).removeprefix("http://barat.localhost")
    host = "timur" if change == "host" else "barat"
    changed = {
        "token": path[:-1] + ("0" if path[-1] != "0" else "1"),
        "which": path.replace("/all/", "/day/"),
        "id": path.replace(str(first), str(second)),
        "host": path,
        "whose": path.replace("/report/", "/seat/"),
    }[change]
    for method in ("GET", "POST"):
        assert visit(host).open(changed, method=method, data=ONE_CLICK).status_code == 404
    assert contact(cast, first).stopped_at is None
    assert contact(cast, second).stopped_at is None


def test_a_neighbours_token_for_the_same_row_is_another(cast: Cast) -> None:
    barat, timur = cast.city("barat"), cast.city("timur")
    tokens = {
        ending_link.token_of(cast.office, card.id, whose, barat.id, which)
        for card in (barat, timur)
        for whose in (Whose.REPORT, Whose.SEAT)
        for which in ("all", "day")
    }
    assert len(tokens) == 8
    other = replace(cast.office, secret=b"another")
    assert ending_link.token_of(other, barat.id, Whose.REPORT, barat.id, "all") not in tokens


def test_a_follower_ends_one_report_and_of_the_digest_all(cast: Cast, visit: Callable[..., Visitor]) -> None:
    ids = [cast.complaint() for _ in range(3)]
    once = follow(cast, ids[0])
    daily = [follow(cast, one, daily=True) for one in ids[1:]]
    follow(cast, ids[1], "lain@contoh.example", daily=True)
    assert mail_program(visit, ending_link.of_follower(once)) == 204
    cast.enter("barat")
    assert cast.session.scalars(select(Follower.complaint_id).where(Follower.email == MAIL)).all() != []
    for _ in range(2):
        assert mail_program(visit, ending_link.of_follower(daily[0], ending_link.DAY)) == 204
    cast.enter("barat")
    assert [one.email for one in cast.session.scalars(select(Follower))] == ["lain@contoh.example"]


def test_what_asks_for_a_confirmation_has_nothing_to_end(cast: Cast) -> None:
    complaint = cast.read("barat", cast.complaint())
    card = cast.city("barat")
    following.follow(cast.session, cast.office, complaint, MAIL, card=card, language="id", now=NOW)
    cast.session.commit()
    (message,) = messages(cast, MAIL)
    assert message.unsubscribe_url is None
    assert "abaikan saja" in message.body


def test_officials_end_a_topic_but_not_what_waits_for_them(cast: Cast, visit: Callable[..., Visitor]) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email=MAIL))
    seat_id = cast.actor("barat", "officer").seat_id
    agency_id = cast.read("barat", complaint_id).agency_id
    cast.move("barat", complaint_id, "assign", agency_id=agency_id, seat_id=seat_id)
    cast.move("barat", complaint_id, "withdraw", by="reporter")
    assigned, withdrawn = messages(cast, "officer@barat.example")
    assert (assigned.event, withdrawn.event) == ("new_for_agency", "withdrawn")
    assert assigned.unsubscribe_url is None
    assert "tidak dapat dihentikan, karena laporannya menunggu Anda" in assigned.body
    assert "/staff/preferences" in assigned.body
    assert withdrawn.unsubscribe_url is not None
    assert mail_program(visit, withdrawn.unsubscribe_url) == 204
    cast.enter("barat")
    kept = preference.preference_of(cast.session, seat_id)
    assert kept is not None
    assert kept.choices == {"reporter": {"email": "never"}}
    (agency,) = [one for one in messages(cast, "pu@barat.example") if one.event == "withdrawn"]
    assert agency.unsubscribe_url is None
    assert "alamat resmi perangkat daerah" in agency.body


def test_ending_an_officials_digest_leaves_what_waits_for_them_in_it(cast: Cast, visit: Callable[..., Visitor]) -> None:
    seat_id = cast.actor("barat", "officer").seat_id
    assert seat_id is not None
    card = cast.enter("barat")
    preference.choose(
        cast.session, cast.office.queue, card, seat_id,
        {"assigned": {"email": "digest"}, "late": {"email": "digest"}}, quiet=None, digest_at=None, now=NOW,
    )  # fmt: skip
    cast.session.commit()
    complaint_id = cast.complaint()
    agency_id = cast.read("barat", complaint_id).agency_id
    cast.move("barat", complaint_id, "assign", agency_id=agency_id, seat_id=seat_id)
    cast.enter("barat")
    (line,) = cast.session.scalars(select(DigestLine)).all()
    page = visit("barat").get(line.unsubscribe_url.removeprefix("http://barat.localhost")).get_data(as_text=True)
    assert "Diberikan kepada saya" in page
    assert mail_program(visit, line.unsubscribe_url) == 204
    cast.enter("barat")
    kept = preference.preference_of(cast.session, seat_id)
    assert kept is not None
    assert {name: by["email"] for name, by in kept.choices.items()} == {
        "assigned": "digest", "late": "never", "watched": "never",
    }  # fmt: skip
