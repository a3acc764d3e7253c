"""What was mended in a boundary that a government brought with its sign-up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("claims", sa.Column("boundary_mended", postgresql.JSONB(), server_default="[]", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
