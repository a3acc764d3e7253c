"""The ledger of a city's settings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "configuration_changes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "did IN ('added', 'changed', 'ended', 'restored')", name=op.f("ck_configuration_changes_did")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_configuration_changes")),
    )
    op.create_index(
        op.f("ix_configuration_changes_tenant_id_at"), "configuration_changes", ["tenant_id", "at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_configuration_changes_tenant_id_row_id"),
        "configuration_changes",
        ["tenant_id", "row_id", "at"],
        unique=False,
    )
    distribute("configuration_changes")
    wall_in("configuration_changes")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
