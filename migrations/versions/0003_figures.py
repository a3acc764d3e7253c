"""A city's figures: cells, and the deltas that aren't in them yet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_deltas",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_figure_deltas")),
    )
    distribute("figure_deltas")
    wall_in("figure_deltas")
    op.create_table(
        "figure_cells",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_figure_cells")),
        sa.UniqueConstraint(
            "tenant_id",
            "measure",
            "dimension",
            "day",
            "key",
            "slot",
            name=op.f("uq_figure_cells_tenant_id_measure_dimension_day_key_slot"),
        ),
    )
    distribute("figure_cells")
    wall_in("figure_cells")
    op.create_index(
        "ix_figure_cells_empty",
        "figure_cells",
        ["tenant_id"],
        unique=False,
        postgresql_where=sa.text("count = 0"),
    )


def downgrade() -> None:
    op.drop_table("figure_cells")
    op.drop_table("figure_deltas")
