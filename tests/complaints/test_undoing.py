"""Undo: for a minute whoever made the last move takes it back; what it changed is as before, and nobody is told."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from complaints import evidence, handling, lookup, minding, restoring, undoing
from complaints.complaint import Complaint, HistoryRow, Holding, PauseRow, Remark
from complaints.handling import ChangedMeanwhile
from complaints.report import Reporter
from complaints.undoing import TooLate
from complaints.workflow import MOVES, UNDO_WITHIN, UNDOABLE, Need, Status
from messages.outbox import Message
from messages.sending import send_message
from tenants import scope
from tests.cast import NOW, Cast
from tests.complaints.moving import HOUR, STEPS, make, way_to
from tests.complaints.passing import pass_on
from tests.messages.mailers import Deaf

AT = NOW + 5 * HOUR
SOON = AT + timedelta(seconds=59)
DUES = ("respond_due_at", "secure_due_at", "resolve_due_at", "ceiling_at", "sort_at", "next_step_at")
REPORTER = Reporter(email="ani@warga.example")


def undo(cast: Cast, complaint_id: UUID, *, by: str = "supervisor", now: Any = SOON, **more: Any) -> HistoryRow:
    actor, card = cast.actor("barat", by), cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    row = undoing.undo(cast.session, cast.office, complaint, actor=actor, card=card, now=now, **more)
    cast.session.commit()
    return row


def state(complaint: Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in (*restoring.KEPT, *DUES)}


def times(cast: Cast, complaint_id: UUID) -> list[Any]:
    """When somebody had it and when the clock stood still, but for what lasted no time at all."""
    cast.enter("barat")
    return [
        (row.from_at, row.until_at, getattr(row, "agency_id", None), getattr(row, "seat_id", None))
        for table in (Holding, PauseRow)
        for row in cast.session.scalars(
            select(table).where(table.complaint_id == complaint_id).order_by(table.from_at, table.id)
        )
        if row.from_at != row.until_at
    ]


@pytest.mark.parametrize("name", sorted(UNDOABLE))
def test_what_was_taken_back_is_as_it_was_and_both_stand_in_the_history(cast: Cast, name: str) -> None:
    complaint_id = cast.complaint(reporter=REPORTER)
    status = next(status for status, one in MOVES if one == name)
    optional = MOVES[status, name].step is not None
    for number, (step, on) in enumerate(way_to(status)):
        make(cast, complaint_id, step, STEPS if on else {}, now=NOW + (number + 1) * HOUR)
    minding.mind(cast.session, cast.office, cast.enter("barat"), complaint_id, AT - timedelta(minutes=1))
    before, before_times = state(cast.read("barat", complaint_id)), times(cast, complaint_id)
    rows = [row.id for row in handling.history_of(cast.session, complaint_id)]
    told = set(cast.session.scalars(select(Message.id)))
    actor = cast.actor("barat", "admin" if name == "validate" else "supervisor")
    make(cast, complaint_id, name, STEPS if optional else {}, now=AT, actor=actor)
    undo(cast, complaint_id, by="admin" if name == "validate" else "supervisor")
    assert state(cast.read("barat", complaint_id)) == before
    assert times(cast, complaint_id) == before_times
    history = handling.history_of(cast.session, complaint_id)
    assert [row.id for row in history][: len(rows)] == rows
    assert [row.move for row in history][len(rows) :] == [name, "undo"]
    assert [row.number for row in history] == list(range(1, len(history) + 1))
    assert set(cast.session.scalars(select(Message.id))) == told


def test_messages_of_what_can_be_taken_back_wait_for_a_minute_and_of_the_rest_not(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=REPORTER)
    make(cast, complaint_id, "ask", {}, now=AT)
    make(cast, complaint_id, "answer", {}, now=AT + HOUR)
    waits = {
        message.event: message.not_before_at - message.created_at
        for message in cast.session.scalars(select(Message).where(Message.created_at >= AT))
    }
    assert waits == {"asked": UNDO_WITHIN, "answered": timedelta(0)}
    jobs = cast.session.scalars(
        text("SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'send_message' AND scheduled_at > :at"),
        {"at": AT},
    )
    assert AT + UNDO_WITHIN in list(jobs)


def test_what_a_dead_worker_left_is_told_also_where_the_move_is_taken_back(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=REPORTER)
    cast.move("barat", complaint_id, "start", now=NOW + timedelta(days=7))
    undo(cast, complaint_id, now=NOW + timedelta(days=7, seconds=30))
    cast.enter("barat")
    told = set(cast.session.scalars(select(Message.event)))
    assert {"promise_passed", "escalated", "on_the_board"} < told
    assert "started" not in told


def test_the_minute_ends(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {}, now=AT)
    with pytest.raises(TooLate, match="that minute is over"):
        undo(cast, complaint_id, now=AT + UNDO_WITHIN)
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == Status.IN_PROGRESS


def test_nobody_takes_back_what_somebody_else_did_nor_what_something_followed(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {}, now=AT, actor=cast.actor("barat", "officer"))
    with pytest.raises(TooLate, match="isn't one of yours"):
        undo(cast, complaint_id)
    cast.session.rollback()
    cast.move("barat", complaint_id, "note", by="colleague", words={Need.NOTE: "Saya ikut."}, now=AT + timedelta(0, 1))
    with pytest.raises(TooLate, match="isn't one of yours"):
        undo(cast, complaint_id, by="officer")
    cast.session.rollback()


def test_taking_back_is_done_once_and_moves_of_others_than_officials_never(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {}, now=AT)
    undo(cast, complaint_id)
    with pytest.raises(TooLate):
        undo(cast, complaint_id)
    cast.session.rollback()
    make(cast, complaint_id, "withdraw", {}, now=AT)
    with pytest.raises(TooLate):
        undo(cast, complaint_id)
    cast.session.rollback()


def test_what_is_being_sent_can_not_be_taken_back(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=REPORTER)
    make(cast, complaint_id, "reject", {}, now=AT)
    message = cast.session.scalars(select(Message.id).where(Message.event == "rejected")).one()
    send_message(cast.session, message, Deaf(), AT + UNDO_WITHIN)
    cast.session.commit()
    with pytest.raises(TooLate, match="on its way"):
        undo(cast, complaint_id)
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == Status.REJECTED


def test_the_public_and_another_city_read_nothing_of_what_was_taken_back(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {}, now=AT - HOUR)
    make(cast, complaint_id, "resolve", {}, now=AT)
    assert [row.side for row in evidence.of(cast.session, complaint_id)] == ["after"]
    undo(cast, complaint_id)
    assert evidence.of(cast.session, complaint_id) == []
    reference = cast.read("barat", complaint_id).reference
    found = lookup.public_view(cast.session, cast.office, reference)
    assert found is not None
    assert found[1].shown is not None
    assert [step.move for step in found[1].shown.history] == ["file", "start"]
    pass_on(cast, complaint_id, "barat", "timur", now=AT + HOUR)
    cast.enter("timur")
    there = handling.history_of(cast.session, complaint_id)
    assert [row.move for row in there] == ["file", "start", "hand_over", "receive"]
    assert "before" not in str([row.detail for row in there])
    bodies = cast.session.scalars(select(Remark.body).where(Remark.kind == "note")).all()
    assert bodies == []


def test_a_refused_offer_goes_back_past_an_offer_that_was_taken_back(cast: Cast) -> None:
    complaint_id = cast.complaint()
    first = cast.read("barat", complaint_id).agency_id
    make(cast, complaint_id, "coordinate", {}, now=AT - HOUR)
    second = cast.read("barat", complaint_id).agency_id
    works = next(iter(cast.actor("barat", "admin").agency_ids))
    reason = {Need.REASON: "Sebab itu."}
    cast.move("barat", complaint_id, "coordinate", agency_id=works, words=reason, now=AT)
    undo(cast, complaint_id)
    assert cast.read("barat", complaint_id).agency_id == second
    assert make(cast, complaint_id, "refuse", {}, now=AT + HOUR).agency_id == first


def test_of_an_undo_and_a_move_at_once_the_second_is_told(cast: Cast, engine: Engine) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {}, now=AT)
    actor, card = cast.actor("barat", "supervisor"), cast.city("barat")
    cast.session.commit()
    outcomes: list[object] = []
    with Session(engine) as one, Session(engine) as two, engine.connect() as watch:
        for session in (one, two):
            scope.name_tenant(session, card.id)
        first, second = (handling.complaint_here(session, complaint_id) for session in (one, two))
        handling.move(one, cast.office, first, "take", actor=actor, card=card, now=SOON)

        def late() -> None:
            try:
                undoing.undo(two, cast.office, second, actor=actor, card=card, now=SOON)
                two.commit()
                outcomes.append("undone")
            except ChangedMeanwhile as error:
                outcomes.append(error)

        thread = threading.Thread(target=late)
        thread.start()
        while not watch.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) and thread.is_alive():
            watch.rollback()
            thread.join(0.01)
        one.commit()
        thread.join(30)
    assert [type(outcome) for outcome in outcomes] == [ChangedMeanwhile]
    assert cast.read("barat", complaint_id).status == Status.IN_PROGRESS
    made = select(func.count()).select_from(HistoryRow).where(HistoryRow.move != "escalate")
    assert cast.session.scalar(made) == 3
