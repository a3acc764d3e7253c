"""What the operators' first page counts: steps of sign-ups, and how each tenant's outbox is."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "signup_steps",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "step", name=op.f("pk_signup_steps")),
    )
    op.create_index(op.f("ix_signup_steps_step"), "signup_steps", ["step", "at"], unique=False)
    # When a municipality was chosen and colleagues were named wasn't written down: it was before the rehearsal.
    op.execute(
        "INSERT INTO signup_steps (claim_id, step, at)"
        " SELECT c.id, s.step, s.at FROM claims c LEFT JOIN tenants t ON t.id = c.tenant_id, LATERAL (VALUES"
        " ('begun', c.created_at), ('you', c.confirmed_at), ('people', t.created_at), ('rehearsal', c.rehearsed_at),"
        " ('live', c.live_at)) s (step, at) WHERE s.at IS NOT NULL"
    )
    op.create_table(
        "outbox_health",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("oldest_at", AT, nullable=True),
        sa.Column("dead", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_outbox_health")),
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
