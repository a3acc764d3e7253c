"""The left side of the console: the tabs with their counts, the filters, and twenty rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from complaints import queue
from complaints.finding.saved_list import SavedList
from complaints.finding.search import MOST
from complaints.queue import MOST_COUNTED, Filter, Tab
from complaints.queue_row import Row
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from complaints.workflow import Status
from tenants.errors import Invalid
from web.context import words
from web.staff.choices import Choice, choices
from web.staff.finding import found
from web.staff.names import category_name, names_of, place_of, short_name, tab_name
from web.staff.remaining import Remaining, coarse, remaining
from web.statuses import Shown, shown_to_officials

FILTERS = ("category", "area", "status", "agency")
ARGUMENTS = ("tab", *FILTERS, "q", "saved", "after")
"""What an address of the console says about the list beside a complaint; carried along by every link and form."""

ORDER = (
    Tab.MINE, Tab.AGENCY, Tab.UNASSIGNED, Tab.TODAY, Tab.LATE, Tab.WAITING, Tab.WATCHED, Tab.BOARD, Tab.ALL,
)  # fmt: skip


@dataclass(frozen=True)
class TabShown:
    """count: "99+" from a hundred on, "" for what isn't counted."""

    key: str
    name: str
    count: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class RowShown:
    """One line, in words. holder: None where nobody has it; holder_short: "Rudi H.", for the narrow column.

    in_place: they are away and the viewer stands in for them: "for Rudi H.".
    """

    id: UUID
    version: int
    reference: str
    href: str
    status: Shown
    remaining: Remaining
    safety: bool
    category: str
    place: str
    received_at: datetime
    age: timedelta
    holder: str | None
    holder_short: str
    near_border: bool
    chosen: bool
    in_place: bool


