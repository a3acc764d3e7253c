"""What row-level security costs a queue page: its statements as the application's role, and past the wall.

The statements are those that the product sends for the first and deep pages of every list in the city of a hundred
thousand, the sign-in's among them; each carries its tenant as a value. One connection runs them as the application's
role after SET LOCAL, the other without it as a role with BYPASSRLS, page by page in turn, in a transaction each.
"""

from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from tests.bench.bench_queue import SMALL, page_statements
from tests.bench.city import City, build
from tests.bench.console import Page, pages, request, sign_in
from tests.bench.ground import Ground
from tests.bench.load import drive
from tests.bench.serving import serving
from tests.bench.statements import Statements

ROUNDS = 9
ROLE = "past_the_wall"


def run(ground: Ground) -> dict[str, float | str]:
    """Milliseconds that a page's statements take on either side (medians of rounds), and what the wall adds."""
    city = build(ground, SMALL)
    shown = pages(ground, city)
    recorded = page_statements(ground, city, shown)
    with ground.superuser(city.database) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
        connection.execute(f"CREATE ROLE {ROLE} LOGIN BYPASSRLS IN ROLE aduan_app")
    unwalled = [[one for one in page if not one[0].startswith("SET LOCAL")] for page in recorded]
    with (
        psycopg.connect(ground.conninfo(city.database, "aduan_app")) as app,
        psycopg.connect(ground.conninfo(city.database, ROLE)) as past,
    ):
        rounds = []
        for number in range(ROUNDS + 2):
            took = [0.0, 0.0]
            for walled, bare in zip(recorded, unwalled, strict=True):
                sides = [(0, app, walled), (1, past, bare)]
                rows = []
                for side, connection, statements in sides if number % 2 else reversed(sides):
                    began = perf_counter()
                    rows.append(_replay(connection, statements))
                    took[side] += perf_counter() - began
                if rows[0] != rows[1]:
                    raise RuntimeError("the two sides found different rows")
            if number > 1:  # until then plans are being prepared
                rounds.append((took[0] / len(recorded), took[1] / len(recorded)))
    added = median(one[0] - one[1] for one in rounds)
    return {
        "wall_share_of_page": round(added / _page(ground, city, shown), 3),
        "wall_with_ms": round(median(one[0] for one in rounds) * 1000, 2),
        "wall_without_ms": round(median(one[1] for one in rounds) * 1000, 2),
        "wall_share_of_statements": round(median(one[0] / one[1] - 1 for one in rounds), 3),
    }


def _page(ground: Ground, city: City, shown: Sequence[Page]) -> float:
    """Seconds of a page over HTTP, the median of all, once they are warm."""
    with serving(ground.environment(city.database)) as port:
        cookie = sign_in(port)
        requests = [request(page, cookie) for page in shown]
        return median([drive(port, requests * 4, expected=200, connections=1) for _ in range(2)][1].took)


def _replay(connection: psycopg.Connection[Any], statements: Statements) -> list[Any]:
    """The rows that the statements give, in a transaction of their own."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for sql, rows in statements:
            cursor.execute(sql, rows[0] or None)
            if cursor.description is not None:
                found += cursor.fetchall()
    connection.commit()
    return found
