"""Many reports that come to an agency in one step: its people hear of them together, each in one message."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from complaints import undoing
from complaints.audience import batch
from complaints.carried import Carried
from complaints.workflow import UNDO_WITHIN, Need
from messages.digest import DigestLine
from messages.outbox import Message
from people.preference import Preference
from tenants.category import Category
from tests.cast import Cast, Visitor
from tests.complaints.audience.test_arriving import COLLEAGUE, OFFICER, SUPERVISOR, give_mailbox, without_a_mailbox
from tests.complaints.moving import HOUR, agency
from tests.complaints.test_bulk import AT, many
from tests.messages.push_service import PushService

REASON = {Need.REASON: "Sebab itu."}


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService().open() as running:
        yield running


def assigned(cast: Cast, *complaint_ids: UUID) -> None:
    """All of them to the works agency, by its supervisor."""
    to = agency(cast, "barat", "pu")
    outcomes = many(cast, list(complaint_ids), "assign", carried=Carried(agency_id=to))
    assert [one.refusal for one in outcomes] == [None] * len(complaint_ids)


def worked(cast: Cast, slug: str = "barat") -> list[Any]:
    """The jobs of batches, each run twice, as a worker may; when they are due."""
    card = cast.enter(slug)
    jobs = text("SELECT args ->> 'row_id', scheduled_at FROM procrastinate_jobs WHERE task_name = :name")
    found = cast.session.execute(jobs, {"name": batch.TELL}).all()
    for row_id, _at in [*found, *found]:
        batch.tell(cast.session, cast.office, cast.enter(slug), UUID(row_id))
        cast.session.commit()
    assert card is cast.city(slug)
    return [at for _row_id, at in found]


def told(cast: Cast, *events: str) -> list[tuple[str, str, str]]:
    """(event, channel, where) of what an agency and its people got."""
    events = events or ("new_for_agency", "new_in_agency", batch.FOR_AGENCY, batch.IN_AGENCY)
    rows = select(Message.event, Message.channel, Message.destination).where(
        Message.event.in_(events), Message.created_at >= AT
    )
    return sorted(tuple(row) for row in cast.session.execute(rows))


def test_its_people_get_one_message_of_all_of_them_once_it_stands(cast: Cast) -> None:
    without_a_mailbox(cast)
    ids = [cast.complaint(words=f"Lubang {number}.") for number in range(4)]
    assigned(cast, *ids)
    assert told(cast) == []
    actor = cast.actor("barat", "supervisor")
    undone = cast.read("barat", ids[3])
    undoing.undo(cast.session, cast.office, undone, actor=actor, card=cast.city("barat"), now=AT)
    cast.session.commit()
    assert worked(cast) == [AT + UNDO_WITHIN]
    assert told(cast) == [(batch.IN_AGENCY, "email", who) for who in (COLLEAGUE, OFFICER, SUPERVISOR)]
    written = cast.session.scalars(select(Message).where(Message.event == batch.IN_AGENCY)).all()[0]
    assert written.subject == "3 laporan baru untuk Dinas PU Kota Barat"
    assert written.link == "http://barat.localhost/staff?tab=agency"
    assert written.complaint_id is None
    for one in ids:
        assert (f"http://barat.localhost/staff/complaints/{one}" in written.body) == (one != ids[3])


def test_of_one_that_is_left_they_hear_as_of_any_one(cast: Cast) -> None:
    without_a_mailbox(cast)
    stays, leaves, taken = cast.complaint(), cast.complaint(), cast.complaint()
    assigned(cast, stays, leaves, taken)
    cast.move("barat", leaves, "reject", words=REASON, now=AT)
    cast.move("barat", taken, "take", by="officer", now=AT)
    worked(cast)
    assert told(cast) == [("new_in_agency", "email", who) for who in (COLLEAGUE, OFFICER, SUPERVISOR)]


def test_a_mailbox_gets_one_message_and_telephones_ring_once(
    cast: Cast, visit: Callable[..., Visitor], service: PushService
) -> None:
    visit("barat", "officer").post("/staff/push", data=service.subscription)
    assigned(cast, cast.complaint(), cast.complaint())
    worked(cast)
    events = [(event, channel) for event, channel, _where in told(cast)]
    assert events == [(batch.FOR_AGENCY, "email"), (batch.IN_AGENCY, "push")]


def test_who_reads_once_a_day_has_one_line_and_who_rests_is_left_alone(cast: Cast) -> None:
    without_a_mailbox(cast)
    daily, resting = (cast.actor("barat", role).seat_id for role in ("officer", "colleague"))
    cast.session.add(Preference(seat_id=daily, choices={"arrived": {"email": "digest"}}, changed_at=AT))
    cast.session.add(Preference(seat_id=resting, quiet_from="10:00", quiet_until="12:00", choices={}, changed_at=AT))
    cast.session.commit()
    assigned(cast, cast.complaint(), cast.complaint())
    worked(cast)
    lines = cast.session.scalars(select(DigestLine)).all()
    assert [(one.destination, one.subject) for one in lines] == [(OFFICER, "2 laporan baru untuk Dinas PU Kota Barat")]
    assert [where for _event, _channel, where in told(cast)] == [COLLEAGUE, SUPERVISOR]
    waits = cast.session.scalar(
        select(Message.not_before_at - Message.created_at).where(Message.destination == COLLEAGUE)
    )
    assert waits == HOUR  # from eleven until noon


def test_what_is_dangerous_is_told_at_once_and_by_itself(cast: Cast) -> None:
    without_a_mailbox(cast)
    cast.session.execute(update(Category).where(Category.code == "pohon-tumbang").values(safety=True))
    dangerous = cast.complaint(category="pohon-tumbang")
    assert cast.read("barat", dangerous).urgency == 0
    assigned(cast, dangerous, cast.complaint(), cast.complaint())
    one = [("new_in_agency", "email", who) for who in (COLLEAGUE, OFFICER, SUPERVISOR)]
    assert told(cast) == one
    worked(cast)
    assert told(cast) == sorted(one + [(batch.IN_AGENCY, "email", who) for who in (COLLEAGUE, OFFICER, SUPERVISOR)])


def test_a_neighbour_that_is_handed_many_hears_once(cast: Cast) -> None:
    ids = [cast.complaint(), cast.complaint()]
    many(cast, ids, "hand_over", carried=Carried(words=REASON), to=cast.city("timur"))
    assert worked(cast, "timur") == [AT]
    cast.enter("timur")
    assert told(cast) == [(batch.FOR_AGENCY, "email", "pu@timur.example")]
    cast.enter("barat")
    assert told(cast) == []


def test_each_agency_of_a_batch_hears_of_its_own(cast: Cast) -> None:
    give_mailbox(cast, "timur", "dishub", "dishub@timur.example")
    lamps = [cast.complaint(category="pju") for _ in range(3)]
    many(
        cast, [cast.complaint(), cast.complaint(), *lamps], "hand_over", carried=Carried(words=REASON),
        to=cast.city("timur"),
    )  # fmt: skip
    assert len(worked(cast, "timur")) == 2
    cast.enter("timur")
    assert told(cast) == [(batch.FOR_AGENCY, "email", f"{code}@timur.example") for code in ("dishub", "pu")]
    written = cast.session.scalars(
        select(Message.subject).where(Message.event == batch.FOR_AGENCY).order_by(Message.destination)
    ).all()
    assert [subject.split()[0] for subject in written] == ["3", "2"]
