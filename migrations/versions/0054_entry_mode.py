"""What an entry is for comes from the application, and two foreign keys are named as all are."""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("operator_entries", "mode", server_default=None)
    op.execute(
        "ALTER TABLE operator_entries RENAME CONSTRAINT fk_operator_entries_tenant_id_seats"
        " TO fk_operator_entries_tenant_id_seat_id_seats"
    )
    op.execute(
        "ALTER TABLE breach_steps RENAME CONSTRAINT fk_breach_steps_tenant_id_breaches"
        " TO fk_breach_steps_tenant_id_breach_id_breaches"
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
