"""What was sent out to crews of a complaint, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import evidence
from complaints.complaint import Evidence
from complaints.crews.work_link import WorkLink, WorkResult


@dataclass(frozen=True)
class Sent:
    """A link with what came back, the newest first; photos by the id of their result."""

    link: WorkLink
    results: Sequence[WorkResult]
    photos: dict[UUID, Sequence[Evidence]]

    @property
    def waiting(self) -> WorkResult | None:
        """The result that nobody has decided about."""
        return next((one for one in self.results if one.approved is None), None)

    @property
    def approved(self) -> bool:
        return any(one.approved for one in self.results)

    def state(self, now: datetime) -> str:
        """waiting, approved, revoked, expired, or open."""
        if self.waiting is not None:
            return "waiting"
        if self.approved:
            return "approved"
        if self.link.revoked_at is not None:
            return "revoked"
        return "expired" if self.link.expires_at <= now else "open"


def links_of(session: Session, complaint_id: UUID) -> list[Sent]:
    """What was sent out for a complaint, the newest first; two statements, one where nothing was."""
    links = session.scalars(
        select(WorkLink).where(WorkLink.complaint_id == complaint_id).order_by(WorkLink.created_at.desc(), WorkLink.id)
    ).all()
    if not links:
        return []
    results = session.scalars(
        select(WorkResult).where(WorkResult.complaint_id == complaint_id).order_by(WorkResult.at.desc(), WorkResult.id)
    ).all()
    photos = session.scalars(
        select(Evidence)
        .where(Evidence.complaint_id == complaint_id, Evidence.side == evidence.WORK, Evidence.state != "refused")
        .order_by(Evidence.id)
    ).all()
    return [
        Sent(
            link,
            [one for one in results if one.link_id == link.id],
            {
                one.id: [shot for shot in photos if shot.created_at == one.at]
                for one in results
                if one.link_id == link.id
            },
        )
        for link in links
    ]
