"""The state machine as a table: whole, consistent, and in step with the statuses and permissions."""

import pytest

from complaints.workflow import (
    BIRTHS,
    DONE,
    MOVES,
    OPEN,
    IllegalMove,
    Need,
    Status,
    Step,
    Target,
    move_from,
    moves_from,
    require,
)
from people.permissions import Permission
from tenants.errors import Invalid

NAMED = ("assign", "start", "ask", "answer", "resolve", "return", "hand_over", "reject", "confirm", "reopen",
         "withdraw", "merge", "unmerge", "coordinate", "accept", "refuse", "verify", "submit", "validate", "send_back",
         "schedule", "note", "reply", "take", "resume", "revive", "close", "correct", "recalculate", "resend",
         "escalate", "secure", "undo", "expire", "absorb", "release", "dispute", "decide", "disagree", "settle",
         "check", "overturn", "write", "delegate", "deliver", "recall", "split", "part_done",
         "part_refused", "part_dropped", "part_late", "return_work",
         "object", "add", "show_added", "leave_added", "conceal", "reword", "hide", "remove_photo", "thank", "pass_on",
         "remind", "go_on", "lapse", "approve_pause", "refuse_pause")  # fmt: skip


def test_every_move_of_the_design_is_there() -> None:
    assert {name for _, name in MOVES} == set(NAMED)


def test_every_status_is_reached_and_left() -> None:
    reached = {move.to for move in MOVES.values()} | set(BIRTHS.values())
    assert set(Status) <= reached
    for status in Status:
        assert [name for name in moves_from(status, list(Step)) if name != "note"] or status in (
            Status.REJECTED,
            Status.WITHDRAWN,
        )


def test_what_is_over_stays_over_but_for_what_brings_it_back() -> None:
    back = {
        (status, name)
        for (status, name), move in MOVES.items()
        if status not in OPEN and (move.to in OPEN or move.to is Target.THE_STATUS_LEFT)
    }
    assert back == {
        (Status.RESOLVED, "reopen"),
        (Status.CONFIRMED, "reopen"),
        (Status.RESOLVED, "overturn"),
        (Status.CONFIRMED, "overturn"),
        (Status.MERGED, "unmerge"),
        (Status.HANDED_OVER, "revive"),
        (Status.REJECTED, "resend"),
    }


def test_open_and_done_are_apart() -> None:
    assert not set(OPEN) & set(DONE)


def test_what_the_reporter_may_do_is_the_reporters_alone() -> None:
    own = {name for (_, name), move in MOVES.items() if move.permission is Permission.OWN}
    assert own == {
        "answer",
        "confirm",
        "reopen",
        "withdraw",
        "resend",
        "write",
        "reword",
        "hide",
        "remove_photo",
        "thank",
    }
    by_the_platform = {name for (_, name), move in MOVES.items() if move.permission is None}
    by_the_clock = {"close", "expire", "remind", "go_on", "lapse", "recalculate", "escalate", "pass_on"}
    assert by_the_platform == {
        *by_the_clock,
        "decide",
        "part_late",
        "deliver",
        "object",
        "add",
        "revive",
        "absorb",
        "release",
        "pass_on",
    }


@pytest.mark.parametrize(
    "name",
    [
        "reject",
        "refuse",
        "return_work",
        "part_refused",
        "part_dropped",
        "disagree",
        "dispute",
        "decide",
        "hand_over",
        "return",
        "send_back",
        "reopen",
        "resume",
        "refuse_pause",
    ],
)
def test_a_no_takes_a_reason(name: str) -> None:
    assert all(Need.REASON in move.needs for (_, one), move in MOVES.items() if one == name)


@pytest.mark.parametrize("name", ["resolve", "submit"])
def test_work_is_shown_by_a_note_and_a_photo(name: str) -> None:
    assert all(move.needs == (Need.NOTE, Need.PHOTO) for (_, one), move in MOVES.items() if one == name)


def test_one_name_carries_and_permits_the_same_wherever_it_starts() -> None:
    for name in NAMED:
        kinds = {
            (move.permission, move.needs, move.answers, move.inner) for (_, one), move in MOVES.items() if one == name
        }
        assert len(kinds) == 1, name


def test_steps_exist_only_where_they_are_switched_on() -> None:
    with pytest.raises(IllegalMove):
        move_from(Status.RECEIVED, "verify")
    assert move_from(Status.RECEIVED, "verify", ["verification"]).step is Step.VERIFICATION
    assert "submit" not in moves_from(Status.IN_PROGRESS)
    assert "submit" in moves_from(Status.IN_PROGRESS, ["validation"])


def test_with_validation_nobody_resolves_directly() -> None:
    assert "resolve" in moves_from(Status.IN_PROGRESS)
    assert "resolve" not in moves_from(Status.IN_PROGRESS, ["validation"])
    with pytest.raises(IllegalMove):
        move_from(Status.IN_PROGRESS, "resolve", ["validation"])


@pytest.mark.parametrize("status", Status)
def test_what_is_offered_can_be_made_and_the_rest_can_not(status: Status) -> None:
    for steps in ([], ["verification"], ["validation"], list(Step)):
        offered = moves_from(status, steps)
        for name in NAMED:
            if name in offered:
                assert move_from(status, name, steps) is offered[name]
            else:
                with pytest.raises(IllegalMove):
                    move_from(status, name, steps)


def test_an_unknown_move_is_illegal() -> None:
    with pytest.raises(IllegalMove, match="not possible"):
        move_from(Status.RECEIVED, "explode")


@pytest.mark.parametrize("need", Need)
def test_each_missing_need_is_named(need: Need) -> None:
    move = next(move for move in MOVES.values() if need in move.needs)
    with pytest.raises(Invalid) as refused:
        require(move, set(move.needs) - {need})
    assert refused.value.field == need.value
    require(move, move.needs)
