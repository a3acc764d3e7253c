"""Parts of a complaint that other agencies do, each with an agency, a clock and a state of its own."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, erase_also, wall_in

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
ALSO_FORGET = """
    UPDATE subtasks SET task = '', words = NULL WHERE tenant_id = own AND complaint_id = complaint;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "subtasks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=True),
        sa.Column("sort_at", AT, nullable=False),
        sa.Column("late_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_subtasks")),
        sa.CheckConstraint("state IN ('open', 'done', 'refused', 'dropped')", name=op.f("ck_subtasks_state")),
    )
    distribute("subtasks")
    for column, table in (("complaint_id", "complaints"), ("agency_id", "agencies"), ("asked_by_id", "seats")):
        key = op.f(f"fk_subtasks_tenant_id_{column}_{table}")
        op.create_foreign_key(key, "subtasks", table, ["tenant_id", column], ["tenant_id", "id"])
    op.create_index("ix_subtasks_tenant_id_complaint_id", "subtasks", ["tenant_id", "complaint_id"])
    op.create_index(
        "ix_subtasks_open",
        "subtasks",
        ["tenant_id", "agency_id", "sort_at", "id"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_subtasks_due",
        "subtasks",
        ["tenant_id", "due_at"],
        postgresql_where=sa.text("state = 'open' AND late_at IS NULL"),
    )
    wall_in("subtasks")
    erase_also(ALSO_FORGET)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
