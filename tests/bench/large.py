"""A city as large as any, made by INSERT … SELECT on top of the demonstration's: its settings, then its reports.

3,000 areas in two levels (squares of 160 points, side by side over the city), 200 agencies in two levels, 400
categories in twenty groups with six questions each, one of them with forty, 50,000 objects, 2,000 seats with a sign-in
each, a promise for each category and for some areas, and 20,000 changes in the ledger. It is built past the product on
purpose: what is measured is reading it.
"""

from itertools import product
from typing import Any
from uuid import UUID, uuid4

import psycopg
import shapely
from psycopg import sql
from psycopg.types.json import Jsonb

from complaints.complaint import cell_of
from tenants.database import Base
from tests.bench import city
from tests.bench.ground import Ground

SLUG = city.SLUG
AREAS, AGENCIES, CATEGORIES, ASSETS, SEATS, CHANGES = 3_000, 200, 400, 50_000, 2_000, 20_000
REPORTS = 100_000
DISTRICTS = 50
GROUPS = 20
QUESTIONS, MOST_QUESTIONS = 6, 40
CORNERS = 40
"""Points on each side of an area."""

SQL = {
    "agencies": """
        INSERT INTO agencies (tenant_id, id, code, name, parent_id, partner, position, email, revision, version)
        SELECT %(tenant)s, gen_random_uuid(), 'unit-' || n, jsonb_build_object('id', 'Unit Pelaksana ' || n, 'en',
               'Unit ' || n), (SELECT id FROM agencies WHERE tenant_id = %(tenant)s AND parent_id IS NULL ORDER BY
               md5(code || n %% 12) LIMIT 1), false, 1000 + n, 'unit-' || n || '@kota.example', 1, 1
        FROM generate_series(1, %(most)s - (SELECT count(*)::int FROM agencies WHERE tenant_id = %(tenant)s)) n""",
    "groups": """
        INSERT INTO categories (tenant_id, id, code, platform_code, is_group, name, help, icon, search_words, position,
            visibility, anonymous_allowed, photo_wanted, place, kinds, round_the_clock, safety, questions, off_in,
            responsible, revision, version)
        SELECT %(tenant)s, gen_random_uuid(), 'rumpun-' || n, 'rumpun-' || n, true, jsonb_build_object('id',
               'Rumpun ' || n, 'en', 'Group ' || n), '{}', 'dots', '{}', 1000 + n, 'public', true, true, 'exact',
               '["complaint"]', false, false, '[]', '[]', '{}', 1, 1
        FROM generate_series(1, %(groups)s) n""",
    "categories": """
        INSERT INTO categories (tenant_id, id, code, platform_code, parent_id, is_group, name, help, icon, search_words,
            position, visibility, anonymous_allowed, photo_wanted, place, kinds, round_the_clock, safety, questions,
            off_in, responsible, revision, version)
        SELECT %(tenant)s, gen_random_uuid(), 'jenis-' || n, 'lain', groups[1 + n %% cardinality(groups)], false,
               jsonb_build_object('id', 'Jalan dan saluran jenis ' || n, 'en', 'Roads and drains, kind ' || n),
               jsonb_build_object('id', 'Apa yang terlihat, dan sejak kapan.', 'en', 'What is seen, and since when.'),
               'dots', jsonb_build_object('id', jsonb_build_array('lubang ' || n, 'got ' || n, 'bocor', 'mampet',
               'rusak ' || n), 'en', jsonb_build_array('pothole', 'drain ' || n)), 2000 + n, 'public', true, true,
               'exact', '["complaint", "question", "wish"]', false, n %% 40 = 0,
               %(questions)s::jsonb, '[]', '{}', 1, 1
        FROM generate_series(1, %(most)s - (SELECT count(*)::int FROM categories WHERE tenant_id = %(tenant)s
             AND NOT is_group)) n, (SELECT array_agg(id ORDER BY code) AS groups FROM categories
             WHERE tenant_id = %(tenant)s AND is_group) g""",
    "the one with many questions": """
        UPDATE categories SET questions = %(questions)s::jsonb, off_in = (SELECT jsonb_agg(code) FROM (SELECT code FROM
               areas WHERE tenant_id = %(tenant)s AND depth = 2 ORDER BY code LIMIT 20) few)
        WHERE tenant_id = %(tenant)s AND code = 'jenis-1'""",
    "who gets it": """
        INSERT INTO assignments (tenant_id, id, code, category_id, area_id, agency_id, revision, version)
        SELECT %(tenant)s, gen_random_uuid(), c.code, c.id, NULL, (SELECT id FROM agencies WHERE tenant_id = %(tenant)s
               AND ended_at IS NULL ORDER BY md5(id::text || c.id::text) LIMIT 1), 1, 1
        FROM categories c WHERE c.tenant_id = %(tenant)s AND c.code LIKE 'jenis-%%'""",
    "who gets it in a district": """
        INSERT INTO assignments (tenant_id, id, code, category_id, area_id, agency_id, revision, version)
        SELECT %(tenant)s, gen_random_uuid(), c.code || '@' || a.code, c.id, a.id, (SELECT id FROM agencies WHERE
               tenant_id = %(tenant)s AND ended_at IS NULL ORDER BY md5(id::text || a.id::text) LIMIT 1), 1, 1
        FROM categories c, areas a WHERE c.tenant_id = %(tenant)s AND c.code LIKE 'jenis-%%' AND
             a.tenant_id = %(tenant)s AND a.depth = 1 AND (c.code = 'jenis-1' OR abs(hashtext(c.code || a.code)) %% 10
             = 0)""",
    "rules": """
        INSERT INTO sla_rules (tenant_id, id, code, category_id, milestones, auto_close, pausing, ladder, revision,
            version)
        SELECT %(tenant)s, gen_random_uuid(), code, id, %(milestones)s, false, '["waiting_for_reporter"]', %(ladder)s,
               1, 1
        FROM categories WHERE tenant_id = %(tenant)s AND code LIKE 'jenis-%%'""",
    "rules of areas": """
        INSERT INTO sla_rules (tenant_id, id, code, area_id, milestones, auto_close, pausing, ladder, revision, version)
        SELECT %(tenant)s, gen_random_uuid(), 'wilayah-' || code, id, %(milestones)s, false, '["waiting_for_reporter"]',
               %(ladder)s, 1, 1
        FROM areas WHERE tenant_id = %(tenant)s AND ended_at IS NULL ORDER BY code LIMIT 200""",
    "accounts": """
        INSERT INTO accounts (id, email, name, is_operator, created_at, confirmed_at)
        SELECT gen_random_uuid(), 'pegawai-' || n || '@kota.example', 'Pegawai ' || n, false, now(), now()
        FROM generate_series(1, %(most)s - (SELECT count(*)::int FROM seats WHERE tenant_id = %(tenant)s)) n""",
    "seats": """
        INSERT INTO seats (tenant_id, id, account_id, role, name, version, created_at)
        SELECT %(tenant)s, gen_random_uuid(), id, CASE WHEN abs(hashtext(email)) %% 20 = 0 THEN 'supervisor' ELSE
               'officer' END, name, 1, now()
        FROM accounts WHERE email LIKE 'pegawai-%%'""",
    "sign-ins": """
        INSERT INTO sign_ins (id, token_hash, account_id, host, agent, created_at, expires_at, waits)
        SELECT gen_random_uuid(), sha256(email::bytea), id, %(host)s, '', now(), now() + interval '1 day', false
        FROM accounts WHERE email LIKE 'pegawai-%%'""",
    "where people work": """
        INSERT INTO seat_agencies (tenant_id, id, seat_id, agency_id)
        SELECT %(tenant)s, gen_random_uuid(), s.id, ids[1 + floor(power(random(), 2) * cardinality(ids))::int]
        FROM seats s JOIN accounts a ON a.id = s.account_id, (SELECT array_agg(id ORDER BY code) AS ids FROM agencies
             WHERE tenant_id = %(tenant)s) g WHERE s.tenant_id = %(tenant)s AND a.email LIKE 'pegawai-%%'""",
    "the ledger": """
        INSERT INTO configuration_changes (tenant_id, id, at, seat_id, section, row_id, code, did, revision, fields,
            before, after)
        SELECT %(tenant)s, gen_random_uuid(), now() - n * interval '20 minutes', seats[1 + n %% cardinality(seats)],
               'categories', c.id, c.code, 'changed', 1, '["help", "questions"]', to_jsonb(c) - 'tenant_id',
               to_jsonb(c) - 'tenant_id' || '{"help": {"id": "Apa yang terlihat."}}'
        FROM generate_series(1, %(most)s) n, (SELECT array_agg(id ORDER BY code) AS ids FROM categories WHERE
             tenant_id = %(tenant)s AND NOT is_group) k, (SELECT array_agg(s.id) AS seats FROM seats s WHERE
             s.tenant_id = %(tenant)s AND s.role <> 'resident') p JOIN LATERAL (SELECT * FROM categories WHERE
             tenant_id = %(tenant)s AND id = k.ids[1 + n %% cardinality(k.ids)]) c ON true""",
    "that settings are others": "UPDATE tenants SET revision = revision + 1 WHERE id = %(tenant)s",
}
AREA = """
INSERT INTO areas (tenant_id, id, code, name, level, depth, parent_id, wkb, area_m2, revision, version)
VALUES (%(tenant)s, %(id)s, %(code)s, %(name)s, %(level)s, %(depth)s, %(parent)s, %(wkb)s, %(area)s, 1, 1)
"""