@dataclass(frozen=True)
class Listing:
    """everything: all arguments of the list, for links that keep them. agency: the viewer's, if it is one.

    saved: the viewer's own list that this is, or began as. query: what is searched for, "" where nothing is; tab is ""
    where all reports are searched. most: whether a search found as many as are shown. steps: (name, label) of what
    can be done for those that are ticked.
    """

    tabs: Sequence[TabShown]
    tab: str
    saved: SavedList | None
    query: str
    most: bool
    rows: Sequence[RowShown]
    filters: Sequence[Choice]
    filtered: bool
    everything: str
    next_url: str | None
    first_url: str | None
    agency: str
    late: int
    unassigned: int
    steps: Sequence[tuple[str, str]] = ()


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments of an address that describe the list."""
    return {name: arguments[name] for name in ARGUMENTS if arguments.get(name)}


def listing(
    session: Session,
    book: Rulebook,
    viewer: Viewer,
    arguments: Mapping[str, str],
    *,
    now: datetime,
    zone: str,
    code: str,
    verifies: bool,
    own: Sequence[SavedList] = (),
    chosen: UUID | None = None,
) -> Listing:
    """The list that an address asks for, in three statements. own: the lists that the viewer has named.

    Raises Invalid for a tab or page that isn't one.
    """
    asked = kept(arguments)
    today_ends_at = end_of_day(now, zone)
    query = searched(asked)
    if query:
        within = _within(asked, book)
        rows = found(session, book, viewer, query, code=code, within=within, now=now, today_ends_at=today_ends_at)
        return _found(session, book, viewer, asked, query, rows, now, verifies=verifies, own=own, chosen=chosen)
    filters_of_own = [_filter_of(one, book) for one in own]
    lists = [*(Filter(one) for one in ORDER), *(one for one in filters_of_own if one)]
    held = iter(queue.sizes(session, viewer, lists, now=now, today_ends_at=today_ends_at))
    counts = dict(zip(ORDER, held, strict=False))
    sizes_of_own = [next(held) if one else None for one in filters_of_own]
    tab = _tab(asked.get("tab"), counts, viewer)
    page = queue.page(
        session,
        viewer,
        _filter(tab, asked, book),
        now=now,
        today_ends_at=today_ends_at,
        after=asked.get("after"),
    )
    filters = {name: value for name, value in asked.items() if name in FILTERS}
    saved = _saved(asked, own)
    kept_on = filters | ({"saved": str(saved.id)} if saved else {})
    everything = urlencode({**asked, "tab": tab.value})
    return Listing(
        tabs=[
            TabShown(
                key=one.value,
                name=tab_name(one),
                count=_capped(counts[one]),
                href=_address(one, filters),
                chosen=one is tab and saved is None,
            )
            for one in ORDER
        ]
        + [_own_tab(one, size, saved) for one, size in zip(own, sizes_of_own, strict=True)],
        tab=tab.value,
        saved=saved,
        query="",
        most=False,
        rows=shown_rows(session, book, page.rows, now, everything, verifies=verifies, viewer=viewer, chosen=chosen),
        filters=choices(book, asked),
        filtered=bool(filters),
        everything=everything,
        next_url=_address(tab, kept_on, page.after) if page.after else None,
        first_url=_address(tab, kept_on) if "after" in asked else None,
        agency=_agency(viewer, book),
        late=counts[Tab.LATE],
        unassigned=counts[Tab.UNASSIGNED],
    )


def _found(
    session: Session,
    book: Rulebook,
    viewer: Viewer,
    asked: Mapping[str, str],
    query: str,
    rows: Sequence[Row],
    now: datetime,
    *,
    verifies: bool,
    own: Sequence[SavedList],
    chosen: UUID | None,
) -> Listing:
    """The list of what a search has found: the tabs narrow it down instead of leaving it."""
    filters = {name: value for name, value in asked.items() if name in FILTERS}
    kept_on = {**filters, "q": query}
    tab = asked.get("tab", "")
    saved = _saved(asked, own)
    everything = urlencode({**kept_on, **{name: asked[name] for name in ("tab", "saved") if name in asked}})
    here = not tab and saved is None
    everywhere = TabShown("", _("All reports"), str(len(rows)) if here else "", "/staff?" + urlencode(kept_on), here)
    tabs = [
        TabShown(
            one.value,
            tab_name(one),
            str(len(rows)) if one == tab else "",
            _address(one, kept_on),
            chosen=one == tab and saved is None,
        )
        for one in ORDER
    ]
    return Listing(
        tabs=[everywhere, *tabs, *([_own_tab(saved, len(rows), saved)] if saved else [])],
        tab=tab,
        saved=saved,
        query=query,
        most=len(rows) == MOST,
        rows=shown_rows(session, book, rows, now, everything, verifies=verifies, viewer=viewer, chosen=chosen),
        filters=choices(book, asked),
        filtered=bool(filters),
        everything=everything,
        next_url=None,
        first_url=None,
        agency=_agency(viewer, book),
        late=0,
        unassigned=0,
    )


def _saved(asked: Mapping[str, str], own: Sequence[SavedList]) -> SavedList | None:
    return next((one for one in own if str(one.id) == asked.get("saved")), None)


def _filter_of(saved: SavedList, book: Rulebook) -> Filter | None:
    """What a saved list holds; None for a search, and for one whose category or area has ended."""
    if "q" in saved.asked:
        return None
    try:
        return _filter(_named(saved.asked.get("tab", Tab.ALL)), saved.asked, book)
    except Invalid:
        return None


def _own_tab(one: SavedList, size: int | None, saved: SavedList | None) -> TabShown:
    href = "/staff?" + urlencode({**one.asked, "saved": str(one.id)})
    return TabShown(str(one.id), one.name, "" if size is None else _capped(size), href, chosen=one is saved)


def _capped(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def asked_list(
    session: Session,
    book: Rulebook,
    viewer: Viewer,
    arguments: Mapping[str, str],
    *,
    now: datetime,
    zone: str,
    code: str,
) -> Filter | list[UUID]:
    """What the list of an address holds, for others than its page; the ids of what a search finds."""
    asked = kept(arguments)
    query = searched(asked)
    if not query:
        return _filter(_named(asked["tab"]) if "tab" in asked else Tab.ALL, asked, book)
    day = {"now": now, "today_ends_at": end_of_day(now, zone)}
    return [row.id for row in found(session, book, viewer, query, code=code, within=_within(asked, book), **day)]


def searched(asked: Mapping[str, str]) -> str:
    """What is searched for, "" for nothing."""
    return "".join(character for character in asked.get("q", "") if character.isprintable()).strip()


def _within(asked: Mapping[str, str], book: Rulebook) -> Filter | None:
    """The list that is searched; None for all reports. A filter alone is of all reports, so of open ones by its tab."""
    if "tab" not in asked and not any(name in asked for name in FILTERS):
        return None
    return _filter(_named(asked["tab"]) if "tab" in asked else Tab.ALL, asked, book)


def _agency(viewer: Viewer, book: Rulebook) -> str:
    """The name of the viewer's agency, if it is one."""
    only = book.agencies.get(viewer.agency_ids[0]) if len(viewer.agency_ids) == 1 else None
    return words(only.name) if only else ""


