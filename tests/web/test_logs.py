"""Lines of the log: JSON in production, one a request, and nothing that somebody typed."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from tests.cast import IN_BARAT, Visitor
from tests.conftest import put_together
from web.logs import configure_logs

Visit = Callable[..., Visitor]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Configures the logs as in production, as soon as it is called; all is put back at the end."""
    root, queue = logging.getLogger(), logging.getLogger("procrastinate")
    before = (root.handlers, root.level, queue.level)
    yield lambda: configure_logs(production=True)
    root.handlers, level, queue_level = before
    root.setLevel(level)
    queue.setLevel(queue_level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(captured: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.splitlines()]


def test_each_request_is_one_line_with_its_id_and_tenant(
    app: Flask, production: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    production()
    answer = Visitor(app, "barat").get(f"/api/v1/locate?lat={IN_BARAT[1]}&lon={IN_BARAT[0]}")
    (line,) = lines(capsys.readouterr().err)

    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["tenant"], line["method"], line["route"], line["status"], line["level"]) == (
        "barat",
        "GET",
        "/api/v1/locate",
        200,
        "info",
    )
    assert isinstance(line["ms"], float)


def test_nothing_that_was_typed_and_no_secret_link_is_logged(
    app: Flask, production: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    production()
    visitor = Visitor(app, "barat")
    report = {
        "category": "jalan-lubang",
        "description": "Rumah Pak Budi",
        "lat": IN_BARAT[1],
        "lon": IN_BARAT[0],
        "contact": {"email": "budi@contoh.example"},
    }
    manage_url = visitor.post("/api/v1/complaints", json=report).json["manage_url"]
    visitor.get(manage_url.removeprefix("http://barat.localhost"))
    visitor.post("/api/v1/complaints", json={**report, "contact": {"email": "budi at contoh"}})
    visitor.get("/api/v1/locate?lat=106.95&lon=-6.25")
    visitor.post("/sign-in", data={"email": "budi@contoh.example", "password": "rahasia"})
    logged = capsys.readouterr().err

    assert len(lines(logged)) >= 5
    for typed in ("budi", "Budi", "Rumah", manage_url.rsplit("/", 1)[-1], "106.95", "rahasia", "127.0.0.1"):
        assert typed not in logged


def test_an_error_is_told_without_the_row_that_the_database_repeats(
    database: str, production: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    production()
    engine = create_engine(database)
    try:
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO epochs (name, value) VALUES ('directory', 1)"))
    except IntegrityError as error:
        logging.getLogger("aduan").error("the epoch was refused", exc_info=error)
    finally:
        engine.dispose()
    (line,) = lines(capsys.readouterr().err)

    assert "UniqueViolation" in str(line["exception"])
    assert "already exists" not in str(line["exception"])


def test_an_unforeseen_error_is_one_line_too(
    app: Flask, production: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down() -> None:
        raise ZeroDivisionError("broken")

    app.view_functions["house.theme"] = break_down
    production()
    answer = Visitor(app, "barat").get("/theme.css")
    told = lines(capsys.readouterr().err)

    assert answer.status_code == 500
    assert [line["level"] for line in told] == ["error", "info"]
    assert "ZeroDivisionError" in str(told[0]["exception"])
    assert told[0]["request_id"] == told[1]["request_id"] == answer.headers["X-Request-ID"]


def test_an_answer_that_cant_be_sent_is_told_without_its_secret_link(
    app: Flask, production: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    app.view_functions["password.choose"] = lambda token: "\ud800"
    production()
    assert Visitor(app, "barat").get("/password/a-secret-link").status_code == 500
    logged = capsys.readouterr().err
    assert "UnicodeEncodeError" in logged
    assert "a-secret-link" not in logged


def test_a_proxy_of_ours_may_name_the_request_and_nobody_else(database: str, owner_url: str, tmp_path: Path) -> None:
    for proxies, kept in ((1, True), (0, False)):
        with put_together(database, owner_url, tmp_path, trusted_proxies=proxies) as app:
            for given, fits in (("proxy-gave-this-1", True), ("x" * 200, False), ("a b\tc{}", False)):
                answer = Visitor(app, "barat").get("/healthz", headers={"X-Request-ID": given})
                assert (answer.headers["X-Request-ID"] == given) is (kept and fits)


def test_in_development_requests_are_quiet(
    app: Flask, production: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert production  # puts all back
    configure_logs(production=False)
    Visitor(app, "barat").get("/healthz")
    logging.getLogger("aduan").warning("something is odd", extra={"where": "here"})
    captured = capsys.readouterr().err

    assert "request" not in captured
    assert "something is odd" in captured
    assert "where" in captured
