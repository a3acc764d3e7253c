"""The officials' queue over HTTP, 20 rows a page, in a city of 100,000 complaints and in one of a million.

Two in a hundred are open and a quarter of those is late; the viewer is a supervisor, who sees all agencies. Both cities
are served by gunicorn as the product configures it and asked turn and turn about, one request at a time, for the first
page of every list and for one after four fifths of its rows. Then the larger one is asked by sixteen connections at
once.
"""

from collections.abc import Callable, Sequence
from statistics import median

import numpy as np

from tests.bench.city import City, build
from tests.bench.console import HOST, SIGN_IN, Page, pages, request, sign_in
from tests.bench.ground import Ground
from tests.bench.load import drive
from tests.bench.serving import serving
from tests.bench.statements import Statements, record

SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 7
TIMES = 4
"""Of each page in a round."""
LOADED_SECONDS = 4.0


def run(ground: Ground) -> dict[str, float | str]:
    """Milliseconds a page (p95 of a round over all lists, median of rounds), its statements, and pages a second."""
    cities = {size: build(ground, size) for size in (SMALL, LARGE)}
    shown = {size: pages(ground, city) for size, city in cities.items()}
    small, large = (ground.environment(city.database) for city in cities.values())
    with serving(small) as small_port, serving(large) as large_port:
        ports = {SMALL: small_port, LARGE: large_port}
        cookies = {size: sign_in(port) for size, port in ports.items()}
        rounds: dict[int, list[dict[Page, list[float]]]] = {SMALL: [], LARGE: []}
        for number in range(ROUNDS + 1):
            for size in (SMALL, LARGE):
                took = _alone(ports[size], shown[size], cookies[size])
                if number:  # the first one warms
                    rounds[size].append(took)
        requests = [request(page, cookies[LARGE]) for page in shown[LARGE]]
        loads = [drive(large_port, requests, expected=200, seconds=LOADED_SECONDS) for _ in range(ROUNDS)]
    p95 = {size: [_p95(took, lambda _page: True) for took in taken] for size, taken in rounds.items()}
    return {
        "queue_p95_100k_ms": round(median(p95[SMALL]), 1),
        "queue_p95_1m_ms": round(median(p95[LARGE]), 1),
        "queue_p95_times": round(median(_ratios(p95)), 2),
        **_by_kind(rounds),
        "queue_statements": max(len(one) for one in page_statements(ground, cities[LARGE], shown[LARGE])),
        "queue_pages_per_s": round(median(load.per_second for load in loads), 1),
        "queue_loaded_p95_ms": round(median(load.percentile_ms(0.95) for load in loads), 1),
    }


def _alone(port: int, shown: Sequence[Page], cookie: str) -> dict[Page, list[float]]:
    """Seconds of each page, by one connection; pages in turn, so that none is warm from the request before."""
    requests = [request(page, cookie) for _ in range(TIMES) for page in shown]
    load = drive(port, requests, expected=200, connections=1)
    return {page: list(load.took[number :: len(shown)]) for number, page in enumerate(shown)}


def _p95(took: dict[Page, list[float]], wanted: Callable[[Page], bool]) -> float:
    return float(np.percentile([one for page, many in took.items() if wanted(page) for one in many], 95)) * 1000


def _ratios(p95: dict[int, list[float]]) -> list[float]:
    return [large / small for small, large in zip(p95[SMALL], p95[LARGE], strict=True)]


def _by_kind(rounds: dict[int, list[dict[Page, list[float]]]]) -> dict[str, float | str]:
    """The list whose median page grows most between the two cities, and by how much."""
    kinds = sorted({(page.kind, page.deep) for page in rounds[SMALL][0]})
    growth = {
        f"{kind}, {'deep' if deep else 'first'}": _median(rounds[LARGE], kind, deep)
        / _median(rounds[SMALL], kind, deep)
        for kind, deep in kinds
    }
    worst = max(growth, key=lambda name: growth[name])
    return {"queue_worst_list": worst, "queue_worst_list_times": round(growth[worst], 2)}


def _median(rounds: Sequence[dict[Page, list[float]]], kind: str, deep: bool) -> float:
    return median(
        one for took in rounds for page, many in took.items() if (page.kind, page.deep) == (kind, deep) for one in many
    )


def page_statements(ground: Ground, city: City, shown: Sequence[Page]) -> list[Statements]:
    """What each page sends, SET LOCAL and the sign-in's among them."""
    origin = f"http://{HOST}"
    recorded = record(
        ground.environment(city.database),
        [
            {"method": "POST", "path": "/sign-in", "origin": origin, "data": SIGN_IN},
            {"method": "GET", "path": "/staff", "origin": origin},  # fills the caches of the process
            *[{"method": "GET", "path": page.path, "origin": origin} for page in shown],
        ],
    )
    return recorded[2:]
