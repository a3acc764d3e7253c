"""When a city's areas were held against a version of its boundary; those that stand were looked at long ago."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("boundaries", sa.Column("areas_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE boundaries SET areas_at = created_at")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
