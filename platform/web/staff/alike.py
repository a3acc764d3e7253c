"""What may be the same as a complaint, as the console shows it: with distance, age, status and a photo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import duplicates
from complaints.complaint import Complaint, Evidence, Remark
from complaints.queue import Viewer
from complaints.rulebook import Rulebook
from web.staff.listing import category_name, place_of
from web.statuses import Shown, shown_to_officials

NOTHING: tuple[str | None, UUID | None] = (None, None)
MOST_ASKED = 12
"""Some of the likeliest may be none of the viewer's business."""


@dataclass(frozen=True)
class Suggestion:
    """photo_id: of a photo of it that is ready. done: it was resolved lately, so this one may be about it again."""

    id: UUID
    reference: str
    category: str
    place: str
    status: Shown
    metres: int
    received_at: datetime
    photo_id: UUID | None
    done: bool


def suggested(
    session: Session, book: Rulebook, viewer: Viewer, complaint: Complaint, now: datetime
) -> Sequence[Suggestion]:
    """What this viewer may see of the like of an open complaint; one statement where there is nothing."""
    category = book.category_by_id(complaint.category_id)
    if not complaint.is_open or category is None or complaint.lon is None or complaint.lat is None:
        return []
    likely = [
        one
        for one in duplicates.alike(
            session, book, category, complaint.lon, complaint.lat, now, without=complaint.id, most=MOST_ASKED
        )
        if viewer.sees(one.complaint)
    ][: duplicates.MOST_SHOWN]
    if not likely:
        return []
    ids = [one.complaint.id for one in likely]
    photo = (
        select(Evidence.id)
        .where(Evidence.complaint_id == Remark.complaint_id, Evidence.side == "before", Evidence.state == "ready")
        .order_by(Evidence.created_at)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Remark.complaint_id, Remark.place, photo).where(
            Remark.complaint_id.in_(ids), Remark.kind == "description"
        )
    )
    seen = {complaint_id: (place, photo_id) for complaint_id, place, photo_id in rows}
    return [
        Suggestion(
            id=one.complaint.id,
            reference=one.complaint.reference,
            category=category_name(one.complaint.category_id, book),
            place=place_of(seen.get(one.complaint.id, NOTHING)[0], one.complaint.area_id, book),
            status=shown_to_officials(one.complaint.status),
            metres=max(1, round(one.metres)),
            received_at=one.complaint.received_at,
            photo_id=seen.get(one.complaint.id, NOTHING)[1],
            done=one.done,
        )
        for one in likely
    ]
