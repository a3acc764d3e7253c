"""A city with many complaints, made by INSERT … SELECT: two in a hundred are open, the rest closed over three years.

What is open has one of six statuses, is due between ten days ago and thirty ahead, lies in any of the city's areas and
with any of its agencies (some have much more than others), and with one of two hundred officials or, one in four, with
nobody. It is built past the product on purpose: what is measured is reading it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from tests.bench.ground import Ground

SLUG = "jakarta"
OFFICIALS = 200
OPEN_EVERY = 50

SEATS = """
INSERT INTO seats (tenant_id, id, account_id, role, name, version, created_at)
SELECT %(tenant)s, gen_random_uuid(), gen_random_uuid(), 'officer', 'Petugas ' || n, 1, now()
FROM generate_series(1, %(officials)s) n
"""
COMPLAINTS = """
WITH one AS MATERIALIZED (
    SELECT array(SELECT id FROM categories WHERE tenant_id = %(tenant)s AND NOT is_group ORDER BY code) AS categories,
           array(SELECT id FROM agencies WHERE tenant_id = %(tenant)s ORDER BY code) AS agencies,
           array(SELECT id FROM areas a WHERE tenant_id = %(tenant)s
                 AND NOT EXISTS (SELECT FROM areas b WHERE b.tenant_id = a.tenant_id AND b.parent_id = a.id)
                 ORDER BY code) AS areas,
           array(SELECT id FROM seats WHERE tenant_id = %(tenant)s AND role IN ('officer', 'supervisor')
                 ORDER BY id) AS seats,
           ARRAY['received', 'assigned', 'in_progress', 'in_progress', 'scheduled', 'waiting_for_reporter'] AS opens,
           ARRAY['confirmed', 'confirmed', 'confirmed', 'resolved', 'rejected', 'withdrawn'] AS closes
), drawn AS (
    SELECT n, n %% %(open_every)s = 0 AS is_open,
           random() a, random() b, random() c, random() d, random() e, random() f, random() g, random() h
    FROM generate_series(1, %(rows)s) n
)
INSERT INTO complaints (
    tenant_id, id, birth_tenant_id, reference, status, is_open, kind, channel, category_id, category_revision, priority,
    urgency, agency_id, area_id, holder_id, visibility, anonymous, lon, lat, cell, routing, received_at, clock_from_at,
    respond_due_at, resolve_due_at, sort_at, adopted, hand_overs, updated_at, version
)
SELECT %(tenant)s, gen_random_uuid(), %(tenant)s, 'JKT-' || lpad(n::text, 8, '0'),
       CASE WHEN is_open THEN opens[1 + floor(a * 6)::int] ELSE closes[1 + floor(a * 6)::int] END,
       is_open, 'complaint', 'web', categories[1 + floor(b * array_length(categories, 1))::int], 1, 'normal',
       (b > 0.1)::int, agencies[1 + floor(c * c * array_length(agencies, 1))::int],
       areas[1 + floor(d * array_length(areas, 1))::int],
       CASE WHEN NOT is_open OR e > 0.25 THEN seats[1 + floor(f * array_length(seats, 1))::int] END,
       CASE WHEN g < 0.85 THEN 'public' WHEN g < 0.97 THEN 'private' ELSE 'restricted' END, false,
       106.7 + h * 0.25, -6.35 + a * 0.2,
       floor((-6.35 + a * 0.2 + 90) * 1000)::bigint * 1000000 + floor((106.7 + h * 0.25 + 180) * 1000)::bigint,
       '{"rule": "inside", "candidates": []}',
       due_at - interval '12 days', due_at - interval '12 days', due_at, due_at + interval '5 days', due_at,
       false, 0, due_at, 1
FROM drawn, one, LATERAL (
    SELECT CASE WHEN is_open THEN now() + (f * 40 - 10) * interval '1 day'
                ELSE now() - (30 + h * 1065) * interval '1 day' END AS due_at
) due
"""
REMARKS = """
INSERT INTO remarks (tenant_id, id, complaint_id, kind, body, place, answers, "inner", created_at)
SELECT tenant_id, gen_random_uuid(), id, 'description', 'Lubang besar di depan pasar, sudah dua kali motor jatuh.',
       'Jalan Raya Pasar Minggu nomor ' || right(reference, 4), '{}', false, received_at
FROM complaints WHERE tenant_id = %(tenant)s AND reference ~ '^JKT-[0-9]{8}$'
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid IN ('complaints'::regclass, 'remarks'::regclass) AND NOT indisunique
"""


@dataclass(frozen=True)
class City:
    """A database in which the city has so many complaints."""

    database: str
    tenant_id: UUID
    complaints: int


def build(ground: Ground, complaints: int) -> City:
    """Make it, analysed and vacuumed; the statistics are what a running database has."""
    return fill(ground, ground.copy(f"city_{complaints}"), complaints)


def fill(ground: Ground, database: str, complaints: int) -> City:
    """Make it of a database that has the city and its settings already."""
    with ground.superuser(database) as connection:
        # Foreign keys hold by construction; to check each of millions of rows would only take time.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SELECT setseed(0.5)")
        (tenant_id,) = _one(connection, "SELECT id FROM tenants WHERE slug = %s", [SLUG])
        given = {"tenant": tenant_id, "rows": complaints, "open_every": OPEN_EVERY, "officials": OFFICIALS}
        connection.execute(SEATS, given)
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(COMPLAINTS, given)
        connection.execute(REMARKS, given)
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return City(database, tenant_id, complaints)


def _one(connection: psycopg.Connection[Any], sql: str, parameters: Any = None) -> Any:
    found = connection.execute(sql, parameters).fetchone()
    if found is None:
        raise RuntimeError(f"nothing was found by: {sql}")
    return found
