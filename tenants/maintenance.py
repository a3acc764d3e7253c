"""A banner of those who run the platform, on every page of every city for a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Words, new_id


class Maintenance(Base):
    """words: by language. It is shown from from_at up to, not including, until_at, unless it was ended before."""

    __tablename__ = "maintenances"
    __table_args__ = (CheckConstraint("from_at < until_at", name="dates"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    words: Mapped[Words]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    written_at: Mapped[datetime]
    written_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Banner:
    """What every process keeps of one that isn't over."""

    words: Words
    from_at: datetime
    until_at: datetime
