"""Whose an object is by its attributes. Pure."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from complaints.rules.asset_rule import AssetRuleEntry, deciding

ROAD, LAMP, PARTNER, WORKS, OTHER = (uuid4() for _ in range(5))
NATIONAL = AssetRuleEntry(None, "status", "nasional", PARTNER)
OF_ROADS = AssetRuleEntry(ROAD, "status", "nasional", WORKS)
BY_OWNER = AssetRuleEntry(None, "pemilik", "pln", OTHER)


def test_the_rule_for_the_category_goes_before_the_one_for_any() -> None:
    rules = [NATIONAL, OF_ROADS]
    assert deciding(rules, ROAD, {"status": "nasional"}) == OF_ROADS
    assert deciding(rules, LAMP, {"status": "nasional"}) == NATIONAL
    assert deciding(rules, LAMP, {"status": "kota"}) is None
    assert deciding(rules, LAMP, {}) is None


@given(st.permutations([NATIONAL, OF_ROADS, BY_OWNER]), st.sampled_from(["PLN", " pln ", "Pln"]))
def test_neither_order_nor_capitals_nor_blanks_decide(rules: list[AssetRuleEntry], owner: str) -> None:
    said = {"Pemilik": owner, "STATUS": "Nasional"}
    assert deciding(rules, ROAD, said) == OF_ROADS
    assert deciding(rules, LAMP, said) == BY_OWNER
