"""A seat: an account's role in one tenant, in one or several agencies."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from people.permissions import Role
from tenants.database import Base, TenantOwned
from tenants.personal import personal


class Seat(TenantOwned, Base):
    """No foreign key to the account: tenant-owned tables can be distributed, accounts stay where they are."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("tenant_id", "account_id"),
        CheckConstraint(f"role IN ({', '.join(repr(str(role)) for role in Role)})", name="role"),
    )

    account_id: Mapped[UUID]
    role: Mapped[str]
    name: Mapped[str] = mapped_column(info=personal("to show who acted", until="5 years after the seat ended"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_reset_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}


class SeatAgency(TenantOwned, Base):
    """A seat works for an agency."""

    __tablename__ = "seat_agencies"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seat_id", "agency_id"),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        Index("ix_seat_agencies_tenant_id_agency_id", "tenant_id", "agency_id"),
    )

    seat_id: Mapped[UUID]
    agency_id: Mapped[UUID]


class Mode(StrEnum):
    """What an operator may do during an entry: look, or change the settings too."""

    READ = "read"
    CONFIGURE = "configure"


class OperatorEntry(TenantOwned, Base):
    """An operator's recorded, time-limited entry into a tenant, with the reason that its admins see.

    seat_id: the seat that it lends; None where nothing was opened, as for a decision between two cities.
    """

    __tablename__ = "operator_entries"
    __table_args__ = (
        CheckConstraint(f"mode IN ({', '.join(repr(str(mode)) for mode in Mode)})", name="mode"),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
        Index("ix_operator_entries_tenant_id_account_id", "tenant_id", "account_id"),
    )

    account_id: Mapped[UUID]
    reason: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    mode: Mapped[str] = mapped_column(default=Mode.READ)
    seat_id: Mapped[UUID | None]
