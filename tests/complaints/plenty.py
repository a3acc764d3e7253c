"""Twenty thousand complaints of three tenants, so that a plan that loses its index costs something and shows."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, text

LARGE = ("complaints", "remarks", "history", "messages", "contacts", "evidence", "reads", "holdings")
"""The tables that grow with every report; no page may read a tenant's slice of them."""

MOST_TOUCHED = 1_400
"""Rows of a large table that a statement of a page may look at: 20 a page, up to 100 a tab when counting, 200 pins."""

SHARES = {"barat": 14_000, "timur": 4_000, "commons": 2_000}

FILL = """
INSERT INTO complaints (tenant_id, id, reference, birth_tenant_id, status, is_open, kind, channel, category_id,
    category_revision, priority, urgency, agency_id, area_id, holder_id, visibility, anonymous, lon, lat, cell, routing,
    reporter_account_id, received_at, clock_from_at, respond_due_at, resolve_due_at, sort_at, next_step_at,
    on_board_since, adopted, hand_overs, updated_at, version)
SELECT t.id, gen_random_uuid(), :code || '-' || lpad(n::text, 8, '0'), t.id,
    (ARRAY['received','assigned','in_progress','scheduled','waiting_for_reporter','resolved','confirmed','confirmed',
           'confirmed','rejected'])[1 + n % 10],
    n % 10 < 5, 'complaint', 'web', c.ids[1 + n % cardinality(c.ids)], 1, 'normal', CASE WHEN n % 40 = 0 THEN 0 ELSE 1
    END, CASE WHEN cardinality(a.ids) > 0 THEN a.ids[1 + n / 3 % cardinality(a.ids)] END,
    CASE WHEN cardinality(r.ids) > 0 THEN r.ids[1 + n / 7 % cardinality(r.ids)] END,
    CASE WHEN cardinality(s.ids) > 0 AND n % 3 > 0 THEN s.ids[1 + n / 11 % cardinality(s.ids)] END,
    (ARRAY['public','public','public','private','restricted'])[1 + n / 13 % 5], false, x.lon, x.lat,
    floor((x.lat + 90) * 1000)::bigint * 1000000 + floor((x.lon + 180) * 1000)::bigint,
    CAST(:routing AS jsonb), CASE WHEN n % 50 = 0 THEN gen_random_uuid() END,
    now() - n * interval '7 minutes', now() - n * interval '7 minutes',
    now() - n * interval '7 minutes' + interval '1 day', now() - n * interval '7 minutes' + interval '20 days',
    now() + (n % 4000 - 2000) * interval '7 minutes',
    CASE WHEN n % 10 < 5 THEN now() + (n % 4000) * interval '7 minutes' END, CASE WHEN n % 100 < 2 THEN now() END,
    false, 0, now(), 1
FROM tenants t, generate_series(1, :many) n,
    LATERAL (SELECT :west + (n * 37 % 1000) / 10000.0 AS lon, -6.3 + (n * 91 % 1000) / 10000.0 AS lat) x,
    LATERAL (SELECT array_agg(id ORDER BY code) AS ids FROM categories WHERE tenant_id = t.id AND NOT is_group) c,
    LATERAL (SELECT COALESCE(array_agg(id ORDER BY code), '{}') AS ids FROM agencies WHERE tenant_id = t.id) a,
    LATERAL (SELECT COALESCE(array_agg(id ORDER BY code), '{}') AS ids FROM areas WHERE tenant_id = t.id) r,
    LATERAL (SELECT COALESCE(array_agg(id ORDER BY name), '{}') AS ids FROM seats WHERE tenant_id = t.id
             AND role <> 'resident') s
WHERE t.slug = :slug
"""

