"""A city's working time as rows; `tenants/working_time.py` reckons with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Configured, Words


class CalendarRow(Configured, Base):
    """Hours, dated hours (Ramadan), holidays and half days, as the document that `working_time.from_document` reads."""

    __tablename__ = "calendars"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    name: Mapped[Words] = mapped_column(default=dict)
    document: Mapped[dict[str, Any]]
    ended_at: Mapped[datetime | None]
