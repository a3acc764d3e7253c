"""Versions of a city's areas, which wait between their steps and for their date."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "area_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outlines", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=True),
        sa.Column("tree", postgresql.JSONB(), nullable=True),
        sa.Column("sample", postgresql.JSONB(), nullable=False),
        sa.Column("reading", postgresql.JSONB(), nullable=True),
        sa.Column("findings", postgresql.JSONB(), nullable=True),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('read', 'planned', 'waiting', 'applied', 'withdrawn')", name=op.f("ck_area_versions_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_area_versions")),
    )
    op.create_index(op.f("ix_area_versions_tenant_id_made_at"), "area_versions", ["tenant_id", "made_at"], unique=False)
    distribute("area_versions")
    wall_in("area_versions")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
