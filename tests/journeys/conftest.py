"""The whole platform as `make run` starts it: web, worker, database and a real mail server, with the demonstration."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.postgres import SUPERUSER, EmbeddedPostgres
from config.settings import ROOT
from tests.messages.post_office import PostOffice

PASSWORD = "aduan-demo"
READY_WITHIN_S = 60


@dataclass
class Platform:
    """A running platform on a port of its own. database: SQLAlchemy URL of the app role."""

    port: int
    database: str
    post: PostOffice

    def url(self, slug: str | None = None) -> str:
        return f"http://{f'{slug}.' if slug else ''}localhost:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def send(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """A JSON request on the national host: status and document."""
        sent = {"Host": f"localhost:{self.port}", "Content-Type": "application/json", **headers}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


@pytest.fixture(scope="session")
def platform(cluster: EmbeddedPostgres) -> Iterator[Platform]:
    """Web and worker as real processes on the demonstration; TERM at the end."""
    folder = Path(tempfile.mkdtemp(prefix="aduan-journey-"))
    with psycopg.connect(f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}", autocommit=True) as server:
        server.execute("CREATE DATABASE journeys TEMPLATE aduan OWNER aduan_owner STRATEGY=FILE_COPY")
    with PostOffice().open() as post:
        port = _free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
            "DATABASE_URL": cluster.url("aduan_app", "journeys"),
            "MIGRATION_DATABASE_URL": cluster.url("aduan_owner", "journeys"),
            "DATA_DIR": str(folder),
            "PORT": str(port),
            "MAIL_URL": post.url,
        }
        flask = [sys.executable, "-m", "flask"]
        subprocess.run([*flask, "demo"], cwd=ROOT, env=environment, check=True, capture_output=True)
        log = (folder / "processes.log").open("wb")
        processes = [
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
            for command in (
                [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"],
                [*flask, "worker"],
            )
        ]
        try:
            _await(port, folder / "processes.log")
            yield Platform(port, cluster.url("aduan_app", "journeys"), post)
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGTERM)
            for process in processes:
                process.wait(20)
            log.close()
    shutil.rmtree(folder, ignore_errors=True)


def _await(port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"the platform did not come up: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
