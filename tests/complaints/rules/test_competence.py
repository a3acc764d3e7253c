"""Competence: an agency finishes only its own work, and an official acts for their own agencies and those below."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from complaints.rules.competence import NOT_COMPETENT, NOT_YOURS, Matter, Person, acts_for, competent, refusal
from complaints.rules.rulebook import AgencyEntry, AreaEntry, CategoryEntry, Rulebook
from complaints.workflow import MOVES, Reach, Status
from tenants.area_index import AreaIndex, OutlinedArea

SPACE = UUID("a7b0a0c4-5f4c-4a44-9f7e-5a3f0b4a2f10")


def name(word: str) -> UUID:
    return uuid5(SPACE, word)


AGENCIES: Mapping[str, str | None] = {
    "desk": None,
    "roads": None,
    "roads-north": "roads",
    "crew": "roads-north",
    "roads-south": "roads",
    "waste": None,
}
AREAS: Mapping[str, str | None] = {"north": None, "south": None, "village": "north"}
CATEGORIES = {"pothole": "jalan-lubang", "other": "lain", "litter": "sampah-liar"}
PLACES = st.sampled_from([*AREAS, None])
AGENCY = st.sampled_from(list(AGENCIES))


def book(assignments: Mapping[tuple[str, str | None], str], desk: str | None = "desk") -> Rulebook:
    return Rulebook(
        tenant_id=name("city"),
        revision=1,
        groups=[],
        categories={code: category(code, platform) for code, platform in CATEGORIES.items()},
        agencies={
            name(code): AgencyEntry(name(code), code, {"id": code}, name(above) if above else None, False, None)
            for code, above in AGENCIES.items()
        },
        areas={
            name(code): AreaEntry(name(code), code, {"id": code}, "kecamatan", name(above) if above else None)
            for code, above in AREAS.items()
        },
        assignments={
            (name(category_code), name(area) if area else None): name(agency)
            for (category_code, area), agency in assignments.items()
        },
        rules=[],
        calendar=None,
        desk_id=name(desk) if desk else None,
        area_index=AreaIndex([OutlinedArea(name("x"), "x", "x", 0, Polygon([(0, 0), (1, 0), (1, 1)]).wkb, 1.0)]),
    )


def category(code: str, platform_code: str) -> CategoryEntry:
    return CategoryEntry(
        id=name(code), code=code, platform_code=platform_code, group="", name={"id": code}, help={}, icon="",
        search_words={}, position=0, visibility="public", anonymous_allowed=True, photo_wanted=False, place="exact",
        kinds=("complaint",), safety=False, questions=(), revision=1,
    )  # fmt: skip


def matter(agency: str | None, of: str = "pothole", area: str | None = None, holder: UUID | None = None) -> Matter:
    return Matter(name(agency) if agency else None, holder, name(of), name(area) if area else None)


ROADS = book({("pothole", None): "roads", ("pothole", "north"): "roads-north"})


def test_the_agency_of_the_category_finishes_and_so_do_those_above_and_below_it() -> None:
    assert {code for code in AGENCIES if competent(ROADS, matter(code, area="village"))} == {
        "roads",
        "roads-north",
        "crew",
        "roads-south",
    }
    only_north = book({("pothole", "north"): "roads-north"})
    assert {code for code in AGENCIES if competent(only_north, matter(code, area="village"))} == {
        "roads",
        "roads-north",
        "crew",
    }


def test_an_assignment_for_another_area_gives_nobody_competence_here() -> None:
    only_north = book({("pothole", "north"): "roads-north"})
    assert not competent(only_north, matter("roads-north", area="south"))
    assert competent(only_north, matter("desk", area="south"))


def test_what_nobody_is_assigned_to_is_the_desks() -> None:
    assert {code for code in AGENCIES if competent(ROADS, matter(code, "litter"))} == {"desk"}


def test_what_is_of_no_kind_is_finished_by_whoever_it_was_given_to() -> None:
    assert all(competent(ROADS, matter(code, "other")) for code in AGENCIES)


def test_a_city_without_agencies_is_not_stuck_and_one_with_them_must_choose() -> None:
    assert competent(book({}, desk=None), matter(None))
    assert not competent(ROADS, matter(None))


@given(
    st.dictionaries(st.tuples(st.sampled_from(list(CATEGORIES)), PLACES), AGENCY, max_size=8),
    st.sampled_from(list(CATEGORIES)),
    PLACES,
)
def test_whoever_the_rules_send_a_report_to_may_finish_it(
    assignments: dict[tuple[str, str | None], str], of: str, area: str | None
) -> None:
    rules = book(assignments)
    routed = rules.agency_for(name(of), name(area) if area else None)
    assert routed is not None
    assert competent(rules, Matter(routed.id, None, name(of), name(area) if area else None))


@given(st.sets(AGENCY), AGENCY, st.booleans())
def test_an_official_acts_for_their_agencies_and_those_below(theirs: set[str], of: str, everywhere: bool) -> None:
    person = Person(name("seat"), frozenset(name(code) for code in theirs), everywhere)
    above, chain = of, [of]
    while (parent := AGENCIES[above]) is not None:
        chain.append(parent)
        above = parent
    assert acts_for(ROADS, person, matter(of)) == (everywhere or bool(theirs & set(chain)))
    assert acts_for(ROADS, person, matter(None))
    assert acts_for(ROADS, person, matter(of, holder=name("seat")))


def test_each_move_is_refused_with_the_reason_that_holds() -> None:
    start, resolve = MOVES[Status.RECEIVED, "start"], MOVES[Status.IN_PROGRESS, "resolve"]
    note = MOVES[Status.RECEIVED, "note"]
    waste = Person(name("seat"), {name("waste")}, everywhere=False)
    boss = Person(name("boss"), {name("roads")}, everywhere=True)
    assert refusal(ROADS, start, waste, matter("roads")) == NOT_YOURS
    assert refusal(ROADS, note, waste, matter("roads")) is None
    assert refusal(ROADS, start, waste, matter("waste")) is None
    assert refusal(ROADS, resolve, waste, matter("waste")) == NOT_COMPETENT
    assert refusal(ROADS, resolve, boss, matter("waste")) == NOT_COMPETENT
    assert refusal(ROADS, resolve, boss, matter("roads-south")) is None


def test_only_a_note_and_taking_it_back_are_for_every_official_and_only_finishing_asks_for_competence() -> None:
    by_reach = {reach: {name for (_, name), move in MOVES.items() if move.reach is reach} for reach in Reach}
    assert by_reach[Reach.THE_CITY] == {"note", "undo", "check", "overturn", "part_done", "part_refused"}
    assert by_reach[Reach.COMPETENT] == {"resolve", "submit", "settle"}
