"""What comes to an agency and to nobody in particular reaches its people, each once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from complaints.audience import arriving
from complaints.crews import splitting
from complaints.handling import SYSTEM
from complaints.subtask import Asked
from complaints.transfers import handover
from messages.outbox import Message
from tenants.agency import Agency
from tenants.directory import raise_epoch
from tests.cast import NOW, NOWHERE, Cast, Visitor
from tests.complaints.moving import agency
from tests.complaints.passing import pass_on
from tests.messages.push_service import PushService

OFFICER, COLLEAGUE, SUPERVISOR = (f"{role}@barat.example" for role in ("officer", "colleague", "supervisor"))
SOON = NOW + timedelta(seconds=5)


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService().open() as running:
        yield running


def relayed(cast: Cast, *complaint_ids: UUID) -> list[UUID]:
    """Of which reports somebody is told, as the relay and the worker do it; twice, as they may."""
    cast.enter("barat")
    jobs = arriving.jobs_of_complaints(cast.office, cast.session, complaint_ids)
    for job in [*jobs, *jobs]:
        arriving.tell(cast.session, cast.office, cast.enter("barat"), job.row_id, SOON)
        cast.session.commit()
    return [job.row_id for job in jobs]


def told(cast: Cast, event: str = "new_in_agency") -> list[tuple[str, str]]:
    """(channel, where) of what was written of an event, in order."""
    cast.enter("barat")
    rows = select(Message.channel, Message.destination).where(Message.event == event)
    return sorted(tuple(row) for row in cast.session.execute(rows))


def without_a_mailbox(cast: Cast) -> None:
    give_mailbox(cast, "barat", "pu", None)


def give_mailbox(cast: Cast, slug: str, code: str, email: str | None) -> None:
    cast.enter(slug)
    cast.session.execute(update(Agency).where(Agency.code == code).values(email=email))
    cast.tenant(slug).revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def test_the_phones_of_an_agencys_people_know_at_once_of_a_new_report(
    cast: Cast, visit: Callable[..., Visitor], service: PushService
) -> None:
    assert relayed(cast, cast.complaint()) == []  # nobody would hear of it beside the mailbox
    visit("barat", "officer").post("/staff/push", data=service.subscription)
    theirs, anothers = cast.complaint(), cast.complaint(category="pju")
    assert set(relayed(cast, theirs, anothers)) == {theirs, anothers}
    rows = select(Message.channel, Message.link).where(Message.event == "new_in_agency").order_by(Message.channel)
    assert [tuple(row) for row in cast.session.execute(rows)] == [
        ("email", f"http://barat.localhost/staff/complaints/{anothers}"),
        ("push", f"http://barat.localhost/staff/complaints/{theirs}"),
    ]
    assert ("email", "admin@barat.example") in told(cast)  # no mailbox there, and no people: the desk hears of it
    cast.enter("timur")
    assert cast.session.scalars(select(Message.id).where(Message.event == "new_in_agency")).all() == []


def test_where_an_agency_has_no_mailbox_its_people_are_written_to(cast: Cast) -> None:
    without_a_mailbox(cast)
    new, taken = cast.complaint(), cast.complaint()
    cast.move("barat", taken, "take", by="officer")
    assert set(relayed(cast, new, taken)) == {new, taken}
    assert told(cast) == [("email", COLLEAGUE), ("email", OFFICER), ("email", SUPERVISOR)]
    cast.move("barat", new, "withdraw", by="reporter", now=SOON)
    assert told(cast, "withdrawn") == [("email", COLLEAGUE), ("email", OFFICER), ("email", SUPERVISOR)]
    cast.move("barat", taken, "withdraw", by="reporter", now=SOON)
    assert told(cast, "withdrawn").count(("email", OFFICER)) == 2
    assert told(cast, "withdrawn").count(("email", COLLEAGUE)) == 1


def test_a_part_reaches_the_people_of_an_agency_without_a_mailbox(cast: Cast) -> None:
    complaint_id = cast.complaint()
    asked = Asked(agency(cast, "barat", "diskominfo"), "Pindahkan kabel.", 2, True)
    actor, card, complaint = cast.actor("barat", "officer"), cast.city("barat"), cast.read("barat", complaint_id)
    splitting.ask(cast.session, cast.office, complaint, asked, actor=actor, card=card, now=NOW)
    cast.session.commit()
    assert told(cast, "part_asked") == [("email", "admin@barat.example")]


def test_a_worker_that_has_not_heard_of_the_city_yet_looks_for_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_mailbox(cast)
    complaint_id, directory = cast.complaint(), cast.office.directory
    known = {one: card for one, card in directory.by_id.items() if card.slug != "barat"}
    monkeypatch.setattr(cast.office.keeper, "_directory", replace(directory, epoch=0, by_id=known))
    assert [job.row_id for job in arriving.jobs_of_complaints(cast.office, cast.session, [complaint_id])] == [
        complaint_id
    ]


def test_what_a_new_city_finds_in_the_commons_rings_nobody_and_what_a_neighbour_passes_on_does(cast: Cast) -> None:
    without_a_mailbox(cast)
    found, passed = cast.complaint("barat", at=NOWHERE), cast.complaint("timur")
    complaint = cast.read("commons", found)
    how: dict[str, Any] = {"reason": "Sekarang ada.", "now": NOW}
    commons, barat = cast.city("commons"), cast.city("barat")
    handover.hand_over(cast.session, cast.office, complaint, barat, actor=SYSTEM, card=commons, **how)
    cast.session.commit()
    assert told(cast) == []
    pass_on(cast, passed, "timur", "barat", now=NOW)
    assert told(cast) == [("email", COLLEAGUE), ("email", OFFICER), ("email", SUPERVISOR)]
