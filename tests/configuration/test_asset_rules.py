"""Whose objects are goes along in the bundle; the objects don't."""

import pytest
from sqlalchemy import select

from configuration import asset_rules, checks
from configuration.editing import Author
from onboarding.bundle import read_bundle, write_bundle
from onboarding.export import export_tenant
from onboarding.provision import provision
from tenants import scope
from tenants.agency import Agency
from tenants.asset import AssetRule
from tests.cast import NOW, Cast

SAID = {"attribute": "status", "value": "nasional"}


def test_a_rule_is_exported_imported_ended_and_exported_again(cast: Cast) -> None:
    card = cast.enter("barat")
    session = cast.session
    pu = session.scalars(select(Agency.id).where(Agency.code == "pu")).one()
    rule = asset_rules.add(session, SAID, category_id=None, agency_id=pu, author=Author(), now=NOW)
    code = rule.code
    away = {"attribute": "owner", "value": "pln"}
    sleeping = asset_rules.add(
        session, away, category_id=None, agency_id=None, overlay="elsewhere", author=Author(), now=NOW
    ).code
    session.commit()
    scope.name_tenant(session, None)
    written = write_bundle(export_tenant(session, card.id))
    assert b"asset_rules" not in write_bundle(export_tenant(session, cast.city("timur").id))
    without = read_bundle(written)
    without.document["asset_rules"].clear()
    provision(session, without, now=NOW)
    session.commit()
    cast.enter("barat")
    assert None not in session.scalars(select(AssetRule.ended_at)).all()
    session.commit()
    scope.name_tenant(session, None)
    other = read_bundle(written)
    (said,) = (row for row in other.document["asset_rules"] if row["code"] == code)
    other.document["asset_rules"][:] = [{**said, "code": "again"}]
    provision(session, other, now=NOW)
    session.commit()
    provision(session, read_bundle(written), now=NOW)
    session.commit()
    assert write_bundle(export_tenant(session, card.id)) == written
    cast.enter("barat")
    standing = session.scalars(select(AssetRule).where(AssetRule.ended_at.is_(None))).all()
    assert {one.code: one.overlay for one in standing} == {code: None, sleeping: "elsewhere"}


@pytest.mark.parametrize(
    ("said", "why"),
    [({}, "Name an agency, or an overlay."), ({"overlay": "barat"}, "An overlay is another tenant")],
)
def test_a_row_names_an_agency_or_another_tenant(cast: Cast, said: dict[str, str], why: str) -> None:
    document = read_bundle(write_bundle(export_tenant(cast.session, cast.city("barat").id))).document
    row = {
        "code": "x",
        "category": None,
        "attribute": "a",
        "value": "b",
        "agency": None,
        "overlay": None,
        "ended": False,
    }
    found = checks.problems({**document, "asset_rules": [{**row, **said}]}, [])
    assert any(why in one.message for one in found if one.path[0] == "asset_rules")
