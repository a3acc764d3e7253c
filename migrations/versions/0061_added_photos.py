"""Photos that others add to a report: until an official shows them, and from then on."""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

SIDES = "side IN ('before', 'after', 'check', 'work', 'added', 'others')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_evidence_side"), "evidence")
    op.create_check_constraint(op.f("ck_evidence_side"), "evidence", SIDES, postgresql_not_valid=True)
    op.execute("ALTER TABLE evidence VALIDATE CONSTRAINT ck_evidence_side")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
