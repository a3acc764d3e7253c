"""Whether the same was just reported nearby: offered to the reporter, who alone knows."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Remark
from complaints.evidence import distance_m
from complaints.office import Office
from tenants import scope
from tenants.tenant import in_language
from web.resident.around import Box, inside
from web.resident.situation import Situation

WITHIN_M = 100.0
RECENT = timedelta(days=30)
METRES_A_DEGREE = 111_320.0
MOST_LOOKED_AT = 50


@dataclass(frozen=True)
class Alike:
    """A public, open complaint of the same category. metres: from here to it, in steps of ten. url: its page."""

    title: str
    where: str
    received_at: datetime
    metres: int
    url: str


def nearest(session: Session, office: Office, found: Situation, now: datetime, language: str) -> Alike | None:
    """The nearest within 100 m and 30 days, where the report would go; None also without a place or category."""
    lon, lat, category, card = found.report.lon, found.report.lat, found.category, found.card
    if lon is None or lat is None or category is None:
        return None
    high, wide = WITHIN_M / METRES_A_DEGREE, WITHIN_M / METRES_A_DEGREE / max(math.cos(math.radians(lat)), 0.01)
    box = Box(lon - wide, lat - high, lon + wide, lat + high)
    with scope.enter(session, card.id):
        query = select(Complaint).where(
            *inside(box), Complaint.category_id == category.id, Complaint.is_open, Complaint.received_at > now - RECENT
        )
        near = [
            (metres, one)
            for one in session.scalars(query.limit(MOST_LOOKED_AT))
            if (metres := distance_m(lon, lat, one.lon, one.lat)) is not None and metres <= WITHIN_M
        ]
        if not near:
            return None
        metres, one = min(near, key=lambda pair: (pair[0], pair[1].id))
        where = select(Remark.place).where(Remark.complaint_id == one.id, Remark.kind == "description").limit(1)
        return Alike(
            title=in_language(category.name, language, list(card.languages)),
            where=session.scalar(where) or "",
            received_at=one.received_at,
            metres=max(10, round(metres / 10) * 10),
            url=office.addresses.complaint(card, one.reference),
        )
