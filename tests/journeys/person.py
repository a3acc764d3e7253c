"""Somebody at a host of the running platform, over plain HTTP: to bring things to where a page is looked at."""

import http.client
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from tests.journeys.conftest import PASSWORD, Platform

COOKIE = "sign-in"


@dataclass(frozen=True)
class Answer:
    """An answer over HTTP. location: the path it leads to, on this host or another."""

    status: int
    location: str
    text: str


@dataclass
class Person:
    """slug: the city whose host is visited, None for the national one. email: who signs in; None: nobody does."""

    platform: Platform
    slug: str | None = None
    email: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.email is not None:
            answer = self.post("/sign-in", {"email": self.email, "password": PASSWORD})
            assert answer.status == 303, answer.text

    @property
    def origin(self) -> str:
        return self.platform.url(self.slug)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(
        self, path: str, fields: Mapping[str, str], *, photos: Sequence[bytes] = (), photo_field: str = "photo"
    ) -> Answer:
        """Send a form as a page of this host does."""
        if not photos:
            return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")
        files = [FileStorage(io.BytesIO(photo), f"{number}.jpg") for number, photo in enumerate(photos)]
        stream, _length, boundary = stream_encode_multipart({**fields, photo_field: files})
        return self._ask("POST", path, stream.read(), f"multipart/form-data; boundary={boundary}")

    def report(self, point: tuple[float, float], category: str = "jalan-lubang", **more: Any) -> dict[str, Any]:
        """File a complaint at (lon, lat) by the API; its answer."""
        connection = self.platform.connect()
        try:
            status, document = self.platform.send(
                connection,
                "POST",
                "/api/v1/complaints",
                {
                    "category": category,
                    "description": "Lubang besar di depan pasar, sudah dua minggu.",
                    "lon": point[0],
                    "lat": point[1],
                    **more,
                },
                **{"Idempotency-Key": str(uuid4())},
            )
        finally:
            connection.close()
        assert status == 201, document
        return dict(document)

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str | None = None) -> Answer:
        headers = {"Host": self.origin.removeprefix("http://"), "Accept-Language": "id"}
        if body is not None:
            headers |= {"Origin": self.origin, "Content-Type": str(kind)}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection: http.client.HTTPConnection = self.platform.connect()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = answer.headers.get("Location", "")
        return Answer(answer.status, location, text)
