"""The route of the day: what the viewer has to do in the street, in the order of the way, for the phone's map app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import queue
from complaints.complaint import Complaint, Evidence
from complaints.finding import way
from complaints.queue import Filter, Tab
from complaints.queue_row import Row
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from complaints.workflow import Status
from people.permissions import Permission
from tenants.errors import Invalid
from web.access import allows
from web.context import office
from web.staff.listing import end_of_day
from web.staff.names import category_name, place_of
from web.staff.remaining import Remaining, remaining
from web.staff.viewer import menu, viewer
from web.statuses import Shown, shown_to_officials

IN_THE_STREET = (Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED)
"""What there is something to do for where it lies: the rest waits for somebody else's word."""

MAP_APP = "https://www.google.com/maps/dir/?"
"""Google's universal address of directions: phones open it in the app, others in the browser."""
STOPS_A_LINK = 10
"""The app takes nine places on the way and the last one."""

blueprint = Blueprint("staff_route", __name__)


@dataclass(frozen=True)
class Stop:
    """One place. apart: how far from the one before, "" for a first without a start. photo: the reporter's, if any."""

    id: UUID
    number: int
    reference: str
    status: Shown
    category: str
    place: str
    safety: bool
    remaining: Remaining
    apart: str
    directions: str
    photo: UUID | None


@dataclass(frozen=True)
class Leg:
    """A link for the map app: the stops from `first` to `last`, by their numbers."""

    first: int
    last: int
    href: str


@blueprint.get("/staff/route")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """The viewer's reports that have a point, in the order of the way from `lat`, `lon` or from the most urgent one."""
    start = start_of(request.args)
    book = office().rulebooks.of(g.session, g.tenant)
    rows = rows_of_the_day(g.session, viewer(), now=g.now, today_ends_at=end_of_day(g.now, g.tenant.time_zone))
    points = points_of(g.session, [row.id for row in rows])
    stops = _stops(g.session, book, [row for row in rows if row.id in points], points, start, g.now)
    return render_template(
        "staff/route.html",
        stops=stops,
        legs=legs([points[stop.id] for stop in stops], start),
        without_place=len(rows) - len(stops),
        started=start is not None,
        menu=menu(),
        here="route",
    )


def stops_of_the_day(session: Session, book: Rulebook, now: datetime, today_ends_at: datetime) -> list[Stop]:
    """What the viewer has to do in the street today, in the order of the way from the most urgent one."""
    rows = rows_of_the_day(session, viewer(), now=now, today_ends_at=today_ends_at)
    points = points_of(session, [row.id for row in rows])
    return _stops(session, book, [row for row in rows if row.id in points], points, None, now)


def start_of(arguments: Mapping[str, str]) -> tuple[float, float] | None:
    """(lon, lat) where the way begins, None where the phone hasn't said. Raises Invalid."""
    if not arguments.get("lat") or not arguments.get("lon"):
        return None
    try:
        lon, lat = float(arguments["lon"]), float(arguments["lat"])
    except ValueError:
        raise Invalid("This position can't be read. Open the route without one.", field="lat") from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid("This position can't be read. Open the route without one.", field="lat")
    return lon, lat


def rows_of_the_day(session: Session, viewer: Viewer, *, now: datetime, today_ends_at: datetime) -> list[Row]:
    """What the viewer holds and can do today, the most urgent first; a page of it: more is no day's work."""
    held = queue.page(session, viewer, Filter(Tab.MINE), now=now, today_ends_at=today_ends_at).rows
    return [
        row
        for row in held
        if row.status in IN_THE_STREET and (row.scheduled_for is None or row.scheduled_for < today_ends_at)
    ]


def points_of(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, tuple[float, float]]:
    """(lon, lat) of those that have a place."""
    found = session.execute(
        select(Complaint.id, Complaint.lon, Complaint.lat).where(
            Complaint.id.in_(complaint_ids), Complaint.lon.is_not(None)
        )
    )
    return {id_: (lon, lat) for id_, lon, lat in found if lon is not None and lat is not None}


def legs(points: Sequence[tuple[float, float]], start: tuple[float, float] | None) -> list[Leg]:
    """Links that open the whole way in the map app, as many stops each as it takes."""
    made = []
    for first in range(0, len(points), STOPS_A_LINK):
        part = points[first : first + STOPS_A_LINK]
        origin = start if first == 0 else points[first - 1]
        made.append(Leg(first + 1, first + len(part), directions(part, origin)))
    return made


def directions(points: Sequence[tuple[float, float]], origin: tuple[float, float] | None = None) -> str:
    """The address of directions to the last of the points by way of the others. origin: where the phone is if None."""
    asked = {"api": "1", "destination": _written(points[-1])}
    if origin is not None:
        asked["origin"] = _written(origin)
    if len(points) > 1:
        asked["waypoints"] = "|".join(_written(point) for point in points[:-1])
    return MAP_APP + urlencode(asked)


def distance_in_words(metres: float) -> str:
    """ "350 m" or "1,2 km", no finer than a crow's flight is true for a street."""
    if metres < 1_000:
        return f"{round(metres, -1):.0f} m"
    return f"{format_decimal(round(metres / 1_000, 1))} km"


def _written(point: tuple[float, float]) -> str:
    return f"{point[1]:.6f},{point[0]:.6f}"


def _stops(
    session: Session,
    book: Rulebook,
    rows: Sequence[Row],
    points: Mapping[UUID, tuple[float, float]],
    start: tuple[float, float] | None,
    now: datetime,
) -> list[Stop]:
    order = way.ordered([points[row.id] for row in rows], start)
    along = [rows[number] for number in order]
    distances = way.lengths_m([points[row.id] for row in along], start)
    photos = _photos(session, [row.id for row in along])
    verifies = bool(g.tenant.options.get("verification"))
    return [
        Stop(
            id=row.id,
            number=number,
            reference=row.reference,
            status=shown_to_officials(row.status, verifies),
            category=category_name(row.category_id, book),
            place=place_of(row.place, row.area_id, book),
            safety=row.urgency == 0,
            remaining=remaining(row, now),
            apart="" if number == 1 and start is None else distance_in_words(distance_m),
            directions=directions([points[row.id]]),
            photo=photos.get(row.id),
        )
        for number, (row, distance_m) in enumerate(zip(along, distances, strict=True), 1)
    ]


def _photos(session: Session, complaint_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The first photo of each reporter that can be shown."""
    found = session.execute(
        select(Evidence.complaint_id, Evidence.id)
        .where(Evidence.complaint_id.in_(complaint_ids), Evidence.side == "before", Evidence.state == "ready")
        .order_by(Evidence.created_at.desc(), Evidence.id)
    )
    return {row.complaint_id: row.id for row in found}
