"""What is wrong with the walls between tenants, read from PostgreSQL's catalogue rather than from our models."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

AUTHORED = frozenset({"published_templates"})
"""Platform-wide tables whose rows every tenant reads and only their own writes."""

PLATFORM_WIDE = AUTHORED | frozenset(
    {
        "accounts", "billing_events", "blocks", "border_questions", "boundaries", "catalogue",
        "catalogue_differences", "city_lengths",
        "city_plans", "claim_devices", "claims", "commons_letter_ends", "commons_letters", "departed_references",
        "disputes", "epochs", "holiday_decrees", "hook_receipts", "identities", "intake_keys", "maintenances",
        "official_domains", "outbox_health", "plan_limits", "rate_limits", "recovery_codes", "second_factors",
        "sign_ins", "signup_steps", "suspensions", "tax_rates", "tenant_domains", "tenants", "tickets", "waiting",
        "passkey_challenges", "passkeys",
    }
)  # fmt: skip
"""Small, or keyed by themselves. Every other table belongs to a tenant, so a new one is walled in or listed here."""

NOT_OURS = ("procrastinate_", "alembic_version")

LEAKPROOF = frozenset(
    {"uuid", "text", "varchar", "int2", "int4", "int8", "float8", "bool", "timestamptz", "date", "jsonb", "bytea"}
)
"""Types whose comparisons keep their index under a policy, and the two that no index of ours is on."""

SEARCHED = "tsvector"
"""The type of a text's words, kept by PostgreSQL; only functions that take the tenant from the setting search in it."""

TENANT_POLICY = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)"


def tenant_owned(owner: Connection) -> list[str]:
    """The tables of the schema that belong to a tenant, by name."""
    return [table for table in _tables(owner) if table not in PLATFORM_WIDE and not table.startswith(NOT_OURS)]


def faults(owner: Connection) -> list[str]:
    """A sentence for each breach of the rules for tables; none in a sound schema."""
    owned = tenant_owned(owner)
    found = [f"{table} is listed as platform-wide and isn't there" for table in PLATFORM_WIDE - set(_tables(owner))]
    for table in owned:
        found += _unwalled(owner, table)
        found += _keys_without_tenant(owner, table)
        found += _columns(owner, table)
        found += _triggers(owner, table)
    for table in AUTHORED:
        found += _unwalled(owner, table, readers=True)
    found += _foreign_keys(owner, frozenset(owned))
    found += _functions(owner)
    found += _views(owner)
    return sorted(found)


def _tables(owner: Connection) -> list[str]:
    return list(
        owner.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
                " ORDER BY relname"
            )
        )
    )


def _unwalled(owner: Connection, table: str, *, readers: bool = False) -> Iterator[str]:
    row = owner.execute(
        text(
            "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) AS owner, rolsuper"
            " FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE pg_class.oid = to_regclass(:table)"
        ),
        {"table": table},
    ).one()
    if not row.relrowsecurity:
        yield f"{table} has no row-level security"
    if not row.relforcerowsecurity:
        yield f"{table} doesn't force row-level security on its owner"
    if row.rolsuper:
        yield f"{table} belongs to a superuser, who walks through every policy"
    policies = {
        one.policyname: one
        for one in owner.execute(
            text(
                "SELECT policyname, permissive, roles::text[] AS roles, cmd, qual, with_check"
                " FROM pg_policies WHERE tablename = :table"
            ),
            {"table": table},
        )
    }
    tenant: Any = policies.pop("tenant", None)
    if tenant is None or tenant.qual != TENANT_POLICY or tenant.with_check not in (None, TENANT_POLICY):
        yield f"{table} has no policy that keeps it to the tenant"
    elif tenant.cmd != "ALL" or tenant.roles != ["public"]:
        yield f"{table} keeps not everybody, or not every statement, to the tenant"
    owners: Any = policies.pop("owner", None)
    if owners is None or (owners.qual, owners.with_check, owners.cmd, owners.roles) != (
        "true", "true", "ALL", [row.owner],
    ):  # fmt: skip
        yield f"{table} has no policy for its owner: a migration would change 0 rows and say nothing"
    everybody: Any = policies.pop("readers", None) if readers else None
    if readers and (everybody is None or (everybody.qual, everybody.cmd) != ("true", "SELECT")):
        yield f"{table} isn't read by every tenant, or is written by others than its author"
    for name in policies:
        yield f"{table} has a further policy, {name}: policies widen each other"


