"""A real gunicorn, with the product's own settings, in front of a database of the measurements."""

import http.client
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from config.settings import ROOT

WORKERS = 2
THREADS = 4
START_SECONDS = 90


@contextmanager
def serving(
    environment: Mapping[str, str], app: str = "wsgi:app", alive: str = "/readyz", workers: int = WORKERS
) -> Iterator[int]:
    """The port at which gunicorn serves `app`, once `alive` answers 200; stopped afterwards.

    It logs to a file, as it would in production; what it said is shown if what is done with it fails.
    """
    port = _free_port()
    command = [
        sys.executable,
        *("-m", "gunicorn", "--config", "python:config.gunicorn"),
        *("--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(THREADS)),
        *("--max-requests", "0", "--log-level", "warning", app),
    ]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**environment, "PORT": str(port)}, stdout=said, stderr=said, start_new_session=True
        )
        try:
            _await(process, port, alive)
            yield port
        except RuntimeError:
            said.seek(0)
            sys.stderr.write(said.read()[-3000:].decode(errors="replace"))
            raise
        finally:
            process.send_signal(signal.SIGINT)  # without waiting for requests
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def fetch(port: int, path: str, headers: Mapping[str, str], method: str = "GET", body: bytes | None = None) -> "Answer":
    """One request, for what isn't timed by load."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


class Answer:
    """status, headers by their names in small letters, and the body as sent, compressed where it was."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


def _await(process: subprocess.Popen[bytes], port: int, alive: str) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode} instead of starting")
        with suppress(OSError):
            if fetch(port, alive, {"Host": "localhost"}).status == 200:
                return
        time.sleep(0.02)
    raise RuntimeError(f"the server did not answer within {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
