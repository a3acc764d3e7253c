"""The officials' queue: twenty rows a page by keyset, never OFFSET; counts capped.

Every filter is the leading part of an index that ends in the sort key, by comparisons that are leakproof, so that a
page costs the same at ten million complaints as at a hundred thousand, under row-level security.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Remark
from complaints.queue_row import Page, Row
from complaints.viewer import Viewer
from complaints.watching import Watch
from complaints.workflow import Status
from tenants.category import Visibility
from tenants.errors import Invalid

PAGE = 20
MOST_COUNTED = 99
URGENCIES = (0, 1)
"""What `Complaint.urgency` can be."""


class Tab(StrEnum):
    """What the queue can show."""

    MINE = "mine"
    AGENCY = "agency"
    UNASSIGNED = "unassigned"
    TODAY = "today"
    LATE = "late"
    WAITING = "waiting"
    WATCHED = "watched"
    BOARD = "board"
    ALL = "all"


@dataclass(frozen=True)
class Filter:
    """A tab, and at most one of category, area and status on top of `all`. agency_ids: only what one of these has."""

    tab: Tab
    category_id: UUID | None = None
    area_id: UUID | None = None
    status: str | None = None
    agency_ids: tuple[UUID, ...] = ()


def page(
    session: Session,
    viewer: Viewer,
    chosen: Filter,
    *,
    now: datetime,
    today_ends_at: datetime,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """One page of the queue, safety categories and what is due soon first. Raises Invalid for a mangled `after`."""
    given = _values(viewer, chosen, now, today_ends_at)
    found: list[Any] = []
    for beyond, key in _stretches(chosen, after):
        most = {"most": size + 1 - len(found)}
        found += session.execute(_lines(_form(viewer, chosen), beyond), given | key | most).all()
        if len(found) > size:
            break
    rows = [_row(one) for one in found[:size]]
    return Page(rows, rows[-1].key if len(found) > size else None)


def these(session: Session, viewer: Viewer, ids: Sequence[UUID]) -> list[Row]:
    """The lines of some complaints, open or not, in the order given; of those that the viewer sees."""
    found = session.execute(_visible(_shown().where(Complaint.id.in_(ids)), viewer)).all() if ids else []
    by_id = {one.id: _row(one) for one in found}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def narrowed(
    statement: Select[Any], viewer: Viewer, chosen: Filter | None, *, now: datetime, today_ends_at: datetime
) -> Select[Any]:
    """A statement on complaints, of those that a list holds and the viewer sees; None: of all that the viewer sees."""
    if chosen is None:
        return _visible(statement, viewer)
    statement = _filtered(statement, viewer, chosen).where(*_held(viewer)[chosen.tab])
    if chosen.agency_ids:
        statement = statement.where(Complaint.agency_id.in_(chosen.agency_ids))
    return statement.params(now=now, midnight=today_ends_at)


def counts(session: Session, viewer: Viewer, *, now: datetime, today_ends_at: datetime) -> dict[Tab, int]:
    """How many each tab holds, in one statement, counted up to one more than MOST_COUNTED."""
    lists = [Filter(tab) for tab in Tab]
    return dict(zip(Tab, sizes(session, viewer, lists, now=now, today_ends_at=today_ends_at), strict=True))


def sizes(
    session: Session, viewer: Viewer, lists: Sequence[Filter], *, now: datetime, today_ends_at: datetime
) -> list[int]:
    """How many each of these lists holds, in one statement, counted up to one more than MOST_COUNTED."""
    given: dict[str, Any] = {"most": MOST_COUNTED + 1}
    for number, chosen in enumerate(lists):
        given |= _values(viewer, chosen, now, today_ends_at, number)
    forms = tuple(_form(viewer, chosen, number) for number, chosen in enumerate(lists))
    return list(session.execute(_counting(forms), given).one())


def count(session: Session, viewer: Viewer, chosen: Filter, *, now: datetime, today_ends_at: datetime) -> int:
    """How many a filter finds, counted up to one more than MOST_COUNTED."""
    return sizes(session, viewer, [chosen], now=now, today_ends_at=today_ends_at)[0]


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
    "version",
)


# To put a statement together takes several times as long as to run it. So each is made once in each form that it takes,
# with named places for the values of a page.


@dataclass(frozen=True)
class _Form:
    """What makes one statement another: how many agencies, what is seen, and by what is filtered.

    agencies: the viewer's; absent: the seats they stand in for; only: the agencies that are filtered by. number: of the
    list among those that are counted together, each with values of its own.
    """

    agencies: int
    absent: int
    only: int
    sees_restricted: bool
    sees_other_agencies: bool
    sees_city: bool
    tab: Tab
    category: bool
    area: bool
    status: bool
    number: int = 0

    @property
    def viewer(self) -> Viewer:
        """A viewer of this form, with places instead of ids."""
        agency_ids = tuple(_place(f"agency_{number}", Uuid()) for number in range(self.agencies))
        absent_ids = tuple(_place(f"absent_{number}", Uuid()) for number in range(self.absent))
        sees = (self.sees_restricted, self.sees_other_agencies, self.sees_city)
        return Viewer(_place("seat", Uuid()), agency_ids, *sees, absent_ids)

    @property
    def filter(self) -> Filter:
        """A filter of this form, with places instead of what is filtered by."""
        return Filter(
            self.tab,
            category_id=_place(f"chosen_category_{self.number}", Uuid()) if self.category else None,
            area_id=_place(f"chosen_area_{self.number}", Uuid()) if self.area else None,
            status=_place(f"chosen_status_{self.number}", String()) if self.status else None,
            agency_ids=tuple(_place(f"chosen_agency_{self.number}_{one}", Uuid()) for one in range(self.only)),
        )


def _form(viewer: Viewer, chosen: Filter, number: int = 0) -> _Form:
    return _Form(
        agencies=len(viewer.agency_ids),
        absent=len(viewer.absent_ids),
        only=len(chosen.agency_ids),
        sees_restricted=viewer.sees_restricted,
        sees_other_agencies=viewer.sees_other_agencies,
        sees_city=viewer.sees_city,
        tab=chosen.tab,
        category=chosen.category_id is not None,
        area=chosen.area_id is not None,
        status=chosen.status is not None,
        number=number,
    )


def _values(viewer: Viewer, chosen: Filter, now: datetime, today_ends_at: datetime, number: int = 0) -> dict[str, Any]:
    """What stands in the places; a statement takes those that it has."""
    agencies = {f"agency_{one}": agency_id for one, agency_id in enumerate(viewer.agency_ids)}
    agencies |= {f"absent_{one}": seat_id for one, seat_id in enumerate(viewer.absent_ids)}
    agencies |= {f"chosen_agency_{number}_{one}": agency_id for one, agency_id in enumerate(chosen.agency_ids)}
    return agencies | {
        "seat": viewer.seat_id,
        f"chosen_category_{number}": chosen.category_id,
        f"chosen_area_{number}": chosen.area_id,
        f"chosen_status_{number}": chosen.status,
        "now": now,
        "midnight": today_ends_at,
    }


def _place(name: str, kind: Any) -> Any:
    return bindparam(name, type_=kind)


_NOW, _MIDNIGHT = _place("now", DateTime(timezone=True)), _place("midnight", DateTime(timezone=True))
_MOST = _place("most", Integer())
_LATER = tuple_(Complaint.sort_at, Complaint.id) > tuple_(
    _place("sort_at", DateTime(timezone=True)), _place("id", Uuid())
)
_BEYOND: dict[str, list[ColumnElement[bool]]] = {
    "nothing": [],
    "key": [_LATER],
    "key in its urgency": [Complaint.urgency == _place("urgency", Integer()), _LATER],
    "urgency": [Complaint.urgency > _place("urgency", Integer())],
}


@lru_cache(maxsize=1000)
def _lines(form: _Form, beyond: str) -> Select[Any]:
    """What a page shows of its complaints, in the order of the queue."""
    found = _one_by_one(form.viewer, form.filter, _BEYOND[beyond]).subquery()
    return _shown().join(found, found.c.id == Complaint.id).order_by(*_order(form.filter))


def _shown() -> Select[Any]:
    place = (
        select(Remark.place)
        .where(Remark.complaint_id == Complaint.id, Remark.kind == "description")
        .limit(1)
        .scalar_subquery()
    )
    columns = [getattr(Complaint, name) for name in _COLUMNS]
    return select(*columns, place.label("place"), Complaint.near_border_tenant_id)


def _row(one: Any) -> Row:
    return Row(
        **{name: getattr(one, name) for name in _COLUMNS},
        place=one.place,
        near_border=one.near_border_tenant_id is not None,
    )


@lru_cache(maxsize=100)
def _counting(forms: tuple[_Form, ...]) -> Select[Any]:
    """How many each list holds."""
    capped = []
    for form in forms:
        found = _one_by_one(form.viewer, form.filter, _BEYOND["nothing"])
        most = select(found.subquery().c.id).limit(_MOST).subquery()
        capped.append(select(func.count()).select_from(most).scalar_subquery().label(f"of_{form.number}"))
    return select(*capped)


def _one_by_one(viewer: Viewer, chosen: Filter, beyond: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The ids of the first of a filter, up to `most`: in the order of one index, or of one index for each agency.

    PostgreSQL can't read several agencies from the index in order, so each is read for itself and the heads are sorted;
    nor one agency's by the instant alone, so each urgency is read for itself.
    """
    order = _order(chosen)
    if not viewer.sees_city and chosen.tab not in (Tab.MINE, Tab.AGENCY) and not chosen.agency_ids:
        chosen = replace(chosen, agency_ids=viewer.agency_ids)  # by the index of each agency, not past the whole city

    def first(*conditions: ColumnElement[bool]) -> Select[Any]:
        statement = _filtered(select(Complaint.id, *order[:-1]), viewer, chosen).where(*conditions, *beyond)
        return statement.order_by(*order).limit(_MOST)

    def merged(heads: Sequence[Select[Any]]) -> Select[Any]:
        if len(heads) == 1:
            return heads[0]
        found = union_all(*heads).subquery()
        return select(found.c.id).order_by(*(found.c[column.key] for column in order)).limit(_MOST)

    if chosen.tab is Tab.AGENCY and len(viewer.agency_ids) > 1 and not chosen.agency_ids:
        return merged([first(Complaint.agency_id == agency_id) for agency_id in viewer.agency_ids])
    if chosen.tab is Tab.MINE and viewer.absent_ids and not chosen.agency_ids:
        return merged([first(Complaint.holder_id == seat_id) for seat_id in viewer.holder_ids])
    conditions = _held(viewer)
    if chosen.agency_ids:
        by_urgency: list[list[ColumnElement[bool]]] = [[]]
        if Complaint.urgency not in order:
            by_urgency = [[Complaint.urgency == urgency] for urgency in URGENCIES]
        return merged(
            [
                first(Complaint.agency_id == agency_id, *conditions[chosen.tab], *urgency)
                for agency_id in chosen.agency_ids
                for urgency in by_urgency
            ]
        )
    return first(*conditions[chosen.tab])


