"""Followers and supporters of a complaint, what it was merged into, and the index by which its like is found."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ALSO_FORGET = """
    UPDATE followers SET email = NULL, account_id = NULL, erased_at = erased
        WHERE tenant_id = own AND complaint_id = complaint AND erased_at IS NULL;
"""


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("of_reporter", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_of", sa.Uuid(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_followers")),
    )
    distribute("followers")
    op.create_table(
        "supports",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supports")),
    )
    distribute("supports")
    for table, unique in (("followers", "email"), ("supports", "key")):
        op.create_foreign_key(
            op.f(f"fk_{table}_tenant_id_complaint_id_complaints"),
            table,
            "complaints",
            ["tenant_id", "complaint_id"],
            ["tenant_id", "id"],
        )
        name = op.f(f"uq_{table}_tenant_id_complaint_id_{unique}")
        op.create_unique_constraint(name, table, ["tenant_id", "complaint_id", unique])
        wall_in(table)
    op.add_column("complaints", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_complaints_tenant_id_merged_into_id_complaints"),
        "complaints",
        "complaints",
        ["tenant_id", "merged_into_id"],
        ["tenant_id", "id"],
    )
    op.create_index(
        "ix_complaints_merged",
        "complaints",
        ["tenant_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index("ix_complaints_alike", "complaints", ["tenant_id", "category_id", "cell", "received_at"])
    erase_also(ALSO_FORGET)


def erase_also(statements: str) -> None:
    """Have `erase_personal` blank more, whatever it has come to blank since it was made."""
    connection = op.get_bind()
    made: str = connection.exec_driver_sql(
        "SELECT pg_get_functiondef('erase_personal(uuid, timestamptz)'::regprocedure)"
    ).scalar_one()
    head, end, tail = made.rpartition("END")
    connection.connection.driver_connection.execute(head + statements + end + tail)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
