"""An object's rule names an overlay: a report about it is that tenant's from the start, while it lies there."""

import pytest
from sqlalchemy import update

from complaints.complaint import Complaint
from complaints.destination import destination
from complaints.overlay import OBJECT
from complaints.report import Report
from configuration import asset_file, asset_rules, assets
from configuration.editing import Author
from tenants import scope
from tenants.boundary import Boundary
from tenants.directory import raise_epoch
from tenants.errors import Invalid
from tenants.ground_map import ground_of
from tests.cast import NOW, Cast
from tests.complaints.partnering import utility

LAMPS = b"kode;nama;lat;lon;pemilik\nPJU-1;Depan pasar;-6,25;106,95;Kota\nPJU-2;Depan SD;-6,2501;106,9502;Setrum Jaya\n"
SAID = {"attribute": "pemilik", "value": "setrum jaya"}
AT_SCHOOL = (106.9502, -6.2501)


def _lamps(cast: Cast, overlay: str) -> None:
    card = cast.enter("barat")
    session = cast.session
    category = cast.office.rulebooks.of(session, card).category("pju")
    read = asset_file.read_assets(LAMPS, "lampu.csv", ground_of(session, card.id))
    seen = assets.outlook(session, category.id, read.rows, assets.KEEP)
    assets.bring_in(session, category.id, "pju", seen, "lampu.csv", author=Author(), now=NOW)
    asset_rules.add(session, SAID, category_id=None, agency_id=None, overlay=overlay, author=Author(), now=NOW)
    session.commit()
    cast.office.keeper.refresh()


def _report(asset: str, **said: object) -> Report:
    lon, lat = AT_SCHOOL
    return Report(category="pju", description="Padam.", lon=lon, lat=lat, asset=asset, **said)


def test_a_report_about_its_object_is_the_overlays_and_no_other_is(cast: Cast) -> None:
    slug = utility(cast)
    _lamps(cast, slug)
    lamp = cast.complaint("barat", category="pju", at=AT_SCHOOL, asset="PJU-2")
    there = cast.read(slug, lamp)
    assert (there.routing["rule"], there.routing["slug"], there.is_open) == (OBJECT, slug, True)
    assert there.routing["asset"] == {"code": "PJU-2", "name": "Depan SD", **SAID, "overlay": slug}
    assert (there.asset_id, there.reference[:3]) == (None, "STR")
    for other in ("PJU-1", None):
        kept = cast.read("barat", cast.complaint("barat", category="pju", at=AT_SCHOOL, asset=other))
        assert kept.routing["rule"] == "inside"
    cast.enter("timur")
    assert cast.session.get(Complaint, (cast.city("timur").id, lamp)) is None


def test_where_it_lies_no_longer_the_citys_other_rules_hold(cast: Cast) -> None:
    slug = utility(cast)
    _lamps(cast, slug)
    host = cast.city("barat")
    cast.enter("barat")
    to = destination(cast.session, cast.office, _report("PJU-2"), host, NOW)
    assert (to.card.slug, to.overlaid is not None) == (slug, True)
    away = destination(cast.session, cast.office, _report("PJU-2", channel="logged"), host, NOW)
    assert away.card.slug == "barat"  # what officials write down as done, they have done
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    cast.session.execute(update(Boundary).where(Boundary.tenant_id == cast.city(slug).id).values(valid_until=NOW))
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    cast.enter("barat")
    to = destination(cast.session, cast.office, _report("PJU-2"), cast.city("barat"), NOW)
    assert (to.card.slug, to.overlaid) == ("barat", None)


def test_only_an_overlay_over_this_ground_can_be_named(cast: Cast) -> None:
    slug = utility(cast)
    card = cast.city("barat")
    directory = cast.office.directory
    ground = ground_of(cast.session, card.id)
    assert asset_rules.overlay_here(directory, slug, card, ground, NOW) == slug
    for wrong, why in (("timur", "doesn't work over the ground"), ("barat", "Choose"), ("atlantis", "Choose")):
        with pytest.raises(Invalid, match=why):
            asset_rules.overlay_here(directory, wrong, card, ground, NOW)
