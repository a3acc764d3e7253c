"""What the reporter of a complaint that was passed on knows of where it is, and the message that tells them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("known_tenant_id", "announced_tenant_id", "message_id"):
        op.add_column("forwardings", sa.Column(name, sa.Uuid(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
