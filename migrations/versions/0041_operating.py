"""What operators do for the whole platform: banners, blocks, suspensions, and answers to administrators' questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB()


def upgrade() -> None:
    op.create_table(
        "maintenances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_maintenances_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenances")),
    )
    op.create_table(
        "suspensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_suspensions_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index(
        "uq_suspensions_running",
        "suspensions",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keys", JSON, nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_blocks_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_table(
        "help_requests",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_help_requests")),
    )
    op.create_index(
        op.f("ix_help_requests_tenant_id_asked_at"), "help_requests", ["tenant_id", "asked_at", "id"], unique=False
    )
    distribute("help_requests")
    wall_in("help_requests")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
