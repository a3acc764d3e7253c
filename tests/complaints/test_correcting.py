"""A correction of place, category, priority or kind: what is foreseen is what is saved, here and across a border."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from complaints import correcting, handling
from complaints.complaint import Complaint, HistoryRow, Holding, Remark
from complaints.correcting import Correction, Foreseen
from complaints.handling import ChangedMeanwhile
from complaints.report import Reporter
from complaints.rules.dispute import Dispute
from complaints.workflow import IllegalMove, Need, Status
from messages.outbox import Message
from tenants.errors import Invalid, NotAllowed
from tests.cast import AT_THE_BORDER, IN_BARAT, IN_TIMUR, NOW, NOWHERE, Cast
from tests.complaints.moving import HOUR, agency
from tests.complaints.passing import pass_on, statuses

REPORTER = Reporter(email="ani@warga.example", may_cross=True)
AT = NOW + 2 * HOUR
ELSEWHERE = (106.95, -6.22)


def correct(
    cast: Cast, complaint_id: UUID, *, of: str = "barat", by: str = "supervisor", now: datetime = AT, **to: Any
) -> Foreseen:
    """Correct what is named, leave the rest, and commit."""
    version = to.pop("expected_version", None)
    actor, complaint = cast.actor(of, by), cast.read(of, complaint_id)
    correction = changed(cast, complaint, of, **to)
    foreseen = correcting.correct(
        cast.session, cast.office, complaint, correction, actor=actor, card=cast.city(of), now=now,
        expected_version=version,
    )  # fmt: skip
    cast.session.commit()
    return foreseen


def changed(cast: Cast, complaint: Complaint, of: str = "barat", **to: Any) -> Correction:
    book = cast.office.rulebooks.of(cast.session, cast.city(of))
    return Correction(**{**vars(correcting.as_it_is(complaint, book)), **to})


def told(cast: Cast, slug: str, *, at: datetime = AT) -> list[tuple[str, str]]:
    cast.enter(slug)
    rows = cast.session.scalars(select(Message).where(Message.created_at == at).order_by(Message.event))
    return [(row.event, row.destination) for row in rows]


def last(cast: Cast, complaint_id: UUID) -> HistoryRow:
    return handling.history_of(cast.session, complaint_id)[-1]


def test_another_category_brings_its_agency_its_clock_and_one_message_to_each(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=REPORTER)
    foreseen = correct(cast, complaint_id, category="pju")
    complaint = cast.read("barat", complaint_id)
    assert complaint.agency_id == agency(cast, "barat", "dishub") == foreseen.agency_id
    assert (complaint.status, complaint.holder_id, complaint.version) == (Status.RECEIVED, None, 2)
    assert complaint.clock_from_at == AT
    assert complaint.resolve_due_at == AT + timedelta(minutes=4320)
    row = last(cast, complaint_id)
    assert (row.move, row.by, row.public) == ("correct", "staff", True)
    assert row.detail["changed"] == {"category": ["jalan-lubang", "pju"]}
    held = cast.session.scalars(select(Holding).where(Holding.complaint_id == complaint_id)).all()
    assert sorted((one.from_at, one.until_at) for one in held if one.until_at) == [(NOW, AT)]
    for_the_empty_agency = ("new_in_agency", "admin@barat.example")
    assert told(cast, "barat") == [("corrected", "ani@warga.example"), for_the_empty_agency]


def test_what_another_agency_had_begun_is_assigned_to_the_right_one(cast: Cast) -> None:
    complaint_id = cast.complaint()
    cast.move("barat", complaint_id, "start", by="officer", now=NOW + HOUR)
    correct(cast, complaint_id, category="pju")
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.holder_id) == (Status.ASSIGNED, None)
    assert last(cast, complaint_id).from_status == Status.IN_PROGRESS


def test_a_category_of_the_same_agency_leaves_work_holder_and_clock(cast: Cast) -> None:
    complaint_id = cast.complaint()
    cast.move("barat", complaint_id, "start", by="officer", now=NOW + HOUR)
    before = cast.read("barat", complaint_id)
    holder = before.holder_id
    correct(cast, complaint_id, category="trotoar-jembatan")
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.holder_id, complaint.clock_from_at) == (Status.IN_PROGRESS, holder, NOW)
    assert complaint.resolve_due_at == NOW + timedelta(minutes=20160)


def test_what_was_given_by_hand_stays_where_the_rules_say_nothing_new(cast: Cast) -> None:
    complaint_id = cast.complaint()
    other = agency(cast, "barat", "sda")
    cast.move("barat", complaint_id, "assign", agency_id=other, now=NOW + HOUR)
    correct(cast, complaint_id, priority="high")
    assert cast.read("barat", complaint_id).agency_id == other
    assert told(cast, "barat") == []


def test_another_place_brings_its_area_and_its_routing(cast: Cast) -> None:
    complaint_id = cast.complaint()
    before = cast.read("barat", complaint_id).area_id
    correct(cast, complaint_id, point=ELSEWHERE)
    complaint = cast.read("barat", complaint_id)
    assert complaint.area_id not in (None, before)
    assert (complaint.lon, complaint.lat, complaint.accuracy_m) == (*ELSEWHERE, None)
    assert complaint.cell is not None
    assert complaint.routing["rule"] == "inside"
    assert last(cast, complaint_id).detail["changed"]["place"] == [list(IN_BARAT), list(ELSEWHERE)]


def test_a_question_is_promised_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint(category="fasum")
    assert cast.read("barat", complaint_id).resolve_due_at is not None
    correct(cast, complaint_id, kind="question")
    complaint = cast.read("barat", complaint_id)
    assert (complaint.kind, complaint.resolve_due_at, complaint.respond_due_at) == ("question", None, None)


def test_it_is_never_shown_more_widely_than_before(cast: Cast) -> None:
    complaint_id = cast.complaint(category="pencemaran")
    correct(cast, complaint_id, category="jalan-lubang")
    assert cast.read("barat", complaint_id).visibility == "private"
    open_to_all = cast.complaint()
    correct(cast, open_to_all, category="aparatur")
    complaint = cast.read("barat", open_to_all)
    assert (complaint.visibility, complaint.lon, complaint.area_id) == ("restricted", None, None)


def test_answers_that_still_fit_decide_the_clock_and_the_others_come_back_with_their_category(cast: Cast) -> None:
    complaint_id = cast.complaint(category="drainase", answers={"keadaan": "tersumbat"})
    assert cast.read("barat", complaint_id).resolve_due_at == NOW + timedelta(minutes=4320)
    foreseen = correct(cast, complaint_id, category="jalan-lubang")
    assert foreseen.answers.left == {"keadaan": "tersumbat"}
    remarks = cast.session.scalars(select(Remark).where(Remark.complaint_id == complaint_id)).all()
    assert {one.kind: one.answers for one in remarks} == {"description": {}, "put_aside": {"keadaan": "tersumbat"}}
    assert all(one.inner for one in remarks if one.kind == "put_aside")
    correct(cast, complaint_id, category="drainase", now=AT + HOUR)
    complaint = cast.read("barat", complaint_id)
    assert complaint.resolve_due_at == complaint.clock_from_at + timedelta(minutes=4320)


def test_across_the_border_it_goes_with_one_message_and_back_too(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=REPORTER)
    foreseen = correct(cast, complaint_id, point=IN_TIMUR, priority="high")
    assert foreseen.crosses
    assert statuses(cast, complaint_id) == {"barat": "handed_over", "timur": "received"}
    there = cast.read("timur", complaint_id)
    assert (there.lon, there.lat, there.priority) == (*IN_TIMUR, "high")
    assert there.resolve_due_at == foreseen.dues.resolve_at
    assert there.agency_id == foreseen.agency_id
    assert there.area_id == foreseen.there.area_id is not None
    assert [event for event, _ in told(cast, "barat")] == ["handed_over"]
    cast.enter("barat")
    moves = [row.move for row in handling.history_of(cast.session, complaint_id)]
    assert moves == ["file", "correct", "hand_over"]

    back = correct(cast, complaint_id, of="timur", point=ELSEWHERE, category="pju", now=AT + HOUR)
    assert statuses(cast, complaint_id) == {"barat": "received", "timur": "handed_over"}
    here = cast.read("barat", complaint_id)
    assert (here.lon, here.lat, here.priority) == (*ELSEWHERE, "high")
    assert here.agency_id == agency(cast, "barat", "dishub") == back.agency_id
    assert here.resolve_due_at == back.dues.resolve_at
    assert here.area_id == back.there.area_id
    correct(cast, complaint_id, point=IN_TIMUR, now=AT + 2 * HOUR)  # to and fro: somebody above both decides
    assert statuses(cast, complaint_id) == {"barat": "received", "timur": "handed_over"}
    assert cast.session.scalars(select(Dispute.complaint_id)).all() == [complaint_id]
    assert [event for event, _ in told(cast, "barat", at=AT + 2 * HOUR)] == ["corrected"]


def test_to_ground_without_a_government_it_goes_to_the_commons(cast: Cast) -> None:
    complaint_id = cast.complaint()
    foreseen = correct(cast, complaint_id, point=NOWHERE)
    assert (foreseen.card.slug, foreseen.dues.resolve_at) == ("commons", None)
    assert statuses(cast, complaint_id) == {"barat": "handed_over", "commons": "received"}


def test_what_somebody_decided_at_a_border_isnt_undone_by_another_category(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=AT_THE_BORDER, border_answer="timur")
    assert cast.read("timur", complaint_id).reference
    assert not correct(cast, complaint_id, of="timur", category="pju").crosses
    handed = cast.complaint("barat")
    pass_on(cast, handed, "barat", "timur")
    assert not correct(cast, handed, of="timur", category="pju").crosses
    assert not correct(cast, handed, of="timur", point=ELSEWHERE, now=AT + HOUR).crosses


def test_a_return_without_a_correction_leaves_the_category_as_it_was(cast: Cast) -> None:
    complaint_id = cast.complaint()
    pass_on(cast, complaint_id, "barat", "timur")
    pass_on(cast, complaint_id, "timur", "barat", now=AT)
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    assert cast.read("barat", complaint_id).category_id == book.category("jalan-lubang").id


@pytest.mark.parametrize(("to", "field"), [
    ({"category": "tidak-ada"}, "category"),
    ({"kind": "wish"}, "kind"),
    ({"kind": "gossip"}, "kind"),
    ({"priority": "tomorrow"}, "priority"),
    ({"point": None}, "lat"),
    ({"point": (107.0, 95.0)}, "lat"),
    ({"point": (0.0, 0.0)}, "lat"),
    ({}, None),
])  # fmt: skip
def test_what_cant_be_is_refused_by_its_field_and_nothing_changes(cast: Cast, to: Any, field: str | None) -> None:
    complaint_id = cast.complaint()
    with pytest.raises(Invalid) as refused:
        correct(cast, complaint_id, **to)
    assert refused.value.field == field
    cast.session.rollback()
    assert cast.read("barat", complaint_id).version == 1


def test_only_who_may_and_what_is_still_as_it_was_seen(cast: Cast) -> None:
    complaint_id = cast.complaint()
    with pytest.raises(ChangedMeanwhile):
        correct(cast, complaint_id, category="pju", expected_version=7)
    cast.session.rollback()
    foreign = cast.complaint(category="pju")
    with pytest.raises(NotAllowed):
        correct(cast, foreign, by="officer", category="jalan-lubang")
    cast.session.rollback()
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Bukan."})
    with pytest.raises(IllegalMove):
        correct(cast, complaint_id, category="pju")
    cast.session.rollback()


CATEGORIES = ("jalan-lubang", "pju", "drainase", "fasum", "lain", "banjir", "aparatur", "kabel")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "category": st.sampled_from(CATEGORIES),
                "point": st.sampled_from([IN_BARAT, ELSEWHERE, (106.92, -6.22)]),
                "priority": st.sampled_from(correcting.PRIORITIES),
                "kind": st.sampled_from(["complaint", "question", "wish"]),
            },
        ),
        max_size=4,
    ),
    depth=st.sampled_from([None, "mata-kaki"]),
)
def test_what_is_foreseen_is_what_is_saved(cast: Cast, steps: list[dict[str, Any]], depth: str | None) -> None:
    complaint_id = cast.complaint(answers={"kedalaman": depth} if depth else {})
    for number, to in enumerate(steps, 1):
        now = NOW + number * HOUR
        complaint = cast.read("barat", complaint_id)
        try:
            foreseen = correcting.foresee(
                cast.session, cast.office, complaint, changed(cast, complaint, **to), card=cast.city("barat"), now=now
            )
        except Invalid:
            continue
        correct(cast, complaint_id, now=now, **to)
        after = cast.read("barat", complaint_id)
        dues = foreseen.dues
        assert (after.respond_due_at, after.secure_due_at, after.resolve_due_at, after.ceiling_at) == (
            dues.respond_at, dues.secure_at, dues.resolve_at, dues.ceiling_at,
        )  # fmt: skip
        assert (after.agency_id, after.area_id, after.visibility) == (
            foreseen.agency_id, foreseen.there.area_id, foreseen.visibility,
        )  # fmt: skip
        assert last(cast, complaint_id).detail["changed"].keys() == foreseen.changed.keys()
