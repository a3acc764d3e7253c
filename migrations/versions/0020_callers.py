"""Earlier reports of a caller are found by their number or address."""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("phone", "email"):
        op.create_index(
            f"ix_contacts_{column}", "contacts", ["tenant_id", column], postgresql_where=text(f"{column} IS NOT NULL")
        )


def downgrade() -> None:
    for column in ("email", "phone"):
        op.drop_index(f"ix_contacts_{column}", "contacts")
