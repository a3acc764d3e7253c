"""How an account is known beside its address: a confirmed number, or who it is at a provider of sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column("accounts", "email", nullable=True)
    op.create_table(
        "identities",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_identities")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_identities_account_id_accounts")),
        sa.CheckConstraint("kind IN ('phone', 'oidc')", name=op.f("ck_identities_kind")),
    )
    op.create_index(op.f("ix_identities_account_id"), "identities", ["account_id"])


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
