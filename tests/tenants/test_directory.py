"""What every process keeps in memory, and how soon each one answers anew."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import shapely
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tenants import directory
from tenants.boundary import Boundary
from tenants.directory import Keeper, raise_epoch
from tenants.errors import Unavailable
from tenants.tenant import Stage, Tenant, TenantDomain
from tests.cast import FOUNDED, IN_BARAT, IN_TIMUR, NOW, NOWHERE

ROOT = Path(__file__).parents[2]
WITHIN_S = 5.0


@pytest.fixture
def keeper(engine: Engine) -> Iterator[Keeper]:
    keeper = Keeper(engine, lambda: NOW)
    yield keeper
    keeper.stop()


@pytest.fixture
def slugs(session: Session) -> dict[str, UUID]:
    found = {tenant.slug: tenant.id for tenant in session.scalars(select(Tenant))}
    session.commit()
    return found


def give(session: Session, tenant_id: UUID, at: tuple[float, float], **dates: datetime) -> None:
    """More ground for a city around a point, without telling anybody yet."""
    lon, lat = at
    session.add(
        Boundary(
            tenant_id=tenant_id, wkb=shapely.to_wkb(shapely.box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05)),
            area_m2=1.0e8, claimed_at=FOUNDED, created_at=FOUNDED, **dates,
        )
    )  # fmt: skip


# --- three processes


class Answerers:
    """Two web-like processes and a worker-like one on one database."""

    def __init__(self, url: str) -> None:
        path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.tenants.directory_process", url], cwd=ROOT, text=True,
                env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
            for _ in range(3)
        ]  # fmt: skip

    def say(self, at: tuple[float, float]) -> list[str]:
        answers = []
        for process in self.processes:
            assert process.stdin
            assert process.stdout
            process.stdin.write(f"{at[0]} {at[1]}\n")
            process.stdin.flush()
            answers.append(process.stdout.readline().strip())
        return answers

    def until(self, at: tuple[float, float], slug: str, *, since: float) -> float:
        """How many seconds after `since` all three said so; fails after WITHIN_S."""
        while (said := self.say(at)) != [slug] * 3:
            assert time.monotonic() - since < WITHIN_S, said
            time.sleep(0.05)
        return time.monotonic() - since


@pytest.fixture
def answerers(database: str) -> Iterator[Answerers]:
    made = Answerers(database)
    yield made
    for process in made.processes:
        process.communicate(timeout=20)
        assert process.returncode == 0


@pytest.mark.slow
def test_every_process_answers_anew_within_five_seconds_of_a_commit_and_of_a_future_date(
    answerers: Answerers, session: Session, slugs: dict[str, UUID]
) -> None:
    assert answerers.say(NOWHERE) == ["commons"] * 3
    assert answerers.say(IN_BARAT) == ["barat"] * 3
    give(session, slugs["timur"], NOWHERE)
    raise_epoch(session)
    session.commit()
    answerers.until(NOWHERE, "timur", since=time.monotonic())

    far = (NOWHERE[0] - 1, NOWHERE[1])
    begins_at = datetime.now(UTC) + timedelta(seconds=4)
    give(session, slugs["barat"], far, valid_from=begins_at)
    raise_epoch(session)
    session.commit()
    ends_at = time.monotonic() + 4
    while time.monotonic() < ends_at - 0.5:
        assert answerers.say(far) == ["commons"] * 3
        time.sleep(0.1)
    answerers.until(far, "barat", since=ends_at)


# --- one process


def test_what_was_not_committed_is_not_answered(keeper: Keeper, session: Session, slugs: dict[str, UUID]) -> None:
    assert keeper.current.index.locate(*NOWHERE, at=NOW).slug == "commons"
    give(session, slugs["timur"], NOWHERE)
    raise_epoch(session)
    session.flush()
    keeper.refresh()
    assert keeper.current.index.locate(*NOWHERE, at=NOW).slug == "commons"
    session.commit()
    assert keeper.refresh()
    assert keeper.current.index.locate(*NOWHERE, at=NOW).slug == "timur"


def test_without_a_change_nothing_is_built_and_one_row_is_read(keeper: Keeper, engine: Engine) -> None:
    first = keeper.current
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, words, *_: sent.append(words))
    assert not keeper.refresh()
    assert keeper.current is first
    assert len(sent) == 1
    assert "epochs" in sent[0]


def test_only_platform_wide_tables_are_read(keeper: Keeper, engine: Engine) -> None:
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, words, *_: sent.append(words))
    keeper.refresh()
    assert not [words for words in sent if "app.tenant_id" in words]


def test_past_present_and_future_versions_hold_between_their_dates(
    keeper: Keeper, session: Session, slugs: dict[str, UUID]
) -> None:
    change_at = NOW + timedelta(days=30)
    give(session, slugs["barat"], NOWHERE, valid_until=change_at)
    give(session, slugs["timur"], NOWHERE, valid_from=change_at)
    raise_epoch(session)
    session.commit()
    index = keeper.current.index
    assert index.locate(*NOWHERE, at=FOUNDED).slug == "barat"
    assert index.locate(*NOWHERE, at=change_at - timedelta(microseconds=1)).slug == "barat"
    assert index.locate(*NOWHERE, at=change_at).slug == "timur"


@pytest.mark.parametrize(
    ("stage", "routed", "answers"),
    [(Stage.LIVE, True, True), (Stage.SUSPENDED, True, True), (Stage.REHEARSAL, False, True)],
)
def test_only_a_live_or_suspended_city_has_its_ground(
    keeper: Keeper, session: Session, stage: Stage, routed: bool, answers: bool
) -> None:
    session.scalars(select(Tenant).where(Tenant.slug == "timur")).one().stage = stage
    raise_epoch(session)
    session.commit()
    assert (keeper.current.index.locate(*IN_TIMUR, at=NOW).slug == "timur") is routed
    assert keeper.current.by_slug["timur"].answers is answers


def test_an_erased_city_is_gone(keeper: Keeper, session: Session) -> None:
    session.scalars(select(Tenant).where(Tenant.slug == "timur")).one().stage = Stage.ERASED
    raise_epoch(session)
    session.commit()
    assert "timur" not in keeper.current.by_slug
    assert "TMR" not in keeper.current.by_code
    assert keeper.current.index.locate(*IN_TIMUR, at=NOW).slug != "timur"


def test_the_commons_and_shadows_have_no_portal(keeper: Keeper) -> None:
    assert not keeper.current.commons.answers
    for card in keeper.current.by_id.values():
        if card.stage == Stage.SHADOW:
            assert not card.answers
            assert card.slug not in keeper.current.by_slug


def test_a_domain_of_ones_own_counts_once_it_is_verified(
    keeper: Keeper, session: Session, slugs: dict[str, UUID]
) -> None:
    domain = TenantDomain(host="lapor.barat.example", tenant_id=slugs["barat"])
    session.add(domain)
    raise_epoch(session)
    session.commit()
    assert keeper.current.by_domain == {}
    domain.verified_at = NOW
    raise_epoch(session)
    session.commit()
    keeper.refresh()
    assert keeper.current.by_domain["lapor.barat.example"].slug == "barat"


def test_while_the_database_is_away_the_old_directory_goes_on_answering(
    keeper: Keeper, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(directory, "POLL_SECONDS", 0.02)
    first = keeper.current
    tries: list[int] = []

    def away(*_: Any) -> None:
        tries.append(1)
        raise OperationalError("SELECT", {}, Exception("away"))

    event.listen(engine, "before_cursor_execute", away)
    _until(lambda: len(tries) > 2)
    assert keeper.current is first
    event.remove(engine, "before_cursor_execute", away)
    assert "could not be refreshed" in caplog.text


def test_a_directory_that_could_never_be_built_is_unavailable(engine: Engine) -> None:
    keeper = Keeper(engine, lambda: NOW)
    keeper.refresh = lambda: False
    with pytest.raises(Unavailable, match="starting"):
        _ = keeper.current
    keeper.stop()


def test_the_poll_begins_with_the_first_question_and_ends_when_told(
    engine: Engine, session: Session, slugs: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "POLL_SECONDS", 0.02)
    keeper = Keeper(engine, lambda: NOW)
    keeper.refresh()
    assert keeper._thread is None
    assert keeper.current.index.locate(*NOWHERE, at=NOW).slug == "commons"
    give(session, slugs["timur"], NOWHERE)
    raise_epoch(session)
    session.commit()
    _until(lambda: keeper.current.index.locate(*NOWHERE, at=NOW).slug == "timur")
    thread = keeper._thread
    assert thread is not None
    keeper.stop()
    assert not thread.is_alive()


def test_a_tenant_of_the_catalogue_without_a_row_is_no_tenant(keeper: Keeper) -> None:
    assert keeper.current.by_id.get(uuid4()) is None
    assert [card.slug for card in keeper.current.live] == ["barat", "timur"]


def _until(truth: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, "it didn't come true in time"
        time.sleep(0.01)
