"""What leaves compressed, and what doesn't."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from tests.cast import Visitor
from web.compressed import LEAST_BYTES, StaticFiles

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_compressed_for_who_takes_it(app: Flask) -> None:
    browser = Client(app)
    plain = browser.get("/", base_url="http://barat.localhost")
    small = browser.get("/", base_url="http://barat.localhost", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2
    assert "Accept-Encoding" in small.vary
    assert "Accept-Encoding" in plain.vary


@pytest.mark.parametrize("taken", ["identity", "gzip;q=0", "br", ""])
def test_who_does_not_take_it_gets_the_page_as_it_is(app: Flask, taken: str) -> None:
    answer = Client(app).get("/", base_url="http://barat.localhost", headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers


def test_a_short_answer_stays_as_it_is(visit: Callable[..., Visitor]) -> None:
    answer = visit("barat").get("/api/v1/locate?lat=-6.25&lon=106.95", headers=GZIP)
    assert len(answer.data) < LEAST_BYTES
    assert "Content-Encoding" not in answer.headers


def _files(folder: Path, *, autorefresh: bool) -> Client:
    def nothing(_environ: object, start: Callable[..., object]) -> list[bytes]:
        start("404 Not Found", [])
        return [b""]

    return Client(StaticFiles(nothing, root=str(folder), prefix="static", autorefresh=autorefresh))


@pytest.mark.parametrize("autorefresh", [True, False])
def test_a_file_goes_out_by_its_compressed_copy_unless_that_is_older(tmp_path: Path, autorefresh: bool) -> None:
    for name, copied_at in (("fresh.js", 200), ("edited.js", 50)):
        (tmp_path / name).write_text("let here = 1;\n" * 100)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(b"let here = 0;\n" * 100))
        os.utime(tmp_path / name, (100, 100))
        os.utime(tmp_path / f"{name}.gz", (copied_at, copied_at))
    browser = _files(tmp_path, autorefresh=autorefresh)
    with browser.get("/static/fresh.js", headers=GZIP) as fresh:
        assert fresh.headers["Content-Encoding"] == "gzip"
        assert fresh.headers["Vary"] == "Accept-Encoding"
        assert fresh.headers["X-Content-Type-Options"] == "nosniff"
    with browser.get("/static/edited.js", headers=GZIP) as edited:
        assert "Content-Encoding" not in edited.headers
        assert edited.data.startswith(b"let here = 1")
    with browser.get("/static/fresh.js") as whole:
        assert whole.data.startswith(b"let here = 1")


@pytest.mark.parametrize("autorefresh", [True, False])
@pytest.mark.parametrize("path", ["/static/none.js", "/static/fresh.js.gz", "/static/", "/static/../app.py"])
def test_what_is_no_file_is_the_application_s(tmp_path: Path, path: str, autorefresh: bool) -> None:
    (tmp_path / "fresh.js").write_text("1")
    (tmp_path / "fresh.js.gz").write_bytes(gzip.compress(b"1"))
    assert _files(tmp_path, autorefresh=autorefresh).get(path).status_code == 404
