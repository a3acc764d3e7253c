"""The latest reads of a city, whatever was read."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reads_tenant_id_at", "reads", ["tenant_id", "at", "id"])


def downgrade() -> None:
    op.drop_index("ix_reads_tenant_id_at", table_name="reads")
