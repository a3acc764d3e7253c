"""The ledger of a city's settings: who changed which row, and how it read before and after. Never changed itself."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from tenants.database import Base, TenantOwned


class Did(StrEnum):
    """What was done to a row. Restoring an earlier reading is a change that says so."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    RESTORED = "restored"


class ConfigurationChange(TenantOwned, Base):
    """One row's change.

    section: the table's name, or "tenant" for the city itself. row_id, code: of the row; a row that is a tie between
    others has no code of its own. fields: the columns that differ. before, after: the whole row as it read, by column,
    ids as text; None where it wasn't there. seat_id: who did it; None for a command or an operator.
    """

    __tablename__ = "configuration_changes"
    __table_args__ = (
        CheckConstraint(f"did IN ({', '.join(repr(str(did)) for did in Did)})", name="did"),
        Index("ix_configuration_changes_tenant_id_at", "tenant_id", "at", "id"),
        Index("ix_configuration_changes_tenant_id_row_id", "tenant_id", "row_id", "at"),
    )

    at: Mapped[datetime]
    seat_id: Mapped[UUID | None]
    section: Mapped[str]
    row_id: Mapped[UUID]
    code: Mapped[str]
    did: Mapped[str]
    revision: Mapped[int]
    fields: Mapped[list[str]]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
