"""An archive is noted as taken once all of it was handed over; what was erased lately is found; unused columns go."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ERASED = sa.text("erased_at IS NOT NULL")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("archives", sa.Column("begun_at", sa.TIMESTAMP(timezone=True)))
    op.add_column("archives", sa.Column("begun_by", sa.Uuid()))
    op.drop_column("archives", "made_at")
    op.drop_column("city_plans", "changed_at")
    op.drop_index("ix_billing_events_customer_ref", "billing_events")
    op.drop_column("billing_events", "object_ref")
    for table in ("remarks", "contacts", "followers"):
        op.create_index(f"ix_{table}_erased", table, ["tenant_id", "erased_at"], postgresql_where=ERASED)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
