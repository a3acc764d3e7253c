"""A new edition of the catalogue, on real outlines: proposed, decided by whom it concerns, and only then it holds."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask import Flask
from shapely.geometry import mapping
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from configuration.area_version import AreaVersion
from messages.outbox import Message
from onboarding import place, shipped
from onboarding.boundaries import acceptance, area_proposal, border_question, difference
from onboarding.boundaries.border_question import BorderQuestion
from onboarding.boundaries.difference import CatalogueDifference
from onboarding.boundaries.edition import Edition, Government
from onboarding.boundaries.neighbours import ground_of
from onboarding.bundle import read_bundle
from onboarding.provision import provision
from people.account import Account
from tenants import scope
from tenants.area import Area
from tenants.boundary import Boundary
from tenants.catalogue import Municipality, OfficialDomain
from tenants.tenant import Tenant
from tests.cast import NOW, PASSWORD, QUICK, Visitor
from tests.conftest import copied
from tests.web.staff.ground import words

BEKASI, DEPOK, CIMAHI, BANDUNG, JATISAMPURNA = "32.75", "32.76", "32.77", "32.04", "32.75.10"
WHY = "Perda batas belum diundangkan."


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


def test_a_province_that_is_a_city_is_left_alone_by_an_edition_of_other_provinces(app: Flask, session: Session) -> None:
    session.add(
        Tenant(slug="jakarta", code="JKT", type="provinsi", name={"id": "DKI"}, municipality_code="31", stage="live",
               time_zone="Asia/Jakarta", languages=["id"], created_at=NOW)
    )  # fmt: skip
    session.flush()
    far = Edition("2027", [Government("98.01", "Kota Baru", "kota", "98", "Pulau Baru", shapely.box(1, 1, 2, 2))])
    assert difference.propose(session, far, NOW).counts == {"new": 1}
    session.rollback()


def test_codes_that_are_exchanged_or_handed_on_hold_together_once_all_are_accepted(
    app: Flask, session: Session
) -> None:
    """Two of West Java exchange their codes; a third takes the code that a fourth gives up for a new one."""
    office = app.extensions["office"]
    new = {BEKASI: DEPOK, DEPOK: BEKASI, CIMAHI: BANDUNG, BANDUNG: "32.99"}
    names = {code: session.get_one(Municipality, code).name for code in new}
    wanted = {new[code]: name for code, name in names.items()}
    domain = OfficialDomain(domain="cimahi.example", municipality_code=CIMAHI)
    session.add(domain)
    for municipality in session.scalars(select(Municipality).where(Municipality.province_code == "32")).all():
        if municipality.code not in (*new, "32"):
            municipality.province_code = "00"
    governments = [
        Government(new[code], one.name, one.type, "32", one.province_name, shapely.from_wkb(one.outline or b""))
        for code in new
        if (one := session.get_one(Municipality, code)) is not None
    ]
    assert difference.propose(session, Edition("2027", governments), NOW).counts == {"code": 4}
    session.commit()

    def accept(code: str) -> None:
        scope.name_tenant(session, None)
        row = session.scalars(
            select(CatalogueDifference).where(CatalogueDifference.code == code, CatalogueDifference.state == "open")
        ).one()
        acceptance.accept(session, office, row, by=None, now=NOW)
        session.commit()

    def stand() -> dict[str, str]:
        session.expire_all()
        found = select(Municipality).where(Municipality.code.in_([*new, "32.99"]))
        return {one.code: one.name for one in session.scalars(found)}

    accept(BEKASI)
    accept(CIMAHI)
    assert stand() == names, "a code that another one has still"
    as_before = [replace(one, code=code) for code, one in zip(new, governments, strict=True)]
    assert difference.propose(session, Edition("2028", as_before), NOW).superseded == 4, "an accepted half waits on"
    assert difference.propose(session, Edition("2029", governments), NOW).counts == {"code": 4}
    session.commit()
    accept(BEKASI)
    accept(CIMAHI)
    accept(DEPOK)
    assert stand() == names | {BEKASI: wanted[BEKASI], DEPOK: wanted[DEPOK]}
    accept(BANDUNG)
    assert stand() == wanted
    session.refresh(domain)
    assert domain.municipality_code == BANDUNG
    assert acceptance.apply_due(session, office, NOW) == 0
    assert session.get_one(Municipality, BANDUNG).former_codes == [CIMAHI]


def live(session: Session, slug: str, code: str, municipality: str) -> Any:
    """A live city with an administrator who can sign in."""
    document = {
        "format": 1,
        "tenant": {"slug": slug, "code": code, "name": shipped.governments()[municipality].name,
                   "boundary": f"catalogue:{municipality}"},
        "areas": f"catalogue:{municipality}",
        "people": [{"email": f"admin@{slug}.example", "name": "Ani", "role": "admin", "agencies": ["diskominfo"]}],
    }  # fmt: skip
    report = provision(session, read_bundle(json.dumps(document).encode(), name=slug), now=NOW)
    account = session.scalars(select(Account).where(Account.email == f"admin@{slug}.example")).one()
    account.password_hash, account.confirmed_at = QUICK.hash(PASSWORD), NOW
    session.commit()
    return report.tenant_id


def written(folder: Path) -> Path:
    """An edition of West Java's four, as a file: Jatisampurna has gone from Bekasi to Depok, Cimahi to Bandung."""
    outlines = shipped.outlines()
    moving = next(one.outline for one in shipped.areas_of(BEKASI) if one.code == JATISAMPURNA)
    half = shapely.box(107.0, -8.0, outlines[BANDUNG].centroid.x, -6.0)
    west = outlines[BANDUNG].difference(half)
    shapes = {
        BEKASI: ("Kota Bekasi", "kota", outlines[BEKASI].difference(moving)),
        DEPOK: ("Kota Depok", "kota", shapely.union(outlines[DEPOK], moving)),
        BANDUNG: ("Kabupaten Bandung", "kabupaten", shapely.union(west, outlines[CIMAHI])),
        "32.99": ("Kabupaten Bandung Timur", "kabupaten", outlines[BANDUNG].intersection(half)),
        "32.81": ("Kota Cirebon", "kota", outlines["32.74"]),
    }  # fmt: skip
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name, "type": kind, "parent": "32", "province": "Jawa Barat"},
            "geometry": mapping(shape),
        }
        for code, (name, kind, shape) in shapes.items()
    ]
    path = folder / "edition.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_an_edition_is_proposed_and_each_part_holds_once_who_it_concerns_has_accepted(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    office = app.extensions["office"]
    bekasi, depok = live(session, "bekasi", "BKS", BEKASI), live(session, "depok", "DPK", DEPOK)
    for code in session.scalars(select(Municipality.code).where(Municipality.province_code == "32")).all():
        # the edition is one of six municipalities, so that the others don't end with it
        if code not in (BEKASI, DEPOK, CIMAHI, BANDUNG, "32.74"):
            session.get_one(Municipality, code).province_code = "00"
    operator = Account(email="operator@aduan.example", name="O", is_operator=True, created_at=NOW)
    operator.password_hash = QUICK.hash(PASSWORD)
    session.add(operator)
    session.commit()
    office.keeper.refresh()
    before = {one: ground_of(session, one) for one in (bekasi, depok)}
    session.commit()
    runner, path = app.test_cli_runner(), written(tmp_path)
    said = runner.invoke(args=["catalogue", "compare", str(path), "--edition", "2027"]).output
    assert "Proposed: 1 code, 1 ended, 1 new, 3 outline." in said
    assert "2 cities decide about 2 of them" in said
    again = runner.invoke(args=["catalogue", "compare", str(path), "--edition", "2027"]).output
    for codes, wrong in ((b"code,name\n", "level is missing"), (b"\xff", "a text in UTF-8"), (None, "can't be read")):
        listed = tmp_path / "codes.csv"
        listed.unlink(missing_ok=True)
        if codes is not None:
            listed.write_bytes(codes)
        arguments = ["catalogue", "compare", str(path), "--edition", "x", "--codes", str(listed)]
        assert wrong in runner.invoke(args=arguments).output
    assert again == "Nothing new is proposed.\n6 differences were proposed before.\n"
    assert {one: ground_of(session, one) for one in (bekasi, depok)} == before, "changed before anybody accepted"
    with scope.enter(session, depok):
        mail = session.scalars(select(Message).where(Message.event == "catalogue_proposes")).one()
        assert "http://depok.localhost/admin/borders" in mail.body
    rows = {(one.kind, one.code): one for one in session.scalars(select(CatalogueDifference))}
    ids = {key: (row.id, row.seen) for key, row in rows.items()}
    session.commit()

    # The operator decides about what is free, and about nothing else.
    above = Visitor(app, None)
    above.sign_in("operator@aduan.example")
    page = words(above.get("/operator/catalogue?lang=en"))
    assert "waits for Kota Depok" in page
    assert "another code: 32.74 → 32.81" in page
    of_depok, seen = ids["outline", DEPOK]
    theirs = {"decision": "accept", "looked_at": seen, "why": ""}
    assert above.post(f"/operator/catalogue/{of_depok}/decision", data=theirs).status_code == 409
    assert above.post("/operator/catalogue/acceptance").status_code == 303
    session.expire_all()
    cirebon = session.get_one(Municipality, "32.81")
    assert (cirebon.name, cirebon.former_codes, session.get(Municipality, "32.74")) == ("Kota Cirebon", ["32.74"], None)
    assert session.get_one(Municipality, "32.99").claimable
    cimahi = session.get_one(Municipality, CIMAHI)
    assert (cimahi.claimable, cimahi.outline) == (False, None)
    assert cimahi.why_not == {
        "id": "Sudah bergabung ke Kabupaten Bandung (32.04)",
        "en": "Has become part of Kabupaten Bandung (32.04)",
    }
    assert ground_of(session, depok) == before[depok]
    session.commit()
    office.keeper.refresh()
    anyone = Visitor(app, None)
    for old, found in (("32.74", "Kota Cirebon"), (CIMAHI, "Kota Cimahi")):
        assert found in words(anyone.get(f"/governments?q={old}&lang=en")), "the old code finds nothing any more"
    assert "Kota Cirebon" in words(anyone.get("/?city=32.74&lang=en"))
    located = anyone.get("/api/v1/locate?lat=-6.72&lon=108.56").json
    assert located["municipality"] == {"code": "32.81", "name": "Kota Cirebon"}

    # Depok would gain what Bekasi holds: it has to agree first.
    admin, neighbour = Visitor(app, "depok"), Visitor(app, "bekasi")
    admin.sign_in("admin@depok.example")
    neighbour.sign_in("admin@bekasi.example")
    assert "proposes a change of your boundary" in words(admin.get("/admin?lang=en"))
    path_of_depok = f"/admin/borders/proposals/{of_depok}"
    assert neighbour.get(path_of_depok).status_code == 404
    assert neighbour.post(f"{path_of_depok}/decision", data=theirs).status_code == 404
    page = words(admin.get(f"{path_of_depok}?lang=en"))
    assert "from Kota Bekasi (32.75): 20.19 km²" in page
    assert "Open reports that it touches" in page
    assert admin.post(f"{path_of_depok}/decision", data={**theirs, "decision": "decline"}).status_code == 422
    assert admin.post(f"{path_of_depok}/decision", data={**theirs, "on": "2020-01-01"}).status_code == 422
    assert admin.post(f"{path_of_depok}/decision", data=theirs).status_code == 303
    assert "Kota Bekasi, 20,189,934 m² asked" in words(admin.get(f"{path_of_depok}?lang=en"))
    session.expire_all()
    assert ground_of(session, depok) == before[depok]
    question = session.scalars(select(BorderQuestion)).one()
    assert (question.other_id, question.difference_id) == (bekasi, of_depok)
    said_of = {"decision": "agree", "why": WHY, "looked_at": question.seen}
    asked = f"/admin/borders/{question.id}"
    session.commit()
    assert "proposes a new boundary for Kota Depok" in words(neighbour.get(f"{asked}?lang=en"))
    assert neighbour.post(f"{asked}/decision", data=said_of).status_code == 303
    assert admin.post(f"{path_of_depok}/decision", data=theirs).status_code == 303
    session.expire_all()
    now_held = ground_of(session, depok)
    assert now_held is not None
    assert now_held.area_m2 - before[depok].area_m2 == pytest.approx(20.2e6, rel=0.02)
    assert admin.post(f"{path_of_depok}/decision", data=theirs).status_code == 409, "decided twice"
    the_areas_follow(app, session, depok, admin, neighbour)

    # Bekasi follows from a later day on; until then it keeps what it has.
    of_bekasi, seen = ids["outline", BEKASI]
    session.commit()
    own = f"/admin/borders/proposals/{of_bekasi}/decision"
    later = datetime.now(UTC) + timedelta(days=40)
    answer = neighbour.post(own, data={"decision": "accept", "looked_at": seen, "on": f"{later:%Y-%m-%d}"})
    assert answer.status_code == 303
    session.expire_all()
    assert ground_of(session, bekasi) == before[bekasi]
    session.commit()
    assert acceptance.apply_due(session, office, later - timedelta(days=2)) == 0
    assert acceptance.apply_due(session, office, later + timedelta(days=1)) == 1
    versions = session.scalars(select(Boundary).where(Boundary.tenant_id == bekasi).order_by(Boundary.created_at)).all()
    assert [one.valid_until is None for one in versions] == [False, True]
    assert (
        versions[0].valid_until
        == versions[1].valid_from
        == session.get_one(CatalogueDifference, of_bekasi).effective_at
    )
    assert session.get_one(Tenant, bekasi).municipality_code == BEKASI

    _renumbered(session, neighbour, bekasi)


