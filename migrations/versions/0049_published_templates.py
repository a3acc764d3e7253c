"""Catalogues that a city has published as a template: every city reads them, only their own writes them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import wall_in_authored

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "published_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", postgresql.JSONB(), nullable=False),
        sa.Column("help", postgresql.JSONB(), nullable=False),
        sa.Column("languages", postgresql.JSONB(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_published_templates_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_templates")),
    )
    op.create_index("ix_published_templates_published_at", "published_templates", ["published_at", "id"])
    op.create_index("ix_published_templates_tenant_id", "published_templates", ["tenant_id"])
    wall_in_authored("published_templates")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
