"""One point a call against PostGIS giving the same answer, and many points at once.

Both sides hold the same 500 exact municipalities of Indonesia and say, for a point, which of them cover it and which
have ground within 250 m, and how far. PostGIS runs in a cluster of its own that is thrown away, and is asked over a
Unix socket by prepared statements, in two forms: over the boundaries as they are, and over boundaries cut into small
pieces for it (its quickest form known to us). Where it isn't installed, a sentence stands in place of its figures.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, LiteralString
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import psycopg
import shapely
from shapely.geometry import shape

from tenants.geometry import geodesic_area_m2
from tenants.locate import NEAREST_WITHIN_M, Ground, Index, Outline

DATA = Path(__file__).parents[2] / "../shared/data"
POSTGRES = Path("/usr/lib/postgresql")
AT = datetime(2026, 3, 1, tzinfo=UTC)
BOUNDARIES = 500
POINTS = 1_000
"""Of one round, for each side."""
ROUNDS = 7
BATCH_POINTS = 200_000
CHUNK = 5_000
FIRST = ("31", "32.75", "32.76")
SAME_M = 0.5
"""PostGIS measures along geodesics, we in a projection at the point."""

Answer = dict[str, float]
"""Metres to each municipality within 250 m; 0 where it covers the point."""
Ask = Callable[[float, float], Answer]

# Both find candidates by an index, test them exactly and measure on the ellipsoid.
FORMS: dict[str, LiteralString] = {
    "exact": """
        SELECT g.slug, CASE WHEN ST_Covers(g.geom, q.p) THEN 0.0
                            ELSE ST_Distance(g.geom::geography, q.p::geography) END
        FROM (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS p) q
        JOIN ground g ON ST_DWithin(g.geom, q.p, 250 / (110574 * cos(radians(%(lat)s))))
        WHERE ST_Covers(g.geom, q.p) OR ST_DWithin(g.geom::geography, q.p::geography, 250)
    """,
    "pieces": """
        WITH q AS (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS p)
        SELECT slug, min(metres) FROM (
            SELECT s.slug, 0.0 AS metres FROM piece s, q WHERE ST_Covers(s.geom, q.p)
            UNION ALL
            SELECT l.slug, ST_Distance(l.line, q.p::geography) FROM line l, q
            WHERE ST_DWithin(l.line, q.p::geography, 250)
        ) found GROUP BY slug
    """,
}
TABLES: LiteralString = """
    CREATE INDEX ON ground USING gist (geom);
    CREATE TABLE piece AS SELECT slug, ST_Subdivide(geom, 64) AS geom FROM ground;
    CREATE INDEX ON piece USING gist (geom);
    CREATE TABLE line AS
        SELECT slug, ST_Subdivide(ST_Boundary(geom), 32)::geography(Geometry, 4326) AS line FROM ground;
    CREATE INDEX ON line USING gist (line)
