"""Entries of operators lend a seat, to look or to change settings."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ROLES = "role IN ('resident', 'partner', 'officer', 'supervisor', 'admin', 'operator')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("seats", "invitations"):
        op.drop_constraint(op.f(f"ck_{table}_role"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_role"), table, ROLES)
    op.add_column("operator_entries", sa.Column("mode", sa.String(), nullable=False, server_default="read"))
    op.create_check_constraint(op.f("ck_operator_entries_mode"), "operator_entries", "mode IN ('read', 'configure')")
    op.add_column("operator_entries", sa.Column("seat_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_operator_entries_tenant_id_seats"),
        "operator_entries",
        "seats",
        ["tenant_id", "seat_id"],
        ["tenant_id", "id"],
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
