"""The circle of an incident is whole, and its middle is a place on earth: the table itself says so from now on."""

from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

ON_EARTH = (
    "num_nonnulls(lon, lat, radius_m) IN (0, 3)"
    " AND (lon IS NULL OR lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90)"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_check_constraint(op.f("ck_incidents_circle"), "incidents", ON_EARTH, postgresql_not_valid=True)
    # No report lies within a circle that is nowhere: without it the whole city is proposed, and officials choose.
    op.execute(f"UPDATE incidents SET lon = NULL, lat = NULL, radius_m = NULL WHERE NOT ({ON_EARTH})")
    op.execute("ALTER TABLE incidents VALIDATE CONSTRAINT ck_incidents_circle")


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
