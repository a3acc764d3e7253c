"""Web and worker as real processes on a test's database, so that they can be killed."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.settings import ROOT

READY_WITHIN_S = 60


@dataclass
class Running:
    """port: of the web server, if it is one. log: where both streams go."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def kill(self) -> None:
        """SIGKILL to the whole process group: nobody of it finishes anything."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def post(self, path: str, body: dict[str, Any], host: str = "localhost") -> tuple[int, dict[str, Any]]:
        """A JSON request; its status and document."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                "POST", path, json.dumps(body), {"Host": f"{host}:{self.port}", "Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def running(command: list[str], database: str, folder: Path, **environment: str) -> Iterator[Running]:
    """A command of the platform; killed at the end if it still runs. environment: further settings."""
    port = free_port()
    log = folder / f"{command[0]}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
                "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
                "DATABASE_URL": database,
                "DATA_DIR": str(folder / "data"),
                "PORT": str(port),
                **environment,
            },
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    made = Running(process, port, log)
    try:
        yield made
    finally:
        if process.poll() is None:
            made.kill()


@contextmanager
def web(database: str, folder: Path, **environment: str) -> Iterator[Running]:
    """The web server as it is served, once it answers."""
    with running(["gunicorn", "-c", "python:config.gunicorn"], database, folder, **environment) as made:
        until(lambda: _ready(made.port), made, seconds=READY_WITHIN_S)
        yield made


@contextmanager
def worker(database: str, folder: Path, **environment: str) -> Iterator[Running]:
    """The worker."""
    with running(["flask", "worker"], database, folder, **environment) as made:
        yield made


def until(truth: Callable[[], object], of: Running | None = None, *, seconds: float = 30) -> None:
    """Wait until it is true; fails after so many seconds, with the end of the process's log."""
    end = time.monotonic() + seconds
    while not truth():
        if time.monotonic() > end or (of is not None and of.process.poll() is not None):
            raise AssertionError(f"it didn't come true: {of.log.read_text()[-3000:] if of else ''}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except OSError:
        return False
    finally:
        connection.close()
