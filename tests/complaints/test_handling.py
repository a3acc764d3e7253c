"""Moves: every one of the table, what it must carry, who may make it, and what it does to clock, holder and history."""

import threading
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.orm import Session

from complaints import handling
from complaints.complaint import Evidence, HistoryRow, PauseRow, Remark
from complaints.handling import Actor, Carried, ChangedMeanwhile
from complaints.report import Reporter
from complaints.workflow import MOVES, OPEN, WITH_A_VERB, IllegalMove, Need, Status, Target
from messages.outbox import Message
from people.permissions import Role
from tenants import scope
from tenants.directory import TenantCard, raise_epoch
from tenants.errors import Invalid, NotAllowed, NotFound
from tenants.tenant import Tenant
from tests.cast import NOW, Cast, photo
from tests.complaints.moving import HOUR, STEPS, agency, carried, make, way_to

HALVES = ("hand_over", "return", "revive", "approve_pause", "refuse_pause", *WITH_A_VERB)
"""Half of what passes between tenants, of a pause, or made by a verb of its own, with tests of its own."""


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
        expected = {Target.THE_SAME: status, Target.THE_STATUS_LEFT: left}.get(move.to, move.to)
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
    officer = cast.actor("barat", "officer")
    actor = Actor("staff", officer.seat_id, role.value, officer.agency_ids)
    brought = carried(cast, move)
    if actor.holds(move.permission):
        make(cast, complaint_id, name, {}, actor=actor, carried=brought)
        return
    with pytest.raises(NotAllowed):
        make(cast, complaint_id, name, {}, actor=actor, carried=brought)
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == Status.RECEIVED


def test_an_official_moves_only_what_their_agency_has_or_one_below_it(cast: Cast) -> None:
    litter, pothole = cast.complaint(category="sampah-liar"), cast.complaint()
    with pytest.raises(NotAllowed, match="Only officials of the agency"):
        cast.move("barat", litter, "start", by="officer")
    cast.session.rollback()
    assert cast.move("barat", litter, "note", by="officer", words={Need.NOTE: "Sudah saya foto."}).status == "received"
    cast.move("barat", pothole, "assign", agency_id=agency(cast, "barat", "uptd"))
    assert cast.move("barat", pothole, "start", by="officer").status == Status.IN_PROGRESS
    assert cast.move("barat", litter, "start", by="supervisor").status == Status.IN_PROGRESS


def test_an_agency_can_not_finish_what_another_is_there_for_but_pass_it_on(cast: Cast) -> None:
    complaint_id = cast.complaint(category="sampah-liar")
    right = cast.read("barat", complaint_id).agency_id
    cast.move("barat", complaint_id, "assign", agency_id=agency(cast, "barat", "pu"))
    cast.move("barat", complaint_id, "start", by="officer")
    for step, name in ((False, "resolve"), (True, "submit")):
        with pytest.raises(NotAllowed, match="isn't the one for its category"):
            make(cast, complaint_id, name, STEPS if step else {}, actor=cast.actor("barat", "officer"))
        cast.session.rollback()
    cast.move("barat", complaint_id, "assign", by="officer", agency_id=right)
    cast.move("barat", complaint_id, "start")
    assert make(cast, complaint_id, "resolve", {}).status == Status.RESOLVED


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
        target_id=None if need is Need.TARGET else whole.target_id,
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
    with pytest.raises(NotAllowed, match="somebody else validates it"):
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
    # only works has an address: give it to its unit as well
    cast.session.execute(text("UPDATE agencies SET email = 'unit@barat.example' WHERE code = 'uptd'"))
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

    monkeypatch.setattr("complaints.audience.telling.tell_reporter", broken)
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
    book = cast.office.rulebooks.of(cast.session, card)
    assert "reject" in handling.possible_moves(complaint, boss, card, book)
    assert "reject" not in handling.possible_moves(complaint, officer, card, book)
    assert "verify" not in handling.possible_moves(complaint, boss, card, book)
    assert "verify" in handling.possible_moves(complaint, boss, replace(card, options=STEPS), book)
    assert set(handling.possible_moves(complaint, handling.REPORTER, card, book)) == {
        "withdraw",
        "write",
        "reword",
        "hide",
        "remove_photo",
    }
    assert cast.session.scalar(select(func.count()).select_from(Tenant))


def test_a_word_while_the_reporter_is_asked_does_not_change_where_the_answer_leads(cast: Cast) -> None:
    filed = cast.complaint("barat")
    cast.move("barat", filed, "start")
    cast.move("barat", filed, "ask", words={Need.QUESTION: "Di sisi mana?"})
    cast.move("barat", filed, "reply", words={Need.NOTE: "Kami menunggu jawaban Anda."})
    cast.move("barat", filed, "answer", by="reporter", words={Need.ANSWER: "Di kiri."})
    assert cast.read("barat", filed).status == Status.IN_PROGRESS
