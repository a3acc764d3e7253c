"""A new holiday in a city with 20,000 open promises: the worker reckons them anew, 500 a transaction.

Each complaint has its description, the first row of its history and a rule of its category; one in ten was paused once.
Measured is the stored path: read in batches, reckoned, written with a row of the history where a due instant has moved,
the delta of the figures, and the job at which it must be minded next. Nobody is told, as nobody left an address.
"""

from datetime import UTC, datetime, timedelta
from time import perf_counter

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from complaints.complaint import HistoryRow
from complaints.office import Office
from complaints.recalculating import Watch, recalculate
from tenants import scope
from tenants.calendar import CalendarRow
from tenants.directory import raise_epoch
from tests.bench.ground import Ground
from tests.conftest import put_together

MANY = 20_000
SLUG = "jakarta"

COMPLAINTS = """
INSERT INTO complaints (
    tenant_id, id, birth_tenant_id, reference, status, is_open, kind, channel, category_id, category_revision,
    sla_rule_id, sla_rule_revision, priority, urgency, visibility, anonymous, routing, received_at, clock_from_at,
    sort_at, adopted, hand_overs, updated_at, version
)
SELECT r.tenant_id, gen_random_uuid(), r.tenant_id, 'JKT-' || lpad(n::text, 8, 'X'), 'received', true, 'complaint',
       'web', r.category_id, 1, r.id, r.revision, 'normal', 1, 'public', false, '{"rule": "inside", "candidates": []}',
       at, at, at + interval '100 years', false, 0, at, 1
FROM generate_series(1, %(many)s) n,
     LATERAL (SELECT now() - n %% 5000 * interval '7 minutes' AS at) x,
     LATERAL (SELECT array_agg(id ORDER BY code) AS ids FROM sla_rules
              WHERE tenant_id = %(tenant)s AND category_id IS NOT NULL AND ended_at IS NULL) rules
JOIN LATERAL (SELECT * FROM sla_rules WHERE id = rules.ids[1 + n %% cardinality(rules.ids)]) r ON true
"""
BESIDE = (
    "INSERT INTO remarks (tenant_id, id, complaint_id, kind, body, answers, inner_, created_at)"
    " SELECT tenant_id, gen_random_uuid(), id, 'description', 'x', '{}', false, received_at FROM complaints"
    " WHERE reference LIKE 'JKT-XXX%%'",
    "INSERT INTO history (tenant_id, id, complaint_id, number, at, move, to_status, by_, public, detail)"
    " SELECT tenant_id, gen_random_uuid(), id, 1, received_at, 'file', status, 'reporter', true, '{}' FROM complaints"
    " WHERE reference LIKE 'JKT-XXX%%'",
    "INSERT INTO pauses (tenant_id, id, complaint_id, from_at, until_at)"
    " SELECT tenant_id, gen_random_uuid(), id, received_at + interval '1 hour', received_at + interval '5 hours'"
    " FROM complaints WHERE reference LIKE 'JKT-XXX%%7'",
)


def run(ground: Ground) -> dict[str, float | str]:
    """Complaints a second where every one has moved, and where none has."""
    database = ground.copy("recalculation")
    with ground.superuser(database) as connection:
        tenant = connection.execute("SELECT id FROM tenants WHERE slug = %s", [SLUG]).fetchone()
        assert tenant is not None
        connection.execute(COMPLAINTS, {"many": MANY, "tenant": tenant[0]})
        for statement in BESIDE:
            connection.execute(statement.replace("inner_", '"inner"').replace("by_,", '"by",').replace("%%", "%"))
        connection.execute("ANALYZE")
    app_url, owner_url = (ground.server.url(role, database) for role in ("aduan_app", "aduan_owner"))
    engine = create_engine(app_url)
    now = datetime.now(UTC)
    with put_together(app_url, owner_url, ground.folder) as app, Session(engine) as session:
        office, watch = app.extensions["office"], Watch()
        watch.look(session, office, now)
        first = _declared(session, office, watch, now, 0)  # reckons what was never reckoned
        moved, took = _declared(session, office, watch, now, 10)
        unmoved, quick = _declared(session, office, watch, now, 400)
    engine.dispose()
    ground.drop(database)
    return {
        "recalculation_first_per_s": round(MANY / first[1]),
        "recalculation_moved": moved,
        "recalculation_moved_per_s": round(MANY / took),
        "recalculation_moved_where_nothing_moves": unmoved,
        "recalculation_unmoved_per_s": round(MANY / quick),
    }


def _declared(session: Session, office: Office, watch: Watch, now: datetime, days: int) -> tuple[int, float]:
    """Make the next days holidays and let the worker do its batches: complaints moved, and seconds."""
    card = office.directory.by_slug[SLUG]
    scope.name_tenant(session, card.id)
    for row in session.scalars(select(CalendarRow)):
        holidays = dict(row.document.get("holidays", {}))
        added = [{"on": (now.date() + timedelta(days=days + number)).isoformat()} for number in range(3)]
        holidays["add"] = [*holidays.get("add", []), *added]
        row.document = {**row.document, "holidays": holidays}
    session.execute(text("UPDATE tenants SET revision = revision + 1 WHERE slug = :slug"), {"slug": SLUG})
    raise_epoch(session)
    session.commit()
    office.keeper.refresh()
    watch.look(session, office, now)
    scope.name_tenant(session, card.id)
    before = session.scalar(select(func.count()).select_from(HistoryRow).where(HistoryRow.move == "recalculate")) or 0
    session.commit()
    began = perf_counter()
    again: datetime | None = now
    while again is not None:
        session.expunge_all()
        scope.name_tenant(session, card.id)
        again = recalculate(session, office, office.directory.by_slug[SLUG], now)
        session.commit()
    took = perf_counter() - began
    scope.name_tenant(session, card.id)
    after = session.scalar(select(func.count()).select_from(HistoryRow).where(HistoryRow.move == "recalculate")) or 0
    session.commit()
    return after - before, took
