"""Logins, platform-wide: an account may have seats in several tenants."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, new_id
from tenants.personal import personal

WHILE_IT_EXISTS = "while the account exists"


class Account(Base):
    """A person who can sign in. is_operator: one of those who run the platform.

    email: case-folded; None for who is known by a number or at a provider alone (identities). erasing_since: when its
    holder asked for its erasure; erasing_words: of what they wrote, too.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_erasing", "erasing_since", postgresql_where=text("erasing_since IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str | None] = mapped_column(unique=True, info=personal("to sign in", until=WHILE_IT_EXISTS))
    name: Mapped[str] = mapped_column(info=personal("to show who acted", until=WHILE_IT_EXISTS))
    phone: Mapped[str | None] = mapped_column(info=personal("to be told by message", until=WHILE_IT_EXISTS))
    password_hash: Mapped[str | None] = mapped_column(info=personal("to sign in", until=WHILE_IT_EXISTS))
    language: Mapped[str | None]
    is_operator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    erasing_since: Mapped[datetime | None]
    erasing_words: Mapped[bool] = mapped_column(default=False)

    @property
    def address(self) -> str:
        """Its e-mail address: whoever has a seat, a password or the platform to run has one; "" for others."""
        return self.email or ""


class SignIn(Base):
    """A running sign-in on one host, kept here so that it can be ended. token_hash: SHA-256 of the cookie.

    waits: it isn't one yet, the second step is to come. proved_at: when that was made; None for an account without.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_account_id", "account_id"), Index("ix_sign_ins_host", "host", "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    host: Mapped[str]
    agent: Mapped[str] = mapped_column(default="", info=personal("to recognise one's devices", until="90 days"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    waits: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None]


class Ticket(Base):
    """A one-time pass: from host to host (60 s), or in a mail. token_hash: SHA-256 of what was handed out."""

    __tablename__ = "tickets"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str]
    host: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RateLimit(Base):
    """How often something was tried in a window of time. Unlogged: losing it in a crash costs nothing."""

    __tablename__ = "rate_limits"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: Mapped[str] = mapped_column(primary_key=True)
    window_started_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
