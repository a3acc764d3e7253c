"""Merging: whoever merged can take apart, as if nothing had been; nothing leaks, and nobody is forgotten."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from complaints import evidence, handling, minding
from complaints.audience import circle, following
from complaints.audience.following import Follower
from complaints.complaint import Complaint, HistoryRow
from complaints.handling import ChangedMeanwhile
from complaints.report import Reporter
from complaints.together import merging
from complaints.together.merging import Absorbed, clock_without
from complaints.viewer import Viewer
from complaints.workflow import UNDO_WITHIN, IllegalMove, Need, Status
from messages.outbox import Message
from tenants import scope
from tenants.errors import Invalid, NotAllowed
from tests.cast import NOW, Cast, photo
from tests.complaints.audience.test_following import ANI, begin, end, sent, tell
from tests.complaints.moving import HOUR, make
from tests.complaints.passing import pass_on
from tests.complaints.test_undoing import state, times

MINE = Reporter(email="pelapor@warga.example")
LATER = NOW + 5 * HOUR


def merge(cast: Cast, complaint_id: UUID, head_id: UUID, *, by: str = "supervisor", now: Any = LATER) -> HistoryRow:
    actor, card = cast.actor("barat", by), cast.enter("barat")
    both = [handling.complaint_here(cast.session, one) for one in (complaint_id, head_id)]
    row = merging.merge(cast.session, cast.office, *both, actor=actor, card=card, now=now)
    cast.session.commit()
    return row


def unmerge(cast: Cast, complaint_id: UUID, *, by: str = "supervisor", now: Any = LATER + HOUR) -> HistoryRow:
    actor, card = cast.actor("barat", by), cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    row = merging.unmerge(cast.session, cast.office, complaint, actor=actor, card=card, now=now)
    cast.session.commit()
    return row


def everybody(cast: Cast, *complaint_ids: UUID) -> list[Any]:
    cast.enter("barat")
    found = select(Follower).where(Follower.complaint_id.in_(complaint_ids)).order_by(Follower.id)
    return [(one.complaint_id, one.email, one.of_reporter, one.confirmed_at) for one in cast.session.scalars(found)]


WAYS = {
    "received": [],
    "assigned": ["assign"],
    "coordinating": ["coordinate"],
    "in_progress": ["start"],
    "scheduled": ["start", "schedule"],
    "asked and answered": ["ask", "answer", "take"],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("passed", [timedelta(seconds=30), timedelta(days=9)])
def test_what_was_taken_apart_is_as_if_it_had_never_been_merged(cast: Cast, way: str, passed: timedelta) -> None:
    complaint_id, head_id = cast.complaint(photos=[photo()]), cast.complaint(now=NOW + HOUR)
    for number, name in enumerate(WAYS[way]):
        make(cast, complaint_id, name, {}, now=NOW + (number + 1) * timedelta(minutes=20))
    begin(cast, complaint_id, ANI)
    begin(cast, head_id, "budi@warga.example")
    following.support(cast.session, cast.office, cast.read("barat", complaint_id), b"device", NOW)
    cast.session.commit()
    for one in (complaint_id, head_id):
        minding.mind(cast.session, cast.office, cast.enter("barat"), one, LATER - timedelta(minutes=1))
    before = [state(cast.read("barat", one)) for one in (complaint_id, head_id)]
    before_times = times(cast, complaint_id)
    followers = everybody(cast, complaint_id, head_id)
    merge(cast, complaint_id, head_id)
    merged = cast.read("barat", complaint_id)
    assert (merged.status, merged.is_open, merged.merged_into_id) == (Status.MERGED, False, head_id)
    assert merged.next_step_at is None
    assert len(everybody(cast, complaint_id, head_id)) == 3
    unmerge(cast, complaint_id, now=LATER + passed)
    assert [state(cast.read("barat", one)) for one in (complaint_id, head_id)] == before
    assert times(cast, complaint_id) == before_times
    assert everybody(cast, complaint_id, head_id) == followers
    assert following.supporters(cast.session, [complaint_id]) == 1
    assert len(evidence.of(cast.session, complaint_id)) == 1
    sides = [[row.move for row in handling.history_of(cast.session, one)][-2:] for one in (complaint_id, head_id)]
    assert sides == [["merge", "unmerge"], ["absorb", "release"]]


instants = st.integers(0, 9).map(lambda days: NOW + timedelta(days=days))


@given(st.lists(st.tuples(st.booleans(), instants), max_size=6), instants, st.randoms(use_true_random=False))
def test_a_heads_clock_is_the_earliest_of_what_is_in_it_in_whatever_order_they_come_and_go(
    reports: list[tuple[bool, Any]], own: Any, chance: Any
) -> None:
    inside: list[Absorbed] = []
    clock = own
    for number, (counts, theirs) in enumerate(reports):
        inside.append(Absorbed(UUID(int=number), own, theirs if counts else None))
        clock = min(clock, theirs) if counts else clock
    while inside:
        assert clock == min([own, *(one.clock for one in inside if one.clock)])
        gone = chance.choice(inside)
        clock = clock_without(inside, gone.merged_id, clock)
        inside.remove(gone)
    assert clock == own


def test_a_clock_that_was_started_anew_is_left_alone() -> None:
    inside = [Absorbed(UUID(int=1), NOW, NOW - HOUR)]
    assert clock_without(inside, UUID(int=1), NOW + HOUR) == NOW + HOUR
    assert clock_without(inside, UUID(int=1), NOW - HOUR) == NOW
    assert clock_without(inside, UUID(int=2), NOW - HOUR) == NOW - HOUR


def test_the_heads_clock_runs_from_the_earliest_of_one_agency(cast: Cast) -> None:
    old, head_id = cast.complaint(), cast.complaint(now=NOW + HOUR)
    due = cast.read("barat", old).resolve_due_at
    merge(cast, old, head_id)
    head = cast.read("barat", head_id)
    assert (head.clock_from_at, head.resolve_due_at) == (NOW, due)
    agency_id = head.agency_id
    elsewhere = cast.complaint(category="sampah-angkut", now=NOW - HOUR)
    assert cast.read("barat", elsewhere).agency_id != agency_id
    merge(cast, elsewhere, head_id)
    assert cast.read("barat", head_id).clock_from_at == NOW
    unmerge(cast, old)
    assert cast.read("barat", head_id).clock_from_at == NOW + HOUR


def test_what_is_in_another_leads_on_to_it_and_a_head_goes_into_nothing(cast: Cast) -> None:
    first, second, third = cast.complaint(), cast.complaint(), cast.complaint()
    merge(cast, first, second)
    cast.enter("barat")
    seat = Viewer(cast.actor("barat", "supervisor").seat_id or first, (), sees_restricted=True)
    found = merging.find(cast.session, seat, cast.read("barat", first).reference.lower())
    assert found.id == second
    with pytest.raises(Invalid, match="Other reports were merged with this one"):
        merge(cast, second, third)
    cast.session.rollback()
    with pytest.raises(Invalid, match="itself"):
        merge(cast, third, third)
    cast.session.rollback()
    with pytest.raises(ChangedMeanwhile):
        merge(cast, third, first)
    cast.session.rollback()
    with pytest.raises(IllegalMove):
        merge(cast, first, third)


def test_only_an_open_report_of_this_city_takes_others_in(cast: Cast) -> None:
    one, done, gone = cast.complaint(), cast.complaint(), cast.complaint()
    end(cast, done)
    pass_on(cast, gone, "barat", "timur")
    with pytest.raises(Invalid, match="is closed"):
        merge(cast, one, done)
    cast.session.rollback()
    with pytest.raises(Invalid, match="with another city now"):
        merge(cast, one, gone)
    cast.session.rollback()
    theirs = cast.read("timur", cast.complaint("timur")).reference
    cast.enter("barat")
    seat = Viewer(one, (), sees_restricted=True, sees_other_agencies=True)
    for written in (theirs, "", "nonsense", "BRT-0000-0000"):
        with pytest.raises(Invalid) as refused:
            merging.find(cast.session, seat, written)
        assert refused.value.field == "target"


def test_what_a_seat_may_not_see_is_no_target_for_it(cast: Cast) -> None:
    hidden = cast.complaint(visibility="private", category="sampah-angkut")
    reference = cast.read("barat", hidden).reference
    agency = cast.actor("barat", "officer").agency_ids
    seat = Viewer(hidden, tuple(agency), sees_restricted=False)
    with pytest.raises(Invalid, match="no report with this number"):
        merging.find(cast.session, seat, reference)


@pytest.mark.parametrize(
    ("mine", "other", "goes"),
    [
        ("public", "public", True),
        ("private", "public", True),
        ("private", "private", True),
        ("public", "private", False),
        ("restricted", "restricted", True),
        ("restricted", "public", False),
        ("private", "restricted", False),
    ],
)
def test_nothing_is_merged_out_of_sight_nor_into_it(mine: str, other: str, goes: bool) -> None:
    one = Complaint(id=UUID(int=1), visibility=mine, status="received", is_open=True)
    head = Complaint(id=UUID(int=2), visibility=other, status="received", is_open=True)
    assert (merging.refusal(one, head, is_head=False) is None) is goes


def test_an_officer_merges_what_their_agency_has_and_nothing_else(cast: Cast) -> None:
    theirs, mine = cast.complaint(category="sampah-angkut"), cast.complaint()
    with pytest.raises(NotAllowed):
        merge(cast, theirs, mine, by="officer")
    cast.session.rollback()
    merge(cast, mine, theirs, by="officer")
    assert cast.read("barat", mine).status == Status.MERGED


def test_the_reporter_hears_of_the_merger_of_the_heads_end_and_of_being_alone_again(cast: Cast) -> None:
    complaint_id, other, head_id = cast.complaint(reporter=MINE), cast.complaint(reporter=MINE), cast.complaint()
    begin(cast, other, ANI)
    for one in (complaint_id, other):
        merge(cast, one, head_id, now=NOW)
    cast.enter("barat")
    waits = cast.session.scalars(select(Message).where(Message.event == "merged")).all()
    assert [one.not_before_at - one.created_at for one in waits] == [UNDO_WITHIN] * 2
    body = waits[0].body
    assert cast.read("barat", head_id).reference in body
    unmerge(cast, complaint_id, now=NOW + HOUR)
    assert sent(cast, "unmerged") == [MINE.email]
    tell(cast, end(cast, head_id, now=NOW + HOUR), now=NOW + 2 * HOUR)
    assert sent(cast, "merged_resolved") == [MINE.email]
    assert sent(cast, "followed_resolved") == [ANI]


def test_taken_apart_within_a_minute_nobody_hears_of_it(cast: Cast) -> None:
    complaint_id, head_id = cast.complaint(reporter=MINE), cast.complaint()
    merge(cast, complaint_id, head_id)
    assert sent(cast, "merged") == [MINE.email]
    unmerge(cast, complaint_id, now=LATER + timedelta(seconds=50))
    assert sent(cast, "merged") == sent(cast, "unmerged") == []


def test_a_merged_report_from_another_city_hears_by_way_of_where_it_was_born(cast: Cast) -> None:
    complaint_id = cast.complaint("timur", reporter=MINE)
    pass_on(cast, complaint_id, "timur", "barat")
    head_id = cast.complaint()
    merge(cast, complaint_id, head_id)
    assert sent(cast, "merged", "timur") == [MINE.email]
    assert sent(cast, "merged") == []
    unmerge(cast, complaint_id, now=LATER + timedelta(seconds=5))
    assert sent(cast, "merged", "timur") == sent(cast, "unmerged", "timur") == []


def test_when_the_head_is_withdrawn_the_others_go_on_alone(cast: Cast) -> None:
    complaint_id, head_id = cast.complaint(reporter=MINE), cast.complaint()
    merge(cast, complaint_id, head_id)
    cast.move("barat", head_id, "withdraw", by="reporter", now=LATER + HOUR)
    jobs = text("SELECT args ->> 'row_id' FROM procrastinate_jobs WHERE task_name = :name")
    assert list(cast.session.scalars(jobs, {"name": circle.RELEASE})) == [str(head_id)]
    for _ in range(2):
        card = cast.enter("barat")
        merging.release(cast.session, cast.office, card, head_id, LATER + 2 * HOUR)
        cast.session.commit()
    one = cast.read("barat", complaint_id)
    assert (one.status, one.merged_into_id) == (Status.RECEIVED, None)
    assert one.next_step_at is not None
    assert sent(cast, "unmerged") == [MINE.email]


def test_listeners_are_kept_for_as_long_as_the_head_is_open(cast: Cast) -> None:
    complaint_id, head_id = cast.complaint(), cast.complaint()
    begin(cast, complaint_id, ANI)
    merge(cast, complaint_id, head_id)
    cast.enter("barat")
    long_after = LATER + following.KEPT_FOR + HOUR
    assert following.forget(cast.session, long_after) == 0
    end(cast, head_id, now=long_after)
    cast.enter("barat")
    assert following.forget(cast.session, long_after + following.KEPT_FOR + HOUR) == 2


def test_of_two_that_are_merged_into_each_other_at_once_one_is_refused(cast: Cast, engine: Engine) -> None:
    ids = [cast.complaint(), cast.complaint()]
    actor, card = cast.actor("barat", "supervisor"), cast.city("barat")
    cast.session.commit()
    barrier, outcomes = threading.Barrier(2), []

    def one(complaint_id: UUID, head_id: UUID) -> None:
        with Session(engine) as session:
            scope.name_tenant(session, card.id)
            both = [handling.complaint_here(session, each) for each in (complaint_id, head_id)]
            barrier.wait(30)
            try:
                merging.merge(session, cast.office, *both, actor=actor, card=card, now=LATER)
                session.commit()
                outcomes.append("merged")
            except ChangedMeanwhile:
                outcomes.append("refused")

    threads = [threading.Thread(target=one, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["merged", "refused"]
    assert sorted(cast.read("barat", each).status for each in ids) == ["merged", "received"]


def test_a_note_is_still_possible_and_the_head_is_taken_up_in_time(cast: Cast) -> None:
    complaint_id, head_id = cast.complaint(), cast.complaint()
    merge(cast, complaint_id, head_id)
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Sama."}, now=LATER + HOUR)
    unmerge(cast, complaint_id, now=LATER + 2 * HOUR)
    assert cast.read("barat", complaint_id).status == Status.RECEIVED
