"""The object that a complaint is about: what is known of it, what was reported about it before, and another to pick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import asset, asset_picking, queue
from complaints.asset import AssetEntry
from complaints.complaint import Complaint
from complaints.queue_row import Row
from complaints.viewer import Viewer
from people.permissions import Permission
from web.access import allows
from web.context import office
from web.staff.dossier import visible_complaint
from web.staff.viewer import by_hand, viewer

MOST_EARLIER = 10

blueprint = Blueprint("staff_about", __name__)


@dataclass(frozen=True)
class About:
    """code: "" where it names no object. earlier: other complaints about it that the viewer may see, the latest first.

    near: (code, words) of objects of its category around its place.
    """

    code: str
    name: str
    attributes: Mapping[str, str]
    earlier: Sequence[Row]
    near: Sequence[tuple[str, str]]


@blueprint.post("/staff/complaints/<uuid:complaint_id>/object")
@allows(Permission.ASSIGN, tenant=True)
def pick(complaint_id: UUID) -> ResponseReturnValue:
    """Say which object it is about."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    asset_picking.pick(g.session, office(), complaint, request.form.get("asset", "")[:64], **by_hand())
    return redirect(f"/staff/complaints/{complaint_id}#about", 303)


def about(session: Session, viewer: Viewer, complaint: Complaint, *, picks: bool) -> About | None:
    """What a complaint is about, and what it could be where the viewer may pick; None where there is neither."""
    found = asset.by_id(session, complaint.asset_id) if complaint.asset_id else None
    near: list[tuple[AssetEntry, float]] = []
    if picks and complaint.lon is not None and complaint.lat is not None:
        near = asset.near(session, complaint.category_id, complaint.lon, complaint.lat)
    if found is None and not near:
        return None
    return About(
        found.code if found else "",
        found.name if found else "",
        found.attributes if found else {},
        _earlier(session, viewer, complaint) if found else [],
        [(one.code, _words(one, metres)) for one, metres in near],
    )


def _earlier(session: Session, viewer: Viewer, complaint: Complaint) -> list[Row]:
    ids = session.scalars(
        select(Complaint.id)
        .where(Complaint.asset_id == complaint.asset_id, Complaint.id != complaint.id)
        .order_by(Complaint.received_at.desc())
        .limit(MOST_EARLIER)
    ).all()
    return sorted(queue.these(session, viewer, ids), key=lambda row: row.received_at, reverse=True)


def _words(one: AssetEntry, metres: float) -> str:
    away = _("%(metres)s m away", metres=round(metres))
    return f"{one.code} {one.name}, {away}" if one.name else f"{one.code}, {away}"
