"""Finished work that was drawn for a check on the spot: its row, and when it begins and ends to wait."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, select, text
from sqlalchemy.orm import Mapped, Session

from complaints.complaint import Complaint, HistoryRow
from complaints.drawing import SEED_BYTES, drawn
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard

OPTION = "field_check_percent"
"""The tenant's option: how many of a hundred finished works are looked at on the spot."""
OPEN = text("checked_at IS NULL AND ended_at IS NULL")


class FieldCheck(TenantOwned, Base):
    """Finished work that was drawn. agency_id: whose work. history_id: of the row by which it was finished.

    seed, percent: what it was drawn with. checked_at and the rest: None until somebody was there. ended_at: it was
    opened again, or its finish taken back, before anybody was.
    """

    __tablename__ = "field_checks"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        Index("ix_field_checks_open", "tenant_id", "drawn_at", "id", postgresql_where=OPEN),
        Index("ix_field_checks_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_field_checks_tenant_id_drawn_at", "tenant_id", "drawn_at"),
    )

    complaint_id: Mapped[UUID]
    agency_id: Mapped[UUID | None]
    history_id: Mapped[UUID]
    seed: Mapped[bytes]
    percent: Mapped[int]
    drawn_at: Mapped[datetime]
    verdict: Mapped[str | None]
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


WAITING = FieldCheck.checked_at.is_(None) & FieldCheck.ended_at.is_(None)
"""What nobody has been sent to in vain: neither made nor over."""


def draw(session: Session, complaint: Complaint, row: HistoryRow, card: TenantCard, now: datetime) -> None:
    """Draw, or don't, for work that was finished by this row of the history, which keeps seed and share."""
    percent = int(card.options.get(OPTION) or 0)
    if percent <= 0:
        return
    row.id = row.id or new_id()
    seed = secrets.token_bytes(SEED_BYTES)
    row.detail = {**row.detail, "draw": {"seed": seed.hex(), "percent": percent}}
    if drawn(seed, percent):
        session.add(
            FieldCheck(
                id=new_id(),
                complaint_id=complaint.id,
                agency_id=complaint.agency_id,
                history_id=row.id,
                seed=seed,
                percent=percent,
                drawn_at=now,
            )
        )


def end(session: Session, complaint_id: UUID, now: datetime) -> None:
    """Nobody need go any more: the complaint is open again."""
    for check in session.scalars(select(FieldCheck).where(FieldCheck.complaint_id == complaint_id, WAITING)):
        if check.checked_at is None:  # else it is this check's own verdict that opens it
            check.ended_at = now