BESIDE = (
    "INSERT INTO remarks (tenant_id, id, complaint_id, kind, body, place, answers, inner_, created_at)"
    " SELECT tenant_id, gen_random_uuid(), id, k, 'x', 'Jl. Contoh', '{}', false, received_at FROM complaints,"
    " unnest(ARRAY['description','note']) k",
    "INSERT INTO history (tenant_id, id, complaint_id, number, at, move, from_status, to_status, by_, public, detail)"
    " SELECT tenant_id, gen_random_uuid(), id, n, received_at, CASE n WHEN 1 THEN 'file' ELSE 'assign' END,"
    " CASE n WHEN 2 THEN 'received' END, status, 'staff', true, '{}' FROM complaints, generate_series(1, 2) n",
    "INSERT INTO contacts (tenant_id, id, complaint_id, email, language, may_cross, choices)"
    " SELECT tenant_id, gen_random_uuid(), id, 'a@warga.example', 'id', false, '{}' FROM complaints",
    "INSERT INTO holdings (tenant_id, id, complaint_id, agency_id, from_at)"
    " SELECT tenant_id, gen_random_uuid(), id, agency_id, received_at FROM complaints",
    "INSERT INTO reads (tenant_id, id, complaint_id, seat_id, at, what)"
    " SELECT tenant_id, gen_random_uuid(), id, gen_random_uuid(), received_at, 'complaint' FROM complaints",
    "INSERT INTO watches (tenant_id, id, seat_id, complaint_id, created_at)"
    " SELECT c.tenant_id, gen_random_uuid(), s.id, c.id, c.received_at FROM complaints c JOIN seats s"
    " ON s.tenant_id = c.tenant_id AND s.role <> 'resident' WHERE right(c.reference, 2) = '33'",
    "INSERT INTO evidence (tenant_id, id, complaint_id, side, state, key, content_type, size, sha256, phash, fine_hash,"
    " band_1, band_2, band_3, band_4, capture, flags, findings, created_at)"
    " SELECT tenant_id, gen_random_uuid(), id, 'before', 'ready', 'tenant/x', 'image/jpeg', 1, '', h, '',"
    " (h & 65535)::int, (h >> 16 & 65535)::int, (h >> 32 & 65535)::int, (h >> 48 & 65535)::int, 'unknown', '[]', '{}',"
    " received_at FROM complaints, LATERAL (SELECT hashtextextended(id::text, 0) AS h) hashed",
    "INSERT INTO messages (tenant_id, id, event, channel, complaint_id, destination, language, subject, body, key,"
    " state, attempts, not_before_at, created_at, relayed_at, sent_at)"
    " SELECT tenant_id, gen_random_uuid(), 'received', 'email', id, 'a@warga.example', 'id', 's', 'b', id::text,"
    " CASE WHEN right(reference, 2) = '17' THEN 'dead' ELSE 'sent' END, 1,"
    " received_at, received_at, received_at, received_at FROM complaints",
)

AS_MANY_TIMES = 500
AS_IF = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, 'relpages', relpages,
    'reltuples', (reltuples * :times)::real, 'relallvisible', relallvisible)
FROM pg_class WHERE relname = :table OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = to_regclass(:table))
"""
"""Has PostgreSQL plan for ten million rows: among twenty thousand, sorting them all is often the cheapest."""

ROUTING = (
    '{"rule": "inside", "tenant_id": null, "slug": "x", "name": null, "boundary_id": null, "near_border": null,'
    ' "candidates": [], "distance_m": 0.0}'
)


def fill(owner: Connection) -> None:
    """Many rows for each tenant, as the owner, and statistics on them."""
    for slug, many in SHARES.items():
        owner.execute(
            text(FILL),
            {
                "slug": slug,
                "many": many,
                "code": slug[:3].upper(),
                "west": 107.0 if slug == "timur" else 106.9,
                "routing": ROUTING,
            },
        )
    for statement in BESIDE:
        owner.exec_driver_sql(statement.replace("inner_", '"inner"').replace("by_,", '"by",'))
    for table in LARGE:
        owner.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    owner.commit()
    owner.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    for table in LARGE:
        owner.execute(text(AS_IF), {"table": table, "times": AS_MANY_TIMES})


@dataclass(frozen=True)
class Asked:
    """One SELECT as it was sent, and the statement that had named its tenant."""

    words: str
    values: Any
    named: str | None


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Asked]]:
    """Everything that is read through the engine, by whatever page or verb."""
    seen: list[Asked] = []
    named: dict[int, str] = {}

    def note(connection: Connection, _cursor: Any, words: str, values: Any, *_: Any) -> None:
        if words.startswith("SET LOCAL app.tenant_id"):
            named[id(connection.connection.driver_connection)] = words
        elif re.match(r"\s*(\(*SELECT|WITH)", words):
            seen.append(Asked(words, values, named.get(id(connection.connection.driver_connection))))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan(connection: Connection, asked: Asked) -> Mapping[str, Any]:
    """The plan of a statement as this role runs it, with what it really touched. The transaction is ended."""
    try:
        if asked.named:
            connection.exec_driver_sql(asked.named)
        explained = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) {asked.words}", asked.values
        ).scalar_one()
    finally:
        connection.rollback()
    return explained[0]["Plan"]


def nodes(of: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A plan's nodes, from the top."""
    yield of
    for child in of.get("Plans", ()):
        yield from nodes(child)


def touched(of: Mapping[str, Any]) -> int:
    """How many rows of large tables a plan looked at, those that it threw away included."""
    return sum(
        round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        + node.get("Rows Removed by Index Recheck", 0)
        for node in nodes(of)
        if node.get("Relation Name") in LARGE
    )


def conditions(of: Mapping[str, Any]) -> str:
    """The index conditions of a plan, and the names of its indexes."""
    return " ".join(f"{node.get('Index Name', '')} {node.get('Index Cond', '')}" for node in nodes(of))


def outline(of: Mapping[str, Any]) -> str:
    """A plan in few lines, for the message of a failing test."""
    return "\n".join(
        f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name', '')}"
        f" cond={node.get('Index Cond')} filter={node.get('Filter')} rows={node['Actual Rows']}"
        f" removed={node.get('Rows Removed by Filter')} loops={node['Actual Loops']}"
        for node in nodes(of)
    )
