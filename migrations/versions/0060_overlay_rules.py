"""A rule on an object's attributes names an agency, or an overlay by its slug, which never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("asset_rules", sa.Column("overlay", sa.String(), nullable=True))
    op.alter_column("asset_rules", "agency_id", nullable=True)
    op.create_check_constraint(op.f("ck_asset_rules_owner"), "asset_rules", "num_nonnulls(agency_id, overlay) = 1")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
