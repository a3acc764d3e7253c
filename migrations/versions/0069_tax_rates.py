"""Value-added tax: the operator's rates by day, and what of it stands on an invoice."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("collected_above_minor", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("rate >= 0 AND part > 0 AND parts > 0", name=op.f("ck_tax_rates_rate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rates")),
        sa.UniqueConstraint("from_on", name=op.f("uq_tax_rates_from_on")),
    )
    op.add_column("invoices", sa.Column("tax_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("invoices", sa.Column("tax_base_minor", sa.BigInteger(), nullable=True))
    op.add_column("invoices", sa.Column("tax_rate", sa.Integer(), nullable=True))
    op.add_column("invoices", sa.Column("tax_part", sa.String(), nullable=True))
    op.add_column("invoices", sa.Column("tax_by_buyer", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("contracts", sa.Column("tax_by_buyer", sa.Boolean(), server_default="true", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
