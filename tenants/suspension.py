"""Why a tenant is out of service, in words that its residents read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Words, new_id


class Suspension(Base):
    """One time out of service; at most one of a tenant isn't ended. begun_by, ended_by: accounts of operators."""

    __tablename__ = "suspensions"
    __table_args__ = (
        Index("uq_suspensions_running", "city_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column("city_id", ForeignKey("tenants.id"))
    why: Mapped[Words]
    begun_at: Mapped[datetime]
    begun_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    ended_why: Mapped[str | None]
