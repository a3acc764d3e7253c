"""Every route, called by whoever may and by everybody who may not: nothing of a city is told, nothing in it changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.orm import Session
from werkzeug.routing import Map, Rule
from werkzeug.test import Client, TestResponse

from config.postgres import EmbeddedPostgres
from tenants.directory import raise_epoch
from tests.cast import Cast, Visitor
from tests.conftest import copied, put_together
from tests.tenants import walls
from tests.web.rightful import CALLS
from tests.web.rightful.world import HIDDEN, SHOWN, Ask, Call, World
from web.access import Anyone, SignedIn

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
KEPT_BY_PLATFORM = ("tenants", "tenant_domains", "boundaries", "intake_keys", "city_plans")
"""Platform-wide tables whose rows say whose they are."""
NAMES_ITS_CITY = {"tenants": "id", "city_plans": "city_id"}
"""By which column, where it isn't `tenant_id`."""
OPEN_THE_REPORTER = ("staff_reads.open_reporter", "own_data.page", "own_data.download")
"""The pages that show a reporter's address: to whoever may, with a reason that is kept, and to the reporter."""
LOGS = frozenset({"reads", "rate_limits", "sign_ins"})
"""What a read may write: who read it, how often somebody tried, and that a sign-in was used."""

NEWEST = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")

EACH: dict[str, tuple[str, str, Call]] = {}
for (endpoint, method), entry in CALLS.items():
    for name, call in entry.items() if isinstance(entry, dict) else [("", entry)]:
        EACH[f"{endpoint} {method} {name}".strip()] = (endpoint, method, call)

STRANGERS = [(role, host) for role in ("admin", "officer", "resident", None) for host in ("timur", "barat", None)]
"""The neighbour's admin, staff and resident, and nobody: on their host, on the first city's, on the national one."""

FEW = [("admin", "timur"), ("admin", "barat"), ("officer", "barat"), (None, "barat")]
"""Where one address stands for several, all come to the first and these to the others."""


