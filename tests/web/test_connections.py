"""Connections to the database that broke while nobody used them."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import make_url

from config.postgres import SUPERUSER, EmbeddedPostgres
from tests.cast import Visitor
from web import app as web_app


@pytest.fixture
def break_all(cluster: EmbeddedPostgres, database: str) -> Callable[[], int]:
    """End every session of the application in the test's database, as a restart of the server does."""

    def end() -> int:
        with psycopg.connect(f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}") as server:
            ended = server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'aduan_app'",
                [make_url(database).database],
            )
            return ended.rowcount

    return end


def test_a_request_after_a_pause_finds_a_living_connection(
    visit: Callable[..., Visitor], break_all: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "IDLE_S", 0.0)
    visitor = visit("barat")
    assert visitor.get("/").status_code == 200
    assert break_all() > 0
    assert visitor.get("/").status_code == 200


def test_in_the_middle_of_traffic_one_request_is_asked_to_try_again_and_no_more(
    visit: Callable[..., Visitor], break_all: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_app, "IDLE_S", 60.0)
    visitor = visit("barat")
    assert visitor.get("/").status_code == 200
    assert break_all() > 0
    assert [visitor.get("/").status_code for _ in range(3)] == [503, 200, 200]
