"""Reports about the same as a complaint, as the console shows them: what may be, and what was merged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import duplicates
from complaints.complaint import Complaint, Evidence, Remark
from complaints.rules.rulebook import Rulebook
from complaints.together import merging
from complaints.viewer import Viewer
from complaints.workflow import DONE
from web.staff.names import category_name, place_of
from web.statuses import Shown, shown_to_officials

NOTHING: tuple[str | None, UUID | None] = (None, None)
MOST_ASKED = 12
"""Some of the likeliest may be none of the viewer's business."""


@dataclass(frozen=True)
class Kin:
    """metres: how far away, None where it doesn't matter. photo_id: of a photo of it that is ready.

    done_at: when it was said to be done, so that this one may be about it again; None while it goes on.
    """

    id: UUID
    reference: str
    category: str
    place: str
    status: Shown
    metres: int | None
    received_at: datetime
    photo_id: UUID | None
    done_at: datetime | None


@dataclass(frozen=True)
class Merged:
    """into: what this report was merged into. inside: what was merged into this one. hidden: how many more of both
    the viewer may not see.
    """

    into: Kin | None = None
    inside: Sequence[Kin] = field(default_factory=tuple)
    hidden: int = 0


def suggested(
    session: Session, book: Rulebook, viewer: Viewer, complaint: Complaint, now: datetime, within: timedelta
) -> Sequence[Kin]:
    """What this viewer may see of the like of a complaint; one statement where there is nothing.

    Of an open one: what goes on or was done lately. Of one that was done lately: what was reported since. within: how
    lately.
    """
    category = book.category_ever(complaint.category_id)
    done_at = complaint.resolved_at if complaint.status in DONE else None
    lately = complaint.is_open or (done_at is not None and done_at > now - within)
    if not lately or category is None or complaint.lon is None or complaint.lat is None:
        return []
    at = (complaint.lon, complaint.lat)
    alike = duplicates.alike(
        session, book, category, *at, now, without=complaint.id, closed_within=within, most=MOST_ASKED
    )
    found = [
        one for one in alike if viewer.sees(one.complaint) and (done_at is None or one.complaint.received_at > done_at)
    ]
    likely = found[: duplicates.MOST_SHOWN]
    metres = {one.complaint.id: max(1, round(one.metres)) for one in likely}
    return described(session, book, [one.complaint for one in likely], metres)


def came_back(session: Session, book: Rulebook, viewer: Viewer, again_id: UUID | None) -> Kin | None:
    """The finished report that the reporter of this one says is back, if this viewer may see it."""
    found = session.scalar(select(Complaint).where(Complaint.id == again_id)) if again_id else None
    return described(session, book, [found], {})[0] if found is not None and viewer.sees(found) else None


def merged(session: Session, book: Rulebook, viewer: Viewer, complaint: Complaint) -> Merged:
    """What a complaint was merged into, or what was merged into it; one statement where there is nothing."""
    if complaint.merged_into_id is not None:
        found = list(session.scalars(select(Complaint).where(Complaint.id == complaint.merged_into_id)))
    else:
        found = merging.merged_into(session, complaint.id)
    seen = [one for one in found if viewer.sees(one)]
    kin = described(session, book, seen, {})
    hidden = len(found) - len(seen)
    if complaint.merged_into_id is not None:
        return Merged(into=kin[0] if kin else None, hidden=hidden)
    return Merged(inside=kin, hidden=hidden)


def described(session: Session, book: Rulebook, found: Sequence[Complaint], metres: dict[UUID, int]) -> list[Kin]:
    """These complaints in words, in their order."""
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
            done_at=one.resolved_at if one.status in DONE else None,
        )
        for one in found
    ]
