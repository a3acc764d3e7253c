"""Objects of a city, their cells, whose they are by their attributes; and which one a complaint is about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tenancy import distribute, wall_in

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "assets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("shape IN ('point', 'line')", name=op.f("ck_assets_shape")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assets")),
    )
    distribute("assets")
    op.create_unique_constraint(op.f("uq_assets_tenant_id_code"), "assets", ["tenant_id", "code"])
    _refers("assets", "category_id", "categories")
    op.create_index(
        op.f("ix_assets_tenant_id_category_id"), "assets", ["tenant_id", "category_id", "code"], unique=False
    )
    wall_in("assets")
    op.create_table(
        "asset_cells",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_asset_cells")),
    )
    distribute("asset_cells")
    _refers("asset_cells", "asset_id", "assets")
    op.create_index(op.f("ix_asset_cells_tenant_id_cell"), "asset_cells", ["tenant_id", "cell"], unique=False)
    op.create_index(op.f("ix_asset_cells_tenant_id_asset_id"), "asset_cells", ["tenant_id", "asset_id"], unique=False)
    wall_in("asset_cells")
    op.create_table(
        "asset_rules",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("attribute", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_asset_rules")),
    )
    distribute("asset_rules")
    op.create_unique_constraint(op.f("uq_asset_rules_tenant_id_code"), "asset_rules", ["tenant_id", "code"])
    _refers("asset_rules", "category_id", "categories")
    _refers("asset_rules", "agency_id", "agencies")
    op.create_index(
        "ix_asset_rules_standing",
        "asset_rules",
        ["tenant_id", "category_id", "attribute", "value"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    wall_in("asset_rules")
    op.add_column("complaints", sa.Column("asset_id", sa.Uuid(), nullable=True))
    _refers("complaints", "asset_id", "assets")
    op.create_index(
        "ix_complaints_asset",
        "complaints",
        ["tenant_id", "asset_id", "received_at"],
        postgresql_where=sa.text("asset_id IS NOT NULL"),
    )


def _refers(table: str, column: str, to: str) -> None:
    name = op.f(f"fk_{table}_tenant_id_{column}_{to}")
    op.create_foreign_key(name, table, to, ["tenant_id", column], ["tenant_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
