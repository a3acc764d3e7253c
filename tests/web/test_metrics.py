"""What Prometheus is told, and who may ask."""

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.cast import IN_BARAT, Visitor
from tests.conftest import put_together

Visit = Callable[..., Visitor]
LOCATE = f"/api/v1/locate?lat={IN_BARAT[1]}&lon={IN_BARAT[0]}"


def values(visitor: Visitor) -> dict[str, float]:
    answer = visitor.get("/metrics", headers={"Host": "whatever.example"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    lines = [line for line in answer.get_data(as_text=True).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_route_and_timed(visit: Visit) -> None:
    counted = 'aduan_requests_total{method="GET",route="/api/v1/locate",status="200"}'
    timed = 'aduan_request_seconds_count{route="/api/v1/locate"}'
    before = values(visit())
    visit("barat").get(LOCATE)
    visit("timur").get(LOCATE)
    after = values(visit())

    assert after[counted] - before.get(counted, 0) == 2
    assert after[timed] - before.get(timed, 0) == 2


def test_filings_are_counted_and_wait_for_the_queue(visit: Visit) -> None:
    before = values(visit())
    report = {"category": "jalan-lubang", "description": "Lubang.", "lat": IN_BARAT[1], "lon": IN_BARAT[0]}
    assert visit().post("/api/v1/complaints", json=report).status_code == 201
    assert visit().post("/api/v1/complaints", json={}).status_code == 422
    after = values(visit())

    counted = 'aduan_filings_total{channel="api"}'
    assert after[counted] - before.get(counted, 0) == 1
    assert after["aduan_filings_unrelayed"] - before["aduan_filings_unrelayed"] == 1


def test_the_queue_the_database_and_the_directory_are_told(visit: Visit) -> None:
    visit().get("/")
    told = values(visit())

    assert {f'aduan_jobs{{status="{status}"}}' for status in ("todo", "doing", "failed")} <= told.keys()
    assert told["aduan_database_up"] == 1
    assert told["aduan_directory_epoch"] > 0
    assert 0 <= told["aduan_directory_age_seconds"] < 60


def test_no_label_names_a_tenant_and_strangers_make_no_new_ones(visit: Visit) -> None:
    visit("barat").get("/no-such-page-of-barat")
    visit("barat").open("/", method="BREW")
    text = visit().get("/metrics").get_data(as_text=True)

    assert 'route="unknown"' in text
    assert 'method="unknown"' in text
    assert not re.search("barat|BREW", text)


def test_others_need_the_token(database: str, owner_url: str, tmp_path: Path) -> None:
    with put_together(database, owner_url, tmp_path, metrics_token="a token of the tests") as app:
        assert status(app, "10.0.0.7") == 404
        assert status(app, "10.0.0.7", Authorization="Bearer another") == 404
        assert status(app, "10.0.0.7", Authorization="Basic a token of the tests") == 404
        assert status(app, "10.0.0.7", Authorization="Bearer a token of the tests") == 200


def test_without_a_token_only_this_machine_may_ask_and_no_proxy_on_it(app: Flask) -> None:
    assert status(app, "127.0.0.1") == 200
    assert status(app, "::1") == 200
    assert status(app, "10.0.0.7") == 404
    assert status(app, "10.0.0.7", Authorization="Bearer None") == 404
    assert status(app, "10.0.0.7", Authorization="Bearer ") == 404
    assert status(app, "127.0.0.1", **{"X-Forwarded-For": "127.0.0.1"}) == 404


def status(app: Flask, address: str, **headers: str) -> int:
    return app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code
