"""Who stands in for whom, from a day until a day."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "deputyships",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_deputyships_days")),
        sa.CheckConstraint("seat_id <> deputy_id", name=op.f("ck_deputyships_two")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_deputyships")),
    )
    distribute("deputyships")
    for column in ("seat_id", "deputy_id"):
        op.create_foreign_key(
            op.f(f"fk_deputyships_tenant_id_{column}_seats"),
            "deputyships",
            "seats",
            ["tenant_id", column],
            ["tenant_id", "id"],
        )
        name = op.f(f"ix_deputyships_tenant_id_{column}_until_on")
        op.create_index(name, "deputyships", ["tenant_id", column, "until_on"])
    wall_in("deputyships")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
