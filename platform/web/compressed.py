"""Answers as small as they travel: pages are compressed as they leave, static files by the build that made them.

A proxy in front may do neither, and a phone on a bad connection is who waits. The length of a compressed page gives no
secret away: none holds one beside what a stranger can put into it, since `Origin` stands in for tokens in forms.
"""

import gzip
import os
from typing import Any
from wsgiref.headers import Headers

from flask import request
from werkzeug.wrappers import Response
from whitenoise import WhiteNoise

LEAST_BYTES = 1_000
LEVEL = 4
"""Of zlib's nine: for pages the higher ones take several times as long and save a few bytes in a hundred."""
TYPES = frozenset({"text/html", "text/css", "text/plain", "application/json", "application/geo+json", "image/svg+xml"})


def compressed(response: Response) -> Response:
    """The answer compressed, where its reader takes that and it is text of some length that nobody has encoded."""
    if response.mimetype not in TYPES or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    whole = response.status_code == 200 and "Content-Encoding" not in response.headers
    if whole and request.accept_encodings.quality("gzip") > 0 and (response.content_length or 0) >= LEAST_BYTES:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        # the bytes are others now; that the content is the same is still true
        etag, _weak = response.get_etag()
        if etag is not None:
            response.set_etag(etag, weak=True)
    return response


class StaticFiles(WhiteNoise):
    """The files, compressed where a copy lies beside them; a copy older than its file is passed over.

    So whoever edits a script sees the edit, whether or not the build has run since.
    """

    def add_mime_headers(self, headers: Headers, path: str, url: str) -> None:
        """What kind of file it is, and that no browser may take it for another."""
        super().add_mime_headers(headers, path, url)
        headers["X-Content-Type-Options"] = "nosniff"

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None) -> Any:
        """One file with its headers; whitenoise calls this for every file at start, or for every request."""
        copy = f"{path}.gz"
        known = _stats(path, copy) if stat_cache is None else stat_cache
        fresh = {
            name: known[name] for name in (path, copy) if name in known and known[name].st_mtime >= known[path].st_mtime
        }
        return super().get_static_file(path, url, stat_cache=fresh)


def _stats(*paths: str) -> dict[str, os.stat_result]:
    return {path: os.stat(path) for path in paths if os.path.exists(path)}
