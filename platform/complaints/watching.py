"""What a member of staff keeps an eye on, whoever works on it: a list of their own that tells nobody else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from complaints.complaint import Complaint
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Invalid

MOST_WATCHED = 500


class Watch(TenantOwned, Base):
    """A seat watches a complaint."""

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("tenant_id", "seat_id", "complaint_id"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
        Index("ix_watches_tenant_id_complaint_id", "tenant_id", "complaint_id"),
    )

    seat_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    created_at: Mapped[datetime]


def watch(session: Session, complaint: Complaint, seat_id: UUID, now: datetime) -> None:
    """Watch a complaint; once is enough. Raises Invalid for a seat that watches MOST_WATCHED already."""
    if (session.scalar(select(func.count()).select_from(Watch).where(Watch.seat_id == seat_id)) or 0) >= MOST_WATCHED:
        raise Invalid(
            "You already watch %(most)s reports. Stop watching some of them first.", field="watch", most=MOST_WATCHED
        )
    row = {
        "tenant_id": complaint.tenant_id,
        "id": new_id(),
        "seat_id": seat_id,
        "complaint_id": complaint.id,
        "created_at": now,
    }
    session.execute(
        insert(Watch).values(row).on_conflict_do_nothing(index_elements=["tenant_id", "seat_id", "complaint_id"])
    )


def stop_watching(session: Session, complaint: Complaint, seat_id: UUID) -> None:
    """Watch it no longer; nothing for one that isn't watched."""
    session.execute(delete(Watch).where(Watch.seat_id == seat_id, Watch.complaint_id == complaint.id))


def watchers_of(session: Session, complaint_id: UUID) -> list[UUID]:
    """The seats that watch a complaint."""
    return list(session.scalars(select(Watch.seat_id).where(Watch.complaint_id == complaint_id)))


def watched_by(session: Session, seat_id: UUID) -> list[UUID]:
    """The ids of what a seat watches."""
    return list(session.scalars(select(Watch.complaint_id).where(Watch.seat_id == seat_id)))


def watches(session: Session, complaint_id: UUID, seat_id: UUID) -> bool:
    """Whether a seat watches a complaint."""
    query = select(Watch.id).where(Watch.seat_id == seat_id, Watch.complaint_id == complaint_id)
    return session.scalar(query) is not None
