"""One step for many reports: each by itself, by the same rules as one alone, and at the same cost."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from complaints import bulk, handling
from complaints.bulk import Chosen, Outcome
from complaints.carried import Carried
from complaints.complaint import Complaint
from complaints.handling import ChangedMeanwhile
from complaints.report import Reporter
from complaints.viewer import Viewer
from complaints.workflow import MOVES, UNDO_WITHIN, IllegalMove, Need, Status
from messages.outbox import Message
from people.permissions import Permission, may
from tenants.errors import Invalid, NotAllowed, NotFound
from tests.cast import NOW, Cast
from tests.complaints.moving import HOUR, agency
from tests.complaints.passing import statuses

AT = NOW + HOUR
REASON = {Need.REASON: "Sebab itu."}


def many(
    cast: Cast,
    ids: list[UUID],
    name: str,
    *,
    by: str = "supervisor",
    versions: dict[UUID, int] | None = None,
    **more: Any,
) -> list[Outcome]:
    chosen = [Chosen(one, (versions or {}).get(one) or _version(cast, one)) for one in ids]
    actor = cast.actor("barat", by)
    assert actor.seat_id is not None
    assert actor.role is not None
    viewer = Viewer(
        actor.seat_id, tuple(actor.agency_ids), may(actor.role, Permission.SEE_RESTRICTED),
        may(actor.role, Permission.SEE_ALL_AGENCIES),
    )  # fmt: skip
    outcomes = bulk.move_many(
        cast.session, cast.office, chosen, name, actor=actor, viewer=viewer, card=cast.city("barat"), now=AT, **more
    )
    cast.session.commit()
    return outcomes


def _version(cast: Cast, complaint_id: UUID) -> int:
    cast.enter("barat")
    complaint = cast.session.get(handling.Complaint, (cast.city("barat").id, complaint_id))
    return complaint.version if complaint else 1


def kinds(outcomes: list[Outcome]) -> list[type | None]:
    return [type(one.refusal) if one.refusal else None for one in outcomes]


def test_every_one_has_its_own_answer_and_one_refusal_holds_up_nobody(cast: Cast) -> None:
    fine, foreign, ended, stale = (cast.complaint() for _ in range(4))
    cast.move("barat", foreign, "assign", agency_id=agency(cast, "barat", "dishub"))
    cast.move("barat", ended, "reject", words=REASON)
    cast.move("barat", stale, "note", words={Need.NOTE: "Saya lihat."}, now=NOW + HOUR / 2)
    elsewhere, unknown = cast.complaint("timur"), uuid4()
    hidden = cast.complaint(category="aparatur")
    ids = [stale, fine, foreign, ended, elsewhere, unknown, hidden]
    outcomes = many(cast, ids, "start", by="officer", versions={stale: 1})
    assert [one.complaint_id for one in outcomes] == ids
    assert kinds(outcomes) == [ChangedMeanwhile, None, NotAllowed, IllegalMove, NotFound, NotFound, NotFound]
    assert [bool(one.reference) for one in outcomes] == [True, True, True, True, False, False, False]
    assert cast.read("barat", fine).status == Status.IN_PROGRESS
    assert [cast.read("barat", one).status for one in (stale, foreign, ended)] == ["received", "assigned", "rejected"]
    assert cast.read("timur", elsewhere).version == 1
    cast.enter("barat")
    assert [row.move for row in handling.history_of(cast.session, fine)] == ["file", "start"]


def test_a_refusal_amid_a_hand_over_leaves_the_scope_and_the_others_whole(cast: Cast) -> None:
    first, second, third = sorted(cast.complaint(reporter=Reporter(email="ani@warga.example")) for _ in range(3))
    end_holding = handling.end_holding
    calls: list[UUID] = []

    def fails_once(session: Any, complaint: Complaint, *rest: Any) -> None:
        calls.append(complaint.id)
        if complaint.id == second:
            raise Invalid("Not this one.")
        end_holding(session, complaint, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handling, "end_holding", fails_once)
        outcomes = many(cast, [first, second, third], "hand_over", carried=Carried(words=REASON), to=cast.city("timur"))
    assert len(calls) == 3
    assert kinds(outcomes) == [None, Invalid, None]
    assert statuses(cast, first) == statuses(cast, third) == {"barat": "handed_over", "timur": "received"}
    assert statuses(cast, second) == {"barat": "received"}
    assert cast.read("barat", second).version == 1
    told = cast.session.scalars(select(Message.complaint_id).where(Message.event == "handed_over")).all()
    assert sorted(one for one in told if one) == [first, third]


def test_messages_of_each_wait_for_as_long_as_it_can_be_taken_back(cast: Cast) -> None:
    ids = [cast.complaint(reporter=Reporter(email="ani@warga.example")) for _ in range(2)]
    assert kinds(many(cast, ids, "reject", carried=Carried(words=REASON))) == [None, None]
    waits = cast.session.scalars(
        select(Message.not_before_at - Message.created_at).where(Message.event == "rejected")
    ).all()
    assert list(waits) == [UNDO_WITHIN] * 2


def test_roles_are_held_to_the_same_table_as_alone(cast: Cast) -> None:
    complaint_id = cast.complaint()
    assert kinds(many(cast, [complaint_id], "reject", by="officer", carried=Carried(words=REASON))) == [NotAllowed]
    assert kinds(many(cast, [complaint_id], "reject", carried=Carried(words=REASON))) == [None]


@pytest.mark.parametrize(
    ("name", "count", "field"),
    [
        ("resolve", 1, "move"),
        ("start", 0, "chosen"),
        ("start", bulk.MOST + 1, "chosen"),
        ("hand_over", 1, "tenant"),
        ("reject", 1, "reason"),
    ],
)
def test_what_isnt_done_in_bulk_is_refused_whole(cast: Cast, name: str, count: int, field: str) -> None:
    ids = [uuid4() for _ in range(count)]
    carried = Carried(words=REASON) if name == "hand_over" else Carried()
    with pytest.raises(Invalid) as refused:
        many(cast, ids, name, versions=dict.fromkeys(ids, 1), carried=carried)
    assert refused.value.field == field
    cast.session.rollback()


def test_the_same_one_chosen_twice_is_moved_once(cast: Cast) -> None:
    complaint_id = cast.complaint()
    assert kinds(many(cast, [complaint_id, complaint_id], "take")) == [None]


def test_each_costs_the_same_number_of_statements(cast: Cast) -> None:
    def cost(number: int) -> int:
        ids = [cast.complaint() for _ in range(number)]
        sent: list[str] = []
        engine = cast.session.get_bind()
        many_ids = dict.fromkeys(ids, 1)
        event.listen(engine, "before_cursor_execute", note := lambda *given: sent.append(given[2]))
        many(cast, ids, "assign", carried=Carried(agency_id=agency(cast, "barat", "pu")), versions=many_ids)
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    cost(1)
    one, three, six = cost(1), cost(3), cost(6)
    assert six - three == pytest.approx(3 * (three - one) / 2, abs=2)


def test_all_of_them_are_moves_of_the_table_by_hand(cast: Cast) -> None:
    assert set(bulk.BULK) <= {name for (_, name), move in MOVES.items() if move.permission is not None}
    assert not any(Need.PHOTO in move.needs for (_, name), move in MOVES.items() if name in bulk.BULK)
