"""A provider of WhatsApp and SMS on this machine: a real HTTP server that keeps the contract of docs/messages.md."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Posted:
    """One request as it came."""

    path: str
    document: dict[str, Any]
    idempotency_key: str | None
    authorization: str | None


@dataclass
class Exchange:
    """answers: the statuses of the next answers, then 202 for ever. says: the body of all that aren't 2xx.

    silence_s: how long it keeps what it has taken to itself.
    """

    taken: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    says: bytes = b'{"error": "+6281234567890 is not on WhatsApp"}'
    headers: dict[str, str] = field(default_factory=dict)
    silence_s: float = 0.0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    @contextmanager
    def open(self) -> Iterator[Self]:
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = exchange.answers.pop(0) if exchange.answers else 202
                posted = Posted(
                    self.path, json.loads(body), self.headers["Idempotency-Key"], self.headers["Authorization"]
                )
                exchange.taken.append(posted)
                time.sleep(exchange.silence_s)
                said = b"{}" if status < 300 else exchange.says
                self.send_response(status)
                for name, value in exchange.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
