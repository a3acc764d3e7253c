"""The officials' queue: twenty rows a page by keyset, never OFFSET; counts capped.

Every filter is the leading part of an index that ends in the sort key, by comparisons that are leakproof, so that a
page costs the same at ten million complaints as at a hundred thousand, under row-level security.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Remark
from tenants.category import Visibility
from tenants.errors import Invalid

PAGE = 20
MOST_COUNTED = 99


class Tab(StrEnum):
    """What the queue can show."""

    MINE = "mine"
    AGENCY = "agency"
    UNASSIGNED = "unassigned"
    TODAY = "today"
    LATE = "late"
    BOARD = "board"
    ALL = "all"


@dataclass(frozen=True)
class Viewer:
    """Who looks: their seat and agencies, and whether they may see restricted complaints, and private ones of others.

    What they hold, or an agency of theirs has, they always see; of the rest, public complaints, and more as permitted.
    """

    seat_id: UUID
    agency_ids: tuple[UUID, ...]
    sees_restricted: bool
    sees_other_agencies: bool = False

    @property
    def visibilities(self) -> list[str]:
        """What they see of agencies that aren't theirs, from the widest to the narrowest."""
        allowed = {
            Visibility.PUBLIC: True,
            Visibility.PRIVATE: self.sees_other_agencies,
            Visibility.RESTRICTED: self.sees_other_agencies and self.sees_restricted,
        }
        return [visibility.value for visibility, seen in allowed.items() if seen]

    def sees(self, complaint: Complaint) -> bool:
        """Whether they may see a complaint of their tenant: the same that the queue lists."""
        own = complaint.holder_id == self.seat_id or complaint.agency_id in self.agency_ids
        return own or complaint.visibility in self.visibilities


@dataclass(frozen=True)
class Filter:
    """A tab, and at most one of category, area and status on top of `all`. until: the end of today, for `today`."""

    tab: Tab
    category_id: UUID | None = None
    area_id: UUID | None = None
    status: str | None = None


@dataclass(frozen=True)
class Row:
    """One line of the queue."""

    id: UUID
    reference: str
    status: str
    category_id: UUID
    area_id: UUID | None
    agency_id: UUID | None
    holder_id: UUID | None
    urgency: int
    place: str | None
    received_at: datetime
    responded_at: datetime | None
    respond_due_at: datetime | None
    secure_due_at: datetime | None
    secured_at: datetime | None
    resolve_due_at: datetime | None
    scheduled_for: datetime | None
    sort_at: datetime
    near_border: bool

    @property
    def key(self) -> str:
        """Where the next page begins, as the address carries it."""
        return f"{self.urgency}~{self.sort_at.isoformat()}~{self.id}"


@dataclass(frozen=True)
class Page:
    """after: the key that the next page begins after, None on the last one."""

    rows: Sequence[Row]
    after: str | None


def page(
    session: Session,
    viewer: Viewer,
    chosen: Filter,
    *,
    now: datetime,
    today_ends_at: datetime,
    after: str | None = None,
) -> Page:
    """One page of the queue, safety categories and what is due soon first. Raises Invalid for a mangled `after`."""
    found: list[Any] = []
    for beyond in _stretches(chosen, after):
        found += _lines(session, _one_by_one(viewer, chosen, now, today_ends_at, beyond, PAGE + 1 - len(found)), chosen)
        if len(found) > PAGE:
            break
    rows = [
        Row(
            **{name: getattr(one, name) for name in _COLUMNS},
            place=one.place,
            near_border=one.near_border_tenant_id is not None,
        )
        for one in found[:PAGE]
    ]
    return Page(rows, rows[-1].key if len(found) > PAGE else None)


def counts(session: Session, viewer: Viewer, *, now: datetime, today_ends_at: datetime) -> dict[Tab, int]:
    """How many each tab holds, in one statement, counted up to one more than MOST_COUNTED."""
    capped = []
    for tab in Tab:
        found = _one_by_one(viewer, Filter(tab), now, today_ends_at, [], MOST_COUNTED + 1)
        most = select(found.subquery().c.id).limit(MOST_COUNTED + 1).subquery()
        capped.append(select(func.count()).select_from(most).scalar_subquery().label(tab.value))
    return dict(zip(Tab, session.execute(select(*capped)).one(), strict=True))


_COLUMNS = (
    "id",
    "reference",
    "status",
    "category_id",
    "area_id",
    "agency_id",
    "holder_id",
    "urgency",
    "received_at",
    "responded_at",
    "respond_due_at",
    "secure_due_at",
    "secured_at",
    "resolve_due_at",
    "scheduled_for",
    "sort_at",
)


