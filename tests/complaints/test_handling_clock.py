"""Moves and time: what stops the clock, what starts it anew, and who had it when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from complaints import timekeeping
from complaints.complaint import Holding, PauseRow
from complaints.handling import Carried
from complaints.workflow import Status
from tenants.directory import raise_epoch
from tenants.sla_rule import SlaRule
from tests.cast import NOW, Cast
from tests.complaints.moving import HOUR, agency, make


def test_a_question_stops_the_clock_and_an_answer_sets_it_going_again(cast: Cast) -> None:
    complaint_id = cast.complaint()
    promised = make(cast, complaint_id, "ask", {}, now=NOW + HOUR)
    assert (promised.secure_due_at, promised.resolve_due_at) == (None, None)
    assert promised.sort_at > NOW + timedelta(days=365)
    assert promised.status_left == Status.RECEIVED
    assert promised.responded_at == NOW + HOUR
    make(cast, complaint_id, "answer", {}, now=NOW + 25 * HOUR)
    after = cast.read("barat", complaint_id)
    assert after.status == Status.RECEIVED
    assert after.resolve_due_at == NOW + timedelta(days=7) + 24 * HOUR
    pauses = cast.session.scalars(select(PauseRow)).all()
    assert [(one.from_at, one.until_at) for one in pauses] == [(NOW + HOUR, NOW + 25 * HOUR)]


@pytest.mark.parametrize("name", ["withdraw", "resume", "answer"])
def test_whatever_ends_the_waiting_ends_the_pause(cast: Cast, name: str) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "ask", {}, now=NOW + HOUR)
    make(cast, complaint_id, name, {}, now=NOW + 3 * HOUR)
    assert cast.session.scalars(select(PauseRow.until_at)).all() == [NOW + 3 * HOUR]


def test_a_note_while_waiting_does_not_end_the_pause(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "ask", {}, now=NOW + HOUR)
    make(cast, complaint_id, "note", {}, now=NOW + 2 * HOUR)
    assert cast.session.scalars(select(PauseRow.until_at)).all() == [None]
    assert cast.read("barat", complaint_id).resolve_due_at is None
    assert make(cast, complaint_id, "answer", {}, now=NOW + 3 * HOUR).status == Status.RECEIVED


def test_the_first_word_of_a_person_meets_the_promise_to_respond_and_later_ones_do_not_move_it(cast: Cast) -> None:
    complaint_id = cast.complaint()
    due_at = cast.read("barat", complaint_id).respond_due_at
    make(cast, complaint_id, "note", {}, now=NOW + HOUR)
    assert cast.read("barat", complaint_id).responded_at is None
    make(cast, complaint_id, "reply", {}, now=NOW + 2 * HOUR)
    make(cast, complaint_id, "reply", {}, now=NOW + 3 * HOUR)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.responded_at, complaint.respond_due_at) == (NOW + 2 * HOUR, due_at)
    assert complaint.sort_at == min(at for at in (complaint.secure_due_at, complaint.resolve_due_at) if at)


def test_a_new_agencys_clock_starts_anew_and_the_ceiling_does_not(cast: Cast) -> None:
    complaint_id = cast.complaint()
    before = cast.read("barat", complaint_id)
    resolve, ceiling = before.resolve_due_at, before.ceiling_at
    make(cast, complaint_id, "assign", {}, now=NOW + 5 * HOUR)
    after = cast.read("barat", complaint_id)
    assert resolve is not None
    assert after.clock_from_at == NOW + 5 * HOUR
    assert after.resolve_due_at == resolve + 5 * HOUR
    assert after.ceiling_at == ceiling is not None


def test_the_same_agency_or_a_new_holder_in_it_does_not_start_the_clock_anew(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "assign", {}, now=NOW + HOUR)
    own = cast.read("barat", complaint_id).agency_id
    make(cast, complaint_id, "assign", {}, now=NOW + 2 * HOUR, carried=Carried(agency_id=own))
    make(cast, complaint_id, "take", {}, now=NOW + 3 * HOUR)
    make(cast, complaint_id, "start", {}, now=NOW + 4 * HOUR)
    assert cast.read("barat", complaint_id).clock_from_at == NOW + HOUR


def test_time_is_kept_for_each_holder(cast: Cast) -> None:
    complaint_id = cast.complaint()
    pu = cast.read("barat", complaint_id).agency_id
    make(cast, complaint_id, "take", {}, now=NOW + HOUR, actor=cast.actor("barat", "officer"))
    make(cast, complaint_id, "assign", {}, now=NOW + 2 * HOUR)
    seat = cast.actor("barat", "officer").seat_id
    rows = cast.session.scalars(select(Holding).order_by(Holding.from_at)).all()
    assert [(row.agency_id, row.seat_id, row.from_at, row.until_at) for row in rows] == [
        (pu, None, NOW, NOW + HOUR),
        (pu, seat, NOW + HOUR, NOW + 2 * HOUR),
        (agency(cast, "barat", "uptd"), None, NOW + 2 * HOUR, None),
    ]


def test_a_refused_offer_goes_back_to_the_agency_that_made_it(cast: Cast) -> None:
    complaint_id = cast.complaint()
    pu = cast.read("barat", complaint_id).agency_id
    make(cast, complaint_id, "coordinate", {}, now=NOW + HOUR)
    assert cast.read("barat", complaint_id).agency_id == agency(cast, "barat", "uptd") != pu
    make(cast, complaint_id, "refuse", {}, now=NOW + 2 * HOUR)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.agency_id) == (Status.ASSIGNED, pu)


def test_an_accepted_offer_stays(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "coordinate", {}, now=NOW + HOUR)
    assert make(cast, complaint_id, "accept", {}).agency_id == agency(cast, "barat", "uptd")


def test_a_date_holds_through_notes_and_answers_until_the_work_begins(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "assign", {})
    make(cast, complaint_id, "schedule", {})
    date = NOW + timedelta(days=3)
    for name in ("note", "ask", "answer", "take"):
        make(cast, complaint_id, name, {})
        assert (name, cast.read("barat", complaint_id).scheduled_for) == (name, date)
    make(cast, complaint_id, "start", {})
    assert cast.read("barat", complaint_id).scheduled_for is None


def test_a_word_after_the_work_does_not_move_when_it_was_done(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {})
    make(cast, complaint_id, "resolve", {}, now=NOW + HOUR)
    make(cast, complaint_id, "note", {}, now=NOW + 9 * HOUR)
    make(cast, complaint_id, "confirm", {}, now=NOW + 10 * HOUR)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.resolved_at, complaint.closed_at) == (NOW + HOUR, NOW + HOUR)


def test_reopening_starts_the_clock_and_opens_what_was_closed(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {})
    make(cast, complaint_id, "resolve", {}, now=NOW + HOUR)
    make(cast, complaint_id, "reopen", {}, now=NOW + 20 * HOUR)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.is_open, complaint.resolved_at, complaint.closed_at) == (
        Status.ASSIGNED,
        True,
        None,
        None,
    )
    assert complaint.resolve_due_at == NOW + 20 * HOUR + timedelta(days=7)


def test_a_complaint_keeps_the_rule_that_it_was_made_under(cast: Cast) -> None:
    complaint_id = cast.complaint()
    before = cast.read("barat", complaint_id).resolve_due_at
    rule = cast.session.get_one(SlaRule, (cast.city("barat").id, cast.read("barat", complaint_id).sla_rule_id))
    rule.milestones = [{"milestone": "resolve", "amount": 5, "unit": "minutes"}]
    rule.revision += 1
    tenant = cast.tenant("barat")
    tenant.revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    make(cast, complaint_id, "note", {}, now=NOW + HOUR)
    assert cast.read("barat", complaint_id).resolve_due_at == before
    newer = cast.read("barat", cast.complaint())
    assert newer.resolve_due_at == NOW + timedelta(minutes=5)


def test_without_changes_a_recalculation_changes_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint()
    complaint = cast.read("barat", complaint_id)
    before = (complaint.respond_due_at, complaint.secure_due_at, complaint.resolve_due_at, complaint.sort_at)
    timekeeping.recalculate(cast.session, complaint, cast.office.rulebooks.of(cast.session, cast.city("barat")))
    assert before == (complaint.respond_due_at, complaint.secure_due_at, complaint.resolve_due_at, complaint.sort_at)
