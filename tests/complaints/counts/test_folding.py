"""Folding counts each change once, whatever is killed; and reading costs the same however much was counted."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from complaints.counts import folding
from complaints.counts.tally import FigureDelta
from complaints.figures import figures_of
from tenants import scope
from tests.cast import Cast
from tests.complaints import plenty
from tests.complaints.test_figures import ZONE, City, told

MOST_STATEMENTS = 30
DAYS = 500


def _in_a_child(database: str, work: Callable[[Session], object], killed_at: int) -> int:
    """Run it in a process that is killed with its n-th statement, or with its commit; the signal that ended it, or 0.

    Statements are counted from 1; what comes after the last one is the commit.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        engine, seen = create_engine(database, poolclass=NullPool), [0]

        def die_in_time(*_: Any) -> None:
            seen[0] += 1
            if seen[0] == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(engine, "before_cursor_execute", die_in_time)
        event.listen(engine, "commit", die_in_time)
        with Session(engine) as session:
            work(session)
            session.commit()
        os._exit(0)
    except BaseException:
        os._exit(1)


@pytest.mark.parametrize("counted_before", [True, False], ids=["fold", "recount"])
def test_killed_at_any_statement_it_counts_each_change_once(cast: Cast, database: str, counted_before: bool) -> None:
    city = City(cast, 21)
    if counted_before:
        city.fold()
    city.live(25) if not counted_before else [city.file() for _ in range(12)]
    city.relay()
    period = (date(2026, 1, 1), date(2027, 1, 1))
    wanted = told(city.figures(*period)) if counted_before else None
    cast.session.commit()
    barat, now = cast.city("barat").id, city.now

    def fold(session: Session) -> None:
        scope.name_tenant(session, barat)
        while folding.fold(session, ZONE, now):
            session.commit()

    deaths = 0
    for number in range(1, MOST_STATEMENTS):
        ended = _in_a_child(database, fold, number)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        deaths += 1
        if wanted is not None:
            assert told(city.figures(*period)) == wanted
        cast.session.commit()
    assert ended == 0
    assert deaths >= 5
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(FigureDelta)) == 0
    after = told(city.figures(*period))
    assert wanted is None or after == wanted
    cast.session.commit()
    cast.enter("barat")
    folding.recount(cast.session, ZONE, now)
    assert told(city.figures(*period)) == after


def test_two_workers_at_once_count_no_change_twice(cast: Cast, engine: Engine) -> None:
    city = City(cast, 22)
    city.live(12)
    city.fold()
    city.live(8)
    city.relay()
    barat = cast.city("barat").id
    cast.session.commit()
    with Session(engine) as one, Session(engine) as other:
        for session in (one, other):
            scope.name_tenant(session, barat)
        assert folding.fold(one, ZONE, city.now) is None
        assert folding.fold(other, ZONE, city.now) == city.now + folding.SOON, "the first one hasn't committed yet"
        one.commit()
        other.rollback()
        assert folding.fold(other, ZONE, city.now) is None


def test_reading_costs_by_the_period_and_not_by_what_was_ever_counted(
    cast: Cast, owner: Connection, engine: Engine
) -> None:
    """Five hundred days of cells, of which a page reads thirty: each by the index, none thrown away."""
    barat, today = cast.city("barat").id, datetime.now(ZoneInfo(ZONE)).date()
    owner.execute(
        text(
            "INSERT INTO figure_cells (tenant_id, id, measure, dimension, key, day, slot, count)"
            " SELECT :tenant, gen_random_uuid(), m, d, CASE d WHEN 'all' THEN '' ELSE 'k' || k END, :today - n, s, 1000"
            " FROM unnest(ARRAY['kept','missed','first']) m, unnest(ARRAY['all','agency']) d, generate_series(1, 5) k,"
            " generate_series(0, :days) n, generate_series(0, 2) s WHERE d <> 'all' OR k = 1"
        ),
        {"tenant": barat, "today": today.toordinal(), "days": DAYS},
    )
    owner.commit()
    owner.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE figure_cells")
    with Session(engine) as session:
        scope.name_tenant(session, barat)
        with plenty.recorded(engine) as seen:
            said = figures_of(session, ZONE, today - timedelta(days=29), today, datetime.now(UTC))
    assert said.promised().due == 2 * 3 * 1000 * 29  # what is due today counts from tomorrow on
    (asked,) = [one for one in seen if "figure_deltas" in one.words]
    assert not any(table in one.words for table in plenty.LARGE for one in seen)
    with engine.connect() as connection:
        plan = plenty.plan(connection, asked)
    cells = [node for node in plenty.nodes(plan) if node.get("Relation Name") == "figure_cells"]
    touched = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in cells
    )
    rows = 6 * 3 * 3
    assert touched <= rows * 30 + 36 * 56 + rows, plenty.outline(plan)
    assert "day" in plenty.conditions(plan), plenty.outline(plan)
