"""Messages by telephone, destinations that take nothing any more, and what reporters wish to hear."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ERASURE = """
CREATE OR REPLACE FUNCTION erase_personal(complaint uuid, erased timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
BEGIN
    IF own IS NULL THEN RAISE EXCEPTION 'no tenant is named'; END IF;
    UPDATE remarks SET body = '', place = NULL, answers = '{}', erased_at = erased
        WHERE tenant_id = own AND complaint_id = complaint AND erased_at IS NULL;
    UPDATE contacts SET name = NULL, email = NULL, phone = NULL, erased_at = erased
        WHERE tenant_id = own AND complaint_id = complaint AND erased_at IS NULL;
    UPDATE messages SET destination = '', subject = '', body = '', link = NULL
        WHERE tenant_id = own AND complaint_id = complaint AND state <> 'waiting';
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "destinations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('failing', 'stopped')", name=op.f("ck_destinations_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_destinations")),
        sa.UniqueConstraint("tenant_id", "address_hash", name=op.f("uq_destinations_tenant_id_address_hash")),
    )
    distribute("destinations")
    wall_in("destinations")
    op.create_index("ix_destinations_tenant_id_since_at", "destinations", ["tenant_id", "since_at", "id"])
    op.add_column("messages", sa.Column("link", sa.String(), nullable=True))
    op.create_index(
        "ix_messages_waiting", "messages", ["tenant_id", "not_before_at"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(
        "ix_messages_dead", "messages", ["tenant_id", "created_at", "id"], postgresql_where=sa.text("state = 'dead'")
    )
    op.add_column("contacts", sa.Column("told_by", sa.String(), nullable=True))
    op.add_column("contacts", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(ERASURE)
