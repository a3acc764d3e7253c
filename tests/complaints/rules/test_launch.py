"""With what a city begins: rules alone."""

from typing import Any

import pytest

from complaints.rules.launch import Launch, NotYet


@pytest.mark.parametrize(
    ("options", "category", "areas", "field"),
    [
        ({}, "pju", ["x"], None),
        ({"soft_launch": None}, "pju", [], None),
        ({"soft_launch": {"areas": ["a"]}}, "pju", ["kelurahan", "a"], None),
        ({"soft_launch": {"areas": ["a"]}}, "pju", ["b"], "place"),
        ({"soft_launch": {"areas": ["a"]}}, "pju", [], "place"),
        ({"soft_launch": {"areas": ["a"]}}, "ktp", None, None),
        ({"soft_launch": {"categories": ["pju"]}}, "pju", [], None),
        ({"soft_launch": {"categories": ["pju"]}}, "banjir", None, "category"),
        ({"soft_launch": {"figures_hidden": True}}, "banjir", ["b"], None),
    ],
)
def test_what_is_taken_in_the_beginning(
    options: dict[str, Any], category: str, areas: list[str] | None, field: str | None
) -> None:
    launch = Launch.of(options)
    if field is None:
        launch.check(category, areas)
        assert launch.offers(category)
        return
    with pytest.raises(NotYet) as refused:
        launch.check(category, areas)
    assert refused.value.field == field
