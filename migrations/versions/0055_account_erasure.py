"""Accounts that their holders have asked to have erased: since when, and whether their words go as well."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("accounts", sa.Column("erasing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("erasing_words", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("accounts", "erasing_words", server_default=None)
    op.create_index(
        "ix_accounts_erasing", "accounts", ["erasing_since"], postgresql_where=sa.text("erasing_since IS NOT NULL")
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
