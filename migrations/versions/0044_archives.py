"""Archives of a city, made on demand and kept for a while."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "archives",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("complaints", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloaded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'ready', 'gone')", name=op.f("ck_archives_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_archives")),
    )
    distribute("archives")
    op.create_index(
        "uq_archives_asked", "archives", ["tenant_id"], unique=True, postgresql_where=sa.text("state = 'asked'")
    )
    op.create_index("ix_archives_tenant_id_asked_at", "archives", ["tenant_id", "asked_at"])
    wall_in("archives")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
