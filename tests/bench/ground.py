"""What is measured stands on this: a cluster that is thrown away, with fsync on, and the demonstration's three cities.

The settings of the server are those that `make run` gives it. Databases are copied from the demonstration's.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config.postgres import SUPERUSER, EmbeddedPostgres
from config.settings import ROOT

DEMONSTRATION = "aduan"
PASSWORD = "aduan-demo"


@dataclass(frozen=True)
class Ground:
    """A running cluster. folder: where its processes keep their files; removed at the end."""

    server: EmbeddedPostgres
    folder: Path

    def copy(self, name: str, template: str = DEMONSTRATION) -> str:
        """A fresh copy of a database under a new name; an older one of that name is dropped."""
        with self.superuser("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER aduan_owner STRATEGY=FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        with self.superuser("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def superuser(self, database: str) -> psycopg.Connection[Any]:
        """A connection that sees everything and commits each statement: to build what is measured, never to measure."""
        return psycopg.connect(
            f"host={self.server.socket_dir} dbname={database} user={SUPERUSER}", autocommit=True, prepare_threshold=None
        )

    def conninfo(self, database: str, role: str) -> str:
        return f"host={self.server.socket_dir} dbname={database} user={role}"

    def environment(self, database: str) -> dict[str, str]:
        """The settings of a process of the product, as in production but over plain http."""
        return {
            **os.environ,
            "APP_ENV": "production",
            "PUBLIC_SCHEME": "http",
            "BASE_HOST": "localhost",
            "SECRET_KEY": "a secret of the measurements, long enough",
            "MAIL_URL": "smtp://localhost:1",
            "RATE_LIMITS": "off",
            "DATA_DIR": str(self.folder / "data"),
            "DATABASE_URL": self.server.url("aduan_app", database),
            "MIGRATION_DATABASE_URL": self.server.url("aduan_owner", database),
        }


@contextmanager
def ground() -> Iterator[Ground]:
    """The cluster with the demonstration in it, stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="aduan-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres")
    try:
        server.start()
        made = Ground(server, folder)
        environment = made.environment(DEMONSTRATION) | {"APP_ENV": "development", "MAIL_URL": ""}
        for command in ("db upgrade", "demo"):
            _flask(command, environment)
        with made.superuser(DEMONSTRATION) as connection:
            connection.execute("VACUUM ANALYZE")
        yield made
    finally:
        server.stop_if_last()
        shutil.rmtree(folder, ignore_errors=True)


def _flask(command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi:app", *command.split()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"flask {command} failed: {done.stderr[-2000:]}")
