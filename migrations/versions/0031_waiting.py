"""How many reports wait in the commons for each municipality: counted by the job that looks whether they can go on."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("municipality_code", sa.String(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_waiting")),
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
