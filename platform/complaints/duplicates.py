"""Whether the same was reported already: near, lately, and of the same or a kindred kind.

PostgreSQL narrows by integer cells; how likely what it finds is the same is a pure score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.evidence import distance_m
from complaints.ground import box_around, in_box
from complaints.rules.rulebook import CategoryEntry, Rulebook
from complaints.workflow import DONE

RADIUS_M = 100.0
"""As far as two people see the same thing, the inexactness of their phones included."""

RADII_M: Mapping[str, float] = {
    "macet": 300.0,
    "pohon-tumbang": 150.0,
    "bakar-sampah": 200.0,
    "tibum": 200.0,
    "pencemaran": 300.0,
    "banjir": 400.0,
    "air-bersih": 500.0,
    "listrik": 500.0,
    "pju": 60.0,
    "apill-rambu": 60.0,
    "tutup-saluran": 50.0,
    "reklame": 60.0,
}
"""By platform code, where one thing is smaller than that or is seen from farther away: a lamp post, a flood."""

KINDRED: tuple[frozenset[str], ...] = (
    frozenset({"jalan-lubang", "jalan-rusak", "galian"}),
    frozenset({"macet", "parkir-liar", "apill-rambu"}),
    frozenset({"banjir", "drainase"}),
    frozenset({"drainase", "tutup-saluran"}),
    frozenset({"air-bersih", "galian"}),
    frozenset({"sampah-liar", "sampah-angkut", "bakar-sampah"}),
    frozenset({"pohon-rawan", "pohon-tumbang"}),
    frozenset({"listrik", "kabel", "pju"}),
    frozenset({"pkl", "tibum", "parkir-liar"}),
)
"""Platform codes under which residents report one and the same thing."""

OPEN_WITHIN = timedelta(days=90)
"""An older one that is still open is more likely forgotten than the same."""
CLOSED_WITHIN = timedelta(days=14)
"""How lately something was done for "it is back" to be about it, in a city that sets no other time to reopen."""
HALF_AS_LIKELY_AFTER = timedelta(days=14)
MOST_LOOKED_AT = 200
MOST_SHOWN = 3


@dataclass(frozen=True)
class Alike:
    """A complaint that may be about the same. score: 0 to 1. done: it was resolved lately."""

    complaint: Complaint
    metres: float
    score: float
    done: bool


def alike(
    session: Session,
    book: Rulebook,
    category: CategoryEntry,
    lon: float,
    lat: float,
    now: datetime,
    *,
    without: UUID | None = None,
    public: bool = False,
    closed_within: timedelta = CLOSED_WITHIN,
    most: int = MOST_SHOWN,
) -> list[Alike]:
    """What may be the same as a report at a point, the likeliest first. without: the complaint itself.

    public: only what everybody may see. closed_within: how lately something was done to count.
    """
    radius_m = radius_of(category.platform_code)
    kin = kindred(category.platform_code)
    ids = [entry.id for entry in book.categories.values() if entry.platform_code in kin]
    lately = and_(Complaint.status.in_(DONE), Complaint.resolved_at > now - closed_within)
    statement = (
        select(Complaint)
        .where(Complaint.category_id.in_(ids), Complaint.received_at > now - OPEN_WITHIN)
        .where(*in_box(box_around(lon, lat, radius_m)), or_(Complaint.is_open, lately))
        .order_by(Complaint.received_at.desc())
        .limit(MOST_LOOKED_AT)
    )
    if without is not None:
        statement = statement.where(Complaint.id != without)
    if public:
        statement = statement.where(Complaint.visibility == "public")
    found = []
    for one in session.scalars(statement):
        metres = distance_m(lon, lat, one.lon, one.lat)
        if metres is not None and metres <= radius_m:
            same = one.category_id == category.id
            likely = score(metres, radius_m, now - one.received_at, same=same, done=not one.is_open)
            found.append(Alike(one, metres, likely, done=not one.is_open))
    found.sort(key=lambda each: (-each.score, str(each.complaint.id)))
    return found[:most]


def closed_within(options: Mapping[str, Any]) -> timedelta:
    """How lately something was done for it to be offered as back: as long as the city lets it be opened again."""
    days = options.get("reopen_days")
    return timedelta(days=days) if days else CLOSED_WITHIN


def radius_of(platform_code: str) -> float:
    """Within how many metres reports of a category may be about the same."""
    return RADII_M.get(platform_code, RADIUS_M)


def kindred(platform_code: str) -> frozenset[str]:
    """The platform codes of what may be the same thing, its own included."""
    return frozenset({platform_code}).union(*(kin for kin in KINDRED if platform_code in kin))


def score(metres: float, radius_m: float, age: timedelta, *, same: bool, done: bool) -> float:
    """How likely two reports are about the same, 0 to 1: nearer, fresher, of the very same category, and still open."""
    near = 1 - min(max(metres, 0.0) / radius_m, 1.0)
    fresh = 0.5 ** (max(age, timedelta(0)) / HALF_AS_LIKELY_AFTER)
    return (0.3 + 0.4 * near + 0.3 * fresh) * (1.0 if same else 0.7) * (0.8 if done else 1.0)
