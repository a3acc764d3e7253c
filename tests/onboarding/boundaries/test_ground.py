"""A boundary that a government brings itself: compared, and refused in a sentence where it can't be its own."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from flask import Flask
from shapely.geometry import mapping
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from onboarding import shipped
from onboarding.boundaries.ground import compare
from tenants import geometry
from tenants.boundary import Boundary
from tenants.tenant import Tenant
from tests.conftest import copied
from tests.onboarding.signing_up import Founder, verify

BANDUNG = shapely.box(107.55, -6.96, 107.70, -6.86)
"""About where Kota Bandung lies, of which the catalogue has no outline."""
CHOSEN = {"municipality": "32.73", "slug": "bandung", "code": "BDG"}


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


def upload(shape: Any, code: str = "32.73", name: str = "batas.geojson") -> dict[str, Any]:
    content = shape
    if not isinstance(shape, bytes):
        content = json.dumps({"type": "Feature", "properties": {}, "geometry": mapping(shape)}).encode()
    return {"municipality": code, "boundary": (io.BytesIO(content), name)}


def test_the_figures_say_what_lies_beyond_what_is_missing_and_what_is_shared_with_whom() -> None:
    own, official = shapely.box(107.0, -6.1, 107.1, -6.0), shapely.box(107.01, -6.1, 107.11, -6.0)
    east, far = shapely.box(107.09, -6.1, 107.2, -6.0), shapely.box(108.0, -6.1, 108.1, -6.0)
    found = compare(own, official, [("Jauh", True, far), ("Timur", True, east)])
    strip = compare(shapely.box(107.0, -6.1, 107.01, -6.0), None, []).area_m2
    assert found.beyond_m2 == pytest.approx(strip, rel=1e-6)
    assert found.missing_m2 == pytest.approx(strip, rel=1e-6)
    assert [(one.name, one.area_m2) for one in found.neighbours] == [("Timur", pytest.approx(strip, rel=1e-6))]
    assert compare(own, own, []).beyond_m2 == compare(own, own, []).missing_m2 == 0


def test_a_municipality_without_an_outline_is_claimed_by_its_own_file_and_holds_exactly_that(
    app: Flask, session: Session
) -> None:
    verify(session, "bandung.go.id")
    founder = Founder(app, session, "kepala@bandung.go.id").confirmed()
    assert founder.post("/signup/place", data=CHOSEN).status_code == 422, "there is no ground yet"
    page = founder.post("/signup/boundary", data=upload(BANDUNG))
    assert page.location == "/signup/place?chosen=32.73#boundary"
    shown = founder.get("/signup/place?chosen=32.73&lang=en").get_data(as_text=True)
    assert "batas.geojson" in shown
    assert "valid as it came" in shown
    assert f"{geometry.geodesic_area_m2(BANDUNG) / 1e6:.1f} km²" in shown.partition("Your portal so far")[2]
    assert "Kabupaten Bandung" in shown, "the neighbour whose outline it overlaps isn't named"
    assert founder.post("/signup/place", data=CHOSEN).status_code == 303
    assert founder.post("/signup/people", data={}).location == "/signup/rehearsal"
    founder.post("/signup/rehearsal", data={"category": "jalan-lubang"})
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 303
    session.rollback()
    held = select(Boundary.wkb).join(Tenant, Tenant.id == Boundary.tenant_id).where(Tenant.slug == "bandung")
    assert shapely.from_wkb(session.scalars(held).one()).equals(BANDUNG)


def test_a_boundary_that_cannot_be_is_refused_and_the_catalogues_stays(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    founder = Founder(app, session).placed()
    spike = {"type": "Polygon", "coordinates": [[[106.7, -6.6], [106.9, -6.6], [106.7, -6.6]]]}
    monkeypatch.setattr(geometry, "MOST_VERTICES", 2_000)
    ragged = shapely.Point(106.8, -6.6).buffer(0.1, quad_segs=501)
    wrong = [
        (upload(b""), "Choose the file"),
        (upload(b"<svg onload='alert(1)'></svg>", name="x.svg"), ""),
        (upload(ragged), "more than 2\u202f000 vertices"),
        (upload(shapely.box(95, -11, 141, 6)), "more than any city"),
        (upload(shapely.box(110.0, -7.0, 110.1, -6.9)), "less than half of Kota Bogor"),
        (upload(json.dumps(spike).encode()), "has no area"),
    ]
    founder.get("/signup?lang=en")
    for form, words in wrong:
        answer = founder.post("/signup/boundary", data={**form, "municipality": "32.71"})
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True), words
    founder.get("/signup?lang=id")
    for content, said in (
        (shapely.box(-6.7, 106.7, -6.5, 106.9), "Lintang dan bujur tampaknya tertukar: -6.5, 106.7 mendahulukan"),
        (b'{"type": "FeatureCollection", "features": []}', "Berkas ini kosong"),
        (b"SQLite format 3", "adalah sebuah GeoPackage"),
    ):
        assert said in founder.post("/signup/boundary", data=upload(content, "32.71")).get_data(as_text=True)
    assert founder.claim().boundary_name is None
    assert founder.claim().slug == "bogor"
    monkeypatch.undo()

    west, south, east, north = shipped.outlines()["32.71"].bounds
    bow_tie = [[west, south], [east, north], [east, south], [west, north], [west, south]]
    shapes = [mapping(shapely.box(west, south, east, north)), {"type": "Polygon", "coordinates": [bow_tie]}]
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    crossed = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    assert founder.post("/signup/boundary", data=upload(crossed, "32.71")).status_code == 303
    mended = founder.get("/signup/place?chosen=32.71&lang=en").get_data(as_text=True)
    assert "valid, after one place was mended" in mended
    assert f"{(south + north) / 2:.5f}, {(west + east) / 2:.5f}" in mended
    own = shipped.outlines()["32.71"].buffer(0.001)
    assert founder.post("/signup/boundary", data=upload(own, "32.71")).status_code == 303
    assert founder.claim().boundary_name == "batas.geojson"
    assert founder.post("/signup/boundary", data={"municipality": "32.71", "go": "drop"}).status_code == 303
    assert founder.claim().boundary_name is None
    founder.post("/signup/people", data={})
    assert founder.post("/signup/boundary", data=upload(own, "32.71")).status_code == 409
