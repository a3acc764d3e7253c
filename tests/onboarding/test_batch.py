"""Many cities at once: killed in the middle, begun again, and what is done is passed over."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from config.settings import ROOT
from onboarding import batch
from onboarding.batch import provision_all, sources_in
from tenants.errors import Invalid
from tenants.tenant import Stage, Tenant
from tests.cast import NOW
from tests.onboarding.commands.test_onboard import bundle

LATER = NOW + timedelta(days=1)


def made(session: Session) -> dict[str, str]:
    session.expire_all()
    cities = select(Tenant.slug, Tenant.stage).where(Tenant.slug.like("city_"))
    found = dict(session.execute(cities.order_by(Tenant.slug)).all())
    session.commit()
    return found


def counts(owner: Connection) -> set[tuple[int, ...]]:
    """How many rows of some tables each city has."""
    tables = ("agencies", "categories", "sla_rules", "calendars", "assignments", "boundaries")
    of = [f"(SELECT count(*) FROM {table} x WHERE x.tenant_id = t.id)" for table in tables]
    found = owner.execute(text(f"SELECT {', '.join(of)} FROM tenants t WHERE slug LIKE 'city_'"))
    return {tuple(row) for row in found}


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bundles that were read and compared; what is passed over isn't."""
    read, seen = batch.read_bundle, []

    def noting(source: Path) -> object:
        seen.append(source.stem)
        return read(source)

    monkeypatch.setattr(batch, "read_bundle", noting)
    return seen


def run(session: Session, paths: Iterable[Path]) -> list[str]:
    return [str(report) for report in provision_all(session, sources_in(paths), now=LATER)]


def test_a_kill_in_the_middle_leaves_whole_cities_and_the_next_run_goes_on(
    session: Session, owner: Connection, database: str, tmp_path: Path, compared: list[str]
) -> None:
    for number in range(6):
        bundle(tmp_path, f"city{number}", f"CT{'ABCDEF'[number]}", 108.0 + number / 5)
    sources = [tmp_path / f"city{number}.json" for number in range(6)]
    killed = subprocess.run(
        [sys.executable, "-m", "tests.onboarding.onboarding_process", database, "4", *map(str, sources)],
        cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (killed.returncode, killed.stdout.split()) == (-9, ["city0", "city1", "city2"]), killed.stderr
    assert set(made(session)) == {"city0", "city1", "city2"}
    assert len(counts(owner)) == 1
    owner.rollback()

    said = run(session, [tmp_path])
    assert [line.endswith("nothing changed.") for line in said] == [True] * 3 + [False] * 3
    assert compared == ["city3", "city4", "city5"], "what was done before the kill is passed over"
    assert made(session) == {f"city{number}": Stage.LIVE for number in range(6)}
    assert len(counts(owner)) == 1, "each has all that the others have"
    owner.rollback()

    # Again: nothing. A city that changed since, by itself or in its bundle, is compared.
    compared.clear()
    assert all(line.endswith("nothing changed.") for line in run(session, [tmp_path]))
    assert compared == []
    session.scalars(select(Tenant).where(Tenant.slug == "city1")).one().revision += 1
    session.commit()
    document = json.loads(sources[2].read_text())
    document["tenant"]["name"] = "Kota Baru"
    sources[2].write_text(json.dumps(document))
    outline = tmp_path / "city4.geojson"
    outline.write_text(outline.read_text().replace("-7.1", "-7.2"))
    said = run(session, [tmp_path])
    assert compared == ["city1", "city2", "city4"]
    assert [said[number] for number in (1, 2, 4)] == [
        "city1: nothing changed.", "city2: changed 1 tenant.", "city4: changed 1 boundary.",
    ]  # fmt: skip


def test_a_folder_without_bundles_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no bundle"):
        sources_in([tmp_path])
