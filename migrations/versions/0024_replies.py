"""Where a reply to a message goes, and the replies that were taken."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "inbound_messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("tenant_id", "id_hash", name=op.f("uq_inbound_messages_tenant_id_id_hash")),
    )
    distribute("inbound_messages")
    wall_in("inbound_messages")
    op.add_column("messages", sa.Column("reply_to", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
