"""The indexes of public lists as other systems ask for them: of some categories, of what is open, by their change."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_index(
        "ix_complaints_public_category",
        "complaints",
        ["tenant_id", "category_id", "visibility", "received_at", "id"],
    )
    op.create_index(
        "ix_complaints_public_open",
        "complaints",
        ["tenant_id", "visibility", "received_at", "id"],
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_complaints_public_changed",
        "complaints",
        ["tenant_id", "visibility", sa.text("COALESCE(closed_at, updated_at)"), "id"],
    )


def downgrade() -> None:
    op.drop_index("ix_complaints_public_changed", "complaints")
    op.drop_index("ix_complaints_public_open", "complaints")
    op.drop_index("ix_complaints_public_category", "complaints")
