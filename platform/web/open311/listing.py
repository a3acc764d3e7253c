"""Which reports are meant: the public ones of a city, by the filters of the format and of its extensions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import g
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Remark
from complaints.ground import METRES_A_DEGREE, Box, box_around, in_box
from complaints.rules.rulebook import Rulebook
from tenants.directory import TenantCard
from tenants.errors import Invalid
from web.open311 import asked
from web.open311.services import no_such_service
from web.open311.statuses import CHOICES, OPEN
from web.resident.around import box_from
from web.resident.listing import HERE

SPAN = timedelta(days=90)
MOST = 1_000
"""Rows of an answer: the format's "90 days or first 1,000 requests"."""
DEEPEST = 100_000
"""Rows of a span that can be paged through; more than any city gets in ninety days."""
NEAR_M, FARTHEST_M = 750.0, 50_000.0
CHANGED_AT: ColumnElement[datetime] = func.coalesce(Complaint.closed_at, Complaint.updated_at)
"""`updated_datetime`: of what is closed the time of its closing."""
TOLD = ~exists(
    select(Remark.id).where(
        Remark.complaint_id == Complaint.id, Remark.kind == "description", Remark.erased_at.is_not(None)
    )
)
"""What was reported hasn't been erased."""
SHOWN = (Complaint.visibility == "public", HERE, TOLD)
"""What everybody may read here, as in the portal's lists."""


@dataclass(frozen=True)
class Asked:
    """conditions: beside what everybody may read. by_change: the last changed first, else the newest first."""

    conditions: Sequence[ColumnElement[bool]]
    by_change: bool
    offset: int
    limit: int


def asked_for(card: TenantCard, book: Rulebook) -> Asked:
    """The filters of the request. Raises Invalid, and NotFound for a service that the city never had."""
    zone = card.time_zone
    since, until = asked.instant("start_date", zone), asked.instant("end_date", zone, end=True)
    changed = asked.instant("updated_after", zone), asked.instant("updated_before", zone, end=True)
    by_change = changed != (None, None)
    conditions: list[ColumnElement[bool]] = [*_between(CHANGED_AT, *changed)]
    if not by_change or (since, until) != (None, None):
        conditions += _between(Complaint.received_at.expression, *span(since, until, g.now))
    codes = asked.words("service_code")
    if codes:
        conditions.append(Complaint.category_id.in_(_categories(book, codes)))
    statuses = asked.choices("status", CHOICES)
    if len(statuses) == 1:
        conditions.append(Complaint.is_open.expression if OPEN in statuses else ~Complaint.is_open)
    conditions += _place()
    limit = asked.whole_number("page_size", most=MOST) or MOST
    page = max(asked.whole_number("page", most=DEEPEST) or 1, 1)
    return Asked(conditions, by_change, (page - 1) * limit, limit)


def found(session: Session, asked_: Asked) -> list[Complaint]:
    """The reports of a page, in the session's scope; none behind the last one."""
    if asked_.offset >= DEEPEST:
        return []
    first = CHANGED_AT if asked_.by_change else Complaint.received_at
    query = (
        select(Complaint)
        .where(*SHOWN, *asked_.conditions)
        .order_by(first.desc(), Complaint.id.desc())
        .offset(asked_.offset)
        .limit(asked_.limit)
    )
    return list(session.scalars(query))


def span(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when: ninety days at most, the last ones where nothing is said. Raises Invalid."""
    try:
        if since is None:
            until = until or now
            return until - SPAN, until
        until = min(since + SPAN, max(now, since)) if until is None else until
        if until - since > SPAN + timedelta(days=1):  # a day more where both are days, and the last counts whole
            raise Invalid("Ask for up to 90 days at once: move start_date or end_date.", field="end_date")
    except OverflowError:
        name = "end_date" if since is None else "start_date"
        raise Invalid("Send this as a date like 2026-01-31T08:00:00Z.", field=name) from None
    return since, until


def _between(
    what: ColumnElement[datetime], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    return [*([what >= since] if since else []), *([what <= until] if until else [])]


def _categories(book: Rulebook, codes: Sequence[str]) -> list[UUID]:
    """Of the codes, with those that have ended."""
    ever = [*book.categories.values(), *book.past_categories.values()]
    known = {entry.code for entry in ever}
    if not set(codes) <= known:
        raise no_such_service()
    return [entry.id for entry in ever if entry.code in codes]


def _place() -> list[ColumnElement[bool]]:
    """A box, or what is near a point."""
    conditions: list[ColumnElement[bool]] = []
    if asked.word("bbox"):
        conditions += in_box(box_from(asked.word("bbox")))
    point = asked.point()
    if point is not None:
        conditions += _around(*point, asked.number("radius"))
    return conditions


def _around(lon: float, lat: float, radius_m: float | None) -> list[ColumnElement[bool]]:
    """Within a radius; without one in the box that clients expect around a point."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise Invalid("There is no such point: lat is -90 to 90, long -180 to 180.", field="lat")
    if radius_m is not None and not 0 < radius_m <= FARTHEST_M:
        raise Invalid("Ask for a radius of up to %(most)s m.", field="radius", most=int(FARTHEST_M))
    around = box_around(lon, lat, radius_m or NEAR_M)
    box = Box(max(around.west, -180.0), max(around.south, -90.0), min(around.east, 180.0), min(around.north, 90.0))
    if radius_m is None:
        return in_box(box)
    east = (Complaint.lon - lon) * (METRES_A_DEGREE * math.cos(math.radians(lat)))
    north = (Complaint.lat - lat) * METRES_A_DEGREE
    return [*in_box(box), and_(east * east + north * north <= radius_m * radius_m)]