def _held(viewer: Viewer) -> dict[Tab, list[ColumnElement[bool]]]:
    """What a complaint of each tab fulfils, beside being open."""
    return {
        Tab.MINE: [_by(viewer)],
        Tab.AGENCY: [Complaint.agency_id.in_(viewer.agency_ids)],
        Tab.UNASSIGNED: [Complaint.holder_id.is_(None)],
        Tab.TODAY: [Complaint.sort_at >= _NOW, Complaint.sort_at < _MIDNIGHT],
        Tab.LATE: [Complaint.sort_at < _NOW],
        Tab.WAITING: [Complaint.status == Status.WAITING_FOR_REPORTER.value],
        Tab.WATCHED: [Complaint.id.in_(select(Watch.complaint_id).where(Watch.seat_id == viewer.seat_id))],
        Tab.BOARD: [Complaint.on_board_since.is_not(None)],
        Tab.ALL: [],
    }


def _by(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer holds it, or somebody for whom they stand in."""
    if not viewer.absent_ids:
        return Complaint.holder_id == viewer.seat_id
    return Complaint.holder_id.in_(viewer.holder_ids)


def _filtered(statement: Select[Any], viewer: Viewer, chosen: Filter) -> Select[Any]:
    if chosen.status is not None:
        statement = statement.where(Complaint.status == chosen.status)
    else:
        statement = statement.where(Complaint.is_open)
    if chosen.category_id is not None:
        statement = statement.where(Complaint.category_id == chosen.category_id)
    if chosen.area_id is not None:
        statement = statement.where(Complaint.area_id == chosen.area_id)
    return _visible(statement, viewer)


def _visible(statement: Select[Any], viewer: Viewer) -> Select[Any]:
    if len(viewer.visibilities) < len(Visibility):
        own = or_(_by(viewer), Complaint.agency_id.in_(viewer.agency_ids))
        statement = statement.where(or_(Complaint.visibility.in_(viewer.visibilities), own))
    return statement


def _order(chosen: Filter) -> list[Any]:
    """By urgency, then by what is due; a range of instants (late, today) is sorted by the instant alone."""
    if chosen.tab in (Tab.LATE, Tab.TODAY):
        return [Complaint.sort_at, Complaint.id]
    return [Complaint.urgency, Complaint.sort_at, Complaint.id]


def _stretches(chosen: Filter, after: str | None) -> list[tuple[str, dict[str, Any]]]:
    """What lies beyond a key, as stretches in the order of the queue: the rest of its urgency, then the lesser ones.

    Not one comparison of (urgency, sort_at, id): PostgreSQL reckons such a row by its first column alone, would expect
    next to nothing, and take any index.
    """
    if after is None:
        return [("nothing", {})]
    urgency, sort_at, id_ = _key(after)
    key = {"urgency": urgency, "sort_at": sort_at, "id": id_}
    if Complaint.urgency not in _order(chosen):
        return [("key", key)]
    return [("key in its urgency", key), ("urgency", key)]


def _key(after: str) -> tuple[int, datetime, UUID]:
    try:
        urgency, sort_at, id_ = after.split("~")
        return int(urgency), datetime.fromisoformat(sort_at), UUID(id_)
    except ValueError:
        raise Invalid("This page of the list can't be found. Start from the first one.", field="after") from None
