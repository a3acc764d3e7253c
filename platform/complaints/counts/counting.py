"""What one complaint adds to its city's figures. Pure: a complaint as it stands, and what happened to it, as cells.

A cell is a number by what is measured, of what, and on which local day. A change of a complaint adds what it stands for
after, less what it stood for before; so a correction, an undone move or a second ending leave no trace but the last.

Only complaints are late or resolved, not questions and wishes. An adopted backlog (what lay unclaimed before its city
had joined) and work that was logged after it had been done have no promises and no lengths of time.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from complaints.clock import Milestone
from complaints.clocks.timers import EXPIRE
from complaints.counts.histogram import bucket_of
from complaints.intake import LOGGED
from complaints.workflow import DONE, Status

VERSION = 2
"""Rises when a complaint comes to stand for other cells; every city is then counted anew."""

WHENEVER = 0
"""The day of what is true now and of no day."""


class Measure(StrEnum):
    """What is counted. Of promises the slot is the milestone, of FIRST and DONE the bucket of the length of time."""

    RECEIVED = "received"
    OPEN = "open"
    BACKLOG = "backlog"
    HELD = "held"
    KEPT = "kept"
    MISSED = "missed"
    PENDING = "pending"
    FIRST = "first"
    DONE = "done"
    WRITTEN_DOWN = "written_down"
    RESOLUTIONS = "resolutions"
    REOPENINGS = "reopenings"
    PASSES = "passes"
    BACK = "back"
    FINISHED = "finished"


PROMISES = (Measure.KEPT, Measure.MISSED, Measure.PENDING)
MILESTONES = tuple(Milestone)


class Dimension(StrEnum):
    """Of what. The key of ALL is empty, of CHANNEL its word, else an id; of two things both, as `key_of` writes them.

    What stands under AGENCY stands under ALL as well; so an agency's people read theirs as the city reads its own.
    """

    ALL = "all"
    AGENCY = "agency"
    CATEGORY = "category"
    AGENCY_CATEGORY = "agency_category"
    AREA = "area"
    CHANNEL = "channel"
    AGENCY_CHANNEL = "agency_channel"
    SEAT = "seat"


class Cell(NamedTuple):
    """day: ordinal of the local date, as `date.toordinal` counts, or WHENEVER."""

    measure: str
    dimension: str
    key: str
    day: int
    slot: int = 0


Cells = Counter[Cell]

INSTANTS = (
    "received_at",
    "responded_at",
    "secured_at",
    "resolved_at",
    "closed_at",
    "respond_due_at",
    "secure_due_at",
    "resolve_due_at",
)
IDS = ("category_id", "agency_id", "area_id", "holder_id")
PLAIN = ("kind", "channel", "status", "is_open", "adopted")
COLUMNS = (*PLAIN, *IDS, *INSTANTS)
"""The columns of a complaint that its figures rest on."""


def snapshot(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those columns as plain values for a document; what is None is left out."""
    return {name: _plain(values[name]) for name in COLUMNS if values.get(name) is not None}


@dataclass(frozen=True)
class Standing:
    """A complaint as it stands, read from a snapshot."""

    kind: str
    channel: str
    status: str
    is_open: bool
    received_at: datetime
    adopted: bool = False
    category_id: str = ""
    agency_id: str = ""
    area_id: str = ""
    holder_id: str = ""
    responded_at: datetime | None = None
    secured_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    respond_due_at: datetime | None = None
    secure_due_at: datetime | None = None
    resolve_due_at: datetime | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Standing":
        values: dict[str, Any] = {name: value for name, value in document.items() if name in COLUMNS}
        values |= {name: datetime.fromisoformat(values[name]) for name in INSTANTS if name in values}
        return cls(**values)

    @property
    def measured(self) -> bool:
        """Whether promises and lengths of time are counted of it."""
        return self.kind == "complaint" and not self.adopted and self.channel != LOGGED


def cells_of(document: Mapping[str, Any] | None, zone: str) -> Cells:
    """What a complaint stands for, each once; nothing for None."""
    if document is None:
        return Counter()
    one = Standing.of(document)
    return Counter(_cells(one, zone))


def cells_of_change(document: Mapping[str, Any], zone: str) -> Cells:
    """What a delta adds and takes away. document: {"before", "after"} as snapshots, and/or "event"."""
    cells = cells_of(document.get("after"), zone)
    cells.subtract(cells_of(document.get("before"), zone))
    if "event" in document:
        happened = Counter(_cells_of_event(document["event"], zone))
        cells.subtract(happened) if document["event"].get("taken_back") else cells.update(happened)
    return cells


def key_of(agency_id: str, other: str) -> str:
    """The key of two things: an agency and a category, or an agency and a channel."""
    return f"{agency_id}~{other}"


def event_of(
    move: str,
    *,
    at: datetime,
    seat_id: UUID | None,
    from_status: str | None,
    to_status: str,
    agency_id: UUID | str | None = None,
    counted: bool = True,
) -> dict[str, Any] | None:
    """What a row of the history adds by having happened, as a document; None for nothing.

    agency_id: which had the complaint then. counted: whether it is a complaint that is measured; who finished it is
    told in any case.
    """
    measures = []
    if counted and to_status == Status.RESOLVED and from_status not in DONE and move != EXPIRE:
        measures.append(Measure.RESOLUTIONS)
    if counted:
        measures += _HAPPENED.get(move, ())
    event: dict[str, Any] = {"at": at.isoformat(), "measures": [measure.value for measure in measures]}
    if measures:
        event["agency_id"] = str(agency_id or "")
    if move in ("resolve", "submit") and seat_id is not None:
        event["seat_id"] = str(seat_id)
    return event if measures or "seat_id" in event else None


