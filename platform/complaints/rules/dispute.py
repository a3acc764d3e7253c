"""Disputes between two tenants: what they have passed to and fro, a person above both decides.

The row is platform-wide and holds ids and instants; what the two said stands in their own histories, where row-level
security keeps it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.complaint import Complaint, HistoryRow
from people.account import Account
from tenants.database import Base, new_id
from tenants.errors import Conflict
from tenants.personal import personal

MOST_PASSES = 2
"""How often the same two tenants may pass a complaint before a person above both decides."""


class PingPong(Conflict):
    """The same two have passed it to and fro; a further pass isn't theirs to make."""


class Dispute(Base):
    """holder_tenant_id: who has the complaint and says it is the other's. keeper_tenant_id: whose it is, once decided.

    reason: the operator's, told to both. decided_by: their account.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        Index(
            "uq_disputes_complaint_id_open", "complaint_id", unique=True, postgresql_where=text("decided_at IS NULL")
        ),
        Index("ix_disputes_raised_at", "raised_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    complaint_id: Mapped[UUID]
    reference: Mapped[str]
    holder_tenant_id: Mapped[UUID]
    other_tenant_id: Mapped[UUID]
    raised_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    keeper_tenant_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(info=personal("why it was decided so", until="5 years"))


def is_next(session: Session, complaint: Complaint, to_id: UUID) -> bool:
    """Whether another pass to this tenant would be the third between the two.

    Raises PingPong where the operator decides already, or has decided that it stays here.
    """
    detail = HistoryRow.detail
    passes = session.scalar(
        select(func.count())
        .select_from(HistoryRow)
        .where(
            HistoryRow.complaint_id == complaint.id,
            or_(
                HistoryRow.move.in_(("hand_over", "return")) & (detail["to_tenant_id"].astext == str(to_id)),
                HistoryRow.move.in_(("receive", "revive")) & (detail["from_tenant_id"].astext == str(to_id)),
            ),
        )
    )
    if (passes or 0) < MOST_PASSES:
        return False
    latest = latest_between(session, complaint.id, complaint.tenant_id, to_id)
    if latest is None:
        return True
    if latest.decided_at is None:
        raise PingPong("The operator of the platform is deciding whose report this is. Until then it stays with you.")
    raise PingPong(
        "The operator of the platform has decided between the two cities, so this report can't go back to that one."
    )


def latest_between(session: Session, complaint_id: UUID, one: UUID, other: UUID) -> Dispute | None:
    """The newest dispute of two tenants about a complaint."""
    return session.scalar(
        select(Dispute)
        .where(
            Dispute.complaint_id == complaint_id,
            Dispute.holder_tenant_id.in_((one, other)),
            Dispute.other_tenant_id.in_((one, other)),
        )
        .order_by(Dispute.raised_at.desc())
        .limit(1)
    )


def open_about(session: Session, complaint_id: UUID) -> Dispute | None:
    """The dispute about a complaint that waits for the operator."""
    return session.scalar(select(Dispute).where(Dispute.complaint_id == complaint_id, Dispute.decided_at.is_(None)))


def operators(session: Session) -> list[Account]:
    """Those who decide."""
    return list(session.scalars(select(Account).where(Account.is_operator).order_by(Account.email)))
