"""Minding: what was promised and isn't kept comes to those above, once, in order, also after a dead worker."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling
from complaints.audience import telling
from complaints.complaint import Complaint
from complaints.minding import mind
from complaints.report import Reporter
from complaints.workflow import Need
from messages.outbox import Message
from tests.cast import NOW, Cast
from tests.complaints.passing import pass_on

SECOND, WEEK = timedelta(seconds=1), timedelta(days=7)


def escalations(cast: Cast, complaint_id: UUID) -> list[tuple[str, bool]]:
    cast.enter("barat")
    rows = handling.history_of(cast.session, complaint_id)
    return [(row.detail["key"], row.detail["late"]) for row in rows if row.move == "escalate"]


def run(cast: Cast, complaint_id: UUID, now: datetime) -> datetime | None:
    card = cast.enter("barat")
    again_at = mind(cast.session, cast.office, card, complaint_id, now)
    cast.session.commit()
    return again_at


def climb(cast: Cast, complaint_id: UUID, until: datetime) -> None:
    """As the queue does: come back at each instant that the last run named."""
    at = cast.read("barat", complaint_id).next_step_at
    while at is not None and at <= until:
        at = run(cast, complaint_id, at)


def test_each_step_is_taken_at_its_instant(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    climb(cast, complaint_id, NOW + WEEK)
    taken = escalations(cast, complaint_id)
    assert [late for _, late in taken] == [False] * len(taken)
    assert [key for key, _ in taken][:3] == ["respond/50/holder", "respond/80/supervisor", "secure/50/holder"]
    assert len(taken) == len(set(taken)) > 8


def test_after_downtime_the_steps_are_caught_up_in_order_and_marked_late(cast: Cast) -> None:
    complaint_id, other_id = cast.complaint("barat"), cast.complaint("barat", words="Lubang yang lain.")
    climb(cast, complaint_id, NOW + WEEK)
    run(cast, other_id, NOW + WEEK)
    on_time, late = escalations(cast, complaint_id), escalations(cast, other_id)
    assert [key for key, _ in late] == [key for key, _ in on_time]
    assert all(was_late for _, was_late in late[:-1])


@pytest.mark.parametrize("may_cross", [True, False])
def test_what_a_dead_worker_left_is_caught_up_before_a_move_hides_it(cast: Cast, may_cross: bool) -> None:
    """Also where the reporter is told from another city, since their address never crossed."""
    complaint_id = cast.complaint("timur", reporter=Reporter(email="ani@warga.example", may_cross=may_cross))
    twin_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "timur", "barat", now=NOW)
    for one in (complaint_id, twin_id):
        cast.move("barat", one, "take", by="officer", now=NOW)
    run(cast, twin_id, NOW + WEEK)
    missed = [key for key, _late in escalations(cast, twin_id)]
    assert {"promise", "unanswered/24/board"} < set(missed)
    cast.move(
        "barat", complaint_id, "reject", words={Need.REASON: "Milik swasta."}, now=NOW + WEEK + timedelta(seconds=1)
    )
    caught_up = escalations(cast, complaint_id)
    assert [key for key, _late in caught_up] == missed
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.next_step_at, complaint.on_board_since) == ("rejected", None, None)
    told = {}
    for slug in ("barat", "timur"):
        cast.enter(slug)
        told[slug] = cast.session.scalars(select(Message.event).where(Message.event == "promise_passed")).all()
    assert told == {"barat": ["promise_passed"] if may_cross else [], "timur": [] if may_cross else ["promise_passed"]}
    run(cast, complaint_id, NOW + 2 * WEEK)
    assert escalations(cast, complaint_id) == caught_up


def test_the_board_keeps_what_a_dead_worker_left_of_a_report_from_elsewhere(cast: Cast) -> None:
    complaint_id = cast.complaint("timur", reporter=Reporter(email="ani@warga.example"))
    pass_on(cast, complaint_id, "timur", "barat", now=NOW)
    run(cast, complaint_id, NOW + WEEK)
    assert cast.read("barat", complaint_id).on_board_since == NOW + WEEK


def test_a_second_run_at_the_same_instant_takes_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    run(cast, complaint_id, NOW + WEEK)
    before = escalations(cast, complaint_id)
    run(cast, complaint_id, NOW + WEEK)
    assert escalations(cast, complaint_id) == before


def test_an_outdated_job_ends(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    assert run(cast, complaint_id, NOW + timedelta(minutes=1)) is None
    assert escalations(cast, complaint_id) == []


def test_without_an_answer_it_comes_to_the_board_and_an_answer_takes_it_off(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    climb(cast, complaint_id, NOW + timedelta(hours=24))
    assert cast.read("barat", complaint_id).on_board_since == NOW + timedelta(hours=24)
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Kami datang besok."}, now=NOW + timedelta(hours=30))
    assert cast.read("barat", complaint_id).on_board_since is None


def test_the_reporter_hears_once_that_a_promise_was_broken(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example"))
    climb(cast, complaint_id, NOW + WEEK)
    cast.enter("barat")
    told = cast.session.scalars(select(Message).where(Message.event == "promise_passed")).all()
    assert [message.destination for message in told] == ["ani@warga.example"]


def test_resolved_in_time_nobody_above_hears_of_it(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Di luar kewenangan."}, now=NOW)
    assert cast.read("barat", complaint_id).next_step_at is None
    assert run(cast, complaint_id, NOW + WEEK) is None


def test_a_new_agency_begins_its_own_ladder(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    later = NOW + timedelta(hours=26)
    climb(cast, complaint_id, later)
    before = len(escalations(cast, complaint_id))
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    other = next(agency.id for agency in book.agencies.values() if agency.code == "dlh")
    cast.move("barat", complaint_id, "assign", agency_id=other, now=later)
    assert cast.read("barat", complaint_id).next_step_at > later
    climb(cast, complaint_id, later + timedelta(days=3))
    assert "respond/50/holder" in [key for key, _ in escalations(cast, complaint_id)[before:]]


def test_supervisors_and_the_next_level_get_their_messages(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    climb(cast, complaint_id, NOW + WEEK)
    cast.enter("barat")
    sent = {(message.event, message.destination) for message in cast.session.scalars(select(Message))}
    assert ("reminder", "pu@barat.example") in sent
    assert ("reminder", "supervisor@barat.example") in sent
    assert ("escalated", "supervisor@barat.example") in sent
    assert ("on_the_board", "admin@barat.example") in sent


def test_the_neighbour_hears_nothing(cast: Cast) -> None:
    climb(cast, cast.complaint("barat"), NOW + WEEK)
    cast.enter("timur")
    assert cast.session.scalars(select(Message)).all() == []
    assert cast.session.scalars(select(Complaint)).all() == []


@pytest.mark.parametrize(("hour", "waits"), [(20, 0), (21, 9), (23, 7), (2, 4), (6, 0), (12, 0)])
def test_quiet_hours_hold_messages_back_until_morning(hour: int, waits: int) -> None:
    now = datetime(2026, 3, 4, (hour - 7) % 24, 0, tzinfo=UTC)
    assert telling.quiet_for(now, "Asia/Jakarta", {}) == timedelta(hours=waits)