def build(ground: Ground) -> tuple[str, UUID]:
    """The database's name and the city's id, with the reports in it, analysed and vacuumed."""
    database = ground.copy("large_city")
    with ground.superuser(database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SELECT setseed(0.5)")
        (tenant,) = connection.execute("SELECT id FROM tenants WHERE slug = %s", [SLUG]).fetchone() or (None,)
        assert isinstance(tenant, UUID)
        _let_defaults_stand(connection)
        with connection.cursor() as cursor:
            cursor.executemany(AREA, _areas(connection, tenant))
        most = {
            "agencies": AGENCIES,
            "categories": CATEGORIES,
            "accounts": SEATS - city.OFFICIALS,
            "the ledger": CHANGES,
        }
        for name, statement in SQL.items():
            given = {
                "tenant": tenant,
                "most": most.get(name),
                "groups": GROUPS,
                "host": f"{SLUG}.localhost",
                "questions": Jsonb(_questions(QUESTIONS if name == "categories" else MOST_QUESTIONS)),
                "milestones": Jsonb(MILESTONES),
                "ladder": Jsonb([{"percent": 50, "tell": "holder"}, {"percent": 80, "tell": "supervisor"}]),
            }
            connection.execute(statement, given)
        _objects(connection, tenant)
    city.fill(ground, database, REPORTS)
    return database, tenant


MILESTONES = [
    {"milestone": "respond", "amount": 360, "unit": "working_minutes", "when": None},
    {"milestone": "resolve", "amount": 5, "unit": "working_days", "when": None},
]


def _let_defaults_stand(connection: psycopg.Connection[Any]) -> None:
    """Give columns the values here that the application gives them, so that nothing above has to name each."""
    for table in Base.metadata.tables.values():
        for column in table.columns:
            default: Any = column.default
            if default is not None and default.is_scalar and not column.nullable:
                value = default.arg if isinstance(default.arg, bool | int | float) else str(default.arg)
                given = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                    sql.Identifier(table.name), sql.Identifier(column.name), sql.Literal(value)
                )
                connection.execute(given)


