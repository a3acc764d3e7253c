"""What members of staff watch, and the lists of the queue that they have named."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "watches",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_watches")),
        sa.UniqueConstraint(
            "tenant_id", "seat_id", "complaint_id", name=op.f("uq_watches_tenant_id_seat_id_complaint_id")
        ),
    )
    op.create_table(
        "saved_lists",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saved_lists")),
        sa.UniqueConstraint("tenant_id", "seat_id", "name", name=op.f("uq_saved_lists_tenant_id_seat_id_name")),
    )
    distribute("watches")
    distribute("saved_lists")
    for table, column, to in (
        ("watches", "complaint_id", "complaints"),
        ("watches", "seat_id", "seats"),
        ("saved_lists", "seat_id", "seats"),
    ):
        name = op.f(f"fk_{table}_tenant_id_{column}_{to}")
        op.create_foreign_key(name, table, to, ["tenant_id", column], ["tenant_id", "id"])
    op.create_index("ix_watches_tenant_id_complaint_id", "watches", ["tenant_id", "complaint_id"])
    wall_in("watches")
    wall_in("saved_lists")


def downgrade() -> None:
    op.drop_table("saved_lists")
    op.drop_table("watches")