def passed(*, at: datetime, by: UUID | str, back: bool) -> dict[str, Any]:
    """That another agency got it from the one that passed it on; back: one that had it before."""
    measures = [Measure.PASSES.value, *([Measure.BACK.value] if back else [])]
    return {"at": at.isoformat(), "measures": measures, "agency_id": str(by)}


def taken_back(event: Mapping[str, Any]) -> dict[str, Any]:
    """That what an event says hasn't happened after all."""
    return {**event, "taken_back": True}


_HAPPENED: Mapping[str, tuple[Measure, ...]] = {
    "reopen": (Measure.REOPENINGS,),
    "overturn": (Measure.REOPENINGS,),
    "hand_over": (Measure.PASSES,),
    "return": (Measure.PASSES, Measure.BACK),
    "revive": (Measure.PASSES, Measure.BACK),
}


def _cells(one: Standing, zone: str) -> Iterator[Cell]:
    received = day_of(one.received_at, zone)
    for dimension, key in (
        (Dimension.ALL, ""),
        (Dimension.AGENCY, one.agency_id),
        (Dimension.CHANNEL, one.channel),
        (Dimension.AGENCY_CHANNEL, key_of(one.agency_id, one.channel)),
        (Dimension.AREA, one.area_id),
    ):
        yield Cell(Measure.RECEIVED, dimension, key, received)
    if one.is_open and one.holder_id:
        yield Cell(Measure.HELD, Dimension.SEAT, one.holder_id, WHENEVER)
    if one.kind != "complaint":
        return
    if one.is_open:
        yield from _by(one, Measure.OPEN, received)
        if one.adopted:
            yield from _by(one, Measure.BACKLOG, received)
    if one.channel == LOGGED:
        yield from _by(one, Measure.WRITTEN_DOWN, received)
    if not one.measured:
        return
    for milestone, measure, due_at in _promises(one):
        yield from _by(one, measure, day_of(due_at, zone), MILESTONES.index(milestone), finely=True)
    if one.responded_at is not None:
        length = bucket_of(one.responded_at - one.received_at)
        yield from _by(one, Measure.FIRST, day_of(one.responded_at, zone), length)
    if one.status in DONE and one.resolved_at is not None:
        length = bucket_of(one.resolved_at - one.received_at)
        yield from _by(one, Measure.DONE, day_of(one.resolved_at, zone), length)
        # of an area only how many: lengths of time would be a cell for nearly each of them
        yield Cell(Measure.DONE, Dimension.AREA, one.area_id, day_of(one.resolved_at, zone))


def _by(one: Standing, measure: Measure, day: int, slot: int = 0, *, finely: bool = False) -> Iterator[Cell]:
    """One thing of all and of its agency; finely: of its category and area too."""
    yield Cell(measure, Dimension.ALL, "", day, slot)
    yield Cell(measure, Dimension.AGENCY, one.agency_id, day, slot)
    if finely:
        yield Cell(measure, Dimension.CATEGORY, one.category_id, day, slot)
        yield Cell(measure, Dimension.AGENCY_CATEGORY, key_of(one.agency_id, one.category_id), day, slot)
        yield Cell(measure, Dimension.AREA, one.area_id, day, slot)


def _promises(one: Standing) -> Iterator[tuple[Milestone, Measure, datetime]]:
    """How each promise that has an instant stands. One that ended otherwise than by work before its instant was never
    broken, and counts for nothing; after it, it had been broken when it ended. What passed by itself is nobody's work.
    """
    done_at = one.resolved_at if one.status in DONE else None
    passed_by_itself = one.status in DONE and one.resolved_at is None
    for milestone, due_at, met_at in (
        (Milestone.RESPOND, one.respond_due_at, one.responded_at),
        (Milestone.SECURE, one.secure_due_at, one.secured_at or done_at),
        (Milestone.RESOLVE, one.resolve_due_at, done_at),
    ):
        if due_at is None or (passed_by_itself and milestone is not Milestone.RESPOND):
            continue
        if met_at is not None:
            yield milestone, Measure.KEPT if met_at <= due_at else Measure.MISSED, due_at
        elif one.is_open:
            yield milestone, Measure.PENDING, due_at
        elif one.closed_at is not None and one.closed_at > due_at:
            yield milestone, Measure.MISSED, due_at


def _cells_of_event(event: Mapping[str, Any], zone: str) -> Iterator[Cell]:
    day = day_of(datetime.fromisoformat(event["at"]), zone)
    for measure in event["measures"]:
        yield Cell(measure, Dimension.ALL, "", day)
        yield Cell(measure, Dimension.AGENCY, event.get("agency_id", ""), day)
    if "seat_id" in event:
        yield Cell(Measure.FINISHED, Dimension.SEAT, event["seat_id"], day)


def day_of(at: datetime, zone: str) -> int:
    """The ordinal of the local date of an instant."""
    return at.astimezone(ZoneInfo(zone)).toordinal()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int) else str(value)
