"""What people want to hear of and when: officials' preferences, reporters' and followers' choices, lines of digests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, erase_also, wall_in

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ALSO_FORGET = """
    DELETE FROM digest_lines WHERE tenant_id = own AND complaint_id = complaint;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "preferences",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("choices", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("quiet_from", sa.String(), nullable=True),
        sa.Column("quiet_until", sa.String(), nullable=True),
        sa.Column("digest_at", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_preferences")),
    )
    distribute("preferences")
    op.create_foreign_key(
        op.f("fk_preferences_tenant_id_seat_id_seats"),
        "preferences",
        "seats",
        ["tenant_id", "seat_id"],
        ["tenant_id", "id"],
    )
    op.create_unique_constraint(op.f("uq_preferences_tenant_id_seat_id"), "preferences", ["tenant_id", "seat_id"])
    wall_in("preferences")
    op.create_table(
        "digest_lines",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("manage_url", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_in", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_digest_lines")),
        sa.UniqueConstraint(
            "tenant_id", "reader_id", "cause_id", name=op.f("uq_digest_lines_tenant_id_reader_id_cause_id")
        ),
    )
    distribute("digest_lines")
    op.create_index("ix_digest_lines_tenant_id_complaint_id", "digest_lines", ["tenant_id", "complaint_id"])
    op.create_index(
        "ix_digest_lines_waiting", "digest_lines", ["tenant_id", "due_at"], postgresql_where=sa.text("told_in IS NULL")
    )
    wall_in("digest_lines")
    for table, column, empty in (
        ("contacts", sa.Column("choices", postgresql.JSONB(none_as_null=True), nullable=True), "'{}'"),
        ("followers", sa.Column("daily", sa.Boolean(), nullable=True), "false"),
    ):
        op.add_column(table, column)
        op.execute(f"UPDATE {table} SET {column.name} = {empty}")
        op.alter_column(table, column.name, nullable=False)
    erase_also(ALSO_FORGET)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
