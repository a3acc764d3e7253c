"""The boundary that a claim brings itself, where the catalogue has none or a worse one."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("claims", sa.Column("boundary", sa.LargeBinary(), nullable=True))
    op.add_column("claims", sa.Column("boundary_name", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
