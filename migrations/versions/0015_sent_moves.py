"""Moves that a device made without a connection: each counts once, however often it is sent."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_moves",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sent_moves")),
    )
    distribute("sent_moves")
    for column, other in (("complaint_id", "complaints"), ("seat_id", "seats")):
        key = op.f(f"fk_sent_moves_tenant_id_{column}_{other}")
        op.create_foreign_key(key, "sent_moves", other, ["tenant_id", column], ["tenant_id", "id"])
    op.create_unique_constraint(op.f("uq_sent_moves_tenant_id_key"), "sent_moves", ["tenant_id", "key"])
    wall_in("sent_moves")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