def _lines(session: Session, ids: Select[Any], chosen: Filter) -> Sequence[Any]:
    """What the page shows of these complaints, in the order of the queue."""
    place = (
        select(Remark.place)
        .where(Remark.complaint_id == Complaint.id, Remark.kind == "description")
        .limit(1)
        .scalar_subquery()
    )
    columns = [getattr(Complaint, name) for name in _COLUMNS]
    statement = select(*columns, place.label("place"), Complaint.near_border_tenant_id)
    found = ids.subquery()
    return session.execute(statement.join(found, found.c.id == Complaint.id).order_by(*_order(chosen))).all()


def _one_by_one(
    viewer: Viewer,
    chosen: Filter,
    now: datetime,
    today_ends_at: datetime,
    beyond: Sequence[ColumnElement[bool]],
    most: int,
) -> Select[Any]:
    """The ids of the first of a filter, up to `most`: in the order of one index, or of one index for each agency.

    PostgreSQL can't read several agencies from the index in order, so each is read for itself and the heads are sorted.
    """
    order = _order(chosen)

    def first(*conditions: ColumnElement[bool]) -> Select[Any]:
        statement = _filtered(select(Complaint.id, *order[:-1]), viewer, chosen).where(*conditions, *beyond)
        return statement.order_by(*order).limit(most)

    if chosen.tab is Tab.AGENCY and len(viewer.agency_ids) > 1:
        heads = union_all(*(first(Complaint.agency_id == agency_id) for agency_id in viewer.agency_ids)).subquery()
        return select(heads.c.id).order_by(*(heads.c[column.key] for column in order)).limit(most)
    conditions: dict[Tab, list[ColumnElement[bool]]] = {
        Tab.MINE: [Complaint.holder_id == viewer.seat_id],
        Tab.AGENCY: [Complaint.agency_id.in_(viewer.agency_ids)],
        Tab.UNASSIGNED: [Complaint.holder_id.is_(None)],
        Tab.TODAY: [Complaint.sort_at >= now, Complaint.sort_at < today_ends_at],
        Tab.LATE: [Complaint.sort_at < now],
        Tab.BOARD: [Complaint.on_board_since.is_not(None)],
        Tab.ALL: [],
    }
    return first(*conditions[chosen.tab])


def _filtered(statement: Select[Any], viewer: Viewer, chosen: Filter) -> Select[Any]:
    if chosen.status is not None:
        statement = statement.where(Complaint.status == chosen.status)
    else:
        statement = statement.where(Complaint.is_open)
    if chosen.category_id is not None:
        statement = statement.where(Complaint.category_id == chosen.category_id)
    if chosen.area_id is not None:
        statement = statement.where(Complaint.area_id == chosen.area_id)
    if len(viewer.visibilities) < len(Visibility):
        own = or_(Complaint.holder_id == viewer.seat_id, Complaint.agency_id.in_(viewer.agency_ids))
        statement = statement.where(or_(Complaint.visibility.in_(viewer.visibilities), own))
    return statement


def _order(chosen: Filter) -> list[Any]:
    """By urgency, then by what is due; a range of instants (late, today) is sorted by the instant alone."""
    if chosen.tab in (Tab.LATE, Tab.TODAY):
        return [Complaint.sort_at, Complaint.id]
    return [Complaint.urgency, Complaint.sort_at, Complaint.id]


def _stretches(chosen: Filter, after: str | None) -> list[list[ColumnElement[bool]]]:
    """What lies beyond a key, as stretches in the order of the queue: the rest of its urgency, then the lesser ones.

    Not one comparison of (urgency, sort_at, id): PostgreSQL reckons such a row by its first column alone, would expect
    next to nothing, and take any index.
    """
    if after is None:
        return [[]]
    urgency, sort_at, id_ = _key(after)
    later = tuple_(Complaint.sort_at, Complaint.id) > tuple_(sort_at, id_)
    if Complaint.urgency not in _order(chosen):
        return [[later]]
    return [[Complaint.urgency == urgency, later], [Complaint.urgency > urgency]]


def _key(after: str) -> tuple[int, datetime, UUID]:
    try:
        urgency, sort_at, id_ = after.split("~")
        return int(urgency), datetime.fromisoformat(sort_at), UUID(id_)
    except ValueError:
        raise Invalid("This page of the list can't be found. Start from the first one.", field="after") from None
