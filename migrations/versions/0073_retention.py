"""What is over is found by when a report ended, and the log of reads forgets what a city no longer has to account for.

`complaints.retain_until` is no longer written, and goes with a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

FORGET_READS = """
CREATE OR REPLACE FUNCTION forget_reads(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
    removed bigint;
BEGIN
    IF own IS NULL THEN RAISE EXCEPTION 'no tenant is named'; END IF;
    -- The app role may not delete what was just read: a city keeps the log for a month at least.
    IF before > now() - interval '27 days' THEN RAISE EXCEPTION 'reads are kept for a month at least'; END IF;
    DELETE FROM reads WHERE tenant_id = own AND at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION forget_reads(timestamptz) FROM PUBLIC;
"""


def upgrade() -> None:
    op.get_bind().connection.driver_connection.execute(FORGET_READS)
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for older transactions, and none waits for it
        # A try that was broken off leaves an index that doesn't hold.
        op.drop_index("ix_complaints_ended", "complaints", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_complaints_ended",
            "complaints",
            ["tenant_id", "closed_at"],
            postgresql_where=sa.text("closed_at IS NOT NULL"),
            postgresql_concurrently=True,
        )
        op.execute("SET lock_timeout = '5s'")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
