"""Pauses: the timer of a question, statuses that stop the clock by rule, and what a supervisor must approve."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling, minding
from complaints.complaint import HistoryRow, PauseRow
from complaints.report import Reporter
from complaints.workflow import IllegalMove, Need
from messages.outbox import Message
from tenants.directory import raise_epoch
from tenants.errors import NotAllowed
from tenants.sla_rule import SlaRule
from tests.cast import NOW, Cast
from tests.complaints.moving import HOUR, make

DAY = timedelta(days=1)
APPROVED = {"pause_approval": True}
QUESTION = {Need.QUESTION: "Di gang mana?"}


def change_rules(cast: Cast, **values: Any) -> None:
    """Let every rule of Kota Barat say something else, as a new revision of the city."""
    cast.enter("barat")
    for rule in cast.session.scalars(select(SlaRule)):
        for name, value in values.items():
            setattr(rule, name, value)
    cast.tenant("barat").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def live(cast: Cast, complaint_id: UUID, until: datetime) -> None:
    while (at := cast.read("barat", complaint_id).next_step_at) is not None and at <= until:
        run(cast, complaint_id, at)


def run(cast: Cast, complaint_id: UUID, now: datetime) -> None:
    card = cast.enter("barat")
    minding.mind(cast.session, cast.office, card, complaint_id, now)
    cast.session.commit()


def made(cast: Cast, complaint_id: UUID, *moves: str) -> list[HistoryRow]:
    cast.enter("barat")
    rows = [row for row in handling.history_of(cast.session, complaint_id) if row.move in moves]
    cast.session.expunge_all()
    return rows


def told(cast: Cast, event: str) -> list[Message]:
    cast.enter("barat")
    messages = list(cast.session.scalars(select(Message).where(Message.event == event)))
    cast.session.expunge_all()
    return messages


def asked(cast: Cast, **more: Any) -> UUID:
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example"))
    cast.move("barat", complaint_id, "ask", words=QUESTION, now=NOW + HOUR, **more)
    return complaint_id


# --- the timer of a question


def test_a_question_is_reminded_of_once_and_then_the_work_goes_on_without_an_answer(cast: Cast) -> None:
    complaint_id = asked(cast)
    live(cast, complaint_id, NOW + 30 * DAY)
    reminder, end = made(cast, complaint_id, "remind", "go_on", "lapse")
    assert (reminder.move, end.move, reminder.by, end.by) == ("remind", "go_on", "system", "system")
    assert NOW + DAY < reminder.at < end.at < NOW + 10 * DAY
    complaint = cast.read("barat", complaint_id)
    assert complaint.status == "received"
    assert complaint.resolve_due_at == NOW + 7 * DAY + (end.at - NOW - HOUR)
    (message,) = told(cast, "asked_again")
    assert "Di gang mana?" in message.body
    assert "Kami menunggu sampai" in message.body
    assert [message.destination for message in told(cast, "unanswered")] == ["pu@barat.example"]


def test_where_the_rule_says_so_it_is_closed_without_an_answer_and_its_reporter_hears_of_it(cast: Cast) -> None:
    change_rules(cast, asking={"amount": 2, "unit": "working_days", "then": "close"})
    complaint_id = asked(cast)
    live(cast, complaint_id, NOW + 30 * DAY)
    assert [row.move for row in made(cast, complaint_id, "remind", "go_on", "lapse")] == ["remind", "lapse"]
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.next_step_at) == ("rejected", None)
    assert len(told(cast, "lapsed")) == 1


def test_a_rule_can_let_a_question_wait_for_ever(cast: Cast) -> None:
    change_rules(cast, asking=None)
    complaint_id = asked(cast)
    live(cast, complaint_id, NOW + 300 * DAY)
    assert cast.read("barat", complaint_id).status == "waiting_for_reporter"
    assert made(cast, complaint_id, "remind", "go_on", "lapse") == []


def test_a_dead_worker_reminds_first_and_gives_a_day_before_it_goes_on(cast: Cast) -> None:
    complaint_id = asked(cast)
    late = NOW + 60 * DAY
    run(cast, complaint_id, late)
    run(cast, complaint_id, late)
    assert [(row.move, row.detail["late"]) for row in made(cast, complaint_id, "remind", "go_on")] == [("remind", True)]
    live(cast, complaint_id, late + 2 * DAY)
    assert [row.at for row in made(cast, complaint_id, "go_on")] == [late + DAY]


def test_an_answer_ends_the_wait_and_a_second_question_is_reminded_of_anew(cast: Cast) -> None:
    complaint_id = asked(cast)
    cast.move("barat", complaint_id, "answer", by="reporter", words={Need.ANSWER: "Gang 3."}, now=NOW + 2 * HOUR)
    live(cast, complaint_id, NOW + DAY)
    assert made(cast, complaint_id, "remind", "go_on") == []
    cast.move("barat", complaint_id, "ask", words=QUESTION, now=NOW + DAY)
    live(cast, complaint_id, NOW + 30 * DAY)
    assert [row.move for row in made(cast, complaint_id, "remind", "go_on")] == ["remind", "go_on"]


# --- which statuses stop the clock


def test_a_rule_stops_the_clock_while_the_work_is_scheduled(cast: Cast) -> None:
    change_rules(cast, pausing=["waiting_for_reporter", "scheduled"])
    complaint_id = cast.complaint("barat")
    make(cast, complaint_id, "start", {}, now=NOW + HOUR)
    assert make(cast, complaint_id, "schedule", {}, now=NOW + 2 * HOUR).resolve_due_at is None
    assert make(cast, complaint_id, "ask", {}, now=NOW + 5 * HOUR).resolve_due_at is None
    assert make(cast, complaint_id, "answer", {}, now=NOW + 7 * HOUR).resolve_due_at is None
    after = make(cast, complaint_id, "start", {}, now=NOW + 12 * HOUR)
    assert after.resolve_due_at == NOW + 7 * DAY + 10 * HOUR


def test_a_rule_lets_the_clock_run_while_the_reporter_is_asked(cast: Cast) -> None:
    change_rules(cast, pausing=[])
    complaint_id = asked(cast)
    assert cast.read("barat", complaint_id).resolve_due_at == NOW + 7 * DAY
    live(cast, complaint_id, NOW + 30 * DAY)
    assert [row.move for row in made(cast, complaint_id, "remind", "go_on")] == ["remind", "go_on"]


# --- what a supervisor approves


def wait(cast: Cast, options: Mapping[str, Any] = APPROVED, by: str = "officer") -> UUID:
    complaint_id = cast.complaint("barat")
    make(cast, complaint_id, "ask", options, now=NOW + HOUR, actor=cast.actor("barat", by))
    return complaint_id


def test_an_officers_pause_counts_from_its_beginning_once_a_supervisor_has_approved_it(cast: Cast) -> None:
    complaint_id = wait(cast)
    before = cast.read("barat", complaint_id)
    assert (before.pause_asked_at, before.resolve_due_at) == (NOW + HOUR, NOW + 7 * DAY)
    assert {message.destination for message in told(cast, "pause_asked")} == {"supervisor@barat.example"}
    approved = make(cast, complaint_id, "approve_pause", APPROVED, now=NOW + 5 * HOUR)
    assert (approved.pause_asked_at, approved.resolve_due_at) == (None, None)
    after = make(cast, complaint_id, "answer", {}, now=NOW + 21 * HOUR)
    assert after.resolve_due_at == NOW + 7 * DAY + 20 * HOUR


def test_a_refused_pause_is_as_if_it_had_not_been(cast: Cast) -> None:
    complaint_id = wait(cast)
    make(cast, complaint_id, "answer", {}, now=NOW + 21 * HOUR)
    assert cast.read("barat", complaint_id).pause_asked_at is not None
    after = make(cast, complaint_id, "refuse_pause", APPROVED, now=NOW + 22 * HOUR)
    assert (after.pause_asked_at, after.resolve_due_at) == (None, NOW + 7 * DAY)
    assert [row.public for row in made(cast, complaint_id, "refuse_pause")] == [False]


def test_a_pause_is_approved_also_when_it_is_over(cast: Cast) -> None:
    complaint_id = wait(cast)
    make(cast, complaint_id, "answer", {}, now=NOW + 21 * HOUR)
    after = make(cast, complaint_id, "approve_pause", APPROVED, now=NOW + 22 * HOUR)
    assert after.resolve_due_at == NOW + 7 * DAY + 20 * HOUR


def test_while_nobody_has_decided_those_above_hear_that_time_runs_out(cast: Cast) -> None:
    complaint_id = wait(cast)
    live(cast, complaint_id, NOW + 4 * DAY)
    assert "resolve/50/holder" in [row.detail["key"] for row in made(cast, complaint_id, "escalate")]


def test_a_supervisors_own_pause_and_one_in_a_city_without_approval_count_at_once(cast: Cast) -> None:
    for options, by in ((APPROVED, "supervisor"), ({}, "officer")):
        complaint = cast.read("barat", wait(cast, options, by))
        assert (complaint.pause_asked_at, complaint.resolve_due_at) == (None, None)


def test_an_officer_can_not_decide_nor_anybody_twice_nor_what_nobody_asked(cast: Cast) -> None:
    complaint_id = wait(cast)
    with pytest.raises(NotAllowed):
        make(cast, complaint_id, "approve_pause", APPROVED, actor=cast.actor("barat", "officer"))
    cast.session.rollback()
    make(cast, complaint_id, "approve_pause", APPROVED)
    with pytest.raises(IllegalMove, match="decided it already"):
        make(cast, complaint_id, "refuse_pause", APPROVED)
    cast.session.rollback()
    decisions = cast.session.scalars(select(PauseRow.decision)).all()
    assert decisions == ["approved"]


# --- offers


def test_an_offer_that_nobody_answers_comes_to_the_supervisor_and_a_new_offer_anew(cast: Cast) -> None:
    change_rules(cast, ladder=[{"offer_working_hours": 6, "tell": "supervisor"}])
    complaint_id = cast.complaint("barat")
    make(cast, complaint_id, "coordinate", {}, now=NOW + HOUR)
    live(cast, complaint_id, NOW + 2 * DAY)
    keys = [row.detail["key"] for row in made(cast, complaint_id, "escalate") if row.detail["tell"] != "reporter"]
    assert keys == ["offer/6/supervisor"]
    # nobody of the road unit supervises, so the agency above it hears of it
    assert {message.destination for message in told(cast, "reminder")} == {"pu@barat.example"}
    make(cast, complaint_id, "refuse", {}, now=NOW + 2 * DAY)
    live(cast, complaint_id, NOW + 4 * DAY)
    make(cast, complaint_id, "coordinate", {}, now=NOW + 5 * DAY)
    live(cast, complaint_id, NOW + 9 * DAY)
    rows = [row for row in made(cast, complaint_id, "escalate") if row.detail["tell"] != "reporter"]
    assert [row.detail["key"] for row in rows] == ["offer/6/supervisor"] * 2


def test_an_accepted_offer_troubles_nobody(cast: Cast) -> None:
    change_rules(cast, ladder=[{"offer_working_hours": 6, "tell": "supervisor"}])
    complaint_id = cast.complaint("barat")
    make(cast, complaint_id, "coordinate", {}, now=NOW + HOUR)
    make(cast, complaint_id, "accept", {}, now=NOW + 2 * HOUR)
    live(cast, complaint_id, NOW + 3 * DAY)
    assert [row.detail["tell"] for row in made(cast, complaint_id, "escalate")] in ([], ["reporter"])
