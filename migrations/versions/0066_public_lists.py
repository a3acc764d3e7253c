"""The indexes of public lists as other systems ask for them: of some categories, of what is open, by their change."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


INDEXES: dict[str, tuple[list[str | sa.TextClause], sa.TextClause | None]] = {
    "ix_complaints_public_category": (["tenant_id", "category_id", "visibility", "received_at", "id"], None),
    "ix_complaints_public_open": (["tenant_id", "visibility", "received_at", "id"], sa.text("is_open")),
    "ix_complaints_public_changed": (
        ["tenant_id", "visibility", sa.text("COALESCE(closed_at, updated_at)"), "id"],
        None,
    ),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for older transactions, and none waits for it
        for name, (columns, where) in INDEXES.items():
            # A try that was broken off leaves an index that doesn't hold.
            op.drop_index(name, "complaints", if_exists=True, postgresql_concurrently=True)
            op.create_index(name, "complaints", columns, postgresql_where=where, postgresql_concurrently=True)
        op.execute("SET lock_timeout = '5s'")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.drop_index(name, "complaints", if_exists=True, postgresql_concurrently=True)
