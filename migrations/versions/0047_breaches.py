"""Breaches of personal data: the record of each in the commons, and in each city that its people were told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB()


def upgrade() -> None:
    op.create_table(
        "breaches",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("happened", sa.String(), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.Column("reach", sa.String(), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("tenant_ids", JSON, nullable=False),
        sa.Column("letters", JSON, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_breaches_dates")),
        sa.CheckConstraint("reach IN ('stored', 'passed')", name=op.f("ck_breaches_reach")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_breaches")),
    )
    op.create_index(op.f("ix_breaches_tenant_id_found_at"), "breaches", ["tenant_id", "found_at", "id"], unique=False)
    distribute("breaches")
    wall_in("breaches")
    op.create_table(
        "breach_steps",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "breach_id"],
            ["breaches.tenant_id", "breaches.id"],
            name=op.f("fk_breach_steps_tenant_id_breaches"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_breach_steps")),
    )
    op.create_index(
        op.f("ix_breach_steps_tenant_id_breach_id"), "breach_steps", ["tenant_id", "breach_id", "at"], unique=False
    )
    distribute("breach_steps")
    wall_in("breach_steps")
    op.create_table(
        "breach_told",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_breach_told")),
        sa.UniqueConstraint("tenant_id", "breach_id", name=op.f("uq_breach_told_tenant_id_breach_id")),
    )
    distribute("breach_told")
    wall_in("breach_told")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
