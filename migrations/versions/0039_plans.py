"""Plans: what a city chose and how it pays, its invoices and their papers, and what the payment provider told."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _contracts()
    _invoices()
    op.create_table(
        "city_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failed_at", AT, nullable=True),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("oldest_due_on", sa.Date(), nullable=True),
        sa.Column("customer_ref", sa.String(), nullable=True),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_city_plans_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_plans")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_city_plans_tenant_id")),
        sa.UniqueConstraint("customer_ref", name=op.f("uq_city_plans_customer_ref")),
    )
    op.create_index("ix_city_plans_plan", "city_plans", ["plan", "tenant_id"])
    op.create_index("ix_city_plans_oldest_due_on", "city_plans", ["oldest_due_on"])
    op.create_table(
        "billing_events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=True),
        sa.Column("object_ref", sa.String(), nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_events")),
    )
    op.create_index(op.f("ix_billing_events_customer_ref"), "billing_events", ["customer_ref"])
    op.create_index(
        "ix_billing_events_unsettled",
        "billing_events",
        ["received_at"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _contracts() -> None:
    op.create_table(
        "contracts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("agreed_minor", sa.BigInteger(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("payer_name", sa.String(), nullable=False),
        sa.Column("payer_address", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=True),
        sa.Column("customer_ref", sa.String(), nullable=True),
        sa.Column("subscription_ref", sa.String(), nullable=True),
        sa.Column("subscription_status", sa.String(), nullable=True),
        sa.Column("session_ref", sa.String(), nullable=True),
        sa.Column("failed_at", AT, nullable=True),
        sa.Column("renews_at", AT, nullable=True),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("chosen_at", AT, nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("plan IN ('free', 'city', 'arranged')", name=op.f("ck_contracts_plan")),
        sa.CheckConstraint("way IN ('invoice', 'card')", name=op.f("ck_contracts_way")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_contracts")),
    )
    distribute("contracts")
    op.create_unique_constraint(op.f("uq_contracts_tenant_id"), "contracts", ["tenant_id"])
    wall_in("contracts")


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("payer_name", sa.String(), nullable=False),
        sa.Column("payer_address", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by", sa.Uuid(), nullable=True),
        sa.Column("paid_note", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("provider_url", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'paid', 'void')", name=op.f("ck_invoices_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoices")),
    )
    distribute("invoices")
    op.create_unique_constraint(op.f("uq_invoices_tenant_id_number"), "invoices", ["tenant_id", "number"])
    op.create_unique_constraint(op.f("uq_invoices_tenant_id_provider_ref"), "invoices", ["tenant_id", "provider_ref"])
    op.create_index("ix_invoices_issued_at", "invoices", ["tenant_id", "issued_at"])
    op.create_index(
        "uq_invoices_from_on",
        "invoices",
        ["tenant_id", "from_on"],
        unique=True,
        postgresql_where=sa.text("provider_ref IS NULL AND state <> 'void'"),
    )
    wall_in("invoices")
    op.create_table(
        "invoice_files",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("by_seat", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoice_files")),
    )
    distribute("invoice_files")
    op.create_foreign_key(
        op.f("fk_invoice_files_tenant_id_invoice_id_invoices"),
        "invoice_files",
        "invoices",
        ["tenant_id", "invoice_id"],
        ["tenant_id", "id"],
    )
    op.create_index("ix_invoice_files_invoice_id", "invoice_files", ["tenant_id", "invoice_id"])
    wall_in("invoice_files")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
