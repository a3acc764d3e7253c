"""A -> B -> A -> C, cut at its statements in turn, then pressed again: one live row, one reference, one message.

Every tenth statement is cut; with CUT_STRIDE=1 in the environment each one is, which takes minutes.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from complaints import handling
from complaints.report import Reporter
from complaints.workflow import Status
from config.settings import ROOT
from messages.queue import conninfo_of
from tests.cast import Cast, Visitor, photo
from tests.complaints.passing import passing_chain, statuses, third_city, told_where
from tests.isolation.severing import severed, terminating

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

STRIDE = int(os.environ.get("CUT_STRIDE", "10"))
PARTS = 4
"""Of the statements, for as many processes as the tests may have."""


def _never(_connection: object) -> None:
    raise AssertionError("nothing is cut")


def _file(cast: Cast, number: int) -> UUID:
    """A report; of every second one the reporter's address may cross."""
    reporter = Reporter(email=f"ani{number}@warga.example", may_cross=number % 2 == 0)
    return cast.complaint("barat", reporter=reporter, photos=[photo()] if number % 10 == 0 else [])


def _statements(cast: Cast, hulu: str) -> int:
    """How many statements and commits the chain takes, once the rules of the cities are in memory."""
    passing_chain(cast, _file(cast, 1000), hulu)
    with severed(0, _never) as whole:
        passing_chain(cast, _file(cast, 1001), hulu)
    return len(whole.statements)


@pytest.mark.parametrize("rest", range(PARTS))
def test_cut_at_any_statement_it_lives_once_and_is_told_once(
    cast: Cast,
    visit: Callable[..., Visitor],
    database: str,
    engine: Engine,
    request: pytest.FixtureRequest,
    rest: int,
) -> None:
    hulu = third_city(cast)
    statements = _statements(cast, hulu)
    assert statements > 100
    server = psycopg.connect(conninfo_of(database), autocommit=True)
    request.addfinalizer(server.close)
    hosts = [visit(slug) for slug in ("barat", "timur", hulu, None)]
    tried = range(1 + rest * STRIDE, statements + 1, PARTS * STRIDE)
    fell = 0
    for at in tried:
        complaint_id = _file(cast, at)
        try:
            with severed(at, terminating(server)):
                passing_chain(cast, complaint_id, hulu)
        except (DBAPIError, psycopg.OperationalError, ConnectorException):
            fell += 1
        cast.session.invalidate()
        engine.dispose()  # a new connection, as after any lost one
        passing_chain(cast, complaint_id, hulu)
        _check(cast, complaint_id, hulu, hosts, f"ani{at}@warga.example", at)
    assert fell > 0.8 * len(tried), "a commit with nothing in it may fall unseen"


@pytest.mark.parametrize("share", [0.1, 0.45, 0.75, 0.99])
def test_a_process_killed_on_its_way_leaves_what_can_be_pressed_again(
    cast: Cast, visit: Callable[..., Visitor], database: str, tmp_path: Path, share: float
) -> None:
    hulu = third_city(cast)
    statements = _statements(cast, hulu)
    complaint_id = _file(cast, 1)
    cast.session.commit()
    ended = subprocess.run(
        [
            sys.executable, "-m", "tests.isolation.passing_process", database, str(tmp_path / "evidence"),
            str(complaint_id), hulu, str(int(statements * share)),
        ],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}"}, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL
    passing_chain(cast, complaint_id, hulu)
    _check(cast, complaint_id, hulu, [visit(one) for one in ("barat", "timur", hulu, None)], "ani1@warga.example", 1)


def _check(cast: Cast, complaint_id: UUID, hulu: str, hosts: list[Visitor], email: str, at: int) -> None:
    assert statuses(cast, complaint_id) == {"barat": Status.HANDED_OVER, "timur": Status.HANDED_OVER}, at
    there = cast.read(hulu, complaint_id)
    assert (there.status, there.is_open) == (Status.RECEIVED, True), at
    reference = there.reference
    cast.enter(hulu)
    moves = [row.move for row in handling.history_of(cast.session, complaint_id)]
    assert moves == ["file", "hand_over", "receive", "return", "revive", "hand_over", "receive"], at
    for slug in ("barat", hulu):
        cast.enter(slug)
        bodies = [one.body for one in handling.remarks_of(cast.session, complaint_id).values()]
        assert not [body for body in bodies if "Rahasia" in body], at
    told = told_where(cast, email)
    assert len(told) == 1, (at, told)
    assert "Kota Hulu" in told[0][1]
    assert "Kota Timur" not in told[0][1]
    for host in hosts:
        page = host.get(f"/complaints/{reference}", follow_redirects=False)
        assert page.status_code in (200, 302, 303, 307, 308), (at, host.origin, page.status_code)
        if page.status_code == 200:
            assert "Kota Hulu" in page.get_data(as_text=True), (at, host.origin)
        else:
            assert page.headers["Location"].startswith("http://hulu.localhost/"), (at, page.headers["Location"])
