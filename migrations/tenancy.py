"""What every migration does with a tenant-owned table, in one place."""

from alembic import op
from sqlalchemy import text

FORCED = True
"""Citus' online moves need FORCE off for their time; it is switched here and nowhere else."""


def distribute(table: str) -> None:
    """Spread the table over the machines by tenant_id, before anything references it. Nothing to do without Citus."""
    connection = op.get_bind()
    if connection.scalar(text("SELECT true FROM pg_extension WHERE extname = 'citus'")):
        connection.execute(text("SELECT create_distributed_table(:table, 'tenant_id')"), {"table": table})


def wall_in(table: str) -> None:
    """Row-level security: the app role sees one tenant's rows, named by SET LOCAL; the owner's migrations see all.

    Without the owner's policy a migration would change 0 rows and say nothing, as FORCE binds the owner too.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} {'' if FORCED else 'NO '}FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")


def wall_in_authored(table: str) -> None:
    """Row-level security of a platform-wide table in which each row belongs to the tenant that wrote it.

    The app role reads every row, whoever's scope it is in, and writes those of the tenant named by SET LOCAL.
    """
    wall_in(table)
    op.execute(f"CREATE POLICY readers ON {table} FOR SELECT USING (true)")


def erase_also(statements: str) -> None:
    """Have `erase_personal` blank more, whatever it has come to blank since it was made.

    statements: SQL that knows `own` (the tenant), `complaint` and `erased` (the instant).
    """
    connection = op.get_bind()
    made: str = connection.exec_driver_sql(
        "SELECT pg_get_functiondef('erase_personal(uuid, timestamptz)'::regprocedure)"
    ).scalar_one()
    head, end, tail = made.rpartition("END")
    connection.connection.driver_connection.execute(head + statements + end + tail)
