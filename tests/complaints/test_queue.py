"""The officials' queue: the right rows, in the right order, each once over its pages, and counts that stop."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from complaints import queue
from complaints.complaint import Complaint
from complaints.queue import MOST_COUNTED, PAGE, Filter, Tab
from complaints.viewer import Viewer
from complaints.workflow import Status
from people.permissions import Permission, may
from tenants.agency import Agency
from tenants.category import Category
from tenants.errors import Invalid
from tests.cast import IN_BARAT, NOW, Cast
from tests.complaints import plenty

TODAY_ENDS_AT = NOW + timedelta(hours=14)


@pytest.fixture
def crowd(owner: Connection) -> None:
    """A few hundred complaints, several of them at the very same instant."""
    owner.execute(
        text(plenty.FILL),
        {"slug": "barat", "many": 400, "code": "BRT", "west": 106.9, "routing": plenty.ROUTING},
    )
    owner.execute(text("UPDATE complaints SET sort_at = :at WHERE right(reference, 1) IN ('3', '4')"), {"at": NOW})
    owner.execute(text("UPDATE complaints SET urgency = 0 WHERE right(reference, 2) IN ('11', '12', '13', '22')"))
    owner.commit()


def viewer(cast: Cast, role: str = "supervisor") -> Viewer:
    actor = cast.actor("barat", role)
    assert actor.seat_id is not None
    assert actor.role is not None
    return Viewer(
        actor.seat_id,
        tuple(actor.agency_ids),
        sees_restricted=may(actor.role, Permission.SEE_RESTRICTED),
        sees_other_agencies=may(actor.role, Permission.SEE_ALL_AGENCIES),
    )


def pages(session: Session, who: Viewer, chosen: Filter) -> list[list[UUID]]:
    """The ids on each page, until there is no further one."""
    found, after = [], None
    while True:
        page = queue.page(session, who, chosen, now=NOW, today_ends_at=TODAY_ENDS_AT, after=after)
        found.append([row.id for row in page.rows])
        after = page.after
        if after is None:
            return found
        assert len(found) < 100, "it turns in a circle"


def in_one_go(session: Session, who: Viewer, chosen: Filter) -> list[UUID]:
    """The same, reckoned here from all rows."""
    mine: dict[Tab, Callable[[Complaint], bool]] = {
        Tab.MINE: lambda one: one.holder_id == who.seat_id,
        Tab.AGENCY: lambda one: one.agency_id in who.agency_ids,
        Tab.UNASSIGNED: lambda one: one.holder_id is None,
        Tab.TODAY: lambda one: NOW <= one.sort_at < TODAY_ENDS_AT,
        Tab.LATE: lambda one: one.sort_at < NOW,
        Tab.BOARD: lambda one: one.on_board_since is not None,
        Tab.WAITING: lambda one: one.status == "waiting_for_reporter",
        Tab.WATCHED: lambda one: False,  # nobody watches in this crowd
        Tab.ALL: lambda one: True,
    }

    def order(one: Complaint) -> tuple[int, datetime, UUID]:
        return (0 if chosen.tab in (Tab.TODAY, Tab.LATE) else one.urgency, one.sort_at, one.id)

    return [
        one.id
        for one in sorted(session.scalars(select(Complaint)), key=order)
        if mine[chosen.tab](one)
        and who.sees(one)
        and (one.status == chosen.status if chosen.status else one.is_open)
        and chosen.category_id in (None, one.category_id)
        and chosen.area_id in (None, one.area_id)
    ]


@pytest.mark.parametrize("role", ["officer", "supervisor"])
@pytest.mark.parametrize("tab", Tab)
def test_the_pages_hold_every_row_once_and_in_order(cast: Cast, crowd: None, tab: Tab, role: str) -> None:
    who = viewer(cast, role)
    found = pages(cast.session, who, Filter(tab))
    assert [id_ for page in found for id_ in page] == in_one_go(cast.session, who, Filter(tab))
    assert [len(page) for page in found[:-1]] == [PAGE] * (len(found) - 1)


@pytest.mark.parametrize("status", ["in_progress", "confirmed"])
def test_a_status_is_a_filter_also_of_what_is_closed(cast: Cast, crowd: None, status: str) -> None:
    who, chosen = viewer(cast), Filter(Tab.ALL, status=status)
    found = [id_ for page in pages(cast.session, who, chosen) for id_ in page]
    assert found
    assert found == in_one_go(cast.session, who, chosen)


def test_category_and_area_are_filters(cast: Cast, crowd: None) -> None:
    who = viewer(cast)
    some = cast.session.scalars(select(Complaint).where(Complaint.is_open).limit(1)).one()
    for chosen in (Filter(Tab.ALL, category_id=some.category_id), Filter(Tab.ALL, area_id=some.area_id)):
        found = [id_ for page in pages(cast.session, who, chosen) for id_ in page]
        assert some.id in found
        assert found == in_one_go(cast.session, who, chosen)


@pytest.mark.parametrize("agencies", [0, 2, 4])
def test_somebody_in_several_agencies_or_none_sees_theirs_in_one_order(cast: Cast, crowd: None, agencies: int) -> None:
    who = viewer(cast)
    theirs = tuple(cast.session.scalars(select(Agency.id).order_by(Agency.code).limit(agencies)))
    who = Viewer(who.seat_id, theirs, sees_restricted=True, sees_other_agencies=True)
    found = [id_ for page in pages(cast.session, who, Filter(Tab.AGENCY)) for id_ in page]
    assert bool(found) == bool(agencies)
    assert found == in_one_go(cast.session, who, Filter(Tab.AGENCY))
    counted = queue.counts(cast.session, who, now=NOW, today_ends_at=TODAY_ENDS_AT)
    assert counted[Tab.AGENCY] == min(len(found), MOST_COUNTED + 1)


@pytest.mark.parametrize("role", ["officer", "supervisor"])
def test_counts_say_what_the_tabs_hold_and_stop_at_a_hundred(cast: Cast, crowd: None, role: str) -> None:
    who = viewer(cast, role)
    counted = queue.counts(cast.session, who, now=NOW, today_ends_at=TODAY_ENDS_AT)
    assert counted == {tab: min(len(in_one_go(cast.session, who, Filter(tab))), MOST_COUNTED + 1) for tab in Tab}
    assert counted[Tab.ALL] == MOST_COUNTED + 1


def test_rows_that_come_and_go_between_pages_neither_hide_nor_repeat_others(cast: Cast, crowd: None) -> None:
    who = viewer(cast)
    everything = in_one_go(cast.session, who, Filter(Tab.ALL))
    first = queue.page(cast.session, who, Filter(Tab.ALL), now=NOW, today_ends_at=TODAY_ENDS_AT)
    gone = cast.session.get_one(Complaint, (cast.city("barat").id, everything[3]))
    gone.status, gone.is_open = Status.RESOLVED, False
    cast.session.flush()
    second = queue.page(cast.session, who, Filter(Tab.ALL), now=NOW, today_ends_at=TODAY_ENDS_AT, after=first.after)
    assert [row.id for row in second.rows] == everything[PAGE : 2 * PAGE]


def test_safety_comes_first_and_then_what_is_due_first(cast: Cast) -> None:
    plain = cast.complaint(now=NOW)
    category = next(
        entry.code
        for entry in cast.office.rulebooks.of(cast.session, cast.city("barat")).categories.values()
        if entry.safety and entry.place == "exact"
    )
    urgent = cast.complaint(category=category, now=NOW + timedelta(hours=2))
    older = cast.complaint(now=NOW - timedelta(hours=5))
    who = viewer(cast)
    rows = queue.page(cast.session, who, Filter(Tab.ALL), now=NOW, today_ends_at=TODAY_ENDS_AT).rows
    assert [row.id for row in rows] == [urgent, older, plain]
    assert [row.urgency for row in rows] == [0, 1, 1]


def test_a_row_carries_the_written_place_and_whether_a_border_is_near(cast: Cast) -> None:
    cast.complaint(place="Jl. Mawar 3")
    cast.complaint(at=(106.9998, -6.25))
    rows = queue.page(cast.session, viewer(cast), Filter(Tab.ALL), now=NOW, today_ends_at=TODAY_ENDS_AT).rows
    assert {(row.place, row.near_border) for row in rows} == {("Jl. Mawar 3", False), (None, True)}


@pytest.mark.parametrize("after", ["", "x", "1~2~3", "1~2026-03-04T03:00:00+00:00~", "~~"])
def test_a_mangled_page_is_refused_in_a_sentence(cast: Cast, after: str) -> None:
    with pytest.raises(Invalid, match="first one"):
        queue.page(cast.session, viewer(cast), Filter(Tab.ALL), now=NOW, today_ends_at=TODAY_ENDS_AT, after=after)


def test_an_officer_sees_private_ones_of_their_agency_and_public_ones_of_others(cast: Cast) -> None:
    officer, boss = viewer(cast, "officer"), viewer(cast, "supervisor")
    own = cast.complaint(visibility="private")
    other = cast.complaint(category=_category_of_another_agency(cast, officer), visibility="private")
    restricted = cast.complaint(category=_category_of_another_agency(cast, officer), visibility="restricted")
    cast.enter("barat")
    assert _seen(cast, officer) == {own}
    assert _seen(cast, boss) == {own, other, restricted}
    for who in (officer, boss):
        for id_ in (own, other, restricted):
            assert who.sees(cast.read("barat", id_)) == (id_ in _seen(cast, who))


def _seen(cast: Cast, who: Viewer) -> set[UUID]:
    cast.enter("barat")
    return {id_ for page in pages(cast.session, who, Filter(Tab.ALL)) for id_ in page}


def _category_of_another_agency(cast: Cast, officer: Viewer) -> str:
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    area = book.area_at(*IN_BARAT)
    assert area is not None
    for entry in book.categories.values():
        agency = book.agency_for(entry.id, area.id)
        if entry.place == "exact" and entry.visibility == "public" and agency and agency.id not in officer.agency_ids:
            return entry.code
    raise AssertionError("every category belongs to the officer's agency")


def test_the_crowd_is_of_one_city_only(cast: Cast, crowd: None) -> None:
    cast.enter("timur")
    assert cast.session.scalar(select(func.count()).select_from(Complaint)) == 0
    assert cast.session.scalar(select(func.count()).select_from(Category))
