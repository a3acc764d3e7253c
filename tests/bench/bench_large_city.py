"""Every page of the settings of a city with 3,000 areas, 200 agencies, 400 categories, 50,000 objects and 2,000 seats.

100,000 reports besides. One of each kind of page that a link of the settings leads to, and lists searched, filtered and
opened in the middle, by the test client in this process, as the app role; at the end what residents and officials see
of such a city, and the first page after a setting was changed, which reads the rules anew. Each twenty times, in turn.
Beside the time on the clock stands the time on a processor, of the process and of its connections to the database:
other work on the machine adds little to it.
"""

import gc
import html
import math
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import Client, TestResponse

from tests.bench import large
from tests.bench.budgets import Budget, Figures
from tests.bench.ground import PASSWORD, Ground
from tests.conftest import put_together

ROUNDS = int(os.environ.get("LARGE_CITY_ROUNDS", "20"))
MOST_MS = 300
ORIGIN = f"http://{large.SLUG}.localhost"
HARD = "jenis-1"
"""The category with forty questions and an agency of its own in each district."""
LISTS = (
    "/admin/categories?q=lubang",
    "/admin/categories?q=jenis+3",
    "/admin/categories?group=rumpun-3",
    "/admin/agencies?q=unit",
    "/admin/areas?q=kelurahan",
    "/admin/areas?level=kelurahan",
    "/admin/areas?in=D07",
    "/admin/areas/of/D07",
    "/admin/areas/of/D07.11",
    "/admin/assets?q=lampu+4",
    "/admin/assets?category=jenis-1",
    "/admin/rules?q=jalan",
    f"/admin/rules?category={HARD}&area=D07.11",
    "/admin/people?q=pegawai+1",
    "/admin/people?q=pegawai-12@kota",
    "/admin/people?role=supervisor",
    "/admin/people?agency=unit-1",
    "/admin/changes?section=categories",
    f"/admin/who-gets-this?category={HARD}",
    f"/admin/who-gets-this?category={HARD}&area=Kelurahan+7.11",
    f"/admin/who-gets-this?category={HARD}&spot=-6.2,106.83",
)
MIDDLE = ("/admin/categories", "/admin/areas?level=kelurahan", "/admin/assets", "/admin/people", "/admin/changes")
"""Lists of which a page further on is opened too."""
OTHERS = ("/report", "/report?step=3", "/", "/complaints", "/areas", "/staff", "/staff?tab=all&status=in_progress")
"""What isn't a setting and yet is as large as the settings are."""
FILES = (".csv", ".xlsx", ".zip", ".css", ".svg", ".png")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LINK = re.compile(r'href="(/admin[^"#]*)')
MS, WORDS = "large_city_ms ", "large_city_words "
WHOLE = "the first page after a change"