def the_areas_follow(app: Flask, session: Session, depok: Any, admin: Visitor, neighbour: Visitor) -> None:
    """Jatisampurna lies in Depok, in none of its areas: it is proposed as the kecamatan that it is, and accepted."""
    office, now = app.extensions["office"], datetime.now(UTC)
    session.commit()
    scope.name_tenant(session, None)
    moved = session.scalars(select(Boundary).where(Boundary.tenant_id != depok)).one()
    was, at_sea = moved.wkb, shapely.to_wkb(shapely.box(106.0, -9.0, 106.1, -8.9))
    moved.wkb, moved.valid_from, moved.areas_at = at_sea, NOW, None  # before Depok's, and nothing can be fitted to it
    session.commit()
    assert area_proposal.look(session, office, now) == 1, "only of the city whose boundary is another one"
    assert area_proposal.look(session, office, now) == 0, "once"
    assert moved.areas_at == now
    moved.wkb, moved.valid_from = was, None
    with scope.enter(session, depok):
        version = session.scalars(select(AreaVersion)).one()
        path, findings = f"/admin/areas/versions/{version.id}", version.findings or {}
        assert JATISAMPURNA not in session.scalars(select(Area.code)).all(), "changed before anybody accepted"
        mail = session.scalars(select(Message).where(Message.event == "areas_proposed")).one()
        assert path in mail.body
        assert "ha" in mail.body
    assert JATISAMPURNA in [one["code"] for one in findings["told"]]
    assert (findings["out"], findings["bare"], findings["ended"]) == ([], [], [])
    session.commit()
    assert "A proposal waits for you" in words(admin.get("/admin?lang=en"))
    assert "Areas that fit the boundary" in words(admin.get(f"{path}?lang=en"))
    assert neighbour.get(path).status_code == 404
    assert admin.post(f"{path}/date", data={"on": ""}).status_code == 303
    session.expire_all()
    with scope.enter(session, depok):
        came = session.scalars(select(Area).where(Area.code.startswith(JATISAMPURNA))).all()
        assert len(came) > 1, "its kelurahan come along"
        card = office.directory.by_id[depok]
        assert max(area_proposal.misfit(session, card)) < 100
    session.commit()
    assert admin.post("/admin/areas/fitting").status_code == 409, "all fits"