"""


def run() -> dict[str, float | str]:
    """Microseconds a call (median of rounds, of each its median call), p99, ratios, points a second in a batch."""
    if not (DATA / "boundaries" / "idn_adm2.geojson.gz").exists():
        return {"locate": "Left out: the boundaries of the test data are not here."}
    grounds = _grounds("idn_adm2.geojson.gz")[:BOUNDARIES]
    index = Index(grounds)
    points = _points(grounds, POINTS * (ROUNDS + 1))
    with _postgis(grounds) as asks:
        sides = {"ours": lambda lon, lat: index.locate(lon, lat, at=AT), **asks}
        rounds: dict[str, list[float]] = {name: [] for name in sides}
        calls: list[float] = []
        for number in range(ROUNDS + 1):
            mine = points[number * POINTS : (number + 1) * POINTS]
            for name, call in sides.items():
                took = _timed(call, mine)
                if number:  # the first round warms all of them
                    rounds[name].append(median(took))
                    calls += took if name == "ours" else []
        differ = {
            name: sum(not _same(_ours(index, *point), ask(*point)) for point in mine) for name, ask in asks.items()
        }
    figures: dict[str, float | str] = {
        "locate_boundaries": len(grounds),
        "locate_us": round(median(rounds["ours"]) * 1e6, 1),
        "locate_p99_us": round(float(np.percentile(calls, 99)) * 1e6, 1),
    }
    for name in asks:
        ratios = [theirs / ours for theirs, ours in zip(rounds[name], rounds["ours"], strict=True)]
        figures[f"locate_postgis_{name}_us"] = round(median(rounds[name]) * 1e6, 1)
        figures[f"locate_times_postgis_{name}"] = round(median(ratios), 1)
        figures[f"locate_answers_other_than_postgis_{name}"] = differ[name]
    if not asks:
        figures["locate_postgis"] = "Left out: PostGIS isn't installed (in Debian: postgresql-15-postgis-3)."
    return figures | _batch()


def _ours(index: Index, lon: float, lat: float) -> Answer:
    candidates = index.locate(lon, lat, at=AT).candidates
    return {candidate.slug: candidate.distance_m for candidate in candidates}


def _same(ours: Answer, theirs: Answer) -> bool:
    """Whether both found the same ground at the same distance; what lies on the very line of 250 m may be in one."""
    on_the_line = {
        slug
        for slug in ours.keys() ^ theirs.keys()
        if abs(ours.get(slug, theirs.get(slug, 0.0)) - NEAREST_WITHIN_M) < SAME_M
    }
    return ours.keys() - on_the_line == theirs.keys() - on_the_line and all(
        abs(ours[slug] - theirs[slug]) < SAME_M for slug in ours.keys() & theirs.keys()
    )


def _timed(call: Callable[[float, float], object], points: Sequence[tuple[float, float]]) -> list[float]:
    took = []
    for lon, lat in points:
        began = perf_counter()
        call(lon, lat)
        took.append(perf_counter() - began)
    return took


def _batch() -> dict[str, float | str]:
    """Points a second with the three first tenants and the outlines of all others, around real reports."""
    outlines = [
        Outline(
            feature["properties"]["code"], feature["properties"]["name"], shapely.to_wkb(shape(feature["geometry"]))
        )
        for feature in _features("catalogue_idn.geojson.gz")
        if feature["properties"]["code"] not in FIRST
    ]
    grounds = _grounds("first_tenants.geojson")
    index = Index(grounds, outlines)
    points = np.array(_points(grounds, BATCH_POINTS))
    rates = []
    for _ in range(ROUNDS):
        began = perf_counter()
        for begin in range(0, BATCH_POINTS, CHUNK):
            chunk = points[begin : begin + CHUNK]
            index.locate_many(chunk[:, 0], chunk[:, 1], at=AT)
        rates.append(BATCH_POINTS / (perf_counter() - began))
    return {"locate_batch_points_per_s": round(median(rates))}


def _features(name: str) -> list[dict[str, Any]]:
    raw = (DATA / "boundaries" / name).read_bytes()
    features: list[dict[str, Any]] = json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)["features"]
    return sorted(features, key=lambda feature: str(feature["properties"]["code"]))


def _grounds(name: str) -> list[Ground]:
    grounds = []
    for feature in _features(name):
        code, outline = feature["properties"]["code"], shape(feature["geometry"])
        boundary_id, tenant_id = uuid5(NAMESPACE_OID, code), uuid5(NAMESPACE_OID, f"tenant {code}")
        area_m2 = geodesic_area_m2(outline)
        grounds.append(
            Ground(
                boundary_id,
                tenant_id,
                code,
                code,
                shapely.to_wkb(outline),
                area_m2,
                AT,
                valid_from=None,
                valid_until=None,
            )
        )
    return grounds


def _points(grounds: Sequence[Ground], count: int) -> list[tuple[float, float]]:
    """Half some 5 km about vertices of borders, half anywhere in the boxes of the grounds; the same each time."""
    random = np.random.default_rng(20)
    shapes = shapely.from_wkb([ground.wkb for ground in grounds])
    vertices = shapely.get_coordinates(shapes)
    beside = vertices[random.integers(0, len(vertices), count // 2)] + random.normal(0, 0.03, (count // 2, 2))
    west, south, east, north = shapely.bounds(shapes)[random.integers(0, len(shapes), count - count // 2)].T
    inside = np.column_stack([random.uniform(west, east), random.uniform(south, north)])
    mixed = random.permutation(np.concatenate([beside, inside]))
    return [(float(lon), float(lat)) for lon, lat in mixed]


@contextmanager
def _postgis(grounds: Sequence[Ground]) -> Iterator[dict[str, Ask]]:
    """Functions that ask PostGIS, by form; none where it isn't installed."""
    versions = sorted(
        control.parts[-3] for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    )
    versions = [version for version in versions if (POSTGRES / version / "bin" / "initdb").exists()]
    if not versions:
        yield {}
        return
    with (
        _cluster(POSTGRES / versions[-1] / "bin") as folder,
        psycopg.connect(f"host={folder} dbname=postgres user=postgres", autocommit=True) as connection,
    ):
        _fill(connection, grounds)
        yield {name: _asking(connection, form) for name, form in FORMS.items()}


@contextmanager
def _cluster(binaries: Path) -> Iterator[Path]:
    """The folder (the socket's too) of a running server, stopped and removed afterwards; PostgreSQL refuses root."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    user = "postgres" if os.geteuid() == 0 else None
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def call(*arguments: str) -> None:
        subprocess.run(arguments, user=user, env=environment, cwd="/", check=True, stdout=subprocess.DEVNULL)

    try:
        if user:
            shutil.chown(folder, user)
        call(str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-N")
        options = f"-k {folder} -c listen_addresses='' -c shared_buffers=512MB -c jit=off -c fsync=off"
        log = str(folder / "log")
        call(str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", log, "-o", options, "start")
        try:
            yield folder
        finally:
            call(str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(connection: psycopg.Connection[Any], grounds: Sequence[Ground]) -> None:
    connection.execute("CREATE EXTENSION postgis")
    connection.execute("CREATE TABLE ground (slug text, geom geometry(Geometry, 4326))")
    for ground in grounds:
        connection.execute("INSERT INTO ground VALUES (%s, ST_GeomFromWKB(%s, 4326))", (ground.slug, ground.wkb))
    connection.execute(TABLES)
    connection.execute("VACUUM ANALYZE")


def _asking(connection: psycopg.Connection[Any], form: LiteralString) -> Ask:
    def ask(lon: float, lat: float) -> Answer:
        rows = connection.execute(form, {"lon": lon, "lat": lat}, prepare=True).fetchall()
        return {slug: float(metres) for slug, metres in rows}

    return ask


if __name__ == "__main__":
    for name, figure in run().items():
        sys.stdout.write(f"{name}: {figure}\n")
