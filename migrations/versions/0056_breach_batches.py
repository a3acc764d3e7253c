"""The notices about a breach are written in batches: how far they came; and who signed in at a host is found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("breach_told", sa.Column("told_after", sa.String(), nullable=False, server_default=""))
    op.alter_column("breach_told", "told_after", server_default=None)
    op.add_column("breach_told", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE breach_told SET done_at = at")
    op.create_index("ix_sign_ins_host", "sign_ins", ["host", "created_at"])


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
