"""The last 90 days of a city with 100,000 reports replayed under another promise, as the page of the admin does.

Each report has its description, the first row of its history and a rule; one in ten was paused once, and nine in ten
are answered. The rule that is tried is for everything. Measured is the whole: read in portions as the app role,
reckoned, counted by agency.
"""

from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from complaints import replay as replaying
from complaints.replay import replay
from tenants import scope
from tests.bench.bench_recalculation import BESIDE, COMPLAINTS, SLUG
from tests.bench.ground import Ground
from tests.conftest import put_together

MANY = 100_000
WITHIN = (
    "UPDATE complaints SET received_at = now() - (random() * interval '89 days')",
    "UPDATE complaints SET clock_from_at = received_at, agency_id = (SELECT id FROM agencies a WHERE a.tenant_id ="
    " complaints.tenant_id AND a.ended_at IS NULL ORDER BY md5(a.id::text || left(complaints.id::text, 1)) LIMIT 1),"
    " responded_at = CASE WHEN random() < 0.9 THEN received_at + random() * interval '3 days' END,"
    " resolved_at = CASE WHEN random() < 0.7 THEN received_at + random() * interval '20 days' END",
    "UPDATE history h SET at = c.received_at FROM complaints c WHERE c.id = h.complaint_id",
    "INSERT INTO history (tenant_id, id, complaint_id, number, at, move, from_status, to_status, by_, public, detail)"
    " SELECT c.tenant_id, gen_random_uuid(), c.id, 2 + n, c.received_at + n * interval '5 hours', 'ask',"
    " CASE n WHEN 0 THEN 'assigned' ELSE 'waiting_for_reporter' END,"
    " CASE n WHEN 0 THEN 'waiting_for_reporter' ELSE 'assigned' END, 'staff', true, '{}'"
    " FROM complaints c, generate_series(0, 1) n WHERE c.reference LIKE 'JKT-XXX%7'",
)


def run(ground: Ground) -> dict[str, float | str]:
    """Seconds for the whole, and how many reports were late on either side."""
    database = ground.copy("whatif")
    with ground.superuser(database) as connection:
        tenant = connection.execute("SELECT id FROM tenants WHERE slug = %s", [SLUG]).fetchone()
        assert tenant is not None
        connection.execute(COMPLAINTS, {"many": MANY, "tenant": tenant[0]})
        for statement in (*BESIDE, *WITHIN):
            connection.execute(statement.replace("inner_", '"inner"').replace("by_,", '"by",').replace("%%", "%"))
        connection.execute("ANALYZE")
    app_url, owner_url = (ground.server.url(role, database) for role in ("aduan_app", "aduan_owner"))
    engine = create_engine(app_url)
    now = datetime.now(UTC)
    with put_together(app_url, owner_url, ground.folder) as app, Session(engine) as session:
        office = app.extensions["office"]
        card = office.directory.by_slug[SLUG]
        scope.name_tenant(session, card.id)
        book = office.rulebooks.of(session, card)
        lines = [
            {"milestone": "respond", "amount": 360, "unit": "working_minutes", "when": None},
            {"milestone": "resolve", "amount": 5, "unit": "working_days", "when": None},
        ]
        tried = replace(book.rules[0], id=UUID(int=1), category_id=None, milestones=tuple(lines))
        only = replace(book, rules=[])
        began, on_processor = perf_counter(), process_time()
        tally = [*replay(session, only, tried, now)][-1].tally
        took, ran = perf_counter() - began, process_time() - on_processor
    engine.dispose()
    ground.drop(database)
    return {
        "whatif_reports": tally.total,
        "whatif_late": tally.then,
        "whatif_portion": replaying.PORTION,
        "whatif_s": round(took, 2),
        "whatif_processor_s": round(ran, 2),
    }
