"""A line and a page of the queue, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Row:
    """One line of the queue."""

    id: UUID
    reference: str
    status: str
    category_id: UUID
    area_id: UUID | None
    agency_id: UUID | None
    holder_id: UUID | None
    urgency: int
    place: str | None
    received_at: datetime
    responded_at: datetime | None
    respond_due_at: datetime | None
    secure_due_at: datetime | None
    secured_at: datetime | None
    resolve_due_at: datetime | None
    scheduled_for: datetime | None
    sort_at: datetime
    version: int
    near_border: bool

    @property
    def key(self) -> str:
        """Where the next page begins, as the address carries it."""
        return f"{self.urgency}~{self.sort_at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class Page:
    """after: the key that the next page begins after, None on the last one."""

    rows: Sequence[Row]
    after: str | None
