"""Calls of providers that were taken, and the message that went another way in place of one that couldn't arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "hook_receipts",
        sa.Column("signature_hash", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("signature_hash", name=op.f("pk_hook_receipts")),
    )
    op.add_column("messages", sa.Column("replaced_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
