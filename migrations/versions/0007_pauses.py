"""Pauses that a supervisor decides on, the timer of a question, and what waits to be decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ASKING = '{"amount": 5, "unit": "working_days", "then": "resume"}'


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column("pauses", sa.Column("decision", sa.String(), nullable=True))
    op.add_column("pauses", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaints", sa.Column("pause_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sla_rules", sa.Column("asking", postgresql.JSONB(), nullable=True))
    op.execute(f"UPDATE sla_rules SET asking = '{ASKING}'")


def downgrade() -> None:
    op.drop_column("sla_rules", "asking")
    op.drop_column("complaints", "pause_asked_at")
    op.drop_column("pauses", "reminded_at")
    op.drop_column("pauses", "decision")
