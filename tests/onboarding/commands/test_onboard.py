"""`flask onboard BUNDLE…`: many cities, one transaction each."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.boundaries.border_question import BorderQuestion
from tenants.tenant import Tenant
from tests.onboarding.commands.conftest import Run


def bundle(folder: Path, slug: str, code: str, west: float, **tenant: object) -> Path:
    """A bundle of a square city with a boundary beside it."""
    ring = [[west, -7.1], [west + 0.1, -7.1], [west + 0.1, -7.0], [west, -7.0], [west, -7.1]]
    outline = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (folder / f"{slug}.geojson").write_text(json.dumps(outline))
    document = {
        "format": 1,
        "tenant": {
            "slug": slug,
            "code": code,
            "name": f"Kota {slug.title()}",
            "type": "kota",
            "time_zone": "Asia/Jakarta",
            "languages": ["id", "en"],
            "boundary": f"{slug}.geojson",
            **tenant,
        },
    }
    path = folder / f"{slug}.json"
    path.write_text(json.dumps(document))
    return path


def test_one_bad_bundle_does_not_stop_the_rest(run: Run, session: Session, tmp_path: Path) -> None:
    good, other = bundle(tmp_path, "utara", "UTR", 108.0), bundle(tmp_path, "selatan", "SLT", 108.2)
    clash = bundle(tmp_path, "lain", "BRT", 108.4)
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: 1\n tenant: {")

    said = run("onboard", good, clash, broken, tmp_path / "none.yaml", other)

    assert said.code == 1
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["utara", "selatan"]
    assert "lain: refused. The code BRT belongs to barat; choose another." in said.err
    assert "broken: refused. broken.yaml, line 2" in said.err
    assert "none: refused." in said.err
    assert "3 of 5 bundles refused" in said.err
    slugs = session.scalars(select(Tenant.slug).where(Tenant.stage == "live")).all()
    assert set(slugs) == {"barat", "commons", "selatan", "timur", "utara"}


def test_a_second_run_changes_nothing_and_says_so(run: Run, session: Session, tmp_path: Path) -> None:
    paths = [bundle(tmp_path, "utara", "UTR", 108.0), bundle(tmp_path, "selatan", "SLT", 108.2)]
    assert run("onboard", paths[0]).code == 0  # as if interrupted after the first
    said = run("onboard", *paths)

    assert said.code == 0
    assert said.out.splitlines()[0] == "utara: nothing changed."
    assert said.out.splitlines()[1].startswith("selatan: created;")
    assert run("onboard", *paths).out == "utara: nothing changed.\nselatan: nothing changed.\n"
    assert session.scalar(select(func.count()).select_from(Tenant).where(Tenant.slug.in_(["utara", "selatan"]))) == 2


def test_a_city_over_anothers_ground_stays_in_rehearsal_until_somebody_agrees(
    run: Run, session: Session, tmp_path: Path
) -> None:
    west, east = bundle(tmp_path, "utara", "UTR", 108.0), bundle(tmp_path, "selatan", "SLT", 108.05)
    said = run("onboard", west, east)

    assert said.code == 1
    assert said.out.splitlines()[1].startswith("selatan: created;")
    assert "It stays in rehearsal: its boundary lies on 61," in said.out.splitlines()[1]
    assert "of Kota Utara" in said.out
    assert "1 of 2 cities stay in rehearsal" in said.err
    question = session.scalars(select(BorderQuestion)).one()
    assert question.state == "open"
    again = run("onboard", west, east)
    assert (again.code, again.out.splitlines()[0]) == (1, "utara: nothing changed.")
    assert again.out.splitlines()[1].startswith("selatan: nothing changed. It stays in rehearsal")
    assert run("tenants", "import", east).code == 1
    question.state = "agreed"
    session.commit()
    assert run("onboard", west, east).out == "utara: nothing changed.\nselatan: live from now on.\n"
    assert run("onboard", west, east).code == 0

    # What holds ground gains none of a neighbour's either; the difference of two drawings is no claim.
    document = bundle(tmp_path, "tengah", "TNG", 108.15)
    outline = tmp_path / "tengah.geojson"
    written = outline.read_text()
    assert run("onboard", document).code == 0
    for metres, code in ((4, 0), (500, 1)):
        outline.write_text(written.replace("[108.15,", f"[{108.15 - metres / 110_000},"))
        said = run("onboard", document)
        assert said.code == code
        assert ("tengah: refused. The new boundary lies on" in said.err) is bool(code)


def test_what_was_mended_is_told_with_its_square_metres(run: Run, tmp_path: Path) -> None:
    path = bundle(tmp_path, "utara", "UTR", 108.0)
    bow_tie = [[108, -7.1], [108.1, -7.0], [108.1, -7.1], [108, -7.0], [108, -7.1]]
    outline = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [bow_tie]}}
    (tmp_path / "utara.geojson").write_text(json.dumps(outline))

    said = run("onboard", path)

    assert said.code == 0
    assert "mended: boundary: lines that cross each other untangled at 108.05000, -7.05000" in said.out


def test_progress_is_told_on_a_terminal_only(run: Run, tmp_path: Path) -> None:
    said = run("onboard", bundle(tmp_path, "utara", "UTR", 108.0))
    assert "\r" not in said.out + said.err
    assert "of 1 bundles" not in said.err


def test_a_zip_of_export_is_taken_as_well(run: Run, tmp_path: Path) -> None:
    run("onboard", bundle(tmp_path, "utara", "UTR", 108.0))
    exported = tmp_path / "away" / "utara.zip"
    exported.parent.mkdir()
    run("tenants", "export", "utara", "--out", exported)

    assert run("onboard", exported).out == "utara: nothing changed.\n"


def test_a_new_city_answers_at_once(run: Run, app: Flask, tmp_path: Path) -> None:
    run("onboard", bundle(tmp_path, "utara", "UTR", 108.0))
    app.extensions["office"].keeper.refresh()
    answer = app.test_client().get("/api/v1/locate?lat=-7.05&lon=108.05", base_url="http://utara.localhost")
    assert answer.json["tenant"]["slug"] == "utara"
