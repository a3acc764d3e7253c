"""What the payment provider told us: which event about whom, once each; never what stands in it.

How a city stands is read from the provider, so an event is only the sign to read anew: it may come twice, late, in any
order or not at all.
"""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base


class BillingEvent(Base):
    """Platform-wide, since it is known before any tenant is. id, type, created_at: the provider's.

    customer_ref: whom it is about. settled_at: when what it is about was read. tries: how often that
    was begun; fault: why it wasn't read, in a word.
    """

    __tablename__ = "billing_events"
    __table_args__ = (Index("ix_billing_events_unsettled", "received_at", postgresql_where=text("settled_at IS NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    created_at: Mapped[datetime]
    customer_ref: Mapped[str | None]
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]
