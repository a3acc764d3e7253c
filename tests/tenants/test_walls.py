"""PostgreSQL's catalogue, held to the rules of design section 4; and that this check would see each breach."""

import ast
import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from config.settings import ROOT
from tenants.database import Base, TenantOwned
from tenants.personal import personal_columns
from tenants.roles import APPEND_ONLY
from tests.cast import Cast
from tests.tenants import walls

GOOD = (
    "CREATE TABLE things (tenant_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (tenant_id, id))",
    "ALTER TABLE things ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE things FORCE ROW LEVEL SECURITY",
    "CREATE POLICY tenant ON things USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)",
    "CREATE POLICY owner ON things TO CURRENT_USER USING (true) WITH CHECK (true)",
)

BREACHES = {
    "has no row-level security": ["ALTER TABLE things DISABLE ROW LEVEL SECURITY"],
    "doesn't force row-level security": ["ALTER TABLE things NO FORCE ROW LEVEL SECURITY"],
    "has no policy that keeps it to the tenant": ["DROP POLICY tenant ON things"],
    "has no policy for its owner": ["DROP POLICY owner ON things"],
    "has a further policy, all_see": ["CREATE POLICY all_see ON things USING (true)"],
    "keeps not everybody, or not every statement": [
        "DROP POLICY tenant ON things",
        "CREATE POLICY tenant ON things FOR SELECT"
        " USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)",
    ],
    "has no primary key": ["ALTER TABLE things DROP CONSTRAINT things_pkey"],
    "things_pkey doesn't begin with tenant_id": [
        "ALTER TABLE things DROP CONSTRAINT things_pkey",
        "ALTER TABLE things ADD PRIMARY KEY (id, tenant_id)",
    ],
    "things_id doesn't begin with tenant_id": ["CREATE UNIQUE INDEX things_id ON things (id)"],
    "things_lower doesn't begin with tenant_id": [
        "ALTER TABLE things ADD word text",
        "CREATE UNIQUE INDEX things_lower ON things (lower(word), tenant_id)",
    ],
    "has a trigger, tick": [
        "CREATE TRIGGER tick BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ],
    "is of type mood": ["CREATE TYPE mood AS ENUM ('good')", "ALTER TABLE things ADD mood mood"],
    "is of type numeric": ["ALTER TABLE things ADD amount numeric"],
    "is of type timestamp,": ["ALTER TABLE things ADD at timestamp"],
    "has a default of the database": ["ALTER TABLE things ADD at timestamptz DEFAULT now()"],
    "leads from a tenant's table to the platform-wide accounts": [
        "ALTER TABLE things ADD account_id uuid REFERENCES accounts (id)"
    ],
    "leads from a platform-wide table to the tenants' things": [
        "ALTER TABLE epochs ADD t uuid, ADD i uuid, ADD FOREIGN KEY (t, i) REFERENCES things (tenant_id, id)"
    ],
    "would take another tenant's row": [
        "ALTER TABLE things ADD parent_id uuid, ADD UNIQUE (tenant_id, parent_id),"
        " ADD FOREIGN KEY (parent_id, tenant_id) REFERENCES things (id, tenant_id)"
    ],
    "changes or removes rows by itself": [
        "ALTER TABLE things ADD parent_id uuid,"
        " ADD FOREIGN KEY (tenant_id, parent_id) REFERENCES things (tenant_id, id) ON DELETE CASCADE"
    ],
    "has no tenant_id": ["CREATE TABLE stray (id uuid PRIMARY KEY)"],
    "with whatever search_path its caller has": [
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM things'"
    ],
    "everybody may call it": [
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public"
        " AS 'SELECT count(*) FROM things'"
    ],
    "is a view that shows every tenant's rows": ["CREATE VIEW seen AS SELECT * FROM things"],
    "or is written by others than its author": [
        "DROP POLICY readers ON published_templates",
        "CREATE POLICY readers ON published_templates USING (true)",
    ],
    "is listed as platform-wide and isn't there": ["DROP TABLE plan_limits"],
}


def test_the_schema_has_no_fault(owner: Connection) -> None:
    assert walls.faults(owner) == []


def test_the_models_and_the_catalogue_agree_on_what_belongs_to_a_tenant(owner: Connection) -> None:
    mapped = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantOwned)}
    assert set(walls.tenant_owned(owner)) == mapped


