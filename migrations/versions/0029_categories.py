"""Where a category is switched off, and whose it is where it isn't the city's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, empty in (("off_in", "[]"), ("responsible", "{}")):
        op.add_column(
            "categories",
            sa.Column(name, postgresql.JSONB(), nullable=False, server_default=sa.text(f"'{empty}'::jsonb")),
        )
        op.alter_column("categories", name, server_default=None)
    op.add_column("categories", sa.Column("responsible_contact", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
