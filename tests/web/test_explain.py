"""Every rule of routing has its sentence."""

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask_babel import force_locale

from tenants import locate
from tenants.locate import Candidate, Decision, NearBorder
from web.explain import explanation

RULES = (
    locate.INSIDE,
    locate.OVERLAY,
    locate.SMALLEST,
    locate.OLDER,
    locate.UNCLAIMED,
    locate.NEAREST,
    locate.NOWHERE,
    locate.CHOSEN,
    "handed_over",
)
BEKASI = Decision(locate.INSIDE, uuid4(), "bekasi", "Kota Bekasi", distance_m=123.4)
COMMONS = Decision(locate.NOWHERE, None, "commons", None)


def said(app: Flask, decision: Decision, category_name: str | None = None) -> str:
    with app.test_request_context(), force_locale("en"):
        return explanation(decision, category_name)


def test_no_two_rules_share_a_sentence(app: Flask) -> None:
    sentences = {said(app, replace(BEKASI, rule=rule, municipality_name="Kota Bogor")) for rule in RULES}
    assert len(sentences) == len(RULES)
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in (locate.UNCLAIMED, locate.NOWHERE)])
def test_a_rule_that_gives_it_to_a_government_names_it(app: Flask, rule: str) -> None:
    assert "Kota Bekasi" in said(app, replace(BEKASI, rule=rule))


def test_the_unclaimed_names_the_municipality_and_the_nearest_its_metres(app: Flask) -> None:
    assert "Kota Bogor" in said(app, replace(COMMONS, rule=locate.UNCLAIMED, municipality_name="Kota Bogor"))
    assert "123 m" in said(app, replace(BEKASI, rule=locate.NEAREST))


def test_taken_over_ground_names_the_category_where_it_is_known(app: Flask) -> None:
    assert "Drain" in said(app, replace(BEKASI, rule=locate.OVERLAY), "Drain")


def test_a_border_that_is_near_is_told_with_its_metres(app: Flask) -> None:
    near = NearBorder(uuid4(), "jakarta", "DKI Jakarta", 30.4)
    assert "30 m from DKI Jakarta" in said(app, replace(BEKASI, near_border=near))


def test_the_side_that_a_reporter_chose_is_told_apart_from_a_report_without_a_place(app: Flask) -> None:
    beside = Candidate(uuid4(), "jakarta", 660.0, 12.0)
    across = said(app, replace(BEKASI, rule=locate.CHOSEN, candidates=(beside,)))
    assert across != said(app, replace(BEKASI, rule=locate.CHOSEN))
