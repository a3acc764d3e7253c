"""The table of flags: each fact raises its own, and what proves nothing raises none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from complaints.photos.flags import RULES, Facts, Flag, raised
from web.staff.provenance import WORDINGS

RECEIVED_AT = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
GOOD = Facts(of_work=True, received_at=RECEIVED_AT, taken_at=RECEIVED_AT + timedelta(hours=2), distance_m=8.0)


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"reused": True}, Flag.REUSED),
        ({"same_as_before": True}, Flag.SAME_AS_BEFORE),
        ({"taken_at": RECEIVED_AT - timedelta(seconds=1)}, Flag.BEFORE_REPORT),
        ({"distance_m": 50.1}, Flag.FAR_AWAY),
        ({"edited": True}, Flag.EDITED),
        ({"ai_marks": ("c2pa", "source:trainedAlgorithmicMedia")}, Flag.AI_MARKED),
        ({"ai_marks": ("software:Midjourney",)}, Flag.AI_MARKED),
        ({"says_nothing": True}, Flag.NO_METADATA),
    ],
)
def test_each_fact_raises_its_flag_and_no_other(change: dict[str, object], flag: Flag) -> None:
    assert raised(GOOD) == []
    assert raised(replace(GOOD, **change)) == [flag]


@pytest.mark.parametrize(
    "change",
    [
        {"distance_m": 50.0},
        {"distance_m": None},
        {"taken_at": RECEIVED_AT},
        {"taken_at": None},
        {"ai_marks": ("c2pa",)},  # a camera's own content credentials
    ],
)
def test_what_proves_nothing_raises_nothing(change: dict[str, object]) -> None:
    assert raised(replace(GOOD, **change)) == []


def test_of_a_reporters_photo_neither_its_age_nor_its_silence_matters() -> None:
    told = replace(GOOD, of_work=False, taken_at=RECEIVED_AT - timedelta(days=9), says_nothing=True, distance_m=90.0)
    assert raised(told) == [Flag.FAR_AWAY]


def test_every_flag_has_a_rule_and_words_for_what_it_does_not_prove() -> None:
    assert set(RULES) == set(Flag) == set(WORDINGS)
    assert list(RULES) == list(Flag)
    assert all(wording.sentence and wording.means and wording.not_proven for wording in WORDINGS.values())
