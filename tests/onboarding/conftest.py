"""A real database with real commits, one for each test, from a template that has the migrations and the catalogue."""

import importlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from config.postgres import SUPERUSER, EmbeddedPostgres
from config.settings import ROOT
from onboarding.catalogue import load_catalogue
from tenants import scope
from tenants.roles import see_to_the_app_role

OPTIONS = ("shared_buffers=32MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
assert scope  # its listeners are the walls that every session stands behind


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="aduan-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", OPTIONS)
    server.start()
    owner = create_engine(server.owner_url)
    with owner.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            for file in sorted((ROOT / "migrations" / "versions").glob("0*.py")):
                importlib.import_module(f"migrations.versions.{file.stem}").upgrade()
        connection.commit()
        see_to_the_app_role(connection, make_url(server.app_url))
    owner.dispose()
    app = create_engine(server.app_url)
    with Session(app) as session:
        load_catalogue(session)
        session.commit()
    app.dispose()
    yield server
    server.stop_if_last()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def session(cluster: EmbeddedPostgres) -> Iterator[Session]:
    """A session of the app role, in no tenant's scope."""
    name = f"test_{uuid4().hex[:12]}"
    conninfo = f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}"
    with psycopg.connect(conninfo, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE aduan OWNER aduan_owner STRATEGY=FILE_COPY")
    engine = create_engine(cluster.url("aduan_app", name))
    with Session(engine) as session:
        yield session
    engine.dispose()
    with psycopg.connect(conninfo, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
