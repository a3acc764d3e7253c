"""The index by which other systems ask what was done since: of what everybody may read, without what only began."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for older transactions, and none waits for it
        # A try that was broken off leaves an index that doesn't hold.
        op.drop_index("ix_history_told", "history", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_history_told",
            "history",
            ["tenant_id", "at", "id"],
            postgresql_where=sa.text("public AND from_status IS NOT NULL"),
            postgresql_concurrently=True,
        )
        op.execute("SET lock_timeout = '5s'")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_history_told", "history", if_exists=True, postgresql_concurrently=True)
