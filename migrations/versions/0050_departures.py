"""A city leaves: its two steps, since when it is gone, and where its references live on."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

CHANGES = (
    ("NOT IN ('shadow', 'suspended', 'erased')", "NOT IN ('shadow', 'suspended', 'paused', 'erased')"),
    ("live_at = NULL WHERE", "live_at = NULL, paused_at = NULL, leaving_at = NULL, erasing_at = NULL WHERE"),
    ("only a shadow or a suspended tenant", "only a shadow, a paused or a suspended tenant"),
)
"""In `erase_whole`: a paused city can be erased too, since nothing new comes in there."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("tenants", sa.Column("leaving_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tenants", sa.Column("erasing_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tenants", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "departures",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("confirm_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_after", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Uuid(), nullable=True),
        sa.Column("stop_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_departures")),
    )
    distribute("departures")
    op.create_index(
        "uq_departures_open",
        "departures",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL AND stopped_at IS NULL"),
    )
    wall_in("departures")
    op.create_table(
        "departed_references",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("holder_tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_departed_references")),
    )
    connection = op.get_bind()
    made: str = connection.exec_driver_sql("SELECT pg_get_functiondef('erase_whole()'::regprocedure)").scalar_one()
    for old, new in CHANGES:
        assert old in made
        made = made.replace(old, new)
    connection.connection.driver_connection.execute(made)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