def _renumbered(session: Session, admin: Visitor, bekasi: Any) -> None:
    """A live city declines another name, and its new code goes wherever the old one stood."""
    session.commit()
    scope.name_tenant(session, None)
    held = ground_of(session, bekasi)
    assert held is not None
    rest = (DEPOK, BANDUNG, "32.81", "32.99")
    rows = session.scalars(select(Municipality).where(Municipality.code.in_(rest)))
    others = [Government(one.code, one.name, one.type, "32", "Jawa Barat", None) for one in rows]
    new = Government("32.95", "Kota Patriot", "kota", "32", "Jawa Barat", held.shape)
    then = Edition("2028", [new, *others])
    made = difference.propose(session, then, NOW)
    session.commit()
    assert (made.counts, made.cities) == ({"code": 1, "name": 1}, {bekasi: 2})
    of_bekasi = select(CatalogueDifference).where(CatalogueDifference.edition == "2028")
    code, name = sorted(session.scalars(of_bekasi).all(), key=lambda one: one.kind)
    session.commit()
    other_id = session.scalars(select(Tenant.id).where(Tenant.slug == "depok")).one()
    alike = {"mark": "x", "overlap_m2": 9e5, "asked_at": NOW, "difference_id": name.id}
    session.add(BorderQuestion(tenant_id=bekasi, other_id=other_id, **alike))
    session.commit()
    said = {"decision": "decline", "why": WHY, "looked_at": name.seen}
    assert admin.post(f"/admin/borders/proposals/{name.id}/decision", data=said).status_code == 303
    assert border_question.waiting(session) == 0, "a neighbour is asked about what was declined"
    session.commit()
    page = words(admin.get(f"/admin/borders/proposals/{code.id}?lang=en"))
    assert "Code 32.75 32.95" in page
    said = {"decision": "accept", "why": "", "looked_at": code.seen}
    assert admin.post(f"/admin/borders/proposals/{code.id}/decision", data=said).status_code == 303
    session.expire_all()
    city = session.get_one(Tenant, bekasi)
    assert (city.municipality_code, city.name["id"]) == ("32.95", "Kota Bekasi")
    assert session.get_one(OfficialDomain, "bekasikota.go.id").municipality_code == "32.95"
    assert place.place(session, BEKASI).slug == "bekasi"
    assert difference.propose(session, then, NOW).counts == {}, "what was declined is proposed again"
    session.rollback()
    document = {"slug": "bekasi", "code": "BKS", "name": "Kota Bekasi", "boundary": f"catalogue:{BEKASI}"}
    written_before = json.dumps({"format": 1, "tenant": document}).encode()
    provision(session, read_bundle(written_before, name="bekasi"), now=NOW)
    assert session.get_one(Tenant, bekasi).municipality_code == "32.95", "a bundle from before brings the old code back"
