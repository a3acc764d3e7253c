"""When a whole city stood still on the platform, by its own will."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from tenants.database import Base, TenantOwned


class CityPause(TenantOwned, Base):
    """A pause: closed-open; until_at None while it runs. begun_by, ended_by: seats; None for a command."""

    __tablename__ = "city_pauses"
    __table_args__ = (
        Index("uq_city_pauses_running", "tenant_id", unique=True, postgresql_where=text("until_at IS NULL")),
    )

    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    begun_by: Mapped[UUID | None]
    ended_by: Mapped[UUID | None]
