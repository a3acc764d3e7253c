"""Contacts from which no city takes reports for a time: kept as keyed hashes, so that the table names nobody."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, new_id


class Block(Base):
    """keys: of the address, the number or the account, as `key_of` makes them. shown: how the contact ends.

    It ends by itself at until_at, or was ended before. begun_by, ended_by: accounts of operators.
    """

    __tablename__ = "blocks"
    __table_args__ = (CheckConstraint("from_at < until_at", name="dates"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    keys: Mapped[list[str]]
    shown: Mapped[str]
    why: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    begun_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


def key_of(secret: bytes, kind: str, value: str) -> str:
    """kind: email, phone or account. value: as `people.contacts` writes it, or the account's id."""
    return hmac.digest(secret, f"block/{kind}/{value.casefold()}".encode(), "sha256").hex()
