"""How long the same kind of problem takes in each city, rolled up for the national page."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "city_lengths",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("median_s", sa.Integer(), nullable=True),
        sa.Column("ninetieth_s", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["tenants.id"], name=op.f("fk_city_lengths_city_id_tenants")),
        sa.PrimaryKeyConstraint("city_id", "category", name=op.f("pk_city_lengths")),
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
