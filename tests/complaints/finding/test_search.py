"""Search: forty misspelt queries among a hundred thousand reports, as the app role under row-level security."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from complaints import queue
from complaints.complaint import Complaint
from complaints.finding import search
from complaints.finding.called import Called, called
from complaints.queue import Filter, Tab
from complaints.queue_row import Row
from complaints.rules.rulebooks import Rulebooks
from complaints.viewer import Viewer
from tenants import scope
from tenants.category import Category
from tenants.directory import build
from tenants.tenant import Tenant
from tests.complaints.misspelt import ABOUT, PLANTED, Crowd

MOST_READ = 30_000
MEDIAN_MS = 250
"""On a machine that does nothing else a search takes a fifth of it."""
NOW = datetime.now(UTC)
CHIEF = Viewer(UUID(int=1), (), sees_restricted=True, sees_other_agencies=True)


@pytest.fixture
def barat(hundred_thousand: tuple[Engine, Crowd]) -> Iterator[Session]:
    with Session(hundred_thousand[0]) as session:
        tenant_id = session.scalars(select(Tenant.id).where(Tenant.slug == "barat")).one()
        session.commit()
        scope.name_tenant(session, tenant_id)
        yield session


@pytest.fixture
def names(barat: Session) -> Called:
    return called(Rulebooks().of(barat, build(barat, 0).by_slug["barat"]))


def found(
    session: Session, names: Called, query: str, within: Filter | None = None, viewer: Viewer = CHIEF
) -> Sequence[UUID]:
    return search.find(
        session, names, viewer, query, code="BRT", within=within, now=NOW, today_ends_at=NOW + timedelta(hours=5)
    )


def test_forty_misspelt_queries_find_theirs(
    hundred_thousand: tuple[Engine, Crowd], barat: Session, names: Called
) -> None:
    crowd = hundred_thousand[1]
    missed, took, read = [], [], []

    def first(query: str) -> Sequence[UUID]:
        before, began = _rows_read(barat), time.perf_counter()
        ids = found(barat, names, query)[:5]
        took.append((time.perf_counter() - began) * 1000)
        read.append(_rows_read(barat) - before)
        return ids

    for one, id_ in zip(PLANTED, crowd.ids, strict=True):
        if id_ not in first(one.query):
            missed.append(one.query)
    for query, code in ABOUT:
        kinds = barat.scalars(
            select(Category.code)
            .join(Complaint, Complaint.category_id == Category.id)
            .where(Complaint.id.in_(first(query)))
        ).all()
        if list(kinds) != [code] * 5:
            missed.append(f"{query}: {kinds}")
    slips = _slips(crowd.references)
    for reference, query in slips.items():
        if crowd.ids[crowd.references.index(reference)] not in first(query):
            missed.append(query)
    assert len(took) == 40
    took.sort()
    print(f"missed {missed}; median {took[20]:.0f} ms, p95 {took[37]:.0f} ms; rows read {sorted(read)[-3:]}")  # noqa: T201  (the figures of the run)
    assert len(missed) <= 4, missed
    assert max(read) < MOST_READ, "a search reads its words from the index, under row-level security too"
    assert took[20] < MEDIAN_MS, took


def _rows_read(session: Session) -> int:
    """Rows of the large tables that this transaction has looked at so far, in functions too."""
    query = "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname = ANY (:tables)"
    return int(session.scalar(text(query), {"tables": ["complaints", "remarks", "vocabulary"]}) or 0)


def test_who_may_not_see_it_does_not_find_it(
    hundred_thousand: tuple[Engine, Crowd], barat: Session, names: Called
) -> None:
    private = barat.execute(
        select(Complaint.id, Complaint.agency_id).where(Complaint.visibility == "private").limit(1)
    ).one()
    reference = barat.scalars(select(Complaint.reference).where(Complaint.id == private.id)).one()
    stranger = Viewer(UUID(int=2), (), sees_restricted=False)
    colleague = Viewer(UUID(int=2), (private.agency_id,), sees_restricted=False)

    def shown(viewer: Viewer, query: str) -> list[Row]:
        return queue.these(barat, viewer, found(barat, names, query, viewer=viewer))

    assert [row.id for row in shown(colleague, reference)] == [private.id]
    assert shown(stranger, reference) == []
    hidden = {row.id for row in shown(CHIEF, "banjir")} - {row.id for row in shown(stranger, "banjir")}
    assert hidden, "nothing private was found, so that nothing is shown by this test"
    ids = found(barat, names, "banjir", viewer=stranger)
    seen = barat.scalars(select(Complaint.visibility).where(Complaint.id.in_(ids)))
    assert set(seen) == {"public"}


def test_the_neighbour_finds_nothing(hundred_thousand: tuple[Engine, Crowd], names: Called) -> None:
    with Session(hundred_thousand[0]) as session:
        timur = session.scalars(select(Tenant.id).where(Tenant.slug == "timur")).one()
        session.commit()
        scope.name_tenant(session, timur)
        assert found(session, names, "lubang jalan banjir") == []
        assert found(session, names, hundred_thousand[1].references[0]) == []
        assert session.execute(text("SELECT * FROM near_words(ARRAY['banjir'])")).all() == []


@pytest.mark.parametrize(
    ("within", "holds"),
    [
        (Filter(Tab.ALL), lambda one: one.is_open),
        (Filter(Tab.ALL, status="confirmed"), lambda one: one.status == "confirmed"),
        (Filter(Tab.UNASSIGNED), lambda one: one.is_open and one.holder_id is None),
        (Filter(Tab.LATE), lambda one: one.is_open and one.sort_at < NOW),
        (Filter(Tab.TODAY), lambda one: NOW <= one.sort_at < NOW + timedelta(hours=5)),
    ],
)
def test_a_list_is_searched_by_what_it_holds(
    barat: Session, names: Called, within: Filter, holds: Callable[[Complaint], bool]
) -> None:
    ids = found(barat, names, "lampu jalan mati", within)
    rows = barat.scalars(select(Complaint).where(Complaint.id.in_(ids))).all()
    assert all(holds(row) for row in rows)
    assert len(rows) == len(ids)
    assert ids or within.tab is Tab.LATE


@pytest.mark.parametrize(
    "query", ["", "   ", "'", "& | !", "%", "\\", "a:*", "()", "\x00", "x" * 5_000, "😀 — …", "-- ;", "1"]
)
def test_whatever_is_typed_is_searched_for(barat: Session, names: Called, query: str) -> None:
    assert isinstance(found(barat, names, query), list)


def _slips(references: Sequence[str]) -> dict[str, str]:
    """By reference: a letter changed, two exchanged, the beginning alone, the end alone."""
    changed, exchanged, begun = references[:3]
    ended = next(one for one in references[3:] if any(letter.isdigit() for letter in one[9:]))
    other = "7" if changed[6] != "7" else "8"
    at = next(at for at in (4, 5, 6) if exchanged[at] != exchanged[at + 1])
    return {
        changed: changed[:6] + other + changed[7:],
        exchanged: (exchanged[:at] + exchanged[at + 1] + exchanged[at] + exchanged[at + 2 :]).lower(),
        begun: begun[:10],
        ended: ended[9:],
    }
