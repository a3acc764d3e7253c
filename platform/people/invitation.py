"""An invitation: a seat that was offered to somebody and isn't taken yet."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from people.permissions import Role
from tenants.database import Base, TenantOwned
from tenants.personal import personal

LASTS = timedelta(days=7)
KEPT = timedelta(days=365)
UNTIL_TAKEN = "1 year after it was made"


class Invitation(TenantOwned, Base):
    """One offer, taken once. token_hash: SHA-256 of what was handed out. by_mail: it went to the address itself and
    nowhere else, so that whoever comes with it has proved the address. seat_id: what came of it.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_hash"),
        CheckConstraint(f"role IN ({', '.join(repr(str(role)) for role in Role)})", name="role"),
        Index("ix_invitations_tenant_id_email", "tenant_id", "email"),
    )

    token_hash: Mapped[bytes]
    by_mail: Mapped[bool]
    email: Mapped[str] = mapped_column(info=personal("to invite an official", until=UNTIL_TAKEN))
    name: Mapped[str] = mapped_column(info=personal("to invite an official", until=UNTIL_TAKEN))
    role: Mapped[str]
    agency_ids: Mapped[list[str]]
    invited_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    seat_id: Mapped[UUID | None]


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def open_ones(session: Session, now: datetime, *, most: int) -> list[Invitation]:
    """The invitations of the session's tenant that can still be taken, the newest first."""
    return list(
        session.scalars(
            select(Invitation)
            .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now)
            .order_by(Invitation.created_at.desc(), Invitation.id)
            .limit(most)
        )
    )


def forget(session: Session, now: datetime) -> None:
    """Remove what nobody needs to know any more: invitations that were made long ago."""
    session.execute(
        delete(Invitation).where(Invitation.created_at < now - KEPT), execution_options={"synchronize_session": False}
    )
