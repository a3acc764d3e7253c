"""By which rules a city was rehearsed, beside those that stand."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("claims", sa.Column("rehearsed_mark", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
