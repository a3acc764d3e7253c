"""Notifications reach the devices that asked: an official's by what they chose, a reporter's without any address."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.audience import notifying
from complaints.transfers import handover
from complaints.workflow import Need
from messages.outbox import Message
from messages.push import PushSubscription
from people import preference
from tests.cast import NOW, Cast, Visitor
from tests.messages.push_service import PushService


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService().open() as running:
        yield running


def notified(cast: Cast, slug: str = "barat") -> list[tuple[str, str | None]]:
    """(event, where it leads) of the notifications that were written, by event."""
    cast.enter(slug)
    found = select(Message.event, Message.link).where(Message.channel == "push").order_by(Message.event)
    return [tuple(row) for row in cast.session.execute(found)]


def seat(cast: Cast, role: str) -> UUID:
    found = cast.actor("barat", role).seat_id
    assert found is not None
    return found


def test_an_official_asks_by_a_button_and_is_notified_of_what_comes_at_once(
    cast: Cast, visit: Callable[..., Visitor], service: PushService
) -> None:
    officer = visit("barat", "officer")
    assert 'data-push="/staff/push"' in officer.get("/staff/preferences").get_data(as_text=True)
    assert officer.post("/staff/push", data=service.subscription).status_code == 204
    complaint_id = cast.complaint()
    agency_id = cast.read("barat", complaint_id).agency_id
    cast.move("barat", complaint_id, "assign", agency_id=agency_id, seat_id=seat(cast, "officer"))
    assert notified(cast) == [("new_for_agency", f"http://barat.localhost/staff/complaints/{complaint_id}")]
    assert notified(cast, "timur") == []
    assert officer.post("/staff/push/removal").status_code == 303
    cast.enter("barat")
    assert cast.session.scalars(select(PushSubscription)).all() == []


def test_an_official_switches_a_topics_notifications_off(
    cast: Cast, visit: Callable[..., Visitor], service: PushService
) -> None:
    visit("barat", "officer").post("/staff/push", data=service.subscription)
    seat_id = seat(cast, "officer")
    card = cast.enter("barat")
    choices = {"assigned": {"email": "digest", "push": "never"}}
    preference.choose(cast.session, cast.office.queue, card, seat_id, choices, quiet=None, digest_at=None, now=NOW)
    cast.session.commit()
    complaint_id = cast.complaint()
    agency_id = cast.read("barat", complaint_id).agency_id
    cast.move("barat", complaint_id, "assign", agency_id=agency_id, seat_id=seat_id)
    assert notified(cast) == []


def test_the_page_keeps_which_topics_come_as_notifications(cast: Cast, visit: Callable[..., Visitor]) -> None:
    officer = visit("barat", "officer")
    topics = dict.fromkeys(("assigned", "arrived", "reporter", "mentioned", "watched", "late", "escalated"), "at_once")
    officer.post("/staff/preferences", data={**topics, "quiet": "city", "push": ["late", "watched"]})
    seat_id = seat(cast, "officer")
    kept = preference.preference_of(cast.session, seat_id)
    assert kept is not None
    assert sorted(name for name, by in kept.choices.items() if by["push"] == "at_once") == ["late", "watched"]
    page = officer.get("/staff/preferences").get_data(as_text=True)
    assert page.count('name="push"') == 7
    assert page.count("checked") == 3  # two topics, and the city's quiet hours


def test_a_reporter_without_any_address_is_notified_also_after_a_hand_over(
    cast: Cast, visit: Callable[..., Visitor], service: PushService
) -> None:
    complaint_id = cast.complaint()
    complaint = cast.read("barat", complaint_id)
    url = cast.office.manage_url(cast.city("barat"), complaint.reference, complaint.birth_tenant_id, complaint_id)
    path = url.removeprefix("http://barat.localhost")
    somebody = visit("barat")
    assert f'data-push="{path}/push"' in somebody.get(path).get_data(as_text=True)
    assert somebody.post(f"{path}/push", data=service.subscription).status_code == 204
    assert visit("barat").post(f"{path[:-3]}xxx/push", data=service.subscription).status_code == 404
    cast.move("barat", complaint_id, "ask", words={Need.QUESTION: "Di mana?"})
    assert notified(cast) == [("asked", url)]
    cast.move("barat", complaint_id, "resume", words={Need.REASON: "Ketemu."})
    actor = cast.actor("barat", "supervisor")
    handover.hand_over(
        cast.session, cast.office, cast.read("barat", complaint_id), cast.city("timur"),
        actor=actor, card=cast.city("barat"), reason="Di seberang.", now=NOW,
    )  # fmt: skip
    cast.session.commit()
    cast.move("timur", complaint_id, "reject", words={Need.REASON: "Milik swasta."})
    assert "rejected" in [event for event, _ in notified(cast)]
    assert notified(cast, "timur") == []  # the browser's address stays where it was given
    cast.enter("timur")
    assert cast.session.scalars(select(PushSubscription)).all() == []
    complaint = cast.read("barat", complaint_id)
    notifying.take_off(cast.session, complaint, None)
    cast.session.commit()
    assert cast.session.scalars(select(PushSubscription)).all() == []


def test_what_a_page_sends_that_is_no_subscription_is_refused(cast: Cast, visit: Callable[..., Visitor]) -> None:
    answer = visit("barat", "officer").post("/staff/push", data={"endpoint": "http://127.0.0.1:5432/", "auth": "x"})
    assert answer.status_code == 422


def test_the_service_worker_serves_the_whole_host_and_is_looked_at_each_time(visit: Callable[..., Visitor]) -> None:
    answer = visit("barat").get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    parts = re.findall(r'importScripts\("([^"]+)"\)', answer.get_data(as_text=True))
    said = ""
    for part in parts:
        with visit("barat").get(part) as imported:
            said += imported.get_data(as_text=True)
    assert "notificationclick" in said
