"""Whose work it is, by the history: tables of examples, and the verb that asks."""

from uuid import UUID, uuid4

import pytest

from complaints.bulk import BULK
from complaints.complaint import HistoryRow
from complaints.rules import own_work
from complaints.workflow import CHECKS
from tenants.errors import NotAllowed
from tests.cast import Cast
from tests.complaints.moving import STEPS, make

ADI, BUDI, CITRA = (UUID(int=number) for number in (1, 2, 3))


def history(*moves: tuple[str, UUID | None]) -> list[HistoryRow]:
    return [
        HistoryRow(id=uuid4(), number=number, move=move, seat_id=seat_id, detail={})
        for number, (move, seat_id) in enumerate(moves, 1)
    ]


@pytest.mark.parametrize(
    ("moves", "theirs"),
    [
        ([("file", None)], set()),
        ([("file", None), ("start", ADI), ("submit", BUDI)], {ADI, BUDI}),
        ([("file", None), ("start", ADI), ("note", BUDI), ("schedule", CITRA), ("submit", ADI)], {ADI}),
        ([("file", None), ("start", ADI), ("assign", BUDI), ("start", CITRA), ("submit", CITRA)], {CITRA}),
        ([("start", ADI), ("resolve", ADI), ("reopen", None), ("start", BUDI), ("submit", BUDI)], {BUDI}),
        ([("start", ADI), ("submit", ADI), ("send_back", CITRA), ("submit", BUDI)], {ADI, BUDI}),
        ([("start", ADI), ("secure", BUDI), ("submit", ADI)], {ADI, BUDI}),
    ],
)
def test_the_work_is_of_those_who_did_it_since_it_was_given_to_somebody(
    moves: list[tuple[str, UUID | None]], theirs: set[UUID]
) -> None:
    assert own_work.workers(history(*moves)) == theirs


def test_what_was_taken_back_is_nobodys_work() -> None:
    rows = history(("start", ADI), ("submit", BUDI), ("undo", BUDI), ("submit", CITRA))
    rows[2].detail = {"undoes": str(rows[1].id)}
    assert own_work.workers(rows) == {ADI, CITRA}
    assert not own_work.is_own(rows, BUDI)
    assert not own_work.is_own(rows, None)


def test_whoever_began_the_work_doesnt_validate_it_even_if_another_sent_it(cast: Cast) -> None:
    complaint_id = cast.complaint()
    for name, role in (("start", "supervisor"), ("submit", "officer")):
        make(cast, complaint_id, name, STEPS, actor=cast.actor("barat", role))
    with pytest.raises(NotAllowed, match="own work"):
        make(cast, complaint_id, "validate", STEPS, actor=cast.actor("barat", "supervisor"))
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == "awaiting_validation"
    assert make(cast, complaint_id, "validate", STEPS, actor=cast.actor("barat", "admin")).status == "resolved"


def test_nothing_that_is_for_somebody_else_is_done_for_many_at_once() -> None:
    assert not own_work.BY_ANOTHER & set(BULK)
    assert not CHECKS & set(BULK)


def test_ones_own_work_can_be_sent_back(cast: Cast) -> None:
    complaint_id = cast.complaint()
    supervisor = cast.actor("barat", "supervisor")
    for name in ("start", "submit", "send_back"):
        make(cast, complaint_id, name, STEPS, actor=supervisor)
    assert cast.read("barat", complaint_id).status == "in_progress"
