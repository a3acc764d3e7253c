"""Alerts: who is told by mail of new reports around a place, in an area or of a category."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("told_until", AT, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_alerts")),
        sa.CheckConstraint("num_nonnulls(lon, lat, radius_m) IN (0, 3)", name=op.f("ck_alerts_whole_circle")),
    )
    distribute("alerts")
    for column, table in (("area_id", "areas"), ("category_id", "categories")):
        op.create_foreign_key(
            op.f(f"fk_alerts_tenant_id_{column}_{table}"), "alerts", table, ["tenant_id", column], ["tenant_id", "id"]
        )
    op.create_unique_constraint(
        op.f("uq_alerts_tenant_id_about_id_email"), "alerts", ["tenant_id", "about_id", "email"]
    )
    op.create_index("ix_alerts_tenant_id_email", "alerts", ["tenant_id", "email"])
    wall_in("alerts")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