def _areas(connection: psycopg.Connection[Any], tenant: UUID) -> list[dict[str, Any]]:
    """Districts and the areas in them, a grid over the city's frame; as many as are lacking."""
    (have,) = connection.execute("SELECT count(*) FROM areas WHERE tenant_id = %s", [tenant]).fetchone() or (0,)
    inside = -(-(AREAS - have - DISTRICTS) // DISTRICTS)
    rows: list[dict[str, Any]] = []
    for number, (column, line) in enumerate(product(range(10), range(DISTRICTS // 10))):
        west, south, side = 106.7 + column * 0.03, -6.35 + line * 0.04, 0.03
        district = _area(tenant, f"D{number:02}", f"Kecamatan {number}", None, west, south, side)
        rows.append(district)
        across = 8
        for one in range(inside):
            small = side / across
            at = (west + one % across * small, south + one // across * small)
            name = f"Kelurahan {number}.{one}"
            rows.append(_area(tenant, f"D{number:02}.{one:02}", name, district["id"], *at, small))
    return rows[: AREAS - have]


def _area(
    tenant: UUID, code: str, name: str, parent: UUID | None, west: float, south: float, side: float
) -> dict[str, Any]:
    step = side / CORNERS
    ring = [(west + n * step, south) for n in range(CORNERS)]
    ring += [(west + side, south + n * step) for n in range(CORNERS)]
    ring += [(west + side - n * step, south + side) for n in range(CORNERS)]
    ring += [(west, south + side - n * step) for n in range(CORNERS)]
    return {
        "tenant": tenant,
        "id": uuid4(),
        "code": code,
        "name": Jsonb({"id": name}),
        "level": "kelurahan" if parent else "kecamatan",
        "depth": 2 if parent else 1,
        "parent": parent,
        "wkb": shapely.to_wkb(shapely.MultiPolygon([shapely.Polygon(ring)])),
        "area": side * side * 1.2e10,
    }


def _objects(connection: psycopg.Connection[Any], tenant: UUID) -> None:
    """Lamps on a grid of some 80 m, by ten categories."""
    found = connection.execute(
        "SELECT id FROM categories WHERE tenant_id = %s AND NOT is_group ORDER BY code LIMIT 10", [tenant]
    ).fetchall()
    rows, cells = [], []
    for number in range(ASSETS):
        lon, lat = round(106.75 + number % 250 * 0.0008, 7), round(-6.3 + number // 250 * 0.0007, 7)
        asset, code = uuid4(), f"PJU-{number:06}"
        attributes = {"status": "kota", "tiang": f"T{number}"}
        folded = f"{code} lampu {number} kota t{number}".casefold()
        place = (lon, lat, shapely.to_wkb(shapely.Point(lon, lat)))
        said = (f"Lampu {number}", "point", *place, Jsonb(attributes), folded, 1, 1)
        rows.append((tenant, asset, code, found[number % 10][0], *said))
        cells.append((tenant, uuid4(), asset, cell_of(lon, lat)))
    columns = "tenant_id, id, code, category_id, name, shape, lon, lat, wkb, attributes, folded, revision, version"
    for table, given in ((f"assets ({columns})", rows), ("asset_cells (tenant_id, id, asset_id, cell)", cells)):
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in given:
                copy.write_row(row)


def _questions(many: int) -> list[dict[str, Any]]:
    return [
        {
            "code": f"tanya-{number}",
            "type": ("choice", "text", "yes_no")[number % 3],
            "label": {"id": f"Pertanyaan nomor {number}?", "en": f"Question number {number}?"},
            "help": None,
            "required": False,
            "staff": False,
            "when": None,
            "choices": [
                {"code": f"pilihan-{one}", "label": {"id": f"Pilihan {one}", "en": f"Choice {one}"}} for one in range(8)
            ]
            if number % 3 == 0
            else [],
        }
        for number in range(many)
    ]
