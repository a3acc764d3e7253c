"""Several agencies on one complaint: parts with a clock of their own, without which it can't be finished."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from complaints import handling, subtask
from complaints.crews import splitting
from complaints.subtask import DAYS, STEPS, Asked, HeldUp, State, Subtask, step
from complaints.workflow import MOVES, IllegalMove, Need, Status
from messages.outbox import Message
from tenants.errors import Invalid, NotAllowed, NotFound
from tests.cast import NOW, Cast, photo
from tests.complaints.moving import HOUR, agency

DISKOMINFO = "diskominfo"


def _ask(
    cast: Cast, complaint_id: UUID, *, to: str = DISKOMINFO, by: str = "officer", days: int = 2, required: bool = True
) -> UUID:
    """Ask an agency for a part and commit; the part's id."""
    asked = Asked(agency(cast, "barat", to), "Pindahkan kabel CCTV.", days, required)
    actor = cast.actor("barat", by)
    complaint = cast.read("barat", complaint_id)
    part = splitting.ask(cast.session, cast.office, complaint, asked, actor=actor, card=cast.city("barat"), now=NOW)
    part_id = part.id
    cast.session.commit()
    return part_id


def _end(
    cast: Cast, complaint_id: UUID, part_id: UUID, name: str, *, by: str = "admin", words: str = "Kabel sudah pindah."
) -> None:
    actor = cast.actor("barat", by)
    complaint = cast.read("barat", complaint_id)
    splitting.end(
        cast.session, cast.office, complaint, part_id, name, actor=actor, card=cast.city("barat"), words=words,
        now=NOW + HOUR,
    )  # fmt: skip
    cast.session.commit()


def _part(cast: Cast, part_id: UUID) -> Subtask:
    cast.enter("barat")
    return cast.session.scalars(select(Subtask).where(Subtask.id == part_id)).one()


def _resolve(cast: Cast, complaint_id: UUID) -> None:
    cast.move(
        "barat", complaint_id, "resolve", by="officer", words={Need.NOTE: "Selesai."}, photos=[photo()],
        now=NOW + 3 * HOUR,
    )  # fmt: skip


def test_the_small_table_knows_the_moves_of_the_large_one() -> None:
    assert {name for _state, name in STEPS} <= {name for _status, name in MOVES}
    for state in State:
        for name in {name for _state, name in STEPS}:
            if (state, name) in STEPS:
                assert step(state, name) is STEPS[state, name]
            else:
                with pytest.raises(IllegalMove):
                    step(state, name)


def test_a_part_has_a_clock_of_its_own_in_working_days(cast: Cast) -> None:
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    dues = [subtask.due_of(NOW, days, book.calendar, []) for days in DAYS]
    assert dues == sorted(dues, key=str)
    assert None not in dues
    with pytest.raises(Invalid):
        subtask.due_of(NOW, 4, book.calendar, [])
    complaint_id = cast.complaint("barat")
    before = cast.read("barat", complaint_id).resolve_due_at
    part = _part(cast, _ask(cast, complaint_id))
    assert part.due_at == dues[1]
    assert cast.read("barat", complaint_id).resolve_due_at == before


