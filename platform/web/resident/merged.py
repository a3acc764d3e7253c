"""What the public sees of a merger: where a merged report went, and the photos of what was merged into another.

A report that isn't public shows nothing of itself on the page of the one that it was merged into.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Evidence
from web.statuses import Shown, shown_to_residents


@dataclass(frozen=True)
class Into:
    """The public report that this one was merged into. status: how that one stands."""

    reference: str
    status: Shown


def into(session: Session, complaint: Complaint) -> Into | None:
    """Where a merged report went; None where it wasn't merged, or into what the public doesn't see."""
    if complaint.merged_into_id is None:
        return None
    head = session.scalar(select(Complaint).where(Complaint.id == complaint.merged_into_id))
    if head is None or head.visibility != "public":
        return None
    return Into(head.reference, shown_to_residents(head.status, head.responded_at is not None))


def photos(session: Session, complaint: Complaint) -> list[Evidence]:
    """The reporters' photos of the public reports that were merged into a public one, oldest first."""
    if complaint.visibility != "public":
        return []
    inside = select(Complaint.id).where(Complaint.merged_into_id == complaint.id, Complaint.visibility == "public")
    theirs = select(Evidence).where(
        Evidence.complaint_id.in_(inside), Evidence.side == "before", Evidence.state == "ready"
    )
    return list(session.scalars(theirs.order_by(Evidence.created_at, Evidence.id)))
