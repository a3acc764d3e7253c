"""Notices of known works, and who follows them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "works",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("text", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("lon", "lat")),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("west", "south", "east", "north")),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("told_at", AT, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_works")),
        sa.CheckConstraint(
            "num_nonnulls(area_id, radius_m) + num_nonnulls(west) <= 1", name=op.f("ck_works_one_place")
        ),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_works_lasts")),
    )
    distribute("works")
    op.create_foreign_key(
        op.f("fk_works_tenant_id_area_id_areas"), "works", "areas", ["tenant_id", "area_id"], ["tenant_id", "id"]
    )
    op.create_index("ix_works_current", "works", ["tenant_id", "from_at"], postgresql_where=sa.text("told_at IS NULL"))
    op.create_index("ix_works_tenant_id_created_at", "works", ["tenant_id", "created_at", "id"])
    wall_in("works")
    op.create_table(
        "works_followers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("works_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_works_followers")),
    )
    distribute("works_followers")
    op.create_foreign_key(
        op.f("fk_works_followers_tenant_id_works_id_works"),
        "works_followers",
        "works",
        ["tenant_id", "works_id"],
        ["tenant_id", "id"],
    )
    op.create_unique_constraint(
        op.f("uq_works_followers_tenant_id_works_id_email"), "works_followers", ["tenant_id", "works_id", "email"]
    )
    wall_in("works_followers")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