@dataclass
class Asked:
    """What asking a page took, once each time: seconds on the clock, on a processor; and what it was."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    bytes: int = 0
    statements: int = 0
    ids: set[str] = field(default_factory=set)


def run(ground: Ground) -> dict[str, float | str]:
    """For each page its p95 on the clock in ms, and the rest in words; then the worst of all of them."""
    database, tenant = large.build(ground)
    app_url, owner_url = (ground.server.url(role, database) for role in ("aduan_app", "aduan_owner"))
    with put_together(app_url, owner_url, ground.folder, rate_limits=False) as app:
        office = app.extensions["office"]
        office.directory  # noqa: B018 - so that no request builds it
        office.keeper.stop()
        # as the server does before it serves: what was read once is looked at by no collection
        gc.collect()
        gc.freeze()
        with ground.superuser(database) as connection:
            backends = [Path(f"/proc/{pid}/schedstat") for pid in _backends(app, connection)]

            def change() -> None:
                _change(connection, tenant)
                office.keeper.refresh()

            asked = _ask(app, backends, change)
    ground.drop(database)
    figures: dict[str, float | str] = {}
    for page, took in asked.items():
        figures[MS + page] = _ms(took.clock, 0.95)
        figures[WORDS + page] = (
            f"(p50 {_ms(took.clock, 0.5):.0f}; on a processor p50 {_ms(took.processor, 0.5):.0f},"
            f" p95 {_ms(took.processor, 0.95):.0f}; {took.bytes / 1000:,.0f} kB sent, {took.statements} statements)"
        )
    settings = [took for page, took in asked.items() if page.startswith("/admin")]
    figures["large_city_pages"] = len(settings)
    figures["large_city_over"] = sum(_ms(took.processor, 0.95) > MOST_MS for took in settings)
    figures["large_city_worst_ms"] = max(_ms(took.clock, 0.95) for took in settings)
    figures["large_city_worst_processor_ms"] = max(_ms(took.processor, 0.95) for took in settings)
    figures["large_city_rounds"] = ROUNDS
    return figures


def budgets(figures: Figures) -> list[Budget]:
    """A row for each page, the slowest first."""
    pages = [name.removeprefix(MS) for name in figures if name.startswith(MS)]
    return [
        Budget(MS + page, f"ms: {page}", most=MOST_MS, besides=WORDS + page)
        for page in sorted(pages, key=lambda page: -float(figures[MS + page]))
    ]


def _ask(app: Flask, backends: list[Path], change: Callable[[], None]) -> dict[str, Asked]:
    statements = [0]

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_told: Any) -> None:
        statements[0] += 1

    client = Client(app)
    try:
        answer = client.post(
            "/sign-in",
            data={"email": f"admin@{large.SLUG}.example", "password": PASSWORD},
            base_url=ORIGIN,
            headers={"Origin": ORIGIN},
        )
        if answer.status_code != 303:
            raise RuntimeError(f"signing in was answered by {answer.status_code}")
        pages = [*_settings(app, client), *LISTS, *(_further(client, one) for one in MIDDLE), *OTHERS]
        asked = {_shown(page): Asked() for page in [*pages, WHOLE]}
        for _round in range(ROUNDS):
            for page in pages:
                _once(client, page, asked[_shown(page)], backends, statements)
            change()
            _once(client, "/admin/rules", asked[WHOLE], backends, statements)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return asked


def _once(client: Client, page: str, took: Asked, backends: list[Path], statements: list[int]) -> None:
    before, database, processor, clock = statements[0], _ran(backends), process_time(), perf_counter()
    answer = _get(client, page, **{"Accept-Encoding": "gzip"})
    took.clock.append(perf_counter() - clock)
    took.processor.append(process_time() - processor + _ran(backends) - database)
    took.bytes, took.statements = len(answer.data), statements[0] - before


def _settings(app: Flask, client: Client) -> Iterator[str]:
    """One page of each route that a link of the settings leads to, without what it is searched by."""
    routes = app.url_map.bind(large.SLUG)
    hard = urlsplit(client.get(f"/admin/categories/of/{HARD}", base_url=ORIGIN).location).path
    waiting, seen = ["/admin", hard], set()
    while waiting:
        page = waiting.pop(0)
        route, _values = routes.match(page)
        if route in seen:
            continue
        seen.add(route)
        yield page
        found = (html.unescape(link).partition("?")[0] for link in LINK.findall(_get(client, page).text))
        waiting += [link for link in found if not link.endswith(FILES)]


def _further(client: Client, page: str) -> str:
    """A list some pages on: the third, or the last before it."""
    for _number in range(3):
        following = [html.unescape(link) for link in LINK.findall(_get(client, page).text) if "after=" in link]
        if not following:
            break
        page = following[0]
    return page


def _get(client: Client, page: str, **headers: str) -> TestResponse:
    answer = client.get(page, base_url=ORIGIN, headers=headers)
    if answer.status_code not in (200, 302, 303):
        raise RuntimeError(f"{page} was answered by {answer.status_code}")
    return answer


def _shown(page: str) -> str:
    return ID.sub("…", page)


def _backends(app: Flask, connection: Any) -> list[int]:
    """The processes of the database that serve this one; one connection is enough for one client."""
    with app.test_client() as client:
        client.get("/", base_url=ORIGIN)
    sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'aduan_app'"
    return [pid for (pid,) in connection.execute(sql)]


def _ran(backends: list[Path]) -> float:
    """Seconds that these processes have been on a processor; 0 where the system doesn't say."""
    try:
        return sum(int(one.read_text().split()[0]) for one in backends) / 1e9
    except OSError:
        return 0.0


def _change(connection: Any, tenant: UUID) -> None:
    connection.execute("UPDATE tenants SET revision = revision + 1 WHERE id = %s", [tenant])
    connection.execute("UPDATE epochs SET value = value + 1")


def _ms(took: list[float], share: float) -> float:
    """By nearest rank: of twenty the nineteenth is the p95."""
    ordered = sorted(took)
    return round(ordered[math.ceil(len(ordered) * share) - 1] * 1000, 1)
