"""The ground that tests stand on: a real PostgreSQL of their own, real commits, and the same people everywhere.

Each test gets a database copied from a template in some 30 ms, so that commits, the outbox and SET LOCAL are what they
are in production; a rolled-back savepoint would lie about them.
"""

import importlib
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from complaints import tasks
from complaints.office import Office
from complaints.photos.storage import FileStorage
from complaints.rules.rulebooks import Rulebooks
from config.postgres import SUPERUSER, EmbeddedPostgres
from config.settings import ROOT
from configuration import area_following, asset_bringing, category_bringing
from messages.email import DevelopmentMailer
from messages.letter import PHONE, Carrier, Channel
from messages.outbox import SEND, forgotten
from messages.phone import DevelopmentTexter
from messages.queue import make_queue
from messages.sending import sender
from messages.ways import Ways
from messages.web_push import DevelopmentPusher
from onboarding import tasks as onboarding_tasks
from onboarding.billing import init_billing
from onboarding.billing.billing import Billing
from onboarding.billing.provider import Provider as CardProvider
from onboarding.commands import init_commands
from onboarding.pages import init_pages
from people import sign_in
from people.oidc import Provider
from tenants.addresses import Addresses
from tenants.database import db
from tenants.directory import Keeper
from tenants.roles import see_to_the_app_role
from tests.cast import Cast, Visitor, provision_the_cast
from tests.onboarding.billing.stripe_server import KEY, SECRET, FakeStripe, InProcess
from web.app import create_app, utc_now
from web.config import WebConfig
from web.routes import init_routes

