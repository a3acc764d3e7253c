"""Tasks sent by link to crews without a seat, and what comes back; a crew's photos until they are approved."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, erase_also, wall_in

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
ALSO_FORGET = """
    UPDATE work_links SET crew = '', destination = NULL, task = '' WHERE tenant_id = own AND complaint_id = complaint;
    UPDATE work_results SET note = '', reason = NULL WHERE tenant_id = own AND complaint_id = complaint;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _table(
        "work_links",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=False),
        sa.Column("crew", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        references={"complaint_id": "complaints", "sent_by_id": "seats"},
    )
    op.create_index("ix_work_links_tenant_id_complaint_id", "work_links", ["tenant_id", "complaint_id"])
    _table(
        "work_results",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        references={"complaint_id": "complaints", "link_id": "work_links", "decided_by_id": "seats"},
    )
    op.create_index("ix_work_results_tenant_id_complaint_id", "work_results", ["tenant_id", "complaint_id"])
    op.create_index("ix_work_results_tenant_id_link_id", "work_results", ["tenant_id", "link_id"])
    op.drop_constraint(op.f("ck_evidence_side"), "evidence")
    op.create_check_constraint(op.f("ck_evidence_side"), "evidence", "side IN ('before', 'after', 'check', 'work')")
    erase_also(ALSO_FORGET)


def _table(name: str, *columns: sa.Column[object], references: dict[str, str]) -> None:
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{name}")),
    )
    distribute(name)
    for column, table in references.items():
        key = op.f(f"fk_{name}_tenant_id_{column}_{table}")
        op.create_foreign_key(key, name, table, ["tenant_id", column], ["tenant_id", "id"])
    wall_in(name)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
