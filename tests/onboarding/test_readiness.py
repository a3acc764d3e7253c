"""The checklist: what holds a city back, and what only had better come first."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.readiness import MAPPING_ERROR_M2, Facts, Light, checklist, may_open

GOOD = Facts(
    has_ground=True, overlaps=(), categories=35, without_agency=(), without_rule=(), empty_agencies=(), reachable=1,
    years=frozenset({2026}), this_year=2026, contrast=4.6, rehearsed=True, agreed=True, official=True, approved=None,
    letter=False,
)  # fmt: skip


def light(key: str, facts: Facts) -> Light:
    return next(line.light for line in checklist(facts) if line.key == key)


def test_a_city_with_everything_is_green_throughout() -> None:
    assert {line.light for line in checklist(GOOD)} == {Light.GREEN}
    assert may_open(checklist(GOOD))


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("authority", {"official": False}),
        ("authority", {"official": False, "letter": True}),
        ("authority", {"official": False, "approved": False}),
        ("ground", {"has_ground": False}),
        ("ground", {"overlaps": (("Kota Barat", MAPPING_ERROR_M2 + 1),)}),
        ("categories", {"categories": 0}),
        ("categories", {"without_agency": ("Pohon tumbang",)}),
        ("categories", {"without_rule": ("Pohon tumbang",)}),
        ("people", {"reachable": 0}),
        ("colours", {"contrast": 4.4}),
        ("rehearsal", {"rehearsed": False}),
        ("agreement", {"agreed": False}),
    ],
)
def test_what_must_be_is_red_and_keeps_the_city_closed(key: str, change: dict[str, Any]) -> None:
    facts = replace(GOOD, **change)
    assert light(key, facts) is Light.RED
    assert not may_open(checklist(facts))
    assert [line.key for line in checklist(facts) if line.light is not Light.GREEN] == [key]


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("ground", {"overlaps": (("Kota Barat", MAPPING_ERROR_M2),)}),
        ("agencies", {"empty_agencies": ("Dinas Sosial",)}),
        ("calendar", {"this_year": 2031}),
        ("privacy", {"answerable": False}),
        ("rehearsal", {"retouched": True}),
        ("mail", {"undelivered": ("budi@kotabogor.go.id",)}),
    ],
)
def test_what_had_better_be_is_amber_and_no_hindrance(key: str, change: dict[str, Any]) -> None:
    facts = replace(GOOD, **change)
    assert light(key, facts) is Light.AMBER
    assert may_open(checklist(facts))


def test_the_operators_word_stands_for_an_official_address() -> None:
    assert light("authority", replace(GOOD, official=False, approved=True)) is Light.GREEN


@given(
    st.builds(
        Facts,
        has_ground=st.booleans(),
        overlaps=st.lists(st.tuples(st.text(), st.floats(0, 1e9))),
        years=st.frozensets(st.integers(2020, 2030)),
        contrast=st.floats(1, 21),
    )
)
def test_every_line_stands_there_once_whatever_the_facts(facts: Facts) -> None:
    keys = [line.key for line in checklist(facts)]
    assert len(keys) == len(set(keys)) == 11
