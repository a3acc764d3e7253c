"""Weekly letters to governments that aren't on the platform, and who doesn't want them."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "commons_letters",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("municipality_code", "week", name=op.f("pk_commons_letters")),
    )
    op.create_table(
        "commons_letter_ends",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("ended_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_commons_letter_ends")),
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