@pytest.mark.parametrize("fault", BREACHES)
def test_a_breach_is_seen(owner: Connection, fault: str) -> None:
    for statement in GOOD:
        owner.execute(text(statement))
    assert walls.faults(owner) == []
    for statement in BREACHES[fault]:
        owner.execute(text(statement))
    assert [one for one in walls.faults(owner) if fault in one], walls.faults(owner)
    owner.rollback()


def test_an_index_on_a_large_table_is_built_beside_the_work_on_it() -> None:
    """Of the migrations since the first that does so; to build it otherwise keeps every city from writing."""
    files = [one for one in (ROOT / "migrations" / "versions").glob("0*.py") if one.name >= "0066"]
    calls = [
        (file.name, ast.unparse(call))
        for file in files
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "op.create_index"
    ]
    large = [(name, call) for name, call in calls if re.search("'(complaints|history|evidence|messages|reads)'", call)]
    assert len(large) >= 2
    assert [(name, call) for name, call in large if "postgresql_concurrently=True" not in call] == []


def test_the_models_need_no_migration(owner: Connection) -> None:
    context = MigrationContext.configure(
        owner,
        opts={
            "compare_type": True,
            "include_object": lambda _object, name, kind, *_: (
                not (kind == "table" and (name or "").startswith("procrastinate_"))
            ),
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_exactly_what_the_models_say(owner: Connection, engine: Engine) -> None:
    """Alembic's comparison doesn't see checks, partial indexes or NULLS NOT DISTINCT; the catalogue's own words do."""
    made = _described(owner, "public")
    owner.execute(text("CREATE SCHEMA modelled"))
    owner.execute(text("SET LOCAL search_path = modelled, public"))  # where the extensions are
    Base.metadata.create_all(owner, checkfirst=False)
    modelled = _described(owner, "modelled")
    owner.rollback()
    assert made == modelled


def _described(owner: Connection, schema: str) -> set[tuple[str, ...]]:
    rows = owner.execute(
        text(
            "WITH ours AS (SELECT oid, relname, relpersistence FROM pg_class WHERE relnamespace ="
            " CAST(:schema AS regnamespace) AND relkind = 'r' AND relname NOT LIKE 'procrastinate%'"
            " AND relname <> 'alembic_version')"
            " SELECT 'table', relname, relpersistence::text, '' FROM ours"
            " UNION ALL SELECT 'column', relname, attname, format_type(atttypid, atttypmod) || ' ' || attnotnull"
            " FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped"
            " UNION ALL SELECT 'constraint', relname, conname, pg_get_constraintdef(c.oid)"
            " FROM ours JOIN pg_constraint c ON conrelid = ours.oid AND contype <> 'n'"
            " UNION ALL SELECT 'index', relname, '', pg_get_indexdef(indexrelid)"
            " FROM ours JOIN pg_index ON indrelid = ours.oid"
        ),
        {"schema": schema},
    )
    return {tuple(re.sub(r"\b(public|modelled)\.", "", part) for part in row) for row in rows}


def test_the_app_role_owns_nothing_and_can_empty_no_table(owner: Connection) -> None:
    query = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND"
        " (pg_get_userbyid(relowner) = 'aduan_app'"
        "  OR has_table_privilege('aduan_app', oid, 'TRUNCATE, REFERENCES, TRIGGER'))"
    )
    assert owner.scalars(query).all() == []


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
@pytest.mark.parametrize("statement", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_append_only_refuses_the_app_role(cast: Cast, table: str, statement: str) -> None:
    cast.complaint("barat")
    cast.enter("barat")
    with pytest.raises(ProgrammingError, match="permission denied"):
        cast.session.execute(text(statement.format(table)))
    cast.session.rollback()


def test_history_is_append_only() -> None:
    assert {"history", "reads", "category_revisions", "sla_rule_revisions"} <= APPEND_ONLY


def test_the_owner_sees_all_tenants_and_the_app_role_without_a_tenant_none(
    cast: Cast, owner: Connection, database: str
) -> None:
    cast.complaint("barat")
    cast.complaint("timur")
    for table in walls.tenant_owned(owner):
        seen = owner.scalar(text(f"SELECT count(DISTINCT tenant_id) FROM {table}"))
        if table in ("complaints", "history", "seats", "categories"):
            assert (seen or 0) >= 2
    engine = create_engine(database)
    with engine.connect() as app:
        for table in walls.tenant_owned(owner):
            assert app.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    engine.dispose()


def test_a_superuser_owns_none_of_the_tables(owner: Connection, cluster: EmbeddedPostgres) -> None:
    assert make_url(cluster.owner_url).username == owner.scalar(text("SELECT current_user"))
    assert owner.scalar(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")) is False


SOUNDS_PERSONAL = re.compile(
    r"name|e_?mail|phone|body|subject|destination|address|answer|agent|lat$|lon$|place|reason|note|comment|password"
    r"|birth|description|text|error|signature|ip$"
)

NOT_PERSONAL = {
    ("accounts", "language"): "a choice",
    ("agencies", "name"): "of an authority",
    ("areas", "name"): "of a place",
    ("assets", "lat"): "of a thing of the city",
    ("assets", "lon"): "of a thing of the city",
    ("assets", "name"): "of a thing of the city",
    ("calendars", "name"): "of a calendar",
    ("catalogue", "name"): "of a place",
    ("catalogue", "province_name"): "of a place",
    ("catalogue", "contact_email"): "of an authority",
    ("catalogue_differences", "name"): "of a place",
    ("categories", "name"): "of a kind of problem",
    ("categories", "place"): "whether a place is asked for",
    ("claims", "boundary_name"): "of a file with an outline",
    ("complaints", "birth_tenant_id"): "the tenant that it was filed in",
    ("complaints", "lat"): "where the reported thing is",
    ("complaints", "lon"): "where the reported thing is",
    ("contracts", "payer_address"): "of an authority",
    ("contracts", "payer_name"): "of an authority",
    ("invoices", "paid_note"): "the number of a transfer",
    ("invoices", "payer_address"): "of an authority",
    ("invoices", "payer_name"): "of an authority",
    ("destinations", "reason"): "a provider's words, from which addresses were removed",
    ("epochs", "name"): "of a counter",
    ("epochs", "note"): "on a counter",
    ("incident_answers", "body"): "what a government says in public",
    ("incident_results", "answer_id"): "of what a government said",
    ("incident_told", "answer_id"): "of what a government said",
    ("incidents", "lat"): "where something has happened",
    ("incidents", "lon"): "where something has happened",
    ("incidents", "text"): "what a government says in public",
    ("works", "lat"): "where works are",
    ("works", "lon"): "where works are",
    ("works", "text"): "what a government says in public",
    ("messages", "last_error"): "what a server said, without the address",
    ("operator_entries", "reason"): "why an operator entered; a duty to account for",
    ("published_templates", "name"): "of a catalogue",
    ("reads", "reason"): "why somebody looked; a duty to account for",
    ("saved_lists", "name"): "of a list of reports",
    ("sent_moves", "name"): "of a move",
    ("departures", "stop_reason"): "why an operator stopped a city's leaving",
    ("messages", "replaced_by"): "the message that went another way",
    ("help_requests", "answered_at"): "when it was",
    ("help_requests", "answered_by"): "which operator",
    ("hook_receipts", "signature_hash"): "of a provider's call, so that it counts once",
    ("tenants", "name"): "of a municipality",
    ("tenants", "texts"): "of a municipality",
}


def test_every_column_that_sounds_personal_is_in_the_registry_or_says_why_not() -> None:
    registered = personal_columns(Base.metadata)
    sounding = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if SOUNDS_PERSONAL.search(column.name)
    }
    assert sounding - set(registered) - set(NOT_PERSONAL) == set()
    assert {where for where in NOT_PERSONAL if where in registered} == set()


def test_every_personal_column_says_why_and_until_when() -> None:
    registered = personal_columns(Base.metadata)
    assert {("contacts", "name"), ("contacts", "email"), ("contacts", "phone"), ("remarks", "body")} <= set(registered)
    assert all(one.purpose and one.until for one in registered.values())


def test_free_text_and_contacts_stay_out_of_the_history() -> None:
    assert not [where for where in personal_columns(Base.metadata) if where[0] in ("history", "complaints")]


def test_a_session_of_the_app_role_can_not_change_a_tenant_id(cast: Cast, session: Session) -> None:
    complaint_id = cast.complaint("barat")
    cast.enter("barat")
    with pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(
            text("UPDATE complaints SET tenant_id = :other WHERE id = :id"),
            {"other": cast.city("timur").id, "id": complaint_id},
        )
    session.rollback()
