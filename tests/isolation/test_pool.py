"""Pooled connections never carry a tenant into the next request: sixteen at once, of two cities, over four of them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

from tenants.database import db
from tests.cast import IN_BARAT, IN_TIMUR, NOW, Cast, Visitor
from tests.conftest import put_together

AT_ONCE = 16
REQUESTS = 40
"""Of each of the sixteen, so 640 in all."""
CONNECTIONS = 4
CANARIES = {"barat": "KENARI-BARAT-3f8e", "timur": "KENARI-TIMUR-a61c"}
POINTS = {"barat": IN_BARAT, "timur": IN_TIMUR}


@pytest.fixture
def small_pool(database: str, owner_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app with four connections and none beyond them."""
    with put_together(database, owner_url, tmp_path, rate_limits=False) as app:
        with app.app_context():
            old = db.engine
            small = create_engine(database, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=60, pool_pre_ping=True)
            db.engines[None] = small
        yield app
        app.extensions["office"].keeper.stop()
        old.dispose()


@pytest.mark.slow
def test_sixteen_at_once_of_two_cities_never_see_the_other(small_pool: Flask, cast: Cast) -> None:
    ids = {slug: [cast.complaint(slug, words=f"{canary} {n}") for n in range(3)] for slug, canary in CANARIES.items()}
    references = {slug: [cast.read(slug, id_).reference for id_ in ids[slug]] for slug in CANARIES}
    cast.session.close()
    with small_pool.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    most_out = 0
    gate = threading.Barrier(AT_ONCE)

    def browse(number: int) -> list[str]:
        nonlocal most_out
        slug = ("barat", "timur")[number % 2]
        other = ("timur", "barat")[number % 2]
        chance = Random(number)
        visitor = Visitor(small_pool, slug)
        visitor.sign_in(f"supervisor@{slug}.example")
        gate.wait(60)
        wrong = []
        for _ in range(REQUESTS):
            lon, lat = POINTS[slug]
            kind = chance.randrange(7)
            if kind == 0:
                answer = visitor.get("/staff?tab=all")
            elif kind == 1:
                answer = visitor.get(f"/staff/complaints/{chance.choice(ids[slug])}")
            elif kind == 2:  # the neighbour's id: an error in the middle of a transaction
                answer = visitor.get(f"/staff/complaints/{chance.choice(ids[other])}")
                if answer.status_code != 404:
                    wrong.append(f"{answer.status_code} for the neighbour's id")
            elif kind == 3:
                answer = visitor.get("/complaints")
            elif kind == 4:  # commits
                answer = visitor.post(
                    "/api/v1/complaints",
                    json={"category": "pju", "description": f"{CANARIES[slug]} baru", "lat": lat, "lon": lon},
                    headers={"Idempotency-Key": str(uuid4())},
                )
                if answer.status_code != 201 or answer.get_json()["tenant"]["slug"] != slug:
                    wrong.append(f"{answer.status_code} for a filing: {answer.get_json()}")
            elif kind == 5:  # refused after the first statements
                answer = visitor.post(
                    "/api/v1/complaints", json={"category": "pju", "description": "x", "lat": 0, "lon": 0}
                )
            else:  # crosses into the other city for one look, and comes back
                answer = visitor.get(f"/api/v1/complaints/{chance.choice(references[slug])}")
            said = answer.get_data(as_text=True)
            if answer.status_code >= 500:
                wrong.append(f"{answer.status_code}: {said[:300]}")
            if CANARIES[other] in said:
                wrong.append(f"kind {kind} on {slug} said {CANARIES[other]}")
            most_out = max(most_out, pool.checkedout())
        return wrong

    with ThreadPoolExecutor(AT_ONCE) as threads:
        wrong = [fault for faults in threads.map(browse, range(AT_ONCE)) for fault in faults]
    assert wrong == []
    assert most_out == CONNECTIONS, "the requests weren't at it at once"
    _no_connection_remembers(small_pool)
    for slug, canary in CANARIES.items():
        cast.enter(slug)
        bodies = cast.session.execute(text("SELECT body FROM remarks")).scalars().all()
        assert len(bodies) > 3
        assert all(canary in body for body in bodies)


def _no_connection_remembers(app: Flask) -> None:
    with app.app_context():
        held = [db.engine.connect() for _ in range(CONNECTIONS)]
    try:
        for connection in held:
            assert connection.scalar(text("SELECT current_setting('app.tenant_id', true)")) in ("", None)
            assert connection.scalar(text("SELECT count(*) FROM complaints")) == 0
    finally:
        for connection in held:
            connection.close()


def test_a_session_level_set_would_be_noticed(small_pool: Flask, cast: Cast) -> None:
    """The check above is able to fail: SET without LOCAL stays on the connection."""
    cast.complaint("barat", now=NOW)
    barat = cast.city("barat").id
    cast.session.close()
    with small_pool.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql(f"SET app.tenant_id = '{barat}'")
        connection.commit()
    with pytest.raises(AssertionError):
        _no_connection_remembers(small_pool)
