"""The rightful calls of its areas, objects and borders."""

import io
import json
from collections.abc import Callable, Mapping

import shapely
from sqlalchemy import select

from configuration import (
    area_proposal,
    area_version,
    asset_rules,
    asset_staging,
)
from configuration.area_plan import Reading
from configuration.asset_file import read_assets
from configuration.asset_staging import StagedAssets
from configuration.editing import Author
from onboarding.boundaries.border_question import BorderQuestion
from onboarding.boundaries.difference import CatalogueDifference
from tenants import scope
from tenants.area import Area
from tenants.database import new_id
from tenants.tenant import Stage, Tenant
from tests.web.rightful.operator import operator_suspension
from tests.web.rightful.world import Ask, Call, World, clock, plain

OUTLINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kode": "BRT.1", "nama": "Utara", "jenis": "kecamatan"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[106.9, -6.26], [107.0, -6.26], [107.0, -6.2], [106.9, -6.2], [106.9, -6.26]]],
            },
        }
    ],
}


def outlines_file(_world: World) -> Ask:
    content = json.dumps(OUTLINES).encode()
    return Ask("/admin/areas/versions", data=lambda: {"file": (io.BytesIO(content), "kecamatan.geojson")})


def area_version_call(what: str = "", data: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    """A version that was read and, for what comes after that, planned."""

    def make(world: World) -> Ask:
        card = world.cast.enter("barat")
        session = world.cast.session
        row = area_version.read_file(
            session, json.dumps(OUTLINES).encode(), "kecamatan.geojson", seat_id=None, now=clock()
        )
        if what != "/reading":
            reading = Reading(code="kode", name="nama", level="jenis")
            area_proposal.propose(session, world.cast.office, row, reading, card=card, official=())
        session.commit()
        return Ask(f"/admin/areas/versions/{row.id}{what}", data=(lambda: data) if data is not None else None)

    return make


def assets_file(_world: World) -> Ask:
    content = b"kode;nama;lat;lon\nPJU-1;Depan pasar;-6,25;106,95\n"
    return Ask("/admin/assets/imports", data=lambda: {"file": (io.BytesIO(content), "pju.csv"), "category": "pju"})


def staged_assets(what: str = "") -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        card = world.cast.enter("barat")
        read = read_assets(b"kode;nama;lat;lon\nPJU-1;Depan pasar;-6,25;106,95\n", "pju.csv", None)
        staged = StagedAssets("pju.csv", "pju", "keep", read)
        key = asset_staging.stage(world.cast.office.storage, card.id, staged)
        return Ask(f"/admin/assets/imports/{key}{what}", data=(lambda: {}) if what else None)

    return make


def asset_of_barat(what: str = "", *, send: bool = False) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        return Ask(f"/admin/assets/{world.asset()}{what}", data=(lambda: {}) if send else None)

    return make


ASSET_RULE = {"attribute": "status", "value": "nasional", "category": "", "agency": "uptd"}


def asset_rule_ending(world: World) -> Ask:
    agency_id = world.agency("uptd")
    said = {"attribute": "status", "value": "provinsi"}
    rule = asset_rules.add(
        world.cast.session, said, category_id=None, agency_id=agency_id, author=Author(), now=clock()
    )
    world.cast.session.commit()
    return Ask(f"/admin/assets/rules/{rule.id}/ending", data=lambda: {})


def area_fitting(world: World) -> Ask:
    """Of a city between whose two areas a strip lies bare."""
    world.cast.enter("barat")
    outline = shapely.box(106.9, -6.249, 107.0, -6.2)
    world.cast.session.scalars(select(Area).where(Area.code == "BRT.1")).one().wkb = shapely.to_wkb(outline)
    world.cast.session.commit()
    return Ask("/admin/areas/fitting", data=lambda: {})


def area_words(world: World) -> Ask:
    world.cast.enter("barat")
    version = world.cast.session.scalars(select(Area.version).where(Area.code == "BRT.1")).one()
    world.cast.session.commit()
    words = {"name.id": "Utara", "name.en": "North", "type": "kecamatan", "version": str(version)}
    return Ask("/admin/areas/of/BRT.1", data=lambda: words)


def border_of(path: str, rest: str = "") -> Callable[[World], Ask]:
    """A third city, over Kota Barat's ground, asks."""

    def make(world: World) -> Ask:
        operator_suspension("suspension")(world)
        session = world.cast.session
        third = session.scalars(select(Tenant).where(Tenant.slug == "tengah")).one()
        third.stage, other_id = Stage.REHEARSAL, world.cast.city("barat").id
        found = select(BorderQuestion).where(BorderQuestion.tenant_id == third.id, BorderQuestion.other_id == other_id)
        row = session.scalar(found) or BorderQuestion(id=new_id(), tenant_id=third.id, other_id=other_id)
        row.overlap_m2, row.mark, row.state, row.asked_at, row.by_operator = 9e5, "x", "open", clock(), False
        session.add(row)
        session.flush()
        question_id = row.id
        session.commit()
        said = {"decision": "agree", "why": "Surat itu benar.", "looked_at": "x/open"}
        return Ask(f"{path}/{question_id}{rest}", (lambda: said) if rest else None)

    return make


def proposal_of(path: str, rest: str = "", *, free: bool = False) -> Callable[[World], Ask]:
    """The catalogue proposes another outline for Kota Barat, or a municipality that nobody has yet."""

    def make(world: World) -> Ask:
        session, city = world.cast.session, world.cast.city("barat")
        scope.name_tenant(session, None)
        kind, code = ("new", "98.01") if free else ("outline", "98.02")
        found = select(CatalogueDifference).where(CatalogueDifference.code == code, CatalogueDifference.state == "open")
        row = session.scalar(found) or CatalogueDifference(id=new_id(), kind=kind, code=code, state="open")
        row.edition, row.name, row.digest, row.proposed_at = "2027", "Kota Barat", "x", clock()
        row.city_id = None if free else city.id
        row.before, row.shares, row.gained_m2, row.lost_m2 = {}, [], 0.0, 0.0
        words = {"name": "Kota Barat", "type": "Kata", "province_code": "98", "province_name": "Kata"}
        row.after = {"code": code, **words} if free else {}
        if not free:
            ground = shapely.MultiPolygon([shapely.box(106.9, -6.3, 107.0, -6.21)])
            row.outline, row.was_m2, row.becomes_m2, row.lost_m2 = shapely.to_wkb(ground), 1.2e8, 1.1e8, 1e7
        session.add(row)
        session.flush()
        difference_id = row.id
        session.commit()
        said = {"decision": "decline", "why": "Surat itu benar.", "looked_at": "x/open"}
        return Ask(f"{path}/{difference_id}{rest}", (lambda: said) if rest else None)

    return make


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("area_fitting.fit", "POST"): Call("admin", area_fitting),
    ("admin_area_versions.page", "GET"): Call("admin", plain("/admin/areas/versions")),
    ("admin_area_versions.read", "POST"): Call(
        "admin", area_version_call("/reading", {"code": "kode", "name": "nama", "level": "jenis", "parent": ""})
    ),
    ("admin_area_versions.schedule", "POST"): Call("admin", area_version_call("/date", {"on": ""})),
    ("admin_area_versions.take", "POST"): Call("admin", outlines_file),
    ("admin_area_versions.version", "GET"): Call("admin", area_version_call()),
    ("admin_area_versions.withdraw", "POST"): Call("admin", area_version_call("/withdrawal", {})),
    ("admin_asset_import.apply", "POST"): Call("admin", staged_assets("/application")),
    ("admin_asset_import.stop", "POST"): Call("admin", staged_assets("/stopping")),
    ("admin_asset_import.look", "GET"): Call("admin", staged_assets()),
    ("admin_asset_import.page", "GET"): Call("admin", plain("/admin/assets/imports")),
    ("admin_asset_import.take", "POST"): Call("admin", assets_file),
    ("admin_asset_rules.add", "POST"): Call("admin", lambda _: Ask("/admin/assets/rules", data=lambda: ASSET_RULE)),
    ("admin_asset_rules.end", "POST"): Call("admin", asset_rule_ending),
    ("admin_asset_rules.page", "GET"): Call("admin", plain("/admin/assets/rules")),
    ("admin_assets.asset", "GET"): Call("admin", asset_of_barat()),
    ("admin_assets.end", "POST"): Call("admin", asset_of_barat("/ending", send=True)),
    ("admin_assets.labels", "GET"): Call("admin", plain("/admin/assets/labels")),
    ("admin_assets.page", "GET"): Call("admin", plain("/admin/assets")),
    ("admin_areas.area", "GET"): Call("admin", plain("/admin/areas/of/BRT.1")),
    ("admin_areas.page", "GET"): Call("admin", plain("/admin/areas")),
    ("admin_areas.reword", "POST"): Call("admin", area_words),
    ("areas.index", "GET"): Call(None, lambda _world: Ask("/areas")),
    ("areas.page", "GET"): Call(None, lambda _world: Ask("/areas/BRT.1")),
    ("areas.feed", "GET"): Call(None, lambda _world: Ask("/feed.atom")),
    ("borders.ask", "POST"): Call(None, plain("/signup/borders"), host=None),
    ("borders.decide", "POST"): Call("admin", border_of("/admin/borders", "/decision")),
    ("borders.decide_above", "POST"): Call("operator", border_of("/operator/borders", "/decision"), host=None),
    ("borders.listed", "GET"): Call("operator", plain("/operator/borders"), host=None),
    ("borders.of_city", "GET"): Call("admin", plain("/admin/borders")),
    ("borders.of_claim", "GET"): Call(None, plain("/signup/borders"), host=None),
    ("borders.of_neighbour", "GET"): Call("admin", border_of("/admin/borders")),
    ("borders.of_operator", "GET"): Call("operator", border_of("/operator/borders"), host=None),
    ("catalogue_proposals.accept_free", "POST"): Call("operator", plain("/operator/catalogue/acceptance"), host=None),
    ("catalogue_proposals.decide", "POST"): Call("admin", proposal_of("/admin/borders/proposals", "/decision")),
    ("catalogue_proposals.decide_above", "POST"): Call(
        "operator", proposal_of("/operator/catalogue", "/decision", free=True), host=None
    ),
    ("catalogue_proposals.listed", "GET"): Call("operator", plain("/operator/catalogue"), host=None),
    ("catalogue_proposals.of_city", "GET"): Call("admin", proposal_of("/admin/borders/proposals")),
    ("catalogue_proposals.of_operator", "GET"): Call(
        "operator", proposal_of("/operator/catalogue", free=True), host=None
    ),
    ("admin_whose.page", "GET"): Call("admin", plain("/admin/who-gets-this?category=pju&area=utara")),
}