def _keys_without_tenant(owner: Connection, table: str) -> Iterator[str]:
    rows = owner.execute(
        text(
            "SELECT i.indexrelid::regclass::text AS name, i.indisprimary, a.attname AS first"
            " FROM pg_index i LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = to_regclass(:table) AND (i.indisunique OR i.indisexclusion)"
        ),
        {"table": table},
    ).all()
    if not any(row.indisprimary for row in rows):
        yield f"{table} has no primary key"
    for row in rows:
        if row.first != "tenant_id":
            yield f"{row.name} doesn't begin with tenant_id: it tells one tenant what another has"


def _columns(owner: Connection, table: str) -> Iterator[str]:
    rows = owner.execute(
        text(
            "SELECT a.attname, t.typname, t.typtype, a.atthasdef, a.attidentity, a.attgenerated, a.attnotnull"
            " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
            " WHERE a.attrelid = to_regclass(:table) AND a.attnum > 0 AND NOT a.attisdropped"
        ),
        {"table": table},
    ).all()
    for row in rows:
        name = f"{table}.{row.attname}"
        reckoned = row.attgenerated == "s"  # from the row itself, by nothing that changes
        if row.typname not in LEAKPROOF and not (reckoned and row.typname == SEARCHED):
            yield f"{name} is of type {row.typname}, whose comparisons may lose their index under the policy"
        if (row.atthasdef and not reckoned) or row.attidentity:
            yield f"{name} has a default of the database: ids and times come from the application"
        if row.attname == "tenant_id" and (row.typname != "uuid" or not row.attnotnull):
            yield f"{name} isn't a uuid that is always there"
    if "tenant_id" not in {row.attname for row in rows}:
        yield f"{table} has no tenant_id and isn't listed as platform-wide"


def _triggers(owner: Connection, table: str) -> Iterator[str]:
    query = text("SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND NOT tgisinternal")
    for name in owner.scalars(query, {"table": table}):
        yield f"{table} has a trigger, {name}"


def _foreign_keys(owner: Connection, owned: frozenset[str]) -> Iterator[str]:
    rows = owner.execute(
        text(
            "SELECT c.conname, one.relname AS from_table, other.relname AS to_table, c.confdeltype, c.confupdtype,"
            " (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]) AS first,"
            " (SELECT attname FROM pg_attribute WHERE attrelid = c.confrelid AND attnum = c.confkey[1]) AS first_there"
            " FROM pg_constraint c JOIN pg_class one ON one.oid = c.conrelid JOIN pg_class other ON"
            " other.oid = c.confrelid WHERE c.contype = 'f' AND one.relnamespace = 'public'::regnamespace"
        )
    ).all()
    for row in rows:
        if row.from_table.startswith(NOT_OURS):
            continue
        if row.confdeltype not in "ar" or row.confupdtype not in "ar":
            yield f"{row.conname} changes or removes rows by itself"
        if row.from_table in owned and row.to_table not in owned:
            yield f"{row.conname} leads from a tenant's table to the platform-wide {row.to_table}"
        elif row.from_table in owned and (row.first, row.first_there) != ("tenant_id", "tenant_id"):
            yield f"{row.conname} doesn't begin with tenant_id: it would take another tenant's row"
        elif row.from_table not in owned and row.to_table in owned:
            yield f"{row.conname} leads from a platform-wide table to the tenants' {row.to_table}"


def _functions(owner: Connection) -> Iterator[str]:
    """Those that run as their owner see every tenant: their search_path is pinned, and not everybody may call them."""
    rows = owner.execute(
        text(
            "SELECT p.proname, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE') AS open FROM pg_proc p"
            " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        )
    ).all()
    for row in rows:
        if not any(setting.startswith("search_path=") for setting in row.proconfig or ()):
            yield f"{row.proname} runs as its owner with whatever search_path its caller has"
        if row.open:
            yield f"{row.proname} runs as its owner and everybody may call it"


def _views(owner: Connection) -> Iterator[str]:
    rows = owner.execute(
        text(
            "SELECT relname, relkind, reloptions FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"
        )
    ).all()
    for row in rows:
        if row.relkind == "m" or "security_invoker=true" not in (row.reloptions or ()):
            yield f"{row.relname} is a view that shows every tenant's rows to whoever may read it"
