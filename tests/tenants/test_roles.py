"""The application's own role: made where the owner may, told as SQL where not, and refused where it is too mighty."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url, text

from config.postgres import SUPERUSER, EmbeddedPostgres
from tenants.roles import APPEND_ONLY, privileges, see_to_the_app_role

ROOT = Path(__file__).parents[2]


@pytest.fixture
def admin(cluster: EmbeddedPostgres, database: str) -> Iterator[psycopg.Connection]:
    """A superuser's connection in the test's database."""
    name = make_url(database).database
    with psycopg.connect(f"host={cluster.socket_dir} dbname={name} user={SUPERUSER}", autocommit=True) as connection:
        yield connection


@pytest.fixture
def new_role(admin: psycopg.Connection) -> Iterator[str]:
    """The name of a role that isn't there yet; dropped at the end."""
    name = f"app_{uuid4().hex[:8]}"
    yield name
    if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        admin.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


def test_what_is_missing_is_created_with_what_it_needs_and_no_more(
    owner: Connection, database: str, new_role: str, cluster: EmbeddedPostgres
) -> None:
    url = make_url(database).set(username=new_role, password="it's a secret")
    see_to_the_app_role(owner, url)
    role = owner.execute(
        text(
            "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = :name"
        ),
        {"name": new_role},
    ).one()
    assert tuple(role) == (True, False, False, False, False)
    engine = create_engine(cluster.url(new_role, str(url.database)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM complaints")) == 0
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    engine.dispose()


def test_a_second_run_changes_nothing(owner: Connection, database: str) -> None:
    def granted() -> list[tuple[str, ...]]:
        rows = owner.execute(
            text(
                "SELECT relname, COALESCE(relacl::text, '') FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        )
        return [tuple(row) for row in rows]

    before = granted()
    see_to_the_app_role(owner, make_url(database))
    assert granted() == before


def test_a_privilege_that_slipped_in_is_taken_back(owner: Connection, database: str) -> None:
    owner.exec_driver_sql("GRANT UPDATE, DELETE, TRUNCATE ON history TO aduan_app")
    see_to_the_app_role(owner, make_url(database))
    assert not owner.scalar(text("SELECT has_table_privilege('aduan_app', 'history', 'UPDATE, DELETE, TRUNCATE')"))


@pytest.mark.parametrize(
    ("table", "what"), [("complaints", "UPDATE"), ("history", "INSERT"), ("alembic_version", "SELECT")]
)
def test_each_table_gives_what_it_allows(table: str, what: str) -> None:
    assert privileges(table).endswith(what) or what in privileges(table)
    assert ("UPDATE" in privileges(table)) == (table not in APPEND_ONLY and table != "alembic_version")


def test_an_owner_who_may_create_no_role_prints_the_sql_for_somebody_who_may(
    admin: psycopg.Connection,
    database: str,
    cluster: EmbeddedPostgres,
    new_role: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    poor = f"poor_{uuid4().hex[:8]}"
    admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(poor)))
    engine = create_engine(cluster.url(poor, str(make_url(database).database)))
    with engine.connect() as connection, pytest.raises(SystemExit, match="may not create roles"):
        see_to_the_app_role(connection, make_url(database).set(username=new_role))
    engine.dispose()
    admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(poor)))
    printed = capsys.readouterr().err
    assert printed.startswith(f'CREATE ROLE "{new_role}" LOGIN NOSUPERUSER NOBYPASSRLS')
    admin.execute(printed)  # it can be copied as it is


def test_strange_names_and_passwords_are_quoted(owner: Connection, database: str, admin: psycopg.Connection) -> None:
    name = 'x"; DROP TABLE complaints; --'
    see_to_the_app_role(owner, make_url(database).set(username=name, password="'; DROP TABLE complaints; --"))
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == 0
    owner.rollback()
    admin.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


# --- serving and working are refused


WORKER, WEB = ["flask", "worker"], ["gunicorn", "-c", "python:config.gunicorn"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "role", "why"),
    [
        (WORKER, "postgres", "is a superuser"),
        (WEB, "aduan_owner", "owns"),
        (WEB, "bypass", "may bypass row-level security"),
    ],
    ids=["worker-superuser", "web-owner", "web-bypassrls"],
)
def test_the_start_is_refused_under_a_role_that_sees_across_tenants(
    cluster: EmbeddedPostgres,
    database: str,
    admin: psycopg.Connection,
    tmp_path: Path,
    command: list[str],
    role: str,
    why: str,
) -> None:
    if role == "bypass":
        admin.execute("DROP ROLE IF EXISTS bypass")
        admin.execute("CREATE ROLE bypass LOGIN BYPASSRLS")
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "DATABASE_URL": cluster.url(role, str(make_url(database).database)),
        "DATA_DIR": str(tmp_path),
        "PORT": "65111",
    }
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0, said
    assert f"the database role '{role}' {why}" in said
    assert "so it would see every city's data" in said
    assert "Traceback" not in said
    if role == "bypass":
        admin.execute("DROP ROLE bypass")
