"""Reports about the same as a complaint, as the console shows them: what may be, and what was merged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import duplicates, merging
from complaints.complaint import Complaint, Evidence, Remark
from complaints.queue import Viewer
from complaints.rulebook import Rulebook
from web.staff.listing import category_name, place_of
from web.statuses import Shown, shown_to_officials

NOTHING: tuple[str | None, UUID | None] = (None, None)
MOST_ASKED = 12
"""Some of the likeliest may be none of the viewer's business."""


@dataclass(frozen=True)
class Kin:
    """metres: how far away, None where it doesn't matter. photo_id: of a photo of it that is ready.

    done: it was resolved lately, so this one may be about it again.
    """

    id: UUID
    reference: str
    category: str
    place: str
    status: Shown
    metres: int | None
    received_at: datetime
    photo_id: UUID | None
    done: bool


@dataclass(frozen=True)
class Merged:
    """into: what this report was merged into. inside: what was merged into this one. hidden: how many more of both
    the viewer may not see.
    """

    into: Kin | None = None
    inside: Sequence[Kin] = field(default_factory=tuple)
    hidden: int = 0


def suggested(session: Session, book: Rulebook, viewer: Viewer, complaint: Complaint, now: datetime) -> Sequence[Kin]:
    """What this viewer may see of the like of an open complaint; one statement where there is nothing."""
    category = book.category_by_id(complaint.category_id)
    if not complaint.is_open or category is None or complaint.lon is None or complaint.lat is None:
        return []
    found = duplicates.alike(
        session, book, category, complaint.lon, complaint.lat, now, without=complaint.id, most=MOST_ASKED
    )
    likely = [one for one in found if viewer.sees(one.complaint)][: duplicates.MOST_SHOWN]
    metres = {one.complaint.id: max(1, round(one.metres)) for one in likely}
    return _described(session, book, [one.complaint for one in likely], metres)


def merged(session: Session, book: Rulebook, viewer: Viewer, complaint: Complaint) -> Merged:
    """What a complaint was merged into, or what was merged into it; one statement where there is nothing."""
    if complaint.merged_into_id is not None:
        found = list(session.scalars(select(Complaint).where(Complaint.id == complaint.merged_into_id)))
    else:
        found = merging.merged_into(session, complaint.id)
    seen = [one for one in found if viewer.sees(one)]
    kin = _described(session, book, seen, {})
    hidden = len(found) - len(seen)
    if complaint.merged_into_id is not None:
        return Merged(into=kin[0] if kin else None, hidden=hidden)
    return Merged(inside=kin, hidden=hidden)


def _described(session: Session, book: Rulebook, found: Sequence[Complaint], metres: dict[UUID, int]) -> list[Kin]:
    if not found:
        return []
    photo = (
        select(Evidence.id)
        .where(Evidence.complaint_id == Remark.complaint_id, Evidence.side == "before", Evidence.state == "ready")
        .order_by(Evidence.created_at)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Remark.complaint_id, Remark.place, photo).where(
            Remark.complaint_id.in_([one.id for one in found]), Remark.kind == "description"
        )
    )
    seen = {complaint_id: (place, photo_id) for complaint_id, place, photo_id in rows}
    return [
        Kin(
            id=one.id,
            reference=one.reference,
            category=category_name(one.category_id, book),
            place=place_of(seen.get(one.id, NOTHING)[0], one.area_id, book),
            status=shown_to_officials(one.status),
            metres=metres.get(one.id),
            received_at=one.received_at,
            photo_id=seen.get(one.id, NOTHING)[1],
            done=one.resolved_at is not None and not one.is_open,
        )
        for one in found
    ]
