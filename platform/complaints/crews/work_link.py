"""A task sent by a link to somebody without a seat, and what they send back; the rows, and the secret in the link."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from complaints.seal import LENGTH, is_same, seal
from tenants.database import Base, TenantOwned
from tenants.personal import personal

WITH_THE_COMPLAINT = "with the complaint's retention"
PURPOSE = b"work"
ID_LENGTH = 32


class WorkLink(TenantOwned, Base):
    """crew: who gets it, as the official calls them. task: what is to be done. channel: whatsapp, email or none, for a
    link that the official passes on by hand; destination: their number or address there.
    """

    __tablename__ = "work_links"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "sent_by_id"], ["seats.tenant_id", "seats.id"]),
        Index("ix_work_links_tenant_id_complaint_id", "tenant_id", "complaint_id"),
    )

    complaint_id: Mapped[UUID]
    sent_by_id: Mapped[UUID]
    crew: Mapped[str] = mapped_column(info=personal("who was given the task", until=WITH_THE_COMPLAINT))
    channel: Mapped[str]
    destination: Mapped[str | None] = mapped_column(info=personal("to send the task", until=WITH_THE_COMPLAINT))
    task: Mapped[str] = mapped_column(info=personal("what is to be done", until=WITH_THE_COMPLAINT))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class WorkResult(TenantOwned, Base):
    """What came back by a link. Its photos are evidence of the side `work` with the same instant.

    approved: None while it waits for the official. reason: why it was sent back.
    """

    __tablename__ = "work_results"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "link_id"], ["work_links.tenant_id", "work_links.id"]),
        ForeignKeyConstraint(["tenant_id", "decided_by_id"], ["seats.tenant_id", "seats.id"]),
        Index("ix_work_results_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_work_results_tenant_id_link_id", "tenant_id", "link_id"),
    )

    complaint_id: Mapped[UUID]
    link_id: Mapped[UUID]
    note: Mapped[str] = mapped_column(info=personal("what was done", until=WITH_THE_COMPLAINT))
    at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(info=personal("why it was sent back", until=WITH_THE_COMPLAINT))


def token_of(secret: bytes, tenant_id: UUID, link_id: UUID) -> str:
    """The last part of the link's address: reckoned, so that the official can pass it on again."""
    return link_id.hex + seal(secret, PURPOSE, tenant_id, link_id)


def link_id_in(token: str, secret: bytes, tenant_id: UUID) -> UUID | None:
    """The link that a token opens in a tenant, None for what opens none; in constant time."""
    if len(token) != ID_LENGTH + LENGTH or not token.isascii():
        return None
    try:
        link_id = UUID(hex=token[:ID_LENGTH])
    except ValueError:
        return None
    return link_id if is_same(token[ID_LENGTH:], seal(secret, PURPOSE, tenant_id, link_id)) else None
