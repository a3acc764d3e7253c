"""Claims: who signs which municipality up, how far they are, and the browsers in which they go on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", AT, nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("invited", postgresql.JSONB(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", AT, nullable=True),
        sa.Column("rehearsed_id", sa.Uuid(), nullable=True),
        sa.Column("rehearsed_at", AT, nullable=True),
        sa.Column("erased", sa.Integer(), nullable=True),
        sa.Column("agreed_at", AT, nullable=True),
        sa.Column("live_at", AT, nullable=True),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("disputed_at", AT, nullable=True),
        sa.Column("dispute", sa.String(), nullable=True),
        sa.Column("letter_key", sa.String(), nullable=True),
        sa.Column("letter_name", sa.String(), nullable=True),
        sa.Column("letter_at", AT, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_claims_tenant_id_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("email", name=op.f("uq_claims_email")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_claims_tenant_id")),
    )
    op.create_index("ix_claims_link_hash", "claims", ["link_hash"])
    op.create_index("ix_claims_municipality_code", "claims", ["municipality_code"])
    op.create_table(
        "claim_devices",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("expires_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_devices_claim_id_claims")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_claim_devices")),
    )
    op.create_index("ix_claim_devices_claim_id", "claim_devices", ["claim_id"])


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
