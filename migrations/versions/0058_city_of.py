"""Platform-wide tables name a city by `city_id`: a column called `tenant_id` belongs to a table that is walled in."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

TABLES = ("claims", "city_plans", "border_questions", "suspensions")
UNIQUE = {
    "claims": ("uq_claims_tenant_id", "uq_claims_city_id"),
    "city_plans": ("uq_city_plans_tenant_id", "uq_city_plans_city_id"),
    "border_questions": ("uq_border_questions_tenant_id_other_id", "uq_border_questions_city_id_other_id"),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        op.alter_column(table, "tenant_id", new_column_name="city_id")
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT fk_{table}_tenant_id_tenants TO fk_{table}_city_id_tenants")
    for table, (old, new) in UNIQUE.items():
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