HOOKS_SECRET = "what the providers of the tests sign with"
PROVIDER = Provider(
    "http://localhost", "aduan", None, name="localhost", redirect_uri="http://localhost/provider/return"
)
"""A provider of sign-ins that is never asked: what it says of itself is known."""
PROVIDER._metadata = (float("inf"), {"authorization_endpoint": "http://localhost/authorize"})
CONFIG = WebConfig(
    secret_key="a secret of the tests",
    base_host="localhost",
    scheme="http",
    port=None,
    production=False,
    trusted_proxies=0,
    also_national=(),
    map_tiles_url=None,
    rate_limits=True,
    metrics_token=None,
    hooks_secret=HOOKS_SECRET,
    provider=PROVIDER,
)
# No deadline: how long one example takes says more about the machine than about the property.
settings.register_profile("suite", max_examples=30, deadline=None)
settings.load_profile("suite")
STRIPE = FakeStripe()
BILLING = Billing(issuer=("Aduan", "BCA 123"), provider=CardProvider(KEY, None, SECRET, InProcess(STRIPE)))
VAPID_KEY = "c" * 42 + "E"
"""A private key of the tests."""
MEMORY = Path("/dev/shm")  # a file system in memory on every Linux
ROOM_BYTES = 2 * 1024**3
OPTIONS = ("shared_buffers=64MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several workers begin with the modules in which something takes long: who had it last would keep them waiting."""
    if hasattr(config, "workerinput"):
        long = {item.path for item in items for mark in ("journey", "slow") if item.get_closest_marker(mark)}
        items.sort(key=lambda item: item.path not in long)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets are closed, loopback excepted."""
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedPostgres]:
    """A throw-away cluster; its database `aduan` is migrated and empty."""
    folder = Path(tempfile.mkdtemp(prefix="aduan-test-", dir=_in_memory()))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", OPTIONS)
    server.start()
    migrate(server)
    yield server
    server.stop_if_last()
    shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """A folder in memory where there is room: copying a database is some thousand files, slow on a busy disk."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if roomy else None


@pytest.fixture(scope="session")
def cast_template(cluster: EmbeddedPostgres) -> str:
    """A database in which the cast lives."""
    with _server(cluster) as server:
        server.execute("CREATE DATABASE the_cast TEMPLATE aduan OWNER aduan_owner STRATEGY=FILE_COPY")
    engine = create_engine(cluster.url("aduan_app", "the_cast"))
    with Session(engine) as session:
        provision_the_cast(session)
    engine.dispose()
    return "the_cast"


@pytest.fixture
def database(cluster: EmbeddedPostgres, cast_template: str) -> Iterator[str]:
    """SQLAlchemy URL of the app role, in a database of this test's own with the cast in it."""
    with copied(cluster, cast_template) as url:
        yield url


@contextmanager
def copied(cluster: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A database copied from a template: SQLAlchemy URL of the app role in it."""
    name = f"test_{uuid4().hex[:12]}"
    with _server(cluster) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER aduan_owner STRATEGY=FILE_COPY")
    try:
        yield cluster.url("aduan_app", name)
    finally:
        with _server(cluster) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def owner_url(database: str) -> str:
    """SQLAlchemy URL of the owner in the test's database."""
    return make_url(database).set(username="aduan_owner").render_as_string(hide_password=False)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    with _engine_for(database) as engine:
        yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of the app role in no tenant."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    """A connection of the owner, whose policy lets it see every tenant: for catalogues, checksums and many rows."""
    with _engine_for(owner_url) as engine, engine.connect() as connection:
        yield connection


class _Led:
    """An engine of this process, led to the database of one test after another.

    What SQLAlchemy compiles it keeps with an engine, and to compile every statement anew was a sixth of a test.
    """

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.url, self.free = engine, url, False
        event.listen(engine, "do_connect", self._lead)

    def _lead(self, dialect: Dialect, _record: object, _args: object, params: dict[str, Any]) -> None:
        params.clear()
        params.update(dialect.create_connect_args(make_url(self.url))[1])


_ENGINES: list[_Led] = []


@contextmanager
def _engine_for(url: str) -> Iterator[Engine]:
    led = next((one for one in _ENGINES if one.free), None)
    if led is None:
        led = _Led(create_engine(url), url)
        _ENGINES.append(led)
    led.url, led.free = url, False
    try:
        yield led.engine
    finally:
        led.engine.dispose()
        led.free = True


@pytest.fixture
def app(database: str, owner_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app as wsgi.py puts it together, on the test's database."""
    with put_together(database, owner_url, tmp_path) as app:
        yield app


_BUILDERS: dict[tuple[Any, ...], Callable[..., Any]] = {}
_compile_builder = Rule._compile_builder


def _compiled_once(rule: Any, append_unknown: bool = True) -> Callable[..., Any]:
    """Werkzeug compiles two functions a route, half of what a test's own app takes; once a process is enough."""
    key = tuple(rule._trace), repr(sorted((rule.defaults or {}).items())), append_unknown
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


Rule._compile_builder = _compiled_once


class _Kept(BytecodeCache):
    """Compiled templates of this process; every test's app would compile its own again."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _Kept()

# A sealed password costs an attacker dearly, and each of some thousand sign-ins of the tests as well.
sign_in._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@contextmanager
def put_together(
    database: str,
    owner_url: str,
    folder: Path,
    mailer: Carrier | None = None,
    billing: Billing = BILLING,
    *,
    own: bool = False,
    **config: Any,
) -> Iterator[Flask]:
    """The app on a database, with its photos in a folder. config: what differs from the tests' usual WebConfig.

    own: made for this test, which changes more of it than is put back.
    """
    storage = FileStorage(folder / "evidence")
    queue = make_queue(database)
    carriers: dict[str, Carrier] = {
        Channel.EMAIL: mailer or DevelopmentMailer("Aduan <no-reply@aduan.example>"),
        **dict.fromkeys(PHONE, DevelopmentTexter()),
    }
    pusher = DevelopmentPusher(VAPID_KEY, "Aduan <no-reply@aduan.example>")
    carriers[Channel.PUSH] = pusher
    queue.task(SEND)(sender(carriers, queue))
    queue.sweep(forgotten)
    keepers: list[Keeper] = []

    def office(engine: Engine) -> Office:
        keepers.append(Keeper(engine, utc_now))
        made = Office(
            keeper=keepers[0],
            rulebooks=Rulebooks(),
            addresses=Addresses("http", "localhost", None),
            storage=storage,
            queue=queue,
            secret=b"a secret of the tests",
            ways=Ways(phone=True),
            push_key=pusher.public_key,
            push_also_here=True,
            reply_domain="reply.aduan.example",
        )
        tasks.register(queue, made)
        area_following.register(queue, made)
        asset_bringing.register(queue, made)
        category_bringing.register(queue, made)
        onboarding_tasks.register(queue, made)
        return made

    with _engine_for(owner_url) as owner, _app_for(database, office, owner, own, config) as app:
        app.extensions["billing"] = billing
        try:
            yield app
        finally:
            keepers[0].stop()


class _Usual:
    """The app with the tests' usual settings: made once in this process, since its routes take longer than most tests.

    What a test puts in another's place (views, extensions, settings) is back at the next.
    """

    def __init__(self, app: Flask, url: str) -> None:
        with app.app_context():
            self.led = _Led(db.engine, url)
        self.app, self.free = app, False
        self.kept = [(kept, dict(kept)) for kept in (app.extensions, app.config, app.view_functions)]

    def again(self, url: str, office: Callable[[Engine], Office], owner: Engine) -> None:
        self.led.url, self.free = url, False
        for kept, was in self.kept:
            kept.clear()
            kept.update(was)
        self.app.extensions |= {"office": office(self.led.engine), "owner_engine": owner}


_USUAL: list[_Usual] = []


@contextmanager
def _app_for(
    database: str, office: Callable[[Engine], Office], owner: Engine, own: bool, config: dict[str, Any]
) -> Iterator[Flask]:
    own = own or bool(config)
    usual = next((one for one in _USUAL if one.free and not own), None)
    if usual is not None:
        usual.again(database, office, owner)
        app = usual.app
    else:
        app = _made(database, office, owner, config)
        if not own:
            usual = _Usual(app, database)
            _USUAL.append(usual)
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if usual is not None:
            usual.free = True


def _made(database: str, office: Callable[[Engine], Office], owner: Engine, config: dict[str, Any]) -> Flask:
    app = create_app(replace(CONFIG, **config), office, database_url=database, owner=owner)
    app.testing = True
    app.jinja_env.bytecode_cache = _TEMPLATES
    app.config["PROPAGATE_EXCEPTIONS"] = False
    init_routes(app)
    init_pages(app)
    init_billing(app, BILLING)
    init_commands(app, start_database=None)
    return app


@pytest.fixture
def office(app: Flask) -> Office:
    return app.extensions["office"]


@pytest.fixture
def cast(office: Office, session: Session) -> Cast:
    """The two neighbouring cities and their people."""
    return Cast(office, session)


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """A browser at a host, signed in as somebody or nobody: visit("barat"), visit("barat", "officer"), visit()."""

    def at(slug: str | None = None, role: str | None = None, *, city: str | None = None) -> Visitor:
        visitor = Visitor(app, slug)
        if role is not None:
            visitor.sign_in(f"{role}@{city or slug or 'aduan'}.example")
        return visitor

    return at


def migrate(server: EmbeddedPostgres) -> None:
    """All migrations, and the app role's grants."""
    owner = create_engine(server.owner_url)
    with owner.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context):
            for file in sorted((ROOT / "migrations" / "versions").glob("0*.py")):
                importlib.import_module(f"migrations.versions.{file.stem}").upgrade()
        see_to_the_app_role(connection, make_url(server.app_url))
    owner.dispose()


def _server(cluster: EmbeddedPostgres) -> psycopg.Connection[Any]:
    return psycopg.connect(f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}", autocommit=True)
