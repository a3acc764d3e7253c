"""`flask boundaries check|import`: what is mended and what is refused, in words with places."""

import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.boundaries.catalogue import load_catalogue
from tenants.catalogue import Municipality
from tests.cast import NOW
from tests.onboarding.commands.conftest import Run


def square(west: float, south: float) -> list[list[float]]:
    east, north = west + 0.1, south + 0.1
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


BOW_TIE = [[108, -7.1], [108.1, -7.0], [108.1, -7.1], [108, -7.0], [108, -7.1]]


def feature(ring: list[list[float]], kind: str = "Polygon", **properties: object) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(folder: Path, *features: dict[str, Any], name: str = "outlines.geojson") -> Path:
    path = folder / name
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def test_a_sound_file_is_found_sound(run: Run, tmp_path: Path) -> None:
    said = run("boundaries", "check", write(tmp_path, feature(square(108, -7.1), code="A", name="A")))

    assert said.code == 0
    assert said.out == "1 outlines can be used, 122.18 km² in all; 0 of them mended, by 0.0 m² together.\n"


def test_what_would_be_mended_is_told_and_what_is_refused_has_its_place(run: Run, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        feature(BOW_TIE, code="A", name="Kota A"),
        feature([[108, -7], [109, -7]], "LineString", code="B", name="Kota B"),
        feature([[10800, -7], [10801, -7], [10801, -8], [10800, -7]], code="C"),
        name="outlines.geojson.gz",
    )
    said = run("boundaries", "check", path)

    assert said.code == 1
    assert "A Kota A: lines that cross each other untangled at 108.050000, -7.050000, " in said.out
    assert "1 outlines can be used" in said.out
    assert "Feature 2 (B, Kota B) at 108, -7: It is a LineString" in said.err
    assert "Feature 3 (C) at 10800, -7: " in said.err
    assert "2 refused" in said.err


def test_what_is_no_file_of_outlines_is_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("words")
    for command in ("check", "import"):
        assert "is not JSON" in run("boundaries", command, tmp_path / "words.txt").err
        assert "can't be read" in run("boundaries", command, tmp_path / "none.geojson").err


def test_new_outlines_and_new_municipalities_come_into_the_catalogue(
    run: Run, session: Session, tmp_path: Path
) -> None:
    load_catalogue(session, NOW)
    session.commit()
    path = write(
        tmp_path,
        feature(square(107.55, -6.95), kode="32.73", nama="Bandung"),
        feature(square(2, 46), kode="FR-01338", nama="Saint-Denis", type="commune", parent="FR-01"),
    )
    named = ("boundaries", "import", path, "--code", "kode", "--name", "nama")
    said = run(*named)

    assert (said.code, said.err) == (0, "")
    assert said.out == "1 municipalities added, 1 changed, 0 as they were.\n"
    bandung, abroad = session.scalars(
        select(Municipality).where(Municipality.code.in_(["32.73", "FR-01338"])).order_by(Municipality.code)
    ).all()
    assert (bandung.name, bandung.type, bandung.claimable) == ("Kota Bandung", "kota", True)
    assert bandung.outline is not None
    assert (abroad.name, abroad.type, abroad.level, abroad.claimable) == (
        "Saint-Denis",
        "commune",
        "municipality",
        True,
    )
    assert abroad.area_m2 is not None
    assert 80e6 < abroad.area_m2 < 90e6

    assert (
        run("boundaries", "import", path, "--code", "kode", "--name", "nama").out == "The catalogue: nothing changed.\n"
    )


def test_a_point_on_a_new_outline_is_known_to_lie_there(run: Run, session: Session, tmp_path: Path, app: Any) -> None:
    run("boundaries", "import", write(tmp_path, feature(square(108, -7.1), code="99.01", name="Kota Baru")))
    app.extensions["office"].keeper.refresh()
    answer = app.test_client().get("/api/v1/locate?lat=-7.05&lon=108.05").json

    assert (answer["rule"], answer["municipality"]) == ("unclaimed", {"code": "99.01", "name": "Kota Baru"})


def test_the_good_are_taken_and_the_bad_refused(run: Run, session: Session, tmp_path: Path) -> None:
    load_catalogue(session, NOW)
    session.commit()
    path = write(
        tmp_path,
        feature(square(108, -7.1), code="99.01", name="Kota Baru"),
        feature(square(109, -7.1), code="32", name="Jawa Barat"),
        feature(square(110, -7.1), code="99.02"),
        feature(square(111, -7.1), name="Kota Tanpa Kode"),
        feature([[108, -7], [109, -7]], "LineString", code="99.03", name="Garis"),
    )
    said = run("boundaries", "import", path)

    assert said.code == 1
    assert "1 municipalities added" in said.out
    for why in ("32 Jawa Barat: It is a province", "99.02: It is new and has no name", "It has no code", "LineString"):
        assert why in said.err
    assert "4 refused" in said.err
    assert session.get(Municipality, "99.01") is not None
    assert session.get(Municipality, "99.02") is None


def test_a_property_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    said = run("boundaries", "import", write(tmp_path, feature(square(108, -7.1), code="A", name="A")), "--code", "id")

    assert said.code == 1
    assert "It has no property id; it has: code, name." in said.err
