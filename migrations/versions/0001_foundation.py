"""The foundation: tenants, boundaries, catalogue, configuration, people, complaints, messages, and the queue."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COMMONS = "00000000-0000-4000-8000-000000000001"

ERASURE = """
CREATE FUNCTION erase_personal(complaint uuid, erased timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
BEGIN
    IF own IS NULL THEN RAISE EXCEPTION 'no tenant is named'; END IF;
    UPDATE remarks SET body = '', place = NULL, answers = '{}', erased_at = erased
        WHERE tenant_id = own AND complaint_id = complaint AND erased_at IS NULL;
    UPDATE contacts SET name = NULL, email = NULL, phone = NULL, erased_at = erased
        WHERE tenant_id = own AND complaint_id = complaint AND erased_at IS NULL;
    UPDATE messages SET destination = '', subject = '', body = ''
        WHERE tenant_id = own AND complaint_id = complaint AND state <> 'waiting';
END $$;

CREATE FUNCTION erase_whole() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
    its_stage text;
    doomed uuid[];
    owned text;
    removed bigint;
    total bigint := 0;
    blocked boolean := true;
BEGIN
    -- The rehearsals of a shadow, or a suspended tenant with its shadow; an erased one again, should anything be left.
    SELECT stage INTO its_stage FROM tenants WHERE id = own AND type <> 'commons' FOR UPDATE;
    IF its_stage IS NULL OR its_stage NOT IN ('shadow', 'suspended', 'erased') THEN
        RAISE EXCEPTION 'only a shadow or a suspended tenant is erased whole';
    END IF;
    SELECT array_agg(id) INTO doomed FROM tenants WHERE id = own OR shadow_of = own;
    WHILE blocked LOOP
        blocked := false;
        FOR owned IN
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relrowsecurity
        LOOP
            BEGIN
                EXECUTE format('DELETE FROM %I WHERE tenant_id = ANY ($1)', owned) USING doomed;
                GET DIAGNOSTICS removed = ROW_COUNT;
                total := total + removed;
            EXCEPTION WHEN foreign_key_violation THEN
                blocked := true;  -- what refers to it goes first; the next round takes it
            END;
        END LOOP;
    END LOOP;
    DELETE FROM intake_keys WHERE tenant_id = ANY (doomed);
    DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args ->> 'tenant_id' = ANY (doomed::text[]);
    IF its_stage <> 'shadow' THEN
        DELETE FROM tenant_domains WHERE tenant_id = ANY (doomed);
        DELETE FROM boundaries WHERE tenant_id = ANY (doomed);
        DELETE FROM tenants WHERE shadow_of = own;
        UPDATE tenants SET stage = 'erased', look = '{}', texts = '{}', options = '{}', live_at = NULL WHERE id = own;
    END IF;
    RETURN total;
END $$;

REVOKE ALL ON FUNCTION erase_personal(uuid, timestamptz), erase_whole() FROM PUBLIC;
"""


def upgrade() -> None:
    create_tables()
    run_script(SchemaManager.get_schema())
    run_script(ERASURE)
    create_the_commons()


def run_script(script: str) -> None:
    """Several statements in one; past SQLAlchemy, to which a percent sign would be a parameter."""
    driver = op.get_bind().connection.driver_connection
    driver.execute(script)


def create_the_commons() -> None:
    """The built-in tenant that owns what lies in no live tenant."""
    now = datetime.now(UTC)
    tenants = sa.table(
        "tenants",
        sa.column("id", sa.Uuid()),
        sa.column("slug", Text()),
        sa.column("code", Text()),
        sa.column("type", Text()),
        sa.column("name", postgresql.JSONB()),
        sa.column("stage", Text()),
        sa.column("time_zone", Text()),
        sa.column("languages", postgresql.JSONB()),
        sa.column("search_config", Text()),
        sa.column("look", postgresql.JSONB()),
        sa.column("texts", postgresql.JSONB()),
        sa.column("options", postgresql.JSONB()),
        sa.column("plan", Text()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("live_at", sa.DateTime(timezone=True)),
        sa.column("revision", sa.Integer()),
        sa.column("version", sa.Integer()),
    )
    op.bulk_insert(
        tenants,
        [
            {
                "id": COMMONS,
                "slug": "commons",
                "code": "UMM",
                "type": "commons",
                "name": {"id": "Belum ada pemerintah terdaftar", "en": "No government registered yet"},
                "stage": "live",
                "time_zone": "Asia/Jakarta",
                "languages": ["id", "en"],
                "search_config": "simple",
                "look": {},
                "texts": {},
                "options": {},
                "plan": "free",
                "created_at": now,
                "live_at": now,
                "revision": 1,
                "version": 1,
            }
        ],
    )
    epochs = sa.table("epochs", sa.column("name", Text()), sa.column("value", sa.Integer()))
    op.bulk_insert(epochs, [{"name": "directory", "value": 1}])


def create_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "agencies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("partner", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["agencies.tenant_id", "agencies.id"],
            name=op.f("fk_agencies_tenant_id_parent_id_agencies"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_agencies_tenant_id_code")),
    )
    distribute("agencies")
    wall_in("agencies")
    op.create_index("ix_agencies_tenant_id_parent_id", "agencies", ["tenant_id", "parent_id"], unique=False)
    op.create_table(
        "areas",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("wkb", sa.LargeBinary(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"], ["areas.tenant_id", "areas.id"], name=op.f("fk_areas_tenant_id_parent_id_areas")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_areas")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_areas_tenant_id_code")),
    )
    distribute("areas")
    wall_in("areas")
    op.create_index("ix_areas_tenant_id_parent_id", "areas", ["tenant_id", "parent_id"], unique=False)
    op.create_table(
        "calendars",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_calendars_tenant_id_code")),
    )
    distribute("calendars")
    wall_in("calendars")
    op.create_table(
        "catalogue",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("province_name", sa.String(), nullable=False),
        sa.Column("claimable", sa.Boolean(), nullable=False),
        sa.Column("why_not", postgresql.JSONB(astext_type=Text()), nullable=True),
        sa.Column("outline", sa.LargeBinary(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_catalogue")),
    )
    op.create_index("ix_catalogue_level_code", "catalogue", ["level", "code"], unique=False)
    op.create_table(
        "categories",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("platform_code", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("help", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("search_words", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("anonymous_allowed", sa.Boolean(), nullable=False),
        sa.Column("photo_wanted", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("round_the_clock", sa.Boolean(), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("place IN ('exact', 'area', 'none')", name=op.f("ck_categories_place")),
        sa.CheckConstraint("visibility IN ('public', 'private', 'restricted')", name=op.f("ck_categories_visibility")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["categories.tenant_id", "categories.id"],
            name=op.f("fk_categories_tenant_id_parent_id_categories"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_categories")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_categories_tenant_id_code")),
    )
    distribute("categories")
    wall_in("categories")
    op.create_index("ix_categories_tenant_id_parent_id", "categories", ["tenant_id", "parent_id"], unique=False)
    op.create_table(
        "epochs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_epochs")),
    )
    op.create_table(
        "forwardings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("holder_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_forwardings")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_forwardings_tenant_id_reference")),
    )
    distribute("forwardings")
    wall_in("forwardings")
    op.create_table(
        "intake_keys",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_intake_keys")),
    )
    op.create_index(
        "ix_intake_keys_unrelayed",
        "intake_keys",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("relayed_at IS NULL"),
    )
    op.create_table(
        "messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead')", name=op.f("ck_messages_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_messages_tenant_id_key")),
    )
    distribute("messages")
    wall_in("messages")
    op.create_index("ix_messages_tenant_id_complaint_id", "messages", ["tenant_id", "complaint_id"], unique=False)
    op.create_index("ix_messages_tenant_id_created_at", "messages", ["tenant_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_messages_unrelayed",
        "messages",
        ["tenant_id", "not_before_at"],
        unique=False,
        postgresql_where=sa.text("relayed_at IS NULL"),
    )
    op.create_table(
        "official_domains",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_official_domains")),
    )
    op.create_index(
        op.f("ix_official_domains_municipality_code"), "official_domains", ["municipality_code"], unique=False
    )
    op.create_table(
        "operator_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_operator_entries")),
    )
    distribute("operator_entries")
    wall_in("operator_entries")
    op.create_index(
        "ix_operator_entries_tenant_id_account_id", "operator_entries", ["tenant_id", "account_id"], unique=False
    )
    op.create_table(
        "plan_limits",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("limit", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plan", "limit", name=op.f("pk_plan_limits")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_started_at", name=op.f("pk_rate_limits")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "reads",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reads")),
    )
    distribute("reads")
    wall_in("reads")
    op.create_index("ix_reads_tenant_id_complaint_id", "reads", ["tenant_id", "complaint_id", "at"], unique=False)
    op.create_table(
        "seats",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('resident', 'partner', 'officer', 'supervisor', 'admin')", name=op.f("ck_seats_role")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_seats")),
        sa.UniqueConstraint("tenant_id", "account_id", name=op.f("uq_seats_tenant_id_account_id")),
    )
    distribute("seats")
    wall_in("seats")
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("shadow_of", sa.Uuid(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("search_config", sa.String(), nullable=False),
        sa.Column("look", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stage = 'shadow') = (shadow_of IS NOT NULL)", name=op.f("ck_tenants_shadow")),
        sa.CheckConstraint("code ~ '^[A-Z]{3}$'", name=op.f("ck_tenants_code")),
        sa.CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'", name=op.f("ck_tenants_slug")),
        sa.CheckConstraint(
            "stage IN ('rehearsal', 'live', 'suspended', 'erased', 'shadow')", name=op.f("ck_tenants_stage")
        ),
        sa.ForeignKeyConstraint(["shadow_of"], ["tenants.id"], name=op.f("fk_tenants_shadow_of_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenants_slug")),
    )
    op.create_index(op.f("ix_tenants_municipality_code"), "tenants", ["municipality_code"], unique=False)
    op.create_index("uq_tenants_code", "tenants", ["code"], unique=True, postgresql_where=sa.text("shadow_of IS NULL"))
    op.create_index("uq_tenants_shadow_of", "tenants", ["shadow_of"], unique=True)
    op.create_table(
        "agency_areas",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency_id"],
            ["agencies.tenant_id", "agencies.id"],
            name=op.f("fk_agency_areas_tenant_id_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["areas.tenant_id", "areas.id"],
            name=op.f("fk_agency_areas_tenant_id_area_id_areas"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agency_areas")),
        sa.UniqueConstraint(
            "tenant_id", "agency_id", "area_id", name=op.f("uq_agency_areas_tenant_id_agency_id_area_id")
        ),
    )
    distribute("agency_areas")
    wall_in("agency_areas")
    op.create_index("ix_agency_areas_tenant_id_area_id", "agency_areas", ["tenant_id", "area_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency_id"],
            ["agencies.tenant_id", "agencies.id"],
            name=op.f("fk_assignments_tenant_id_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["areas.tenant_id", "areas.id"],
            name=op.f("fk_assignments_tenant_id_area_id_areas"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["categories.tenant_id", "categories.id"],
            name=op.f("fk_assignments_tenant_id_category_id_categories"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "tenant_id",
            "category_id",
            "area_id",
            name=op.f("uq_assignments_tenant_id_category_id_area_id"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_assignments_tenant_id_code")),
    )
    distribute("assignments")
    wall_in("assignments")
    op.create_index("ix_assignments_tenant_id_agency_id", "assignments", ["tenant_id", "agency_id"], unique=False)
    op.create_index("ix_assignments_tenant_id_area_id", "assignments", ["tenant_id", "area_id"], unique=False)
    op.create_table(
        "boundaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overlay", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mendings", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from IS NULL OR valid_from < valid_until", name=op.f("ck_boundaries_dates")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_boundaries_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundaries")),
    )
    op.create_index("ix_boundaries_tenant_id", "boundaries", ["tenant_id"], unique=False)
    op.create_table(
        "category_revisions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["categories.tenant_id", "categories.id"],
            name=op.f("fk_category_revisions_tenant_id_category_id_categories"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_category_revisions")),
        sa.UniqueConstraint(
            "tenant_id", "category_id", "revision", name=op.f("uq_category_revisions_tenant_id_category_id_revision")
        ),
    )
    distribute("category_revisions")
    wall_in("category_revisions")
    op.create_table(
        "seat_agencies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency_id"],
            ["agencies.tenant_id", "agencies.id"],
            name=op.f("fk_seat_agencies_tenant_id_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "seat_id"],
            ["seats.tenant_id", "seats.id"],
            name=op.f("fk_seat_agencies_tenant_id_seat_id_seats"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_seat_agencies")),
        sa.UniqueConstraint(
            "tenant_id", "seat_id", "agency_id", name=op.f("uq_seat_agencies_tenant_id_seat_id_agency_id")
        ),
    )
    distribute("seat_agencies")
    wall_in("seat_agencies")
    op.create_index("ix_seat_agencies_tenant_id_agency_id", "seat_agencies", ["tenant_id", "agency_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index("ix_sign_ins_account_id", "sign_ins", ["account_id"], unique=False)
    op.create_table(
        "sla_rules",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("milestones", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("ceiling", postgresql.JSONB(astext_type=Text()), nullable=True),
        sa.Column("auto_close", sa.Boolean(), nullable=False),
        sa.Column("pausing", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("ladder", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"], name=op.f("fk_sla_rules_tenant_id_area_id_areas")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["categories.tenant_id", "categories.id"],
            name=op.f("fk_sla_rules_tenant_id_category_id_categories"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sla_rules")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_sla_rules_tenant_id_code")),
    )
    distribute("sla_rules")
    wall_in("sla_rules")
    op.create_index("ix_sla_rules_tenant_id_area_id", "sla_rules", ["tenant_id", "area_id"], unique=False)
    op.create_index("ix_sla_rules_tenant_id_category_id", "sla_rules", ["tenant_id", "category_id"], unique=False)
    op.create_table(
        "tenant_domains",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_tenant_domains_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_tenant_domains")),
    )
    op.create_index(op.f("ix_tenant_domains_tenant_id"), "tenant_domains", ["tenant_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tickets_account_id_accounts")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_tickets")),
    )
    op.create_table(
        "complaints",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("birth_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_left", sa.String(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("category_revision", sa.Integer(), nullable=False),
        sa.Column("sla_rule_id", sa.Uuid(), nullable=True),
        sa.Column("sla_rule_revision", sa.Integer(), nullable=True),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("reporter_account_id", sa.Uuid(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("routing", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("near_border_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("respond_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secure_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolve_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ceiling_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_board_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("handed_to_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("hand_overs", sa.Integer(), nullable=False),
        sa.Column("retain_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('complaint', 'question', 'wish')", name=op.f("ck_complaints_kind")),
        sa.CheckConstraint(
            "status IN ('received', 'assigned', 'coordinating', 'in_progress', 'scheduled', 'waiting_for_reporter', 'awaiting_validation', 'resolved', 'confirmed', 'rejected', 'merged', 'handed_over', 'withdrawn')",  # noqa: E501
            name=op.f("ck_complaints_status"),
        ),
        sa.CheckConstraint("visibility IN ('public', 'private', 'restricted')", name=op.f("ck_complaints_visibility")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency_id"],
            ["agencies.tenant_id", "agencies.id"],
            name=op.f("fk_complaints_tenant_id_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "area_id"],
            ["areas.tenant_id", "areas.id"],
            name=op.f("fk_complaints_tenant_id_area_id_areas"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["categories.tenant_id", "categories.id"],
            name=op.f("fk_complaints_tenant_id_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"],
            ["seats.tenant_id", "seats.id"],
            name=op.f("fk_complaints_tenant_id_holder_id_seats"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sla_rule_id"],
            ["sla_rules.tenant_id", "sla_rules.id"],
            name=op.f("fk_complaints_tenant_id_sla_rule_id_sla_rules"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_complaints_tenant_id_reference")),
    )
    distribute("complaints")
    wall_in("complaints")
    op.create_index(
        "ix_complaints_agency",
        "complaints",
        ["tenant_id", "agency_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_complaints_area",
        "complaints",
        ["tenant_id", "area_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_complaints_category",
        "complaints",
        ["tenant_id", "category_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index("ix_complaints_cell", "complaints", ["tenant_id", "cell"], unique=False)
    op.create_index(
        "ix_complaints_next_step",
        "complaints",
        ["tenant_id", "next_step_at"],
        unique=False,
        postgresql_where=sa.text("next_step_at IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_board",
        "complaints",
        ["tenant_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("on_board_since IS NOT NULL"),
    )
    op.create_index(
        "ix_complaints_due",
        "complaints",
        ["tenant_id", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_complaints_holder",
        "complaints",
        ["tenant_id", "holder_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_complaints_open",
        "complaints",
        ["tenant_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_complaints_public", "complaints", ["tenant_id", "visibility", "received_at", "id"], unique=False
    )
    op.create_index(
        "ix_complaints_reporter", "complaints", ["tenant_id", "reporter_account_id", "received_at"], unique=False
    )
    op.create_index(
        "ix_complaints_status", "complaints", ["tenant_id", "status", "urgency", "sort_at", "id"], unique=False
    )
    op.create_index(
        "ix_complaints_unassigned",
        "complaints",
        ["tenant_id", "urgency", "sort_at", "id"],
        unique=False,
        postgresql_where=sa.text("is_open AND holder_id IS NULL"),
    )
    op.create_table(
        "sla_rule_revisions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sla_rule_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sla_rule_id"],
            ["sla_rules.tenant_id", "sla_rules.id"],
            name=op.f("fk_sla_rule_revisions_tenant_id_sla_rule_id_sla_rules"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sla_rule_revisions")),
        sa.UniqueConstraint(
            "tenant_id", "sla_rule_id", "revision", name=op.f("uq_sla_rule_revisions_tenant_id_sla_rule_id_revision")
        ),
    )
    distribute("sla_rule_revisions")
    wall_in("sla_rule_revisions")
    op.create_table(
        "contacts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("may_cross", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "complaint_id"],
            ["complaints.tenant_id", "complaints.id"],
            name=op.f("fk_contacts_tenant_id_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("tenant_id", "complaint_id", name=op.f("uq_contacts_tenant_id_complaint_id")),
    )
    distribute("contacts")
    wall_in("contacts")
    op.create_table(
        "evidence",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("thumb_key", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("phash", sa.BigInteger(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capture", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("software", sa.String(), nullable=True),
        sa.Column("flags", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('before', 'after')", name=op.f("ck_evidence_side")),
        sa.CheckConstraint("state IN ('stored', 'ready', 'refused')", name=op.f("ck_evidence_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "complaint_id"],
            ["complaints.tenant_id", "complaints.id"],
            name=op.f("fk_evidence_tenant_id_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evidence")),
    )
    distribute("evidence")
    wall_in("evidence")
    op.create_index("ix_evidence_tenant_id_complaint_id", "evidence", ["tenant_id", "complaint_id"], unique=False)
    op.create_index("ix_evidence_tenant_id_phash", "evidence", ["tenant_id", "phash"], unique=False)
    op.create_table(
        "history",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=True),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("remark_id", sa.Uuid(), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "complaint_id"],
            ["complaints.tenant_id", "complaints.id"],
            name=op.f("fk_history_tenant_id_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_history")),
        sa.UniqueConstraint(
            "tenant_id", "complaint_id", "number", name=op.f("uq_history_tenant_id_complaint_id_number")
        ),
    )
    distribute("history")
    wall_in("history")
    op.create_index("ix_history_tenant_id_at", "history", ["tenant_id", "at"], unique=False)
    op.create_table(
        "holdings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agency_id"],
            ["agencies.tenant_id", "agencies.id"],
            name=op.f("fk_holdings_tenant_id_agency_id_agencies"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "complaint_id"],
            ["complaints.tenant_id", "complaints.id"],
            name=op.f("fk_holdings_tenant_id_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_holdings")),
    )
    distribute("holdings")
    wall_in("holdings")
    op.create_index("ix_holdings_tenant_id_agency_id", "holdings", ["tenant_id", "agency_id"], unique=False)
    op.create_index("ix_holdings_tenant_id_complaint_id", "holdings", ["tenant_id", "complaint_id"], unique=False)
    op.create_table(
        "pauses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "complaint_id"],
            ["complaints.tenant_id", "complaints.id"],
            name=op.f("fk_pauses_tenant_id_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pauses")),
    )
    distribute("pauses")
    wall_in("pauses")
    op.create_index("ix_pauses_tenant_id_complaint_id", "pauses", ["tenant_id", "complaint_id"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("inner", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "complaint_id"],
            ["complaints.tenant_id", "complaints.id"],
            name=op.f("fk_remarks_tenant_id_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_remarks")),
    )
    distribute("remarks")
    wall_in("remarks")
    op.create_index("ix_remarks_tenant_id_complaint_id", "remarks", ["tenant_id", "complaint_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("the first migration has nothing below it: drop the database instead")
