"""Incidents: what many report and is answered for all of them, what belongs to them, and who was told."""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import distribute, wall_in

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _table(
        "incidents",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("area_id IS NULL OR radius_m IS NULL", name=op.f("ck_incidents_one_place")),
        references={"category_id": "categories", "area_id": "areas", "opened_by_id": "seats"},
    )
    op.create_index(
        "ix_incidents_open", "incidents", ["tenant_id", "opened_at"], postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index("ix_incidents_tenant_id_opened_at", "incidents", ["tenant_id", "opened_at"])
    _table(
        "incident_members",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        references={"incident_id": "incidents", "complaint_id": "complaints"},
        unique=["complaint_id"],
    )
    op.create_index("ix_incident_members_tenant_id_incident_id", "incident_members", ["tenant_id", "incident_id", "id"])
    _table(
        "incident_answers",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("done_at", AT, nullable=True),
        references={"incident_id": "incidents", "seat_id": "seats"},
    )
    op.create_index("ix_incident_answers_tenant_id_incident_id", "incident_answers", ["tenant_id", "incident_id", "at"])
    _table(
        "incident_results",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("at", AT, nullable=False),
        references={"answer_id": "incident_answers", "complaint_id": "complaints"},
        unique=["answer_id", "complaint_id"],
    )
    _table(
        "incident_told",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        references={"answer_id": "incident_answers"},
        unique=["answer_id", "key"],
    )
    _table(
        "incident_followers",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        references={"incident_id": "incidents"},
        unique=["incident_id", "email"],
    )


def _table(name: str, *columns: sa.Column | sa.CheckConstraint, references: dict[str, str], unique: tuple = ()) -> None:
    """A tenant-owned table: distributed before anything refers to it, and walled in."""
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{name}")),
    )
    distribute(name)
    for column, other in references.items():
        key = op.f(f"fk_{name}_tenant_id_{column}_{other}")
        op.create_foreign_key(key, name, other, ["tenant_id", column], ["tenant_id", "id"])
    if unique:
        op.create_unique_constraint(op.f(f"uq_{name}_tenant_id_{'_'.join(unique)}"), name, ["tenant_id", *unique])
    wall_in(name)


def downgrade() -> None:
    raise NotImplementedError("a deployment goes forward; restore the backup instead")
