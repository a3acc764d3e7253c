"""The object that a complaint is about, for officials: what is known of it, and what was reported about it before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import asset, queue
from complaints.complaint import Complaint
from complaints.queue_row import Row
from complaints.viewer import Viewer

MOST_EARLIER = 10


@dataclass(frozen=True)
class About:
    """earlier: other complaints about it that the viewer may see, the latest first."""

    code: str
    name: str
    attributes: Mapping[str, str]
    earlier: Sequence[Row]


def about(session: Session, viewer: Viewer, complaint: Complaint) -> About | None:
    """What a complaint is about, None where it names no object."""
    if complaint.asset_id is None:
        return None
    found = asset.by_id(session, complaint.asset_id)
    if found is None:
        return None
    ids = session.scalars(
        select(Complaint.id)
        .where(Complaint.asset_id == complaint.asset_id, Complaint.id != complaint.id)
        .order_by(Complaint.received_at.desc())
        .limit(MOST_EARLIER)
    ).all()
    rows = queue.these(session, viewer, ids)
    return About(found.code, found.name, found.attributes, sorted(rows, key=lambda row: row.received_at, reverse=True))
