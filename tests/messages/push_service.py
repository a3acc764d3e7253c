"""A browser and its push service on this machine: a real HTTP server that checks our signature and decrypts."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


@dataclass
class PushService:
    """answers: the statuses of the next answers, then 201 for ever."""

    answers: list[int] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)

    @property
    def subscription(self) -> dict[str, str]:
        """What the browser hands to the page."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        endpoint = f"http://127.0.0.1:{self.port}/push/c0ffee"
        return {"endpoint": endpoint, "p256dh": _base64url(point), "auth": _base64url(self._auth)}

    def take(self, headers: dict[str, str], body: bytes) -> int:
        if self.answers:
            return self.answers.pop(0)
        scheme, _, rest = headers["Authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        self.claims.append(_verified(parts["t"], _bytes(parts["k"])))
        assert headers["Content-Encoding"] == "aes128gcm"
        text = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        self.shown.append(json.loads(text))
        self.headers.append(headers)
        self.raw.append(body)
        return 201

    @contextmanager
    def open(self) -> Iterator[Self]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    status = service.take(dict(self.headers), body)
                except Exception:  # a service says no more than that
                    status = 403
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _verified(token: str, key: bytes) -> dict[str, Any]:
    """The claims of a JWT by ES256 (RFC 7515); raises InvalidSignature."""
    head, body, signature = token.split(".")
    assert json.loads(_bytes(head))["alg"] == "ES256"
    pair = _bytes(signature)
    der = encode_dss_signature(int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    claims: dict[str, Any] = json.loads(_bytes(body))
    return claims
