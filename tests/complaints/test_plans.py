"""Every list keeps its index under row-level security: each is run as the app role, and its plan is read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.orm import Session

from complaints import duplicates, evidence, handling, queue
from complaints.complaint import Complaint, Evidence
from complaints.finding import queue_map
from complaints.ground import Box
from complaints.photos.likeness import Likeness
from complaints.queue import Filter, Tab
from complaints.queue_row import Page
from complaints.rules.rulebooks import Rulebooks
from complaints.viewer import Viewer
from config.postgres import EmbeddedPostgres
from people.account import Account
from people.seat import Seat
from people.sign_in import agencies_of
from tenants import scope
from tenants.agency import Agency
from tenants.area import Area
from tenants.category import Category
from tenants.directory import build
from tenants.tenant import Tenant
from tests.complaints import plenty
from tests.conftest import copied

LATER = datetime.now(UTC) + timedelta(hours=8)
Ask = Callable[[Session], object]


@pytest.fixture(scope="module")
def plenty_url(cluster: EmbeddedPostgres, cast_template: str) -> Iterator[str]:
    """The cast with twenty thousand complaints, for tests that only read."""
    with copied(cluster, cast_template) as url:
        owner = create_engine(make_url(url).set(username="aduan_owner"))
        with owner.connect() as connection:
            plenty.fill(connection)
        owner.dispose()
        yield url


@pytest.fixture(scope="module")
def crowded(plenty_url: str) -> Iterator[Engine]:
    engine = create_engine(plenty_url)
    yield engine
    engine.dispose()


@pytest.fixture
def barat(crowded: Engine) -> Iterator[Session]:
    with Session(crowded) as session:
        tenant_id = session.scalars(select(Tenant.id).where(Tenant.slug == "barat")).one()
        session.commit()
        scope.name_tenant(session, tenant_id)
        yield session


def viewer_of(session: Session, role: str, agencies: int = 1) -> Viewer:
    seat = session.scalars(
        select(Seat).where(Seat.account_id.in_(select(Account.id).where(Account.email == f"{role}@barat.example")))
    ).one()
    some = session.scalars(select(Agency.id).order_by(Agency.code).limit(agencies)).all()
    own = agencies_of(session, seat.id) if agencies == 1 else list(some)
    return Viewer(seat.id, tuple(own), sees_restricted=role != "officer", sees_other_agencies=role != "officer")


def check(engine: Engine, session: Session, ask: Ask, *indexed: str) -> None:
    """Run it, and read the plans of what it asked: few rows touched, and each declared filter in an index condition."""
    session.rollback()
    with plenty.recorded(engine) as seen:
        ask(session)
    session.rollback()
    about = [asked for asked in seen if any(table in asked.words for table in plenty.LARGE)]
    assert about, "nothing was asked of the large tables"
    with engine.connect() as connection:
        plans = [plenty.plan(connection, asked) for asked in about]
    for asked, plan in zip(about, plans, strict=True):
        said = f"{asked.words}\n{plenty.outline(plan)}"
        assert plenty.touched(plan) <= plenty.MOST_TOUCHED, said
    used = " ".join(plenty.conditions(plan) for plan in plans)
    missing = [column for column in indexed if column not in used]
    assert not missing, "\n".join(plenty.outline(plan) for plan in plans)


def page(viewer: Viewer, chosen: Filter, after: str | None = None) -> Callable[[Session], Page]:
    now = datetime.now(UTC)
    return lambda session: queue.page(session, viewer, chosen, now=now, today_ends_at=LATER, after=after)


FILTERS: dict[str, tuple[Callable[[Session], Filter], str]] = {
    "mine": (lambda session: Filter(Tab.MINE), "holder_id"),
    "agency": (lambda session: Filter(Tab.AGENCY), "agency_id"),
    "unassigned": (lambda session: Filter(Tab.UNASSIGNED), "ix_complaints_unassigned"),
    "today": (lambda session: Filter(Tab.TODAY), "sort_at"),
    "late": (lambda session: Filter(Tab.LATE), "sort_at"),
    "waiting": (lambda session: Filter(Tab.WAITING), "status"),
    "watched": (lambda session: Filter(Tab.WATCHED), "uq_watches"),
    "board": (lambda session: Filter(Tab.BOARD), "ix_complaints_board"),
    "all": (lambda session: Filter(Tab.ALL), "tenant_id"),
    "category": (lambda session: Filter(Tab.ALL, category_id=_one(session, Category)), "category_id"),
    "area": (lambda session: Filter(Tab.ALL, area_id=_one(session, Area)), "area_id"),
    "status": (lambda session: Filter(Tab.ALL, status="in_progress"), "status"),
    "closed": (lambda session: Filter(Tab.ALL, status="confirmed"), "status"),
}


def _one(session: Session, table: Any) -> UUID:
    query = select(table.id).order_by(table.code)
    if table is Category:
        query = query.where(Category.is_group.is_(False))
    return UUID(str(session.scalars(query.offset(1).limit(1)).one()))


@pytest.mark.parametrize("role", ["officer", "admin"])
@pytest.mark.parametrize("name", FILTERS)
def test_the_first_and_any_other_page_of_the_queue_keep_their_index(
    crowded: Engine, barat: Session, name: str, role: str
) -> None:
    make, indexed = FILTERS[name]
    chosen, viewer = make(barat), viewer_of(barat, role)
    check(crowded, barat, page(viewer, chosen), indexed, "tenant_id")
    after = page(viewer, chosen)(barat).after
    assert after is not None, "there is one page only, which proves nothing"
    for _ in range(3):
        after = page(viewer, chosen, after)(barat).after or after
    check(crowded, barat, page(viewer, chosen, after), indexed, "tenant_id")


@pytest.mark.parametrize("agencies", [2, 5])
def test_somebody_in_several_agencies_reads_no_more(crowded: Engine, barat: Session, agencies: int) -> None:
    viewer = viewer_of(barat, "officer", agencies)
    first = page(viewer, Filter(Tab.AGENCY))(barat)
    check(crowded, barat, page(viewer, Filter(Tab.AGENCY)), "agency_id")
    check(crowded, barat, page(viewer, Filter(Tab.AGENCY), first.after), "agency_id")


@pytest.mark.parametrize("role", ["officer", "admin"])
def test_the_counts_of_all_tabs_stop_at_a_hundred(crowded: Engine, barat: Session, role: str) -> None:
    viewer = viewer_of(barat, role)
    now = datetime.now(UTC)
    check(crowded, barat, lambda session: queue.counts(session, viewer, now=now, today_ends_at=LATER))


def test_a_reference_is_found_by_its_index(crowded: Engine, barat: Session) -> None:
    reference = barat.scalars(select(Complaint.reference).offset(7).limit(1)).one()
    check(
        crowded,
        barat,
        lambda session: session.scalars(select(Complaint.id).where(Complaint.reference == reference)).one(),
        "reference",
    )


@pytest.mark.parametrize("read", [handling.history_of, handling.remarks_of, evidence.of, evidence.waiting])
def test_what_belongs_to_a_complaint_is_found_by_it(crowded: Engine, barat: Session, read: Any) -> None:
    complaint_id = barat.scalars(select(Complaint.id).offset(7).limit(1)).one()
    check(crowded, barat, lambda session: read(session, complaint_id), "complaint_id")


def test_the_like_of_a_report_is_found_by_category_cell_and_day(crowded: Engine, barat: Session) -> None:
    card = build(barat, 0).by_slug["barat"]
    book = Rulebooks().of(barat, card)
    category = book.category("banjir")
    point = barat.execute(
        select(Complaint.lon, Complaint.lat).where(Complaint.category_id == category.id).limit(1)
    ).one()
    now = datetime.now(UTC)
    check(
        crowded,
        barat,
        lambda session: duplicates.alike(session, book, category, *point, now, public=True),
        "ix_complaints_alike",
        "category_id",
        "cell",
        "received_at",
    )


def test_the_same_picture_is_found_by_pieces_of_its_hash(crowded: Engine, barat: Session) -> None:
    row = Evidence(id=uuid4(), complaint_id=uuid4(), side="after")
    check(
        crowded,
        barat,
        lambda session: evidence.twins_of(session, row, Likeness(0x0123456789ABCDEF, bytes(64))),
        *("band_1", "band_2", "band_3", "band_4"),
    )


@pytest.mark.parametrize("role", ["supervisor", "officer"])
def test_a_box_of_the_map_is_read_by_its_cells(crowded: Engine, barat: Session, role: str) -> None:
    viewer, box = viewer_of(barat, role), Box(106.93, -6.28, 106.935, -6.275)
    now = datetime.now(UTC)

    def ask(session: Session) -> object:
        return queue_map.on_map(session, viewer, Filter(Tab.ALL), box, now=now, today_ends_at=LATER)

    check(crowded, barat, ask, "ix_complaints_open_cell", "cell")


def test_postgresql_plans_for_millions(barat: Session) -> None:
    expected = barat.execute(text("EXPLAIN SELECT FROM complaints")).scalars().all()
    assert max(int(line.partition("rows=")[2].split()[0]) for line in expected if "rows=" in line) > 1_000_000
