"""A list of the queue on the map: what lies in a box, one by one, or where that is too much as counted heaps.

Whatever the box, so many rows are read and no more; a box is ranges of an integer cell, which keep their index under
row-level security.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from complaints import queue
from complaints.complaint import Complaint
from complaints.ground import ROW, Box, in_box, index_of
from complaints.queue import Filter
from complaints.queue_row import Row
from complaints.viewer import Viewer

MOST_PINS = 200
MOST_READ = 20_000
"""Reports of a box that are looked at; more are said to be more."""
MOST_HEAPS_A_SIDE = 12
BESIDE = 20


@dataclass(frozen=True)
class Heap:
    """Reports too many to show one by one. lon, lat: their middle."""

    count: int
    lon: float
    lat: float


@dataclass(frozen=True)
class OnMap:
    """rows: the first BESIDE of the box in the order of the queue, all of them where there are pins.

    points: (lon, lat) by id, of the pins; empty where heaps stand for them. count: of the box; more: and then some.
    """

    rows: Sequence[Row]
    points: dict[UUID, tuple[float, float]]
    heaps: Sequence[Heap]
    count: int
    more: bool


def on_map(
    session: Session,
    viewer: Viewer,
    what: Filter | Sequence[UUID],
    box: Box,
    *,
    now: datetime,
    today_ends_at: datetime,
) -> OnMap:
    """What a list, or these complaints, show in a box."""

    def inside(*columns: Any) -> Select[Any]:
        statement = select(*columns).where(*in_box(box), Complaint.lon.is_not(None))
        if isinstance(what, Filter):
            return queue.narrowed(statement, viewer, what, now=now, today_ends_at=today_ends_at)
        return queue.narrowed(
            statement.where(Complaint.id.in_(what)), viewer, None, now=now, today_ends_at=today_ends_at
        )

    first = (Complaint.urgency, Complaint.sort_at, Complaint.id)
    found = session.execute(inside(*first, Complaint.lon, Complaint.lat).limit(MOST_PINS + 1)).all()
    if len(found) <= MOST_PINS:
        ids = [row.id for row in sorted(found, key=lambda row: (row.urgency, row.sort_at, row.id))]
        points = {row.id: (row.lon, row.lat) for row in found}
        rows = queue.these(session, viewer, ids)
        return OnMap(rows, points, [], len(rows), more=False)
    read = inside(*first, Complaint.lon, Complaint.lat, Complaint.cell).limit(MOST_READ).subquery()
    ids = list(session.scalars(select(read.c.id).order_by(read.c.urgency, read.c.sort_at, read.c.id).limit(BESIDE)))
    heaps = _heaps(session, read, box)
    count = sum(heap.count for heap in heaps)
    return OnMap(queue.these(session, viewer, ids), {}, heaps, count, more=count >= MOST_READ)


def _heaps(session: Session, read: Any, box: Box) -> list[Heap]:
    """At most twelve by twelve, the largest first."""
    step = max(1, math.ceil(max(_cells(box.south, box.north), _cells(box.west, box.east)) / MOST_HEAPS_A_SIDE))
    row, column = read.c.cell // ROW, read.c.cell % ROW
    query = (
        select(func.count(), func.avg(read.c.lon), func.avg(read.c.lat))
        .group_by(row // step, column // step)
        .order_by(func.count().desc())
    )
    return [Heap(count, lon, lat) for count, lon, lat in session.execute(query)]


def _cells(low: float, high: float) -> int:
    return index_of(high + 180) - index_of(low + 180) + 1
