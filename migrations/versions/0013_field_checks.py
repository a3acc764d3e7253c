"""Finished work that is drawn for a check on the spot, and photos of such a check."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "field_checks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("history_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_field_checks")),
    )
    distribute("field_checks")
    for column, table in (("complaint_id", "complaints"), ("agency_id", "agencies")):
        op.create_foreign_key(
            op.f(f"fk_field_checks_tenant_id_{column}_{table}"),
            "field_checks",
            table,
            ["tenant_id", column],
            ["tenant_id", "id"],
        )
    op.create_index(
        "ix_field_checks_open",
        "field_checks",
        ["tenant_id", "drawn_at", "id"],
        postgresql_where=sa.text("checked_at IS NULL AND ended_at IS NULL"),
    )
    op.create_index("ix_field_checks_tenant_id_complaint_id", "field_checks", ["tenant_id", "complaint_id"])
    op.create_index("ix_field_checks_tenant_id_drawn_at", "field_checks", ["tenant_id", "drawn_at"])
    wall_in("field_checks")
    op.drop_constraint(op.f("ck_evidence_side"), "evidence", type_="check")
    op.create_check_constraint(op.f("ck_evidence_side"), "evidence", "side IN ('before', 'after', 'check')")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
