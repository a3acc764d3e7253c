"""Photos: what our page's camera said, hashes by which the same picture is found, and what flags rest on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BANDS = ("band_1", "band_2", "band_3", "band_4")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column("evidence", sa.Column("fine_hash", sa.LargeBinary(), nullable=True))
    for band in BANDS:
        op.add_column("evidence", sa.Column(band, sa.Integer(), nullable=True))
    op.add_column("evidence", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    for claimed in ("claimed_lon", "claimed_lat", "claimed_accuracy_m"):
        op.add_column("evidence", sa.Column(claimed, sa.Double(), nullable=True))
    op.add_column("evidence", sa.Column("findings", postgresql.JSONB(), nullable=True))
    op.execute("UPDATE evidence SET findings = '{}'")
    op.alter_column("evidence", "findings", nullable=False)
    for band in BANDS:
        op.create_index(f"ix_evidence_{band}", "evidence", ["tenant_id", band])
    op.drop_index("ix_evidence_tenant_id_phash", "evidence")


def downgrade() -> None:
    op.create_index("ix_evidence_tenant_id_phash", "evidence", ["tenant_id", "phash"])
    for band in BANDS:
        op.drop_index(f"ix_evidence_{band}", "evidence")
    for column in (
        "findings", "claimed_accuracy_m", "claimed_lat", "claimed_lon", "claimed_at", *reversed(BANDS), "fine_hash"
    ):  # fmt: skip
        op.drop_column("evidence", column)
