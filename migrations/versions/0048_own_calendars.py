"""Calendars can end, and an agency may keep another one than its city."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("calendars", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agencies", sa.Column("calendar_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agencies_tenant_id_calendar_id_calendars"),
        "agencies",
        "calendars",
        ["tenant_id", "calendar_id"],
        ["tenant_id", "id"],
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
