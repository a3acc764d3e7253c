"""What the number of tenants costs: starting, and answering, with 5, 500 and 5,000 of them.

Tenants are added to the demonstration's by INSERT, each with a ground of some two hundred vertices in a grid of its
own, a tenth of a degree wide. Starting is from nothing to the first answer of gunicorn, which reads all boundaries and
then forks; requests are asked by one connection, turn and turn about, of servers that run beside one another.
"""

import math
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import product
from statistics import median
from string import ascii_uppercase
from time import perf_counter
from typing import Any
from uuid import uuid4

import shapely
from psycopg.types.json import Jsonb

from tests.bench.ground import Ground
from tests.bench.load import ANSWER_SECONDS, NoAnswer, drive
from tests.bench.serving import serving

COUNTS = (5, 500, 5_000)
ROUNDS = 5
SECONDS = 0.5
"""For so long each request is asked over and over in a round."""
WARMING = 3
"""Rounds that aren't counted: each thread of each worker first opens a connection and reads what it keeps."""
WEST, NORTH, STEP = 60.0, -20.0, 0.1
"""Where the grid begins: in the Indian Ocean, where the catalogue has nothing."""
COLUMNS = 100
TENANT = """
INSERT INTO tenants (id, slug, code, type, name, stage, time_zone, languages, search_config, look, texts, options, plan,
                     created_at, live_at, revision, version)
VALUES (%(id)s, %(slug)s, %(code)s, 'kabupaten', %(name)s, 'live', 'Asia/Jakarta', '["id"]', 'simple', '{}', '{}',
        '{}', 'free', now(), now(), 1, 1)
"""
BOUNDARY = """
INSERT INTO boundaries (id, tenant_id, wkb, area_m2, claimed_at, overlay, source, mendings, created_at)
VALUES (gen_random_uuid(), %(id)s, %(wkb)s, 1.2e8, now(), '[]', '', '[]', now())
"""
REQUESTS = {
    "locate": ("localhost", "/api/v1/locate?lat=-6.2383&lon=106.9756"),
    "portal": ("bekasi.localhost", "/"),
    "national": ("localhost", "/"),
}


def run(ground: Ground) -> dict[str, float | str]:
    """Seconds of a start and milliseconds of requests (medians of rounds), and how they grow from 5 to 5,000."""
    environments = {count: _with_tenants(ground, count) for count in COUNTS}
    starts: dict[int, list[float]] = {count: [] for count in COUNTS}
    for _ in range(ROUNDS):
        for count, environment in environments.items():
            starts[count].append(_start(environment))
    took = _requests(environments)
    few, many = COUNTS[0], COUNTS[-1]
    figures: dict[str, float | str] = {f"tenants_start_{count}_s": round(median(starts[count]), 2) for count in COUNTS}
    figures["tenants_start_times"] = round(_growth(starts[few], starts[many]), 2)
    for name in REQUESTS:
        figures[f"tenants_{name}_5_ms"] = round(median(took[name, few]) * 1000, 2)
        unanswered = [count for count in COUNTS if len(took[name, count]) < ROUNDS]
        figures[f"tenants_{name}_times"] = (
            f"with {unanswered[0]} tenants no answer within {ANSWER_SECONDS} s"
            if unanswered
            else round(_growth(took[name, few], took[name, many]), 2)
        )
    return figures


def _growth(few: list[float], many: list[float]) -> float:
    return median(one / other for one, other in zip(many, few, strict=True))


def _start(environment: Mapping[str, str]) -> float:
    began = perf_counter()
    with serving(environment):
        return perf_counter() - began


def _requests(environments: Mapping[int, Mapping[str, str]]) -> dict[tuple[str, int], list[float]]:
    """Seconds of a request, the median of each round, by its name and the number of tenants."""
    took: dict[tuple[str, int], list[float]] = {(name, count): [] for name in REQUESTS for count in COUNTS}
    with ExitStack() as stack:
        ports = {count: stack.enter_context(serving(environment)) for count, environment in environments.items()}
        silent: set[tuple[str, int]] = set()
        for number in range(-WARMING, ROUNDS):
            for name, count in took:
                if (name, count) in silent:
                    continue
                host, path = REQUESTS[name]
                request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
                try:
                    load = drive(ports[count], [request], expected=200, seconds=SECONDS, connections=1)
                except NoAnswer:
                    silent.add((name, count))
                else:
                    took[name, count] += [median(load.took)] if number >= 0 else []
    return took


def _with_tenants(ground: Ground, count: int) -> dict[str, str]:
    """The settings of a database with so many tenants that have a portal, the demonstration's three among them."""
    database = ground.copy(f"tenants_{count}")
    with ground.superuser(database) as connection, connection.cursor() as cursor:
        taken = {code for (code,) in connection.execute("SELECT code FROM tenants")}
        have = connection.execute("SELECT count(*) FROM tenants WHERE stage = 'live' AND type <> 'commons'").fetchone()
        free = (code for code in map("".join, product(ascii_uppercase, repeat=3)) if code not in taken)
        rows = [_tenant(number, code) for number, code in zip(range(count - (have or (0,))[0]), free, strict=False)]
        cursor.executemany(TENANT, rows)
        cursor.executemany(BOUNDARY, rows)
        connection.execute("ANALYZE")
    return ground.environment(database)


def _tenant(number: int, code: str) -> dict[str, Any]:
    west = WEST + number % COLUMNS * STEP
    south = NORTH - number // COLUMNS * STEP
    ring = [
        (west + STEP / 2 * (1 + 0.9 * math.cos(angle)), south + STEP / 2 * (1 + 0.9 * math.sin(angle)))
        for angle in (2 * math.pi * step / 200 for step in range(200))
    ]
    return {
        "id": uuid4(),
        "slug": f"kabupaten-{number}",
        "name": Jsonb({"id": f"Kabupaten {number}"}),
        "code": code,
        "wkb": shapely.to_wkb(shapely.MultiPolygon([shapely.Polygon(ring)])),
    }
