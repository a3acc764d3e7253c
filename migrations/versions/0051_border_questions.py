"""Overlaps of a city that is being set up with its neighbours: asked, and agreed to or refused."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "border_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("overlap_m2", sa.Float(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("by_operator", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'agreed', 'refused')", name=op.f("ck_border_questions_state")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_border_questions_tenant_id_tenants")),
        sa.ForeignKeyConstraint(["other_id"], ["tenants.id"], name=op.f("fk_border_questions_other_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_border_questions")),
        sa.UniqueConstraint("tenant_id", "other_id", name=op.f("uq_border_questions_tenant_id_other_id")),
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
