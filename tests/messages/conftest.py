"""A real database for each test, with real commits: what a rolled-back savepoint shows of a queue would be a lie."""

import importlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from config.postgres import SUPERUSER, EmbeddedPostgres
from config.settings import ROOT
from messages.email import mailer_from_url
from messages.outbox import SEND
from messages.queue import Queue, make_queue
from messages.sending import WAITS, sender
from tenants.roles import see_to_the_app_role
from tests.messages.post_office import PostOffice
from tests.messages.rows import make_tenant

SENDER = "Aduan <no-reply@aduan.example>"
OPTIONS = ("shared_buffers=32MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off")


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="aduan-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", OPTIONS)
    server.start()
    _migrate(server)
    yield server
    server.stop_if_last()
    shutil.rmtree(folder, ignore_errors=True)


def _migrate(server: EmbeddedPostgres) -> None:
    owner = create_engine(server.owner_url)
    with owner.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            for file in sorted((ROOT / "migrations" / "versions").glob("0*.py")):
                importlib.import_module(f"migrations.versions.{file.stem}").upgrade()
        connection.commit()
        see_to_the_app_role(connection, make_url(server.app_url))
    owner.dispose()


@pytest.fixture
def database(cluster: EmbeddedPostgres) -> Iterator[str]:
    """SQLAlchemy URL of the app role, in a database of this test's own."""
    name = f"test_{uuid4().hex[:12]}"
    conninfo = f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}"
    with psycopg.connect(conninfo, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE aduan OWNER aduan_owner STRATEGY=FILE_COPY")
    yield cluster.url("aduan_app", name)
    with psycopg.connect(conninfo, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def cluster_admin(cluster: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """A superuser's connection, for what an accident does."""
    conninfo = f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_owner(database: str) -> Iterator[psycopg.Connection]:
    """A connection of the owner, for what the app role may not: locking whole tables."""
    address = make_url(database).set(username="aduan_owner")
    host = str(address.query["host"])
    with psycopg.connect(f"host={host} dbname={address.database} user=aduan_owner") as connection:
        yield connection


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = create_engine(database, hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine)


@pytest.fixture
def session(factory: sessionmaker[Session]) -> Iterator[Session]:
    with factory() as session:
        yield session


@pytest.fixture
def tenant_id(factory: sessionmaker[Session]) -> UUID:
    return make_tenant(factory, "bekasi", "BKS")


@pytest.fixture
def neighbour_id(factory: sessionmaker[Session]) -> UUID:
    return make_tenant(factory, "depok", "DPK")


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    with PostOffice().open() as office:
        yield office


@pytest.fixture
def queue(database: str, post_office: PostOffice) -> Queue:
    queue = make_queue(database)
    queue.task(SEND)(sender(mailer_from_url(post_office.url, SENDER), WAITS))
    return queue
