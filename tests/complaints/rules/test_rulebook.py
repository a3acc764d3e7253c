"""A city's rules: the most specific one decides, and they are read anew when the city has changed them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from complaints.rules.rulebook import AgencyEntry, AreaEntry, CategoryEntry, Rulebook, RuleEntry
from complaints.rules.rulebooks import read_rulebook
from tenants.area_index import AreaIndex, OutlinedArea
from tenants.directory import raise_epoch
from tenants.errors import Invalid
from tests.cast import IN_BARAT, Cast

CITY, DISTRICT, VILLAGE, ELSEWHERE = (UUID(int=number) for number in range(1, 5))
ROAD, LAMP = UUID(int=10), UUID(int=11)
DESK, WORKS, LOCAL, GONE = (UUID(int=number) for number in range(20, 24))


def rule(code: str, category: UUID | None = None, priority: str | None = None, area: UUID | None = None) -> RuleEntry:
    return RuleEntry(UUID(int=hash(code) % 2**64), code, category, priority, area, (), None, False, (), (), 1)


def category(id_: UUID, code: str, platform_code: str) -> CategoryEntry:
    return CategoryEntry(
        id_, code, platform_code, "", {"id": code}, {}, "dots", {}, 0, "public", True, True, "exact", ("complaint",),
        False, (), 1,
    )  # fmt: skip


def book(**given: Any) -> Rulebook:
    box = shapely.to_wkb(shapely.box(106, -7, 107, -6))
    small = shapely.to_wkb(shapely.box(106.2, -6.8, 106.4, -6.6))
    values: dict[str, Any] = {
        "tenant_id": uuid4(),
        "revision": 1,
        "groups": [],
        "categories": {"jalan": category(ROAD, "jalan", "jalan-lubang"), "pju": category(LAMP, "pju", "pju")},
        "agencies": {id_: AgencyEntry(id_, str(id_.int), {}, None, False, None) for id_ in (DESK, WORKS, LOCAL)},
        "areas": {
            DISTRICT: AreaEntry(DISTRICT, "1", {}, "kecamatan", None),
            VILLAGE: AreaEntry(VILLAGE, "1.1", {}, "kelurahan", DISTRICT),
            ELSEWHERE: AreaEntry(ELSEWHERE, "2", {}, "kecamatan", None),
        },
        "assignments": {},
        "rules": [],
        "calendar": None,
        "desk_id": DESK,
        "area_index": AreaIndex(
            [OutlinedArea(DISTRICT, "1", "Satu", 1, box, 2.0), OutlinedArea(VILLAGE, "1.1", "Dalam", 2, small, 1.0)]
        ),
        **given,
    }
    return Rulebook(**values)


@pytest.mark.parametrize(
    ("rules", "chosen"),
    [
        ([rule("a")], "a"),
        ([rule("a"), rule("b", category=ROAD)], "b"),
        ([rule("a", area=VILLAGE, priority="normal"), rule("b", category=ROAD)], "b"),
        ([rule("a", category=ROAD, area=DISTRICT), rule("b", category=ROAD, area=VILLAGE)], "b"),
        ([rule("a", category=ROAD, area=DISTRICT), rule("b", category=ROAD, priority="normal")], "a"),
        ([rule("a", category=ROAD), rule("b", category=ROAD, priority="normal")], "b"),
        ([rule("b", category=ROAD), rule("a", category=ROAD)], "a"),
        ([rule("a", category=LAMP), rule("b", area=ELSEWHERE), rule("c", priority="high")], None),
    ],
)
def test_the_most_specific_rule_decides_category_before_area_before_priority(
    rules: list[RuleEntry], chosen: str | None
) -> None:
    for order in (rules, rules[::-1]):
        found = book(rules=order).rule_for(ROAD, "normal", VILLAGE)
        assert (found.code if found else None) == chosen


RULES = st.lists(
    st.builds(
        rule,
        st.text("abcdef", min_size=1, max_size=3),
        st.sampled_from([None, ROAD, LAMP]),
        st.sampled_from([None, "normal", "high"]),
        st.sampled_from([None, VILLAGE, DISTRICT, ELSEWHERE]),
    ),
    unique_by=lambda one: one.code,
)


@given(rules=RULES, place=st.sampled_from([None, VILLAGE, DISTRICT, ELSEWHERE]))
def test_what_is_found_by_its_place_is_what_a_look_at_every_rule_would_find(
    rules: list[RuleEntry], place: UUID | None
) -> None:
    around = {None: [], VILLAGE: [VILLAGE, DISTRICT], DISTRICT: [DISTRICT], ELSEWHERE: [ELSEWHERE]}[place]
    fitting = [
        one
        for one in rules
        if one.category_id in (None, ROAD) and one.priority in (None, "normal") and one.area_id in (None, *around)
    ]

    def specific(one: RuleEntry) -> tuple[bool, int, bool, str]:
        depth = around.index(one.area_id) if one.area_id else len(around)
        return one.category_id is None, depth, one.priority is None, one.code

    assert book(rules=rules).rule_for(ROAD, "normal", place) == min(fitting, key=specific, default=None)


def test_what_lies_in_an_area_is_found_from_above_and_by_its_code() -> None:
    rules = book()
    assert [area.code for area in rules.areas_in(None)] == ["1", "2"]
    assert rules.areas_down(DISTRICT) == [DISTRICT, VILLAGE]
    assert rules.areas_down(VILLAGE) == [VILLAGE]
    assert rules.area_of_code("1.1") == rules.areas[VILLAGE]
    assert rules.area_of_code("3") is None
    loop = {
        one: AreaEntry(one, str(one.int), {}, "desa", other)
        for one, other in ((DISTRICT, VILLAGE), (VILLAGE, DISTRICT))
    }
    assert book(areas=loop).areas_down(DISTRICT) == [DISTRICT, VILLAGE]


@pytest.mark.parametrize(
    ("assignments", "agency"),
    [
        ({}, DESK),
        ({(ROAD, None): WORKS}, WORKS),
        ({(ROAD, None): WORKS, (ROAD, DISTRICT): LOCAL}, LOCAL),
        ({(ROAD, DISTRICT): WORKS, (ROAD, VILLAGE): LOCAL}, LOCAL),
        ({(ROAD, ELSEWHERE): LOCAL, (LAMP, VILLAGE): LOCAL}, DESK),
        ({(ROAD, VILLAGE): GONE, (ROAD, None): WORKS}, WORKS),
    ],
)
def test_who_gets_it_is_the_most_specific_assignment_else_the_desk(
    assignments: dict[tuple[UUID, UUID | None], UUID], agency: UUID
) -> None:
    found = book(assignments=assignments).agency_for(ROAD, VILLAGE)
    assert found is not None
    assert found.id == agency


def test_without_a_desk_nobody_gets_it() -> None:
    assert book(desk_id=None).agency_for(ROAD, VILLAGE) is None
    assert book(desk_id=GONE).agency_for(ROAD, None) is None


def test_the_deepest_area_at_a_point_is_found_and_those_around_it() -> None:
    rules = book()
    inside = rules.area_at(106.3, -6.7)
    assert inside is not None
    assert [area.code for area in rules.areas_up(inside.id)] == ["1.1", "1"]
    around = rules.area_at(106.9, -6.1)
    assert around is not None
    assert around.code == "1"
    assert rules.area_at(100.0, 0.0) is None
    assert rules.areas_up(None) == []


def test_another_tenants_category_is_found_by_platform_code_and_an_unknown_one_is_other() -> None:
    other = category(UUID(int=12), "lainnya", "lain")
    rules = book(categories={"jalan": category(ROAD, "jalan", "jalan-lubang"), "lainnya": other})
    assert rules.category_by_platform_code("jalan-lubang").id == ROAD
    assert rules.category_by_platform_code("tidak-ada").id == other.id
    with pytest.raises(Invalid) as refused:
        book().category_by_platform_code("tidak-ada")
    assert refused.value.field == "category"


def test_a_category_that_the_city_does_not_have_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        book().category("tidak-ada")
    assert refused.value.field == "category"
    assert book().category_by_id(UUID(int=99)) is None


# --- as rows have them


def test_a_rulebook_is_read_once_and_again_when_the_city_has_changed(cast: Cast) -> None:
    card = cast.enter("barat")
    sent: list[str] = []
    event.listen(cast.session.get_bind(), "before_cursor_execute", lambda c, cursor, words, *_: sent.append(words))
    first = cast.office.rulebooks.of(cast.session, card)
    assert sent
    sent.clear()
    assert cast.office.rulebooks.of(cast.session, card) is first
    assert sent == []
    cast.session.execute(text("UPDATE agencies SET email = 'baru@barat.example' WHERE code = 'pu'"))
    cast.tenant("barat").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    second = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
    assert second is not first
    assert {one.email for one in second.agencies.values() if one.code == "pu"} == {"baru@barat.example"}


def test_a_neighbours_rulebook_is_read_in_the_neighbours_scope(cast: Cast) -> None:
    cast.enter("barat")
    other = cast.office.rulebooks.of(cast.session, cast.city("timur"))
    assert {area.code for area in other.areas.values()} == {"TMR.1", "TMR.2"}
    own = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    area = own.area_at(*IN_BARAT)
    assert area is not None
    assert area.code.startswith("BRT.")
    assert not set(own.agencies) & set(other.agencies)


def test_areas_are_read_again_only_where_one_has_changed(cast: Cast) -> None:
    card = cast.enter("barat")
    first = cast.office.rulebooks.of(cast.session, card)
    later = read_rulebook(cast.session, card, first)
    assert later.area_index is first.area_index
    assert later.areas is first.areas
    moved = "UPDATE areas SET wkb = (SELECT wkb FROM areas WHERE code = 'BRT.2') WHERE code = 'BRT.1'"
    cast.session.execute(text(moved))
    after = read_rulebook(cast.session, card, later)
    assert after.area_index is not later.area_index
    cast.session.execute(text("UPDATE areas SET level = 'distrik' WHERE code = 'BRT.1'"))
    renamed = read_rulebook(cast.session, card, after)
    assert [level for level, _count in renamed.levels] == ["distrik", "kecamatan"]
    north = (IN_BARAT[0], IN_BARAT[1] + 0.02)
    assert [book.area_at(*north) is None for book in (first, after)] == [False, True]
    cast.session.rollback()


def test_what_has_ended_is_out_of_the_book(cast: Cast) -> None:
    cast.enter("barat")
    cast.session.execute(text("UPDATE categories SET ended_at = now() WHERE code = 'jalan-lubang'"))
    cast.tenant("barat").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    with pytest.raises(Invalid):
        cast.complaint("barat", category="jalan-lubang")
    cast.session.rollback()


def test_the_commons_promises_nothing_whatever_its_rows_say(cast: Cast) -> None:
    cast.enter("commons")
    assert cast.office.rulebooks.of(cast.session, cast.city("commons")).calendar is None