def test_the_other_agency_hears_of_it_and_finds_it_in_its_list(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", visibility="private")
    part_id = _ask(cast, complaint_id, to="uptd", by="officer")
    cast.enter("barat")
    uptd = agency(cast, "barat", "uptd")
    ((part, complaint),) = splitting.open_parts(cast.session, [uptd])
    assert (part.id, complaint.id) == (part_id, complaint_id)
    assert splitting.asked_of(cast.session, complaint_id, [uptd])
    assert not splitting.asked_of(cast.session, complaint_id, [agency(cast, "barat", DISKOMINFO)])
    cast.enter("timur")
    assert cast.session.scalars(select(Subtask)).all() == []


def test_the_report_waits_for_a_required_part(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    part_id = _ask(cast, complaint_id)
    cast.move("barat", complaint_id, "start", by="officer", now=NOW + HOUR)
    with pytest.raises(HeldUp, match="hasn't done its part"):
        _resolve(cast, complaint_id)
    cast.session.rollback()
    _end(cast, complaint_id, part_id, "part_done")
    _resolve(cast, complaint_id)
    assert cast.read("barat", complaint_id).status == Status.RESOLVED


def test_a_refused_part_holds_it_up_until_it_is_dropped_with_a_reason(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    part_id = _ask(cast, complaint_id)
    cast.move("barat", complaint_id, "start", by="officer", now=NOW + HOUR)
    _end(cast, complaint_id, part_id, "part_refused", words="Bukan kabel kami.")
    with pytest.raises(HeldUp):
        _resolve(cast, complaint_id)
    cast.session.rollback()
    with pytest.raises(Invalid):
        _end(cast, complaint_id, part_id, "part_dropped", by="officer", words=" ")
    cast.session.rollback()
    _end(cast, complaint_id, part_id, "part_dropped", by="officer", words="Kabelnya sudah mati.")
    _resolve(cast, complaint_id)


def test_what_is_not_required_holds_up_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    _ask(cast, complaint_id, required=False)
    cast.move("barat", complaint_id, "start", by="officer", now=NOW + HOUR)
    _resolve(cast, complaint_id)


def test_each_step_is_an_inner_row_of_the_history_and_told_to_the_other_side(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    part_id = _ask(cast, complaint_id, to="uptd")
    _end(cast, complaint_id, part_id, "part_refused", by="supervisor", words="Bukan jalan kami.")
    rows = [row for row in handling.history_of(cast.session, complaint_id) if "subtask_id" in row.detail]
    assert [(row.move, row.public, row.detail["subtask_id"]) for row in rows] == [
        ("split", False, str(part_id)),
        ("part_refused", False, str(part_id)),
    ]
    letter = cast.session.scalars(select(Message).where(Message.event == "part_refused")).one()
    assert letter.destination == "pu@barat.example"
    assert "Bukan jalan kami." in letter.body


def test_only_its_agency_ends_a_part_and_only_who_has_the_report_drops_it(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    part_id = _ask(cast, complaint_id)
    for name in ("part_done", "part_refused"):
        with pytest.raises(NotAllowed):
            _end(cast, complaint_id, part_id, name, by="officer")
        cast.session.rollback()
    with pytest.raises(NotFound):
        _end(cast, complaint_id, UUID(int=1), "part_done")
    cast.session.rollback()
    _end(cast, complaint_id, part_id, "part_done")
    with pytest.raises(IllegalMove):
        _end(cast, complaint_id, part_id, "part_refused")
    cast.session.rollback()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked(None, "Kabel.", 2, required=True), "agency"),
        (Asked(UUID(int=1), "Kabel.", 2, required=True), "agency"),
    ],
)
def test_a_part_is_for_an_agency_of_the_city(cast: Cast, asked: Asked, field: str) -> None:
    complaint_id = cast.complaint("barat")
    actor = cast.actor("barat", "officer")
    with pytest.raises(Invalid) as refused:
        splitting.ask(
            cast.session, cast.office, cast.read("barat", complaint_id), asked, actor=actor,
            card=cast.city("barat"), now=NOW,
        )  # fmt: skip
    assert refused.value.field == field
    cast.session.rollback()


def test_a_late_part_is_escalated_once_and_survives_a_lost_job(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    part_id = _ask(cast, complaint_id, days=1)
    due_at = _part(cast, part_id).due_at
    assert due_at is not None
    card = cast.enter("barat")
    assert splitting.mind(cast.session, cast.office, card, part_id, due_at - HOUR) == due_at
    assert splitting.forgotten(cast.session, due_at + HOUR)[0].row_id == part_id
    for _ in range(2):
        assert splitting.mind(cast.session, cast.office, card, part_id, due_at + HOUR) is None
        cast.session.commit()
        cast.enter("barat")
    assert splitting.forgotten(cast.session, due_at + 2 * HOUR) == []
    rows = [row.move for row in handling.history_of(cast.session, complaint_id)]
    assert rows.count("part_late") == 1
    letters = cast.session.scalars(select(Message.destination).where(Message.event == "part_late")).all()
    assert "supervisor@barat.example" in letters


def test_nobody_is_reminded_of_a_part_that_has_ended_or_whose_report_has(cast: Cast) -> None:
    done, closed = cast.complaint("barat"), cast.complaint("barat")
    part_of_done, part_of_closed = _ask(cast, done), _ask(cast, closed)
    _end(cast, done, part_of_done, "part_done")
    cast.move("barat", closed, "reject", words={Need.REASON: "Sudah baik."}, now=NOW + HOUR)
    card = cast.enter("barat")
    for part_id in (part_of_done, part_of_closed):
        assert splitting.mind(cast.session, cast.office, card, part_id, NOW + timedelta(days=30)) is None
    cast.session.commit()
    cast.enter("barat")
    assert cast.session.scalars(select(Message).where(Message.event == "part_late")).all() == []


def test_erasure_blanks_what_was_to_be_done_and_what_was_said(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    part_id = _ask(cast, complaint_id)
    _end(cast, complaint_id, part_id, "part_done")
    cast.enter("barat")
    cast.session.execute(text("SELECT erase_personal(:id, :now)"), {"id": complaint_id, "now": NOW + HOUR})
    cast.session.commit()
    part = _part(cast, part_id)
    assert (part.task, part.words) == ("", None)
