"""Devices that take notifications."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, erase_also, wall_in

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ALSO_FORGET = """
    DELETE FROM push_subscriptions WHERE tenant_id = own AND reader_id = complaint;
"""


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("endpoint_hash", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("whose IN ('seat', 'report')", name=op.f("ck_push_subscriptions_whose")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint(
            "tenant_id",
            "reader_id",
            "endpoint_hash",
            name=op.f("uq_push_subscriptions_tenant_id_reader_id_endpoint_hash"),
        ),
    )
    distribute("push_subscriptions")
    wall_in("push_subscriptions")
    erase_also(ALSO_FORGET)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
