"""Where a POST ends messages of a kind, kept with each of them."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import erase_also

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ALSO_FORGET = """
    UPDATE messages SET unsubscribe_url = NULL
        WHERE tenant_id = own AND complaint_id = complaint AND state <> 'waiting';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("messages", sa.Column("unsubscribe_url", sa.String(), nullable=True))
    op.add_column("digest_lines", sa.Column("unsubscribe_url", sa.String(), nullable=True))
    op.execute("UPDATE digest_lines SET unsubscribe_url = manage_url")
    op.alter_column("digest_lines", "unsubscribe_url", nullable=False)
    erase_also(ALSO_FORGET)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
