"""Web and worker killed with -9 at random while moves are made: history, outbox and clocks are consistent afterwards.

A few hundred moves here; `python -m tests.bench kills` makes ten thousand.
"""

import random
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, HistoryRow
from complaints.rules.rulebooks import Rulebooks
from tenants.directory import build
from tests.isolation.aftermath import flaws, of_history, unsent
from tests.isolation.running import until
from tests.isolation.storm import rage, site
from tests.messages.post_office import PostOffice

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

MOVES, MOST_S = 80, 20.0


def test_what_was_answered_outlives_kills_and_everything_fits_together(
    database: str, owner_url: str, owner: Connection, tmp_path: Path
) -> None:
    with PostOffice().open() as post, site(database, tmp_path, post.url) as running:
        seed = random.randrange(10**6)
        storm = rage(running, owner_url, moves=MOVES, reports=8, clients=3, every=(6, 15), seed=seed, most_s=MOST_S)
        until(lambda: not unsent(owner, timedelta(seconds=1)), running.worker, seconds=60)
    assert storm.made >= 20, storm
    assert sum(storm.kills.values()) >= 2
    engine = create_engine(database)
    with Session(engine) as session:
        card = build(session, 0).by_slug["barat"]
        found = list(flaws(session, card, Rulebooks(), storm, tmp_path / "data" / "evidence"))
    engine.dispose()
    assert found == []
    assert set(storm.refused) <= {403, 404, 409, 422}


def test_the_replay_finds_a_status_that_no_move_led_to() -> None:
    begun, asked = "in_progress", "waiting_for_reporter"
    rows = [
        row(number, *one)
        for number, one in enumerate(
            [
                ("file", None, "received"),
                ("start", "received", begun),
                ("ask", begun, asked),
                ("answer", asked, begun),
            ],
            1,
        )
    ]
    assert list(of_history(Complaint(status=begun), rows)) == []
    assert list(of_history(Complaint(status="resolved"), rows)) == ["it is resolved, its history leads to in_progress"]
    assert list(of_history(Complaint(status=begun), [rows[0], *rows[2:]])) != []
    undo = row(3, "undo", begun, "received", undoes=str(rows[1].id))
    assert list(of_history(Complaint(status="received"), [*rows[:2], undo])) == []


def row(number: int, move: str, from_status: str | None, to_status: str, **detail: str) -> HistoryRow:
    return HistoryRow(id=uuid4(), number=number, move=move, from_status=from_status, to_status=to_status, detail=detail)
