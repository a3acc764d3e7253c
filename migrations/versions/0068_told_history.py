"""The index by which other systems ask what was done since: of what everybody may read, without what only began."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_index(
        "ix_history_told",
        "history",
        ["tenant_id", "at", "id"],
        postgresql_where=sa.text("public AND from_status IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_history_told", "history")
