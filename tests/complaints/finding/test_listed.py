"""A whole list, a batch at a time: in order, each once, in a memory that doesn't grow with it."""

import tracemalloc
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, ReadRow
from complaints.finding.listed import listed
from complaints.queue import Filter, Tab
from complaints.viewer import Viewer
from tenants import scope
from tenants.tenant import Tenant
from tests.complaints.misspelt import Crowd
from web.xlsx import workbook

CHIEF = Viewer(UUID(int=1), (), sees_restricted=True, sees_other_agencies=True)
MOST_BYTES = 16 * 1024 * 1024


@pytest.mark.slow
def test_fifty_thousand_rows_take_no_more_memory_than_a_batch(hundred_thousand: tuple[Engine, Crowd]) -> None:
    now = datetime.now(UTC)
    with Session(hundred_thousand[0]) as session:
        tenant_id = session.scalars(select(Tenant.id).where(Tenant.slug == "barat")).one()
        session.commit()
        scope.name_tenant(session, tenant_id)
        closed = select(func.count()).select_from(Complaint).where(Complaint.status == "confirmed")
        expected = session.scalar(closed) or 0
        private = session.scalar(closed.where(Complaint.visibility == "private")) or 0
        session.rollback()
        rows = listed(
            session, CHIEF, Filter(Tab.ALL, status="confirmed"), now=now, today_ends_at=now + timedelta(hours=5),
            names_reporters=False,
        )  # fmt: skip
        seen: set[UUID] = set()
        sent, last = 0, (0, now - timedelta(days=9_000))
        tracemalloc.start()

        def lines() -> object:
            nonlocal last
            for one in rows:
                assert (one.row.urgency, one.row.sort_at) >= last
                last = (one.row.urgency, one.row.sort_at)
                seen.add(one.row.id)
                yield [one.row.reference, one.description, one.row.place]

        for piece in workbook(["a", "b", "c"], lines()):
            sent += len(piece)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(seen) == expected > 50_000
        assert session.scalar(select(func.count()).select_from(ReadRow).where(ReadRow.what == "file")) == private > 0
        session.rollback()
    assert most - 150 * len(seen) < MOST_BYTES, f"{most:,} bytes for {sent:,} sent"
