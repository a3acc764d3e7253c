"""Editions of the catalogue: each difference as a proposal, codes of before, questions about a proposed boundary."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("catalogue", sa.Column("former_codes", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("catalogue", sa.Column("ended_at", AT, nullable=True))
    op.create_table(
        "catalogue_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("city_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("outline", sa.LargeBinary(), nullable=True),
        sa.Column("was_m2", sa.Float(), nullable=True),
        sa.Column("becomes_m2", sa.Float(), nullable=True),
        sa.Column("gained_m2", sa.Float(), nullable=False),
        sa.Column("lost_m2", sa.Float(), nullable=False),
        sa.Column("shares", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("effective_at", AT, nullable=True),
        sa.Column("applied_at", AT, nullable=True),
        sa.Column("told_at", AT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('code', 'name', 'outline', 'new', 'ended')", name=op.f("ck_catalogue_differences_kind")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'superseded')", name=op.f("ck_catalogue_differences_state")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["tenants.id"], name=op.f("fk_catalogue_differences_city_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_differences")),
    )
    op.create_index(
        "uq_catalogue_differences_open",
        "catalogue_differences",
        ["code", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_catalogue_differences_city_id", "catalogue_differences", ["city_id"])
    op.create_index("ix_catalogue_differences_state_code", "catalogue_differences", ["state", "code", "id"])
    op.add_column("border_questions", sa.Column("difference_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_border_questions_difference_id_catalogue_differences"),
        "border_questions",
        "catalogue_differences",
        ["difference_id"],
        ["id"],
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
