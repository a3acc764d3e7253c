"""What intake is compared with: a bare Flask view that runs the statements of one filing, by psycopg alone.

It reads the JSON and answers some; nothing is checked, routed, promised or composed. The statements are those that two
filings of the same report sent to the driver (`BARE_STATEMENTS`: their file): what differs between the two is made
anew for each request, and the rest stays as it is. Served as `tests.bench.bare:app` by the same gunicorn.
"""

import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

# What is recorded names classes of the product; loading them here, not per request, keeps the view bare.
FIRST, SECOND = pickle.loads(Path(os.environ["BARE_STATEMENTS"]).read_bytes())

app = Flask(__name__)
pool = ConnectionPool(os.environ["BARE_CONNINFO"], min_size=4, max_size=16, open=False)


@app.get("/alive")
def alive() -> ResponseReturnValue:
    return "alive"


@app.post("/api/v1/complaints")
def file() -> ResponseReturnValue:
    pool.open()
    sent = request.get_json()
    now = datetime.now(UTC)
    fresh: dict[Any, Any] = {}
    with pool.connection() as connection, connection.cursor() as cursor:
        for sql, rows in PLAN:
            filled = [_filled(row, fresh, now) for row in rows]
            if len(filled) > 1:
                cursor.executemany(sql, filled)
            else:
                cursor.execute(sql, filled[0] or None)
    return jsonify({"reference": sent["category"], "at": now.isoformat()}), 201


def _filled(row: "Row", fresh: dict[Any, Any], now: datetime) -> dict[str, Any]:
    filled = dict(row.parameters)
    for name in row.varying:
        old = filled[name]
        if old not in fresh:
            fresh[old] = _anew(old, now)
        filled[name] = fresh[old]
    return filled


@dataclass(frozen=True)
class Row:
    """varying: the names of the parameters that have to be others each time."""

    parameters: dict[str, Any]
    varying: list[str]


def _plan() -> list[tuple[str, list[Row]]]:
    plan = []
    for (sql, ones), (other_sql, others) in zip(FIRST, SECOND, strict=True):
        if sql != other_sql or len(ones) != len(others):
            raise RuntimeError("two filings of the same report sent different statements")
        plan.append((sql, [_row(one, other) for one, other in zip(ones, others, strict=True)]))
    return plan


def _row(one: dict[str, Any], other: dict[str, Any]) -> Row:
    parameters = {name: _plain(value) for name, value in one.items()}
    return Row(parameters, [name for name, value in parameters.items() if _differs(value, _plain(other[name]))])


def _differs(one: Any, other: Any) -> bool:
    """JSON documents are taken as they are: none holds what has to be unique."""
    return not isinstance(one, Jsonb) and one != other


def _plain(value: Any) -> Any:
    """psycopg's wrapper of bytes can't be compared; the bytes can."""
    return bytes(value.obj) if type(value).__name__ == "Binary" else value


def _anew(old: Any, now: datetime) -> Any:
    made: dict[type, Callable[[], Any]] = {
        UUID: uuid4,
        datetime: lambda: now,
        bytes: lambda: os.urandom(len(old)),
        str: lambda: (uuid4().hex + old[32:])[: len(old)],
    }
    return made[type(old)]()


PLAN = _plan()
