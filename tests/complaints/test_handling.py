"""Moves: every one of the table, what it must carry, who may make it, and what it does to clock, holder and history."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.orm import Session

from complaints import handling, timekeeping, workflow
from complaints.complaint import Complaint, Evidence, HistoryRow, Holding, PauseRow, Remark
from complaints.filing import Reporter
from complaints.handling import SYSTEM, Actor, Carried, ChangedMeanwhile
from complaints.workflow import MOVES, OPEN, IllegalMove, Need, Status, Target
from messages.outbox import Message
from people.permissions import Permission, Role
from tenants import scope
from tenants.directory import TenantCard, raise_epoch
from tenants.errors import Invalid, NotAllowed, NotFound
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant
from tests.cast import NOW, Cast, photo

STEPS = {"verification": True, "validation": True}
HOUR = timedelta(hours=1)
HALVES = ("hand_over", "return", "revive")
"""Moves that are half of what passes between tenants; test_handover.py is about them."""


def agency(cast: Cast, slug: str, code: str) -> UUID:
    book = cast.office.rulebooks.of(cast.session, cast.city(slug))
    return next(entry.id for entry in book.agencies.values() if entry.code == code)


def carried(cast: Cast, move: workflow.Move) -> Carried:
    """All that a move must carry."""
    words = {
        need: f"Kata-kata untuk {need}." for need in move.needs if need not in (Need.AGENCY, Need.PHOTO, Need.DATE)
    }
    return Carried(
        words=words,
        agency_id=agency(cast, "barat", "diskominfo") if Need.AGENCY in move.needs else None,
        date=NOW + timedelta(days=3) if Need.DATE in move.needs else None,
        photos=[photo()] if Need.PHOTO in move.needs else (),
    )


def actor_for(cast: Cast, move: workflow.Move, name: str) -> Actor:
    if move.permission is None:
        return SYSTEM
    if move.permission is Permission.OWN:
        return handling.REPORTER
    return cast.actor("barat", "admin" if name == "validate" else "supervisor")


def make(cast: Cast, complaint_id: UUID, name: str, options: Mapping[str, Any], **given: Any) -> Complaint:
    """Make a move by whoever may, with all that it must carry, in a city with these options, and commit it."""
    card = replace(cast.city("barat"), options={**cast.city("barat").options, **options})
    move = workflow.move_from(cast.read("barat", complaint_id).status, name, handling.steps_of(card))
    actor = given.pop("actor", None) or actor_for(cast, move, name)
    brought = given.pop("carried", None) or carried(cast, move)
    complaint = cast.read("barat", complaint_id)
    handling.move(
        cast.session, cast.office, complaint, name, actor=actor, card=card, carried=brought,
        now=given.pop("now", NOW + HOUR), **given,
    )  # fmt: skip
    cast.session.commit()
    return cast.read("barat", complaint_id)


def way_to(status: Status) -> list[tuple[str, bool]]:
    """The shortest way from received, as (move, with the optional steps)."""
    seen: dict[Status, list[tuple[str, bool]]] = {Status.RECEIVED: []}
    ahead = deque([Status.RECEIVED])
    while ahead:
        here = ahead.popleft()
        for (origin, name), move in MOVES.items():
            if origin is here and isinstance(move.to, Status) and move.to not in seen:
                seen[move.to] = [*seen[here], (name, move.step is not None)]
                ahead.append(move.to)
    return seen[status]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.HANDED_OVER])
def test_every_move_of_the_table_can_be_made_and_leads_where_it_says(cast: Cast, status: Status) -> None:
    for (origin, name), move in MOVES.items():
        if origin is not status or name in HALVES:
            continue
        complaint_id = cast.complaint()
        for step, optional in way_to(status):
            make(cast, complaint_id, step, STEPS if optional else {})
        before = cast.read("barat", complaint_id)
        assert before.status == status
        left = before.status_left
        after = make(cast, complaint_id, name, STEPS if move.step else {}, now=NOW + 2 * HOUR)
        expected = {Target.THE_SAME: status, Target.THE_STATUS_LEFT: left}.get(move.to, move.to)  # type: ignore[call-overload]
        assert (name, after.status) == (name, expected)
        assert after.is_open == (after.status in OPEN)
        assert (after.closed_at is None) == after.is_open
        assert after.updated_at == NOW + 2 * HOUR
        rows = handling.history_of(cast.session, complaint_id)
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        last = rows[-1]
        assert (last.move, last.from_status, last.to_status, last.public) == (name, status, expected, not move.inner)


def test_the_ways_reach_every_status() -> None:
    assert {status: bool(way_to(status)) for status in Status} == {
        status: status is not Status.RECEIVED for status in Status
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", ["assign", "start", "reject", "ask", "note", "take", "coordinate", "withdraw"])
def test_a_role_makes_the_moves_that_its_permissions_name(cast: Cast, role: Role, name: str) -> None:
    complaint_id = cast.complaint()
    move = MOVES[Status.RECEIVED, name]
    seat_id = cast.actor("barat", "officer").seat_id
    actor = Actor("staff", seat_id, role.value)
    brought = carried(cast, move)
    if actor.holds(move.permission):
        make(cast, complaint_id, name, {}, actor=actor, carried=brought)
        return
    with pytest.raises(NotAllowed):
        make(cast, complaint_id, name, {}, actor=actor, carried=brought)
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == Status.RECEIVED


def test_staff_can_not_speak_for_the_reporter_nor_the_reporter_for_staff(cast: Cast) -> None:
    complaint_id = cast.complaint()
    with pytest.raises(NotAllowed):
        cast.move("barat", complaint_id, "withdraw", by="admin")
    cast.session.rollback()
    with pytest.raises(NotAllowed):
        cast.move("barat", complaint_id, "start", by="reporter")
    cast.session.rollback()


@pytest.mark.parametrize(
    ("status", "name", "need"),
    sorted(
        {(status, name, need) for (status, name), move in MOVES.items() for need in move.needs if move.step is None}
    )[::3],
)
def test_what_a_move_must_carry_is_asked_for_by_name(cast: Cast, status: Status, name: str, need: Need) -> None:
    complaint_id = cast.complaint()
    for step, optional in way_to(status):
        make(cast, complaint_id, step, STEPS if optional else {})
    move = MOVES[status, name]
    whole = carried(cast, move)
    lacking = replace(
        whole,
        words={one: words for one, words in whole.words.items() if one is not need},
        agency_id=None if need is Need.AGENCY else whole.agency_id,
        date=None if need is Need.DATE else whole.date,
        photos=() if need is Need.PHOTO else whole.photos,
    )
    with pytest.raises(Invalid) as refused:
        make(cast, complaint_id, name, {}, carried=lacking)
    assert refused.value.field == need.value
    cast.session.rollback()


@pytest.mark.parametrize("words", ["x" * 4_001, "a\x00b", "   "])
def test_words_that_can_not_be_kept_are_refused(cast: Cast, words: str) -> None:
    complaint_id = cast.complaint()
    with pytest.raises(Invalid) as refused:
        cast.move("barat", complaint_id, "ask", words={Need.QUESTION: words})
    assert refused.value.field == "question"
    cast.session.rollback()


def test_an_agency_of_another_city_is_refused(cast: Cast) -> None:
    complaint_id = cast.complaint()
    for foreign in (agency(cast, "timur", "pu"), uuid4()):
        with pytest.raises(Invalid) as refused:
            cast.move("barat", complaint_id, "assign", agency_id=foreign)
        assert refused.value.field == "agency"
        cast.session.rollback()


def test_a_move_that_the_status_does_not_have_is_refused(cast: Cast) -> None:
    complaint_id = cast.complaint()
    with pytest.raises(IllegalMove):
        cast.move("barat", complaint_id, "confirm", by="reporter")
    cast.session.rollback()


def test_where_validation_is_on_work_is_not_done_by_the_word_of_who_did_it(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {})
    with pytest.raises(IllegalMove, match="validates"):
        make(cast, complaint_id, "resolve", STEPS, carried=Carried(words={Need.NOTE: "Selesai."}, photos=[photo()]))
    cast.session.rollback()
    worker = cast.actor("barat", "supervisor")
    make(cast, complaint_id, "submit", STEPS, actor=worker)
    with pytest.raises(NotAllowed, match="Somebody else"):
        make(cast, complaint_id, "validate", STEPS, actor=worker)
    cast.session.rollback()
    assert make(cast, complaint_id, "validate", STEPS, actor=cast.actor("barat", "admin")).status == Status.RESOLVED


def test_another_tenants_complaint_is_not_found(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.enter("timur")
    with pytest.raises(NotFound):
        handling.complaint_here(cast.session, complaint_id)


# --- two at once


def test_the_second_of_two_officials_gets_a_sentence_and_overwrites_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint()
    version = cast.read("barat", complaint_id).version
    make(cast, complaint_id, "start", {}, expected_version=version)
    with pytest.raises(ChangedMeanwhile):
        make(cast, complaint_id, "take", {}, expected_version=version)
    cast.session.rollback()
    assert [row.move for row in handling.history_of(cast.session, complaint_id)] == ["file", "start"]


@pytest.mark.parametrize("name", ["start", "note", "assign", "ask", "schedule", "take"])
def test_of_two_transactions_at_once_one_is_told_that_somebody_was_quicker(
    cast: Cast, engine: Engine, name: str
) -> None:
    """Both have read the same state, and the first commits only when the second waits for it."""
    complaint_id = cast.complaint()
    make(cast, complaint_id, "assign", {})
    actor, card = cast.actor("barat", "supervisor"), cast.city("barat")
    brought = carried(cast, MOVES[Status.ASSIGNED, name])
    cast.session.commit()
    outcomes: list[object] = []
    with Session(engine) as one, Session(engine) as two, engine.connect() as watch:
        for session in (one, two):
            scope.name_tenant(session, card.id)
        first, second = (handling.complaint_here(session, complaint_id) for session in (one, two))
        how: dict[str, Any] = {"actor": actor, "card": card, "now": NOW + HOUR, "carried": brought}
        handling.move(one, cast.office, first, name, **how)

        def late() -> None:
            try:
                handling.move(two, cast.office, second, name, **how)
                two.commit()
                outcomes.append("made")
            except ChangedMeanwhile as error:
                outcomes.append(error)

        thread = threading.Thread(target=late)
        thread.start()
        while not _waits(watch) and thread.is_alive():
            thread.join(0.01)
        one.commit()
        thread.join(30)
    assert [type(outcome) for outcome in outcomes] == [ChangedMeanwhile]
    rows = handling.history_of(cast.session, complaint_id)
    assert [row.move for row in rows] == ["file", "assign", name]


def _waits(watch: Connection) -> bool:
    waiting = watch.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
    watch.rollback()
    return bool(waiting)


# --- the clock


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
        (agency(cast, "barat", "diskominfo"), None, NOW + 2 * HOUR, None),
    ]


def test_a_refused_offer_goes_back_to_the_agency_that_made_it(cast: Cast) -> None:
    complaint_id = cast.complaint()
    pu = cast.read("barat", complaint_id).agency_id
    make(cast, complaint_id, "coordinate", {}, now=NOW + HOUR)
    assert cast.read("barat", complaint_id).agency_id == agency(cast, "barat", "diskominfo") != pu
    make(cast, complaint_id, "refuse", {}, now=NOW + 2 * HOUR)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.agency_id) == (Status.ASSIGNED, pu)


def test_an_accepted_offer_stays(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "coordinate", {}, now=NOW + HOUR)
    assert make(cast, complaint_id, "accept", {}).agency_id == agency(cast, "barat", "diskominfo")


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
    closed = make(cast, complaint_id, "resolve", {}, now=NOW + HOUR)
    assert closed.retain_until is not None
    make(cast, complaint_id, "reopen", {}, now=NOW + 20 * HOUR)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.is_open, complaint.resolved_at, complaint.closed_at) == (
        Status.ASSIGNED,
        True,
        None,
        None,
    )
    assert complaint.retain_until is None
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


# --- what is kept and told


def test_words_go_to_remarks_and_only_ids_to_the_history(cast: Cast) -> None:
    complaint_id = cast.complaint(words="Lubang di depan rumah Ibu Siti.")
    make(cast, complaint_id, "ask", {}, carried=Carried(words={Need.QUESTION: "Nomor rumah Ibu Siti berapa?"}))
    remarks = handling.remarks_of(cast.session, complaint_id)
    rows = handling.history_of(cast.session, complaint_id)
    assert [remarks[row.remark_id].body for row in rows if row.remark_id] == [
        "Lubang di depan rumah Ibu Siti.",
        "Nomor rumah Ibu Siti berapa?",
    ]
    assert "Siti" not in str([row.detail for row in rows])


def test_a_note_is_inner_and_a_reply_is_public(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "note", {})
    make(cast, complaint_id, "reply", {})
    rows = handling.history_of(cast.session, complaint_id)
    assert [(row.move, row.public) for row in rows] == [("file", True), ("note", False), ("reply", True)]
    assert cast.session.scalars(select(Remark.inner).order_by(Remark.inner)).all() == [False, False, True]


def test_a_photo_of_the_work_is_kept_beside_the_reporters(cast: Cast) -> None:
    complaint_id = cast.complaint(photos=[photo("#111111")])
    make(cast, complaint_id, "start", {})
    make(cast, complaint_id, "resolve", {})
    assert cast.session.scalars(select(Evidence.side).order_by(Evidence.created_at)).all() == ["before", "after"]
    jobs = cast.session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'process_evidence'"))
    assert jobs == 1


@pytest.mark.parametrize(
    ("name", "way", "reporter", "agency_hears"),
    [
        ("ask", [], "asked", None),
        ("schedule", ["assign"], "scheduled", None),
        ("resolve", ["start"], "resolved", None),
        ("reject", [], "rejected", None),
        ("assign", [], None, "new_for_agency"),
        ("answer", ["ask"], None, "answered"),
        ("withdraw", [], None, "withdrawn"),
        ("reopen", ["start", "resolve"], None, "reopened"),
        ("note", [], None, None),
    ],
)
def test_who_must_know_is_told_in_the_same_transaction(
    cast: Cast, name: str, way: list[str], reporter: str | None, agency_hears: str | None
) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email="ani@warga.example"))
    for step in way:
        make(cast, complaint_id, step, {})
    # only works has an address: give it to the desk as well
    cast.session.execute(text("UPDATE agencies SET email = 'desk@barat.example' WHERE code = 'diskominfo'"))
    cast.tenant("barat").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    cast.enter("barat")
    known = set(cast.session.scalars(select(Message.id)))
    make(cast, complaint_id, name, {})
    told = {
        (one.event, one.destination.partition("@")[2])
        for one in cast.session.scalars(select(Message))
        if one.id not in known
    }
    expected = {(reporter, "warga.example")} if reporter else set()
    assert told == expected | ({(agency_hears, "barat.example")} if agency_hears else set())


def test_a_move_that_fails_halfway_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint_id = cast.complaint(reporter=Reporter(email="ani@warga.example"))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("complaints.telling.tell_reporter", broken)
    with pytest.raises(RuntimeError):
        make(cast, complaint_id, "ask", {})
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == Status.RECEIVED
    assert cast.session.scalar(select(func.count()).select_from(HistoryRow)) == 1
    assert cast.session.scalar(select(func.count()).select_from(PauseRow)) == 0


def test_possible_moves_are_those_that_can_be_made(cast: Cast) -> None:
    complaint_id = cast.complaint()
    card: TenantCard = cast.city("barat")
    officer, boss = cast.actor("barat", "officer"), cast.actor("barat", "supervisor")
    complaint = cast.read("barat", complaint_id)
    assert "reject" in handling.possible_moves(complaint, boss, card)
    assert "reject" not in handling.possible_moves(complaint, officer, card)
    assert "verify" not in handling.possible_moves(complaint, boss, card)
    assert "verify" in handling.possible_moves(complaint, boss, replace(card, options=STEPS))
    assert set(handling.possible_moves(complaint, handling.REPORTER, card)) == {"withdraw"}
    assert cast.session.scalar(select(func.count()).select_from(Tenant))
