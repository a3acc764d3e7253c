"""The index by which the console's map finds what is open in a box."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_index("ix_complaints_open_cell", "complaints", ["tenant_id", "cell"], postgresql_where=sa.text("is_open"))


def downgrade() -> None:
    op.drop_index("ix_complaints_open_cell", "complaints")