class Walk:
    """The app with two cities, and one browser for each person and host."""

    def __init__(self, app: Flask, world: World, owner: Connection, past: Connection) -> None:
        self.app, self.world, self.owner, self.past = app, world, owner, past
        self.newest = 0
        self.before: dict[str | None, dict[str, str]] = {}
        self._visitors: dict[tuple[str | None, str | None], Visitor] = {}
        self.shown = ""

    def visitor(self, email: str | None, host: str | None) -> Visitor:
        key = (email, host)
        if key not in self._visitors:
            self._visitors[key] = Visitor(self.app, host)
            if email:
                self._visitors[key].sign_in(email)
        return self._visitors[key]

    def ask(self, email: str | None, host: str | None, method: str, ask: Ask, path: str) -> TestResponse:
        if path == "/sign-out" or email is None:  # nobody comes with no cookie of an earlier call
            self._visitors.pop((email, host), None)
        options: dict[str, Any] = {"data": dict(ask.data())} if ask.data else {}
        if ask.json is not None:
            options = {"json": dict(ask.json)}
        visitor = self.visitor(email, host)
        if path == "/sign-out":
            self._visitors.pop((email, host), None)
        # past Visitor.open, which reads every page strictly: the tests of the pages do that
        origin = {"Origin": visitor.origin}
        if ask.signed is not None:
            options["data"], signed = ask.signed()
            origin |= signed
        options |= {"base_url": visitor.origin, "headers": origin, "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
        return Client.open(visitor, path, method=method, **options)

    def look(self) -> None:
        """Keep how everything stands now, to compare with later: one snapshot of the database, read only if need be."""
        self.before.clear()
        self.past.rollback()
        self.past.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        self.newest = self.past.execute(NEWEST).scalar_one()

    def changed(self, tenant: str | None = None) -> list[str]:
        """The tables, logs left out, that differ from the last look: of one tenant, or of all.

        Most calls write nothing, and then there are no rows to read: each transaction that writes takes a number.
        """
        newest = self.owner.execute(NEWEST).scalar_one()
        self.owner.rollback()
        if newest == self.newest:
            return []
        if tenant not in self.before:
            self.before[tenant] = self.checksum(tenant, self.past)
        before, after = self.before[tenant], self.checksum(tenant, self.owner)
        self.owner.rollback()
        return [table for table in after if after[table] != before[table]]

    def checksum(self, tenant: str | None, connection: Connection) -> dict[str, str]:
        """MD5 over the ordered rows of each table, logs left out: of one tenant, or of all."""
        owned = walls.tenant_owned(connection)
        tables = [*owned, *KEPT_BY_PLATFORM] if tenant else [*owned, *walls.PLATFORM_WIDE, "procrastinate_jobs"]
        parts = []
        for table in sorted(set(tables) - LOGS):
            mine = f"WHERE {NAMES_ITS_CITY.get(table, 'tenant_id')} = '{tenant}'" if tenant else ""
            parts.append(
                f"SELECT '{table}', md5(COALESCE(string_agg(r, '' ORDER BY r), '')) FROM (SELECT t::text AS r"
                f" FROM {table} t {mine}) rows_of_it"
            )
        return {row[0]: row[1] for row in connection.execute(text(" UNION ALL ".join(parts)))}


@pytest.fixture(scope="module")
def walk(cluster: EmbeddedPostgres, cast_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder: Path = tmp_path_factory.mktemp("walk")
    with copied(cluster, cast_template) as url:
        owner_url = make_url(url).set(username="aduan_owner")
        owner, engine = create_engine(owner_url), create_engine(url)
        with (
            put_together(url, owner_url.render_as_string(hide_password=False), folder, rate_limits=False) as app,
            Session(engine) as session,
            owner.connect() as connection,
            owner.connect() as past,
        ):
            connection.execute(
                text("UPDATE seats SET name = :name WHERE name LIKE '%Kota Barat' AND role <> 'resident'"),
                {"name": SHOWN["seat"]},
            )
            connection.execute(
                text("UPDATE agencies SET email = :email WHERE email LIKE '%@barat.example'"),
                {"email": HIDDEN["agency's address"]},
            )
            connection.execute(text("UPDATE tenants SET revision = revision + 1"))
            connection.commit()
            raise_epoch(session)
            session.commit()
            world = World(Cast(app.extensions["office"], session))
            world.private("ask")  # something is there before the first call
            world.message()
            yield Walk(app, world, connection, past)
            session.close()
        engine.dispose()
        owner.dispose()


def uncovered(url_map: Map) -> list[tuple[str, str]]:
    """Routes without a rightful call, and calls without a route."""
    routes = {(rule.endpoint, method) for rule in url_map.iter_rules() for method in (rule.methods or set()) & METHODS}
    return sorted(routes ^ set(CALLS))


def _first_of(endpoint: str, method: str) -> str:
    return next(name for name, (one, other, _) in EACH.items() if (one, other) == (endpoint, method))


def canaries(response: TestResponse) -> list[str]:
    """Which secrets of Kota Barat an answer holds."""
    said = response.get_data().decode(errors="replace")
    said += str(response.headers)
    return [name for name, canary in (SHOWN | HIDDEN).items() if canary in said]


def test_every_route_has_a_rightful_call(app: Flask) -> None:
    assert uncovered(app.url_map) == [], "add it to tests/web/rightful/"


def test_a_new_route_without_one_is_noticed(app: Flask) -> None:
    rules = [rule.empty() for rule in app.url_map.iter_rules()]
    longer = Map([*rules, Rule("/new", endpoint="new.page", methods=["GET", "POST"])])
    assert uncovered(longer) == [("new.page", "GET"), ("new.page", "POST")]


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    silent = [endpoint for endpoint, view in app.view_functions.items() if getattr(view, "access", None) is None]
    assert silent == []


@pytest.mark.parametrize("name", EACH)
def test_strangers_learn_and_change_nothing_and_the_rightful_is_answered(walk: Walk, name: str) -> None:
    endpoint, method, call = EACH[name]
    access = walk.app.view_functions[endpoint].access
    ask = call.make(walk.world)
    barat = str(walk.world.cast.city("barat").id)
    walk.world.cast.session.commit()

    # strangers, with the same ids
    path = ask.as_stranger or ask.path
    walk.look()
    parties = [
        (f"{role}@timur.example" if role else None, host)
        for role, host in (STRANGERS if name in (f"{endpoint} {method}", _first_of(endpoint, method)) else FEW)
    ]
    if access not in (Anyone, SignedIn):
        parties.append(("resident@barat.example", "barat"))
    for email, host in parties:
        answer = walk.ask(email, host, method, ask, path)
        where = f"{email} on {host} got {answer.status_code} from {method} {path}"
        assert answer.status_code < 500, f"{where}: {answer.get_data(as_text=True)[-2000:]}"
        assert canaries(answer) == [], where
        if access not in (Anyone, SignedIn) and host in ("barat", None):
            assert not answer.status_code < 300, where
            assert answer.status_code in (303, 403, 404), where
            assert answer.status_code != 303 or answer.headers["Location"].startswith("/sign-in?"), where
        if ask.as_stranger is not None and host == "barat":
            assert answer.status_code == 404, where
        if not ask.harmless:
            assert walk.changed(barat) == [], where

    # the rightful one
    walk.look()
    email = None if call.who is None else f"{call.who}@{'aduan' if call.who == 'operator' else 'barat'}.example"
    answer = walk.ask(email, call.host, method, ask, ask.path)
    assert 200 <= answer.status_code < 400, f"{answer.status_code}: {answer.get_data(as_text=True)[-3000:]}"
    assert not answer.headers.get("Location", "").startswith("/sign-in"), "the rightful one was sent to sign in"
    shown = canaries(answer)
    assert not set(shown) & set(HIDDEN) or call.who == "operator" or endpoint in OPEN_THE_REPORTER, shown
    walk.shown += " ".join(shown)
    if method == "GET":
        assert walk.changed() == [], "a GET changed something"


def test_the_canaries_are_where_the_rightful_see_them(walk: Walk) -> None:
    """Else the walk would find nothing because there is nothing to find."""
    world = walk.world
    complaint_id = world.private("ask")
    seen = []
    for who, host, path in [
        ("supervisor", "barat", f"/staff/complaints/{complaint_id}"),
        ("admin", "barat", "/admin"),
        (None, "barat", world.manage(complaint_id)[0]),
        ("operator", None, f"/operator/outbox/barat/{world.message()}"),
    ]:
        email = None if who is None else f"{who}@{'aduan' if who == 'operator' else 'barat'}.example"
        seen += canaries(walk.ask(email, host, "GET", Ask(path), path))
    assert set(SHOWN) - {"entry"} <= set(seen)


def test_the_checksum_sees_a_change_of_any_tenants_table(walk: Walk) -> None:
    barat = str(walk.world.cast.city("barat").id)
    walk.look()
    assert walk.changed(barat) == []
    walk.world.private()
    assert {
        "complaints",
        "contacts",
        "evidence",
        "history",
        "holdings",
        "intake_keys",
        "messages",
        "remarks",
    } == set(walk.changed(barat))
    walk.look()
    walk.world.cast.complaint("timur")
    assert walk.changed(barat) == []
    assert "complaints" in walk.changed()
