"""A city pauses: its stage, since when, and the times in which its clocks stood still."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

STAGES = "stage IN ('rehearsal', 'live', 'paused', 'suspended', 'erased', 'shadow')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("tenants", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_tenants_stage"), "tenants", type_="check")
    op.create_check_constraint(op.f("ck_tenants_stage"), "tenants", STAGES)
    op.create_table(
        "city_pauses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_by", sa.Uuid(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_city_pauses")),
    )
    distribute("city_pauses")
    op.create_index(
        "uq_city_pauses_running",
        "city_pauses",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL"),
    )
    wall_in("city_pauses")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
