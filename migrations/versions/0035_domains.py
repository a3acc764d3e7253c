"""Domains that cities bring: for their portal or for their mail, claimed by any, proved by one."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("tenant_domains", sa.Column("id", sa.Uuid(), nullable=True))
    op.add_column("tenant_domains", sa.Column("use", sa.String(), nullable=False, server_default="portal"))
    op.add_column("tenant_domains", sa.Column("added_at", AT, nullable=False, server_default=sa.func.now()))
    op.add_column("tenant_domains", sa.Column("checked_at", AT, nullable=True))
    op.alter_column("tenant_domains", "use", server_default=None)
    op.alter_column("tenant_domains", "added_at", server_default=None)
    connection = op.get_bind()
    for (host,) in connection.execute(sa.text("SELECT host FROM tenant_domains")).all():
        connection.execute(
            sa.text("UPDATE tenant_domains SET id = :id WHERE host = :host"), {"id": uuid4(), "host": host}
        )
    op.alter_column("tenant_domains", "id", nullable=False)
    op.drop_constraint(op.f("pk_tenant_domains"), "tenant_domains", type_="primary")
    op.create_primary_key(op.f("pk_tenant_domains"), "tenant_domains", ["id"])
    op.create_check_constraint(op.f("ck_tenant_domains_use"), "tenant_domains", "use IN ('portal', 'mail')")
    op.create_unique_constraint(
        op.f("uq_tenant_domains_tenant_id_host_use"), "tenant_domains", ["tenant_id", "host", "use"]
    )
    op.create_index(
        "uq_tenant_domains_verified",
        "tenant_domains",
        ["host", "use"],
        unique=True,
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
