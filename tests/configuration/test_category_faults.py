"""What is wrong with a category, in a sentence at its field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.category_faults import Faulty, Surroundings, checked
from configuration.naming import folded

AROUND = Surroundings(
    language="id",
    agencies=frozenset({"pu"}),
    areas=frozenset({"A"}),
    groups=frozenset({"jalan"}),
    names={folded("Jalan Bolong"): "Jalan Bolong"},
    hanging=[("cepat", {"dalam": ["ya"]})],
)
DEPTH: dict[str, Any] = {
    "code": "dalam",
    "type": "choice",
    "label": {"id": "Seberapa dalam?"},
    "choices": [{"code": "ya", "label": {"id": "Dalam"}}, {"code": "tidak", "label": {"id": "Tidak"}}],
}
GOOD: dict[str, Any] = {
    "code": "x",
    "name": {"id": "Lubang"},
    "agency": "pu",
    "kinds": ["complaint"],
    "questions": [DEPTH],
}


def row(**more: Any) -> dict[str, Any]:
    return GOOD | more


def faults(**more: Any) -> dict[str, str]:
    with pytest.raises(Faulty) as refused:
        checked(row(**more), AROUND)
    return {name: str(error) for name, error in refused.value.faults.items()}


def test_a_good_row_loads() -> None:
    assert checked(GOOD, AROUND)["agency"] == "pu"


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"name": {"en": "Hole"}}, "name-id", "Write the name"),
        ({"name": {"id": "  jalan   BOLONG"}}, "name-id", "“Jalan Bolong” already"),
        ({"name": {"id": "\uff2aalan Bolong"}}, "name-id", "already"),
        ({"agency": None}, "agency", "Choose the agency"),
        ({"agency": "tidak-ada"}, "agency", "no agency tidak-ada"),
        ({"by_area": {"Z": "pu"}}, "by_area", "no area Z"),
        ({"off_in": ["Z"]}, "off_in", "no area Z"),
        ({"parent": "air"}, "parent", "no such group"),
        ({"kinds": []}, "kinds", "at least one"),
        ({"questions": [DEPTH | {"label": {}}]}, "questions-0-label-id", "Write the question"),
        ({"questions": [DEPTH | {"choices": DEPTH["choices"][:1]}]}, "questions-0-more", "at least two"),
        ({"questions": [DEPTH, {"code": "s", "type": "stop", "label": {"id": "112"}}]}, "questions-1-when", "stops"),
        (
            {"questions": [DEPTH, {"code": "t", "type": "text", "label": {"id": "T"}, "when": {"dalam": ["lain"]}}]},
            "questions-1-when",
            "isn't there any more",
        ),
        (
            {"questions": [{"code": "t", "type": "text", "label": {"id": "T"}, "when": {"dalam": ["ya"]}}, DEPTH]},
            "questions-0-when",
            "doesn't stand before it",
        ),
        ({"questions": []}, "questions", "The promise cepat hangs on an answer to “dalam”"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(more: dict[str, Any], field: str, said: str) -> None:
    assert said in faults(**more)[field]


def test_who_is_responsible_stands_in_for_an_agency() -> None:
    assert checked(row(agency=None, responsible={"id": "PLN"}), AROUND)["responsible"] == {"id": "PLN"}


@given(st.text(min_size=1, max_size=30))
def test_a_name_is_the_same_in_whatever_capitals_and_spaces(name: str) -> None:
    assert folded(f" {name}  ") == folded(name)
    assert folded(folded(name)) == folded(name)
