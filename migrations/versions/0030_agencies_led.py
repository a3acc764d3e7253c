"""Who leads an agency; and what an agency that ends, or a person who leaves, had open going on to somebody else."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("agencies", sa.Column("head_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agencies_tenant_id_head_id_seats"),
        "agencies",
        "seats",
        ["tenant_id", "head_id"],
        ["tenant_id", "id"],
    )
    op.create_table(
        "handings_on",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_agency_id", sa.Uuid(), nullable=True),
        sa.Column("from_seat_id", sa.Uuid(), nullable=True),
        sa.Column("to_agency_id", sa.Uuid(), nullable=True),
        sa.Column("to_seat_id", sa.Uuid(), nullable=True),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(from_agency_id, from_seat_id) = 1", name=op.f("ck_handings_on_from_one")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_handings_on")),
    )
    distribute("handings_on")
    for column, table in (
        ("from_agency_id", "agencies"),
        ("to_agency_id", "agencies"),
        ("from_seat_id", "seats"),
        ("to_seat_id", "seats"),
    ):
        op.create_foreign_key(
            op.f(f"fk_handings_on_tenant_id_{column}_{table}"),
            "handings_on",
            table,
            ["tenant_id", column],
            ["tenant_id", "id"],
        )
    wall_in("handings_on")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
