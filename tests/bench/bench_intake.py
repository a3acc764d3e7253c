"""Intake over HTTP, committed, photos apart; beside a bare Flask view that runs the same statements.

Both are served by gunicorn as the product configures it (two workers of four threads, forked from a loaded process), on
the same cluster with fsync on, and get the same requests from the same load generator, turn and turn about. Every
report has a point in one of two cities and comes over that city's host, with a description and an e-mail address to
answer to; its agency has one too, so two messages are written with it. No worker runs beside, and senders aren't slowed
down (RATE_LIMITS=off).
"""

import json
import pickle
import random
from statistics import median
from uuid import UUID

from tests.bench.ground import Ground
from tests.bench.load import drive
from tests.bench.serving import serving
from tests.bench.statements import record

ROUNDS = 7
REQUESTS = 1_200
"""Of one round, for each side."""
CITIES = {"jakarta": (106.72, -6.30, 106.92, -6.13), "bekasi": (106.94, -6.33, 107.02, -6.20)}
"""Boxes well within a city: west, south, east, north."""
CATEGORIES = ("jalan-lubang", "drainase", "pju")
DESCRIPTION = "Lubang besar di depan pasar, sudah dua kali sepeda motor jatuh karena tidak terlihat waktu hujan."


def run(ground: Ground) -> dict[str, float | str]:
    """Reports a second of both sides, their ratio (medians of rounds, the first left out), and how long one takes."""
    environment = _environment(ground)
    recorded = ground.folder / "statements"
    filing = {"method": "POST", "path": "/api/v1/complaints", "origin": "http://bekasi.localhost"}
    report = _report(random.Random(3), "bekasi")
    statements = record(environment, [filing | {"json": report} for _ in range(5)])[-2:]
    recorded.write_bytes(pickle.dumps(statements))
    bare = environment | {
        "BARE_STATEMENTS": str(recorded),
        "BARE_CONNINFO": ground.conninfo("intake", "aduan_app"),
    }
    ours, theirs, ratios, loads = [], [], [], []
    chance = random.Random(7)
    with serving(environment) as port, serving(bare, "tests.bench.bare:app", "/alive") as bare_port:
        for number in range(ROUNDS + 1):
            requests = [_request(chance) for _ in range(2 * REQUESTS)]
            mine = drive(port, requests[:REQUESTS], expected=201)
            other = drive(bare_port, requests[REQUESTS:], expected=201)
            if number:
                loads.append(mine)
                ours.append(mine.per_second)
                theirs.append(other.per_second)
                ratios.append(mine.per_second / other.per_second)
    return {
        "intake_per_s": round(median(ours), 1),
        "intake_bare_per_s": round(median(theirs), 1),
        "intake_of_bare": round(median(ratios), 3),
        "intake_p50_ms": round(median(load.percentile_ms(0.5) for load in loads), 1),
        "intake_p99_ms": round(median(load.percentile_ms(0.99) for load in loads), 1),
        "intake_statements": len(statements[0]),
    }


def _environment(ground: Ground) -> dict[str, str]:
    ground.copy("intake")
    with ground.superuser("intake") as connection:
        connection.execute("UPDATE agencies SET email = code || '@dinas.example'")
    return ground.environment("intake")


def _report(chance: random.Random, city: str) -> dict[str, object]:
    west, south, east, north = CITIES[city]
    return {
        "category": chance.choice(CATEGORIES),
        "description": DESCRIPTION,
        "lat": round(chance.uniform(south, north), 6),
        "lon": round(chance.uniform(west, east), 6),
        "accuracy_m": 12.0,
        "contact": {"name": "Ani", "email": "ani@warga.example"},
    }


def _request(chance: random.Random) -> bytes:
    city = chance.choice(list(CITIES))
    body = json.dumps(_report(chance, city)).encode()
    key = UUID(int=chance.getrandbits(128))
    head = (
        f"POST /api/v1/complaints HTTP/1.1\r\nHost: {city}.localhost\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
