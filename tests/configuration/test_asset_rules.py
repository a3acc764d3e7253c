"""Whose objects are goes along in the bundle; the objects don't."""

from sqlalchemy import select

from configuration import asset_rules
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
    session.commit()
    scope.name_tenant(session, None)
    written = write_bundle(export_tenant(session, card.id))
    assert b"asset_rules" not in write_bundle(export_tenant(session, cast.city("timur").id))
    without = read_bundle(written)
    without.document["asset_rules"].clear()
    provision(session, without, now=NOW)
    session.commit()
    cast.enter("barat")
    assert session.scalars(select(AssetRule.ended_at)).one() is not None
    session.commit()
    scope.name_tenant(session, None)
    other = read_bundle(written)
    other.document["asset_rules"].append({**other.document["asset_rules"][0], "code": "again"})
    del other.document["asset_rules"][0]
    provision(session, other, now=NOW)
    session.commit()
    provision(session, read_bundle(written), now=NOW)
    session.commit()
    assert write_bundle(export_tenant(session, card.id)) == written
    cast.enter("barat")
    standing = session.scalars(select(AssetRule).where(AssetRule.ended_at.is_(None))).all()
    assert [one.code for one in standing] == [code]
