"""Checks on the spot: drawn when work is finished, made by somebody else, kept in the history and counted by agency."""

from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling, undoing
from complaints.complaint import Complaint, Evidence
from complaints.crews import checking
from complaints.crews.checking import Tally, Verdict
from complaints.drawing import drawn
from complaints.field_check import FieldCheck
from complaints.handling import Carried
from complaints.report import Reporter
from complaints.transfers import handover
from complaints.workflow import Need
from messages.outbox import Message
from tenants.errors import Conflict, Invalid, NotAllowed
from tests.cast import NOW, Cast, photo
from tests.complaints.moving import HOUR, make

ALL = {"field_check_percent": 100}
NONE = {"field_check_percent": 0}
DONE = Carried(words={Need.NOTE: "Ditambal."}, photos=[photo()])


def finished(cast: Cast, options: dict[str, object] = ALL, **how: object) -> UUID:
    complaint_id = cast.complaint(reporter=Reporter(email="warga@contoh.example"))
    for name in ("start", "resolve"):
        carried = DONE if name == "resolve" else None
        make(cast, complaint_id, name, options, actor=cast.actor("barat", "officer"), carried=carried, **how)
    return complaint_id


def check_of(cast: Cast, complaint_id: UUID) -> FieldCheck | None:
    cast.enter("barat")
    return cast.session.scalars(select(FieldCheck).where(FieldCheck.complaint_id == complaint_id)).one_or_none()


def judge(
    cast: Cast, complaint_id: UUID, verdict: Verdict, *, by: str = "colleague", note: str = "Sudah dilihat."
) -> None:
    actor = cast.actor("barat", by)
    check = check_of(cast, complaint_id)
    assert check is not None
    checking.judge(
        cast.session, cast.office, check, verdict, note=note, photos=[photo("#123123")],
        actor=actor, card=cast.city("barat"), now=NOW + 9 * HOUR,
    )  # fmt: skip
    cast.session.commit()


def told(cast: Cast, complaint_id: UUID) -> list[str]:
    cast.enter("barat")
    events = cast.session.scalars(select(Message.event).where(Message.complaint_id == complaint_id)).all()
    return sorted(events)


def test_every_finish_keeps_the_seed_by_which_it_was_drawn_or_not(cast: Cast) -> None:
    half = {"field_check_percent": 50}
    for complaint_id in [finished(cast, half) for _ in range(8)]:
        check = check_of(cast, complaint_id)
        row = handling.history_of(cast.session, complaint_id)[-1]
        assert row.detail["draw"]["percent"] == 50
        assert drawn(bytes.fromhex(row.detail["draw"]["seed"]), 50) == (check is not None)
        if check is not None:
            assert (check.history_id, check.seed.hex()) == (row.id, row.detail["draw"]["seed"])


def test_where_nothing_is_drawn_nothing_is_kept(cast: Cast) -> None:
    complaint_id = finished(cast, NONE)
    assert check_of(cast, complaint_id) is None
    assert "draw" not in handling.history_of(cast.session, complaint_id)[-1].detail


def test_as_promised_stays_done_and_stands_in_the_history(cast: Cast) -> None:
    complaint_id = finished(cast)
    before = told(cast, complaint_id)
    judge(cast, complaint_id, Verdict.AS_PROMISED)
    complaint = cast.read("barat", complaint_id)
    row = handling.history_of(cast.session, complaint_id)[-1]
    assert (complaint.status, row.move, row.public, row.detail["verdict"]) == (
        "resolved",
        "check",
        False,
        "as_promised",
    )
    sides = cast.session.scalars(select(Evidence.side).where(Evidence.complaint_id == complaint_id)).all()
    assert sorted(sides) == ["after", "check"]
    assert told(cast, complaint_id) == before


def test_what_isnt_as_promised_is_opened_again_and_agency_and_reporter_are_told(cast: Cast) -> None:
    complaint_id = finished(cast)
    judge(cast, complaint_id, Verdict.NOT, note="Masih berlubang.")
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.is_open, complaint.resolved_at) == ("assigned", True, None)
    assert complaint.clock_from_at == NOW + 9 * HOUR
    assert {"overturned", "opened_by_check"} <= set(told(cast, complaint_id))
    check = check_of(cast, complaint_id)
    assert check is not None
    assert (check.verdict, check.ended_at) == ("not", None)


def test_nobody_checks_their_own_work_and_nobody_checks_twice(cast: Cast) -> None:
    complaint_id = finished(cast)
    with pytest.raises(NotAllowed, match="your own work"):
        judge(cast, complaint_id, Verdict.AS_PROMISED, by="officer")
    cast.session.rollback()
    judge(cast, complaint_id, Verdict.PARTLY)
    with pytest.raises(Conflict, match="This check is over"):
        judge(cast, complaint_id, Verdict.NOT, by="admin")
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == "resolved"


def test_a_check_carries_a_note(cast: Cast) -> None:
    complaint_id = finished(cast)
    with pytest.raises(Invalid, match="Write a note"):
        judge(cast, complaint_id, Verdict.NOT, note=" ")
    cast.session.rollback()
    check = check_of(cast, complaint_id)
    assert check is not None
    assert check.checked_at is None


def test_nobody_goes_where_the_report_is_open_again(cast: Cast) -> None:
    reopened, undone = finished(cast), finished(cast)
    make(cast, reopened, "reopen", {})
    officer = cast.actor("barat", "officer")
    complaint: Complaint = cast.read("barat", undone)
    undoing.undo(
        cast.session, cast.office, complaint, actor=officer, card=cast.city("barat"), now=NOW + HOUR + HOUR / 120
    )
    cast.session.commit()
    for complaint_id in (reopened, undone):
        check = check_of(cast, complaint_id)
        assert check is not None
        assert check.ended_at is not None
    assert checking.open_checks(cast.session) == []


def test_what_was_found_is_counted_by_agency(cast: Cast) -> None:
    complaints = [finished(cast) for _ in range(4)]
    for complaint_id, verdict in zip(complaints, Verdict, strict=False):
        judge(cast, complaint_id, verdict)
    agency_id = cast.read("barat", complaints[0]).agency_id
    assert checking.tallies(cast.session, NOW) == [Tally(agency_id, 4, 1, 1, 1)]
    assert checking.tallies(cast.session, NOW + 100 * HOUR) == []
    waiting = [complaint.id for _check, complaint in checking.open_checks(cast.session)]
    assert waiting == [complaints[3]]
    cast.enter("timur")
    assert checking.tallies(cast.session, NOW) == []
    assert checking.open_checks(cast.session) == []


def test_photos_of_a_check_stay_where_it_was_made(cast: Cast) -> None:
    complaint_id = finished(cast)
    judge(cast, complaint_id, Verdict.NOT)
    actor = cast.actor("barat", "supervisor")
    complaint = cast.read("barat", complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city("timur"),
        actor=actor, card=cast.city("barat"), reason="Di seberang.", now=NOW + 10 * HOUR,
    )  # fmt: skip
    cast.session.commit()
    sides = {}
    for slug in ("barat", "timur"):
        cast.enter(slug)
        found = cast.session.scalars(select(Evidence.side).where(Evidence.complaint_id == complaint_id))
        sides[slug] = sorted(found)
    assert sides == {"barat": ["after", "check"], "timur": ["after"]}
    rows = handling.history_of(cast.session, complaint_id)
    assert not [row for row in rows if {"draw", "check_id"} & set(row.detail)]