def shown_rows(
    session: Session,
    book: Rulebook,
    rows: Sequence[Row],
    now: datetime,
    everything: str,
    *,
    verifies: bool,
    viewer: Viewer,
    chosen: UUID | None = None,
) -> list[RowShown]:
    """Lines in words; everything: the arguments of the list that their links keep. chosen: the one that is open."""
    names = names_of(session, {row.holder_id for row in rows if row.holder_id})
    return [_row(row, book, names, now, everything, viewer, verifies=verifies, chosen=row.id == chosen) for row in rows]


def end_of_day(now: datetime, zone: str) -> datetime:
    """The midnight at which today ends in a zone, as UTC."""
    here = ZoneInfo(zone)
    tomorrow = now.astimezone(here).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), here).astimezone(UTC)


def _address(tab: Tab, filters: Mapping[str, str], after: str | None = None) -> str:
    return "/staff?" + urlencode({"tab": tab.value, **filters} | ({"after": after} if after else {}))


def _tab(asked: str | None, counts: Mapping[Tab, int], viewer: Viewer) -> Tab:
    if asked is not None:
        return _named(asked)
    if counts[Tab.MINE]:
        return Tab.MINE
    return Tab.AGENCY if viewer.agency_ids else Tab.ALL


def _named(asked: str) -> Tab:
    try:
        return Tab(asked)
    except ValueError:
        raise Invalid("There is no such list. Choose one of the tabs.", field="tab") from None


def _filter(tab: Tab, asked: Mapping[str, str], book: Rulebook) -> Filter:
    """The filters by id. A code that isn't there is refused, so that nobody takes the whole list for the filtered."""
    area = book.area_of_code(asked.get("area") or "")
    if "area" in asked and area is None:
        raise Invalid("There is no such area here.", field="area")
    if "status" in asked and asked["status"] not in list(Status):
        raise Invalid("There is no such status.", field="status")
    agency = next((one for one in book.agencies.values() if one.code == asked.get("agency")), None)
    if "agency" in asked and agency is None:
        raise Invalid("There is no such agency here.", field="agency")
    return Filter(
        tab,
        category_id=book.category(asked["category"]).id if "category" in asked else None,
        area_id=area.id if area else None,
        status=asked.get("status"),
        agency_ids=tuple(book.agencies_down(agency.id)) if agency else (),
    )


def _row(
    row: Row,
    book: Rulebook,
    names: Mapping[UUID, str],
    now: datetime,
    everything: str,
    viewer: Viewer,
    *,
    verifies: bool,
    chosen: bool,
) -> RowShown:
    holder = names.get(row.holder_id) if row.holder_id else None
    short, in_place = short_name(holder or ""), row.holder_id in viewer.absent_ids
    return RowShown(
        id=row.id,
        version=row.version,
        reference=row.reference,
        href=f"/staff/complaints/{row.id}?{everything}",
        status=shown_to_officials(row.status, verifies),
        remaining=remaining(row, now),
        safety=row.urgency == 0,
        category=category_name(row.category_id, book),
        place=place_of(row.place, row.area_id, book),
        received_at=row.received_at,
        age=coarse(now - row.received_at),
        holder=holder,
        holder_short=_("for %(name)s", name=short) if in_place else short,
        near_border=row.near_border,
        chosen=chosen,
        in_place=in_place,
    )
