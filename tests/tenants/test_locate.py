"""The table of routing, row by row."""

from datetime import timedelta
from math import inf, nan

import pytest
import shapely

from tenants.area_index import AreaIndex, OutlinedArea
from tenants.errors import Invalid
from tenants.locate import COMMONS, MOST_ACCURACY_M, Index, chosen
from tests.tenants.grounds import AT, NAMES, make_ground, make_outline, square, tenant_id

# 0.1 degree is about 11 km here; 0.001 degree 111 m.
WEST = make_ground("west", square(106.8, -6.3))
EAST = make_ground("east", square(106.9, -6.3), older_by_days=10)
ISLAND = make_ground("island", square(107.2, -6.3, 0.05))
MIDDLE = (106.85, -6.25)


@pytest.fixture(scope="module")
def two() -> Index:
    return Index([WEST, EAST], [make_outline("32.01", square(107.0, -6.3))])


def test_a_point_in_one_boundary_gets_that_tenant(two: Index) -> None:
    decision = two.locate(*MIDDLE, at=AT)
    assert (decision.rule, decision.slug, decision.name) == ("inside", "west", "West")
    assert (decision.tenant_id, decision.boundary_id) == (WEST.tenant_id, WEST.boundary_id)
    assert decision.distance_m == 0
    assert decision.near_border is None
    assert [candidate.slug for candidate in decision.candidates] == ["west"]
    assert decision.candidates[0].area_km2 == pytest.approx(122, rel=0.01)


def test_in_several_the_smallest_gets_it() -> None:
    park = make_ground("park", square(106.82, -6.28, 0.01))
    decision = Index([WEST, park]).locate(106.825, -6.275, at=AT)
    assert (decision.rule, decision.slug) == ("smallest", "park")
    assert [(candidate.slug, candidate.distance_m) for candidate in decision.candidates] == [("park", 0), ("west", 0)]


def test_where_two_of_one_size_cover_it_the_older_claim_gets_it() -> None:
    same = make_ground("same", square(106.8, -6.3), older_by_days=1)
    decision = Index([WEST, same]).locate(*MIDDLE, at=AT)
    assert (decision.rule, decision.slug) == ("older", "same")


def test_a_point_on_the_line_between_two_is_in_both() -> None:
    small = make_ground("small", square(106.9, -6.3, 0.05))
    decision = Index([WEST, small]).locate(106.9, -6.28, at=AT)
    assert (decision.rule, decision.slug) == ("smallest", "small")
    assert decision.near_border is not None
    assert (decision.near_border.slug, decision.near_border.distance_m) == ("west", 0)


def test_two_boundaries_of_one_tenant_are_no_conflict() -> None:
    second = make_ground("west", square(106.82, -6.28, 0.01), version="2")
    decision = Index([WEST, second]).locate(106.825, -6.275, at=AT)
    assert (decision.rule, decision.slug, decision.near_border) == ("inside", "west", None)
    assert len(decision.candidates) == 1


def test_an_overlay_gets_its_category_on_its_ground_even_where_it_is_larger() -> None:
    port = make_ground("port", square(106.7, -6.4, 0.5), overlay=("air_bersih",))
    index = Index([WEST, port])
    decision = index.locate(*MIDDLE, at=AT, category="air_bersih")
    assert (decision.rule, decision.slug) == ("overlay", "port")
    assert decision.near_border is None
    assert [candidate.slug for candidate in decision.candidates] == ["west", "port"]
    for other in ("jalan_rusak", None):
        assert index.locate(*MIDDLE, at=AT, category=other).slug == "west"


def test_of_two_overlays_the_smallest_gets_it() -> None:
    index = Index(
        [
            WEST,
            make_ground("utility", square(106.7, -6.4, 0.5), overlay=("air_bersih",)),
            make_ground("estate", square(106.84, -6.26, 0.02), overlay=("air_bersih", "sampah")),
        ]
    )
    assert index.locate(*MIDDLE, at=AT, category="air_bersih").slug == "estate"
    assert index.locate(106.81, -6.25, at=AT, category="air_bersih").slug == "utility"
    assert index.locate(106.81, -6.25, at=AT, category="sampah").slug == "west"


def test_an_overlay_is_a_candidate_for_nothing_else_and_by_no_other_rule() -> None:
    small = make_ground("small", square(106.84, -6.26, 0.02), overlay=("air_bersih",))
    index = Index([WEST, small], [make_outline("32.01", square(107.0, -6.3))])
    inside = index.locate(*MIDDLE, at=AT)
    assert (inside.rule, inside.slug, len(inside.candidates)) == ("inside", "west", 1)
    beside = index.locate(106.8399, -6.25, at=AT, category="air_bersih")
    assert (beside.rule, beside.slug, beside.near_border) == ("inside", "west", None)
    alone = Index([make_ground("sea", square(106.84, -6.26, 0.02), overlay=("air_bersih",))])
    assert alone.locate(106.8399, -6.25, at=AT, category="air_bersih").rule == "nowhere"
    assert alone.locate(106.85, -6.25, at=AT, category="jalan_rusak").rule == "nowhere"
    assert alone.locate(106.85, -6.25, at=AT, category="air_bersih").rule == "overlay"


def test_the_outline_below_an_overlay_keeps_what_the_overlay_does_not_claim() -> None:
    port = make_ground("port", square(107.0, -6.3), overlay=("air_bersih",))
    index = Index([port], [make_outline("32.01", square(107.0, -6.3))])
    assert index.locate(107.05, -6.25, at=AT, category="air_bersih").slug == "port"
    assert index.locate(107.05, -6.25, at=AT, category="sampah").municipality_code == "32.01"


def test_a_municipality_without_a_live_tenant_keeps_its_code_in_the_commons(two: Index) -> None:
    decision = two.locate(107.05, -6.25, at=AT)
    assert (decision.rule, decision.slug, decision.tenant_id) == ("unclaimed", COMMONS, None)
    assert (decision.municipality_code, decision.municipality_name) == ("32.01", "Kota 32.01")
    assert decision.boundary_id is None


def test_an_unclaimed_outline_goes_before_a_near_tenant_and_names_it(two: Index) -> None:
    decision = two.locate(107.0001, -6.25, at=AT)
    assert (decision.rule, decision.slug) == ("unclaimed", COMMONS)
    assert decision.near_border is not None
    assert decision.near_border.slug == "east"
    assert decision.near_border.distance_m == pytest.approx(11.07, abs=0.02)


def test_of_two_outlines_the_smaller_names_the_municipality() -> None:
    outlines = [make_outline("32.01", square(107.0, -6.3)), make_outline("32.71", square(107.02, -6.28, 0.02))]
    assert Index([], outlines).locate(107.03, -6.27, at=AT).municipality_code == "32.71"
    assert Index([], outlines[::-1]).locate(107.03, -6.27, at=AT).municipality_code == "32.71"


@pytest.mark.parametrize(
    ("lon", "rule", "slug"),
    [(106.7990, "nearest", "west"), (106.7978, "nearest", "west"), (106.7977, "nowhere", COMMONS)],
)
def test_up_to_250_m_from_a_boundary_the_nearest_gets_it(two: Index, lon: float, rule: str, slug: str) -> None:
    decision = two.locate(lon, -6.25, at=AT)
    assert (decision.rule, decision.slug) == (rule, slug)
    if rule == "nearest":
        assert decision.distance_m == pytest.approx((106.8 - lon) * 110_660, abs=0.5)


def test_two_equally_near_go_by_area_then_by_claim() -> None:
    gap = shapely.box(106.9, -6.3, 106.902, -6.2)
    right = shapely.box(106.902, -6.3, 107.002, -6.2)
    younger, older = (
        make_ground("younger", square(106.8, -6.3)),
        make_ground("older", right, older_by_days=5, area_m2=1e8),
    )
    smaller = make_ground("smaller", right, area_m2=5e7)
    middle = gap.centroid.coords[0]
    as_large = make_ground("younger", square(106.8, -6.3), area_m2=1e8)
    assert Index([younger, smaller]).locate(*middle, at=AT).slug == "smaller"
    decision = Index([as_large, older]).locate(*middle, at=AT)
    assert (decision.rule, decision.slug) == ("nearest", "older")


def test_nothing_near_is_the_commons(two: Index) -> None:
    decision = two.locate(108.5, -6.25, at=AT)
    assert (decision.rule, decision.slug, decision.tenant_id, decision.candidates) == ("nowhere", COMMONS, None, ())


@pytest.mark.parametrize(
    ("accuracy_m", "marked"),
    [(50.0, False), (110.0, False), (111.0, True), (1000.0, True), (50_000.0, True), (inf, True)],
)
def test_closer_to_other_ground_than_the_accuracy_is_marked(two: Index, accuracy_m: float, marked: bool) -> None:
    decision = two.locate(106.899, -6.25, at=AT, accuracy_m=accuracy_m)
    assert (decision.rule, decision.slug) == ("inside", "west")
    assert (decision.near_border is not None) == marked
    if decision.near_border:
        assert (decision.near_border.slug, decision.near_border.tenant_id) == ("east", tenant_id("east"))
        assert decision.near_border.distance_m == pytest.approx(110.66, abs=0.1)


def test_an_accuracy_beyond_1_000_m_counts_as_1_000(two: Index) -> None:
    far = two.locate(106.89, -6.25, at=AT, accuracy_m=5_000)
    assert far.near_border is None  # 1,107 m away
    assert two.locate(106.8911, -6.25, at=AT, accuracy_m=5_000).near_border is not None
    assert MOST_ACCURACY_M == 1000


def test_a_point_nowhere_is_marked_where_its_accuracy_reaches_a_tenant(two: Index) -> None:
    decision = two.locate(106.795, -6.25, at=AT, accuracy_m=800)
    assert (decision.rule, decision.slug) == ("nowhere", COMMONS)
    assert decision.near_border is not None
    assert decision.near_border.slug == "west"


def test_a_crack_names_both_sides() -> None:
    decision = Index([WEST, make_ground("east", square(106.9002, -6.3))]).locate(106.90005, -6.25, at=AT)
    assert (decision.rule, decision.slug) == ("nearest", "west")
    assert decision.distance_m == pytest.approx(5.5, abs=0.1)
    assert decision.near_border is not None
    assert decision.near_border.slug == "east"
    assert [candidate.slug for candidate in decision.candidates] == ["west", "east"]


def test_a_category_without_a_place_goes_to_the_chosen_tenant() -> None:
    decision = chosen(tenant_id("west"), "west", "West")
    assert (decision.rule, decision.slug, decision.candidates) == ("chosen", "west", ())


@pytest.mark.parametrize(
    ("lon", "lat", "field", "words"),
    [
        (nan, -6.2, "lon", "longitude is not a number"),
        (106.8, nan, "lat", "latitude is not a number"),
        (inf, -6.2, "lon", "not a number"),
        (106.8, -inf, "lat", "not a number"),
        (106.8, -90.1, "lat", "out of range"),
        (180.5, -6.2, "lon", "out of range"),
        (-1068.0, -6.2, "lon", "out of range"),
        (0.0, 0.0, "lat", "no position yet"),
        (-0.0, 0.0, "lat", "no position yet"),
        (-6.25, 106.85, "lat", "exchanged"),
        (50.0, 106.85, "lat", "latitude 106.85 is out of range"),
    ],
)
def test_what_is_no_point_is_refused_in_a_sentence(two: Index, lon: float, lat: float, field: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        two.locate(lon, lat, at=AT)
    assert refusal.value.field == field
    assert str(refusal.value).endswith(".")


def test_exchanged_degrees_are_recognised_where_both_are_in_range() -> None:
    paris = Index([make_ground("paris", square(2.3, 48.8))], [make_outline("FR-01001", shapely.box(-5, 42, 8, 51))])
    assert paris.locate(2.35, 48.85, at=AT).slug == "paris"
    with pytest.raises(Invalid, match="exchanged"):
        paris.locate(48.85, 2.35, at=AT)
    assert paris.locate(48.0, 3.0, at=AT).rule == "nowhere"  # exchanged it would land in no tenant


def test_a_point_in_a_country_of_the_catalogue_is_taken_as_it_is() -> None:
    somewhere = [
        make_outline("FR-01001", shapely.box(2, 2, 50, 3)),
        make_outline("FR-01002", shapely.box(2, 48, 3, 50)),
    ]
    index = Index([make_ground("paris", square(2.3, 48.8))], somewhere)
    assert index.locate(48.85, 5.0, at=AT).rule == "nowhere"
    assert index.locate(48.85, 2.35, at=AT).rule == "unclaimed"


@pytest.mark.parametrize("accuracy_m", [0.0, -5.0, nan])
def test_an_accuracy_that_is_no_length_is_refused(two: Index, accuracy_m: float) -> None:
    with pytest.raises(Invalid, match="accuracy") as refusal:
        two.locate(*MIDDLE, at=AT, accuracy_m=accuracy_m)
    assert refusal.value.field == "accuracy_m"


def test_a_boundary_holds_from_its_first_instant_up_to_its_last() -> None:
    change = AT + timedelta(days=1)
    before = make_ground("west", square(106.8, -6.3), valid_until=change, version="1")
    after = make_ground("west", square(106.8, -6.3, 0.05), valid_from=change, version="2")
    newcomer = make_ground("new", square(106.85, -6.25, 0.05), valid_from=change)
    index = Index([after, newcomer, before])
    point = (106.88, -6.22)
    assert index.locate(*point, at=AT).boundary_id == before.boundary_id
    assert index.locate(*point, at=change - timedelta(microseconds=1)).slug == "west"
    assert index.locate(*point, at=change).slug == "new"
    assert index.locate(106.82, -6.28, at=change).boundary_id == after.boundary_id
    assert index.locate(106.88, -6.28, at=change).rule == "nowhere"


def test_a_boundary_not_in_force_is_no_neighbour_either() -> None:
    past = make_ground("east", square(106.9, -6.3), valid_until=AT)
    decision = Index([WEST, past]).locate(106.8999, -6.25, at=AT)
    assert (decision.near_border, len(decision.candidates)) == (None, 1)
    assert Index([past]).locate(106.95, -6.25, at=AT).rule == "nowhere"
    assert Index([past]).locate(106.8999, -6.25, at=AT).rule == "nowhere"


def test_an_index_of_nothing_sends_everything_to_the_commons() -> None:
    assert Index([], []).locate(*MIDDLE, at=AT).rule == "nowhere"
    assert Index([]).locate_many([106.85], [-6.25], at=AT)[0] == Index([]).locate(*MIDDLE, at=AT)
    assert Index([WEST]).locate_many([], [], at=AT) == []


def make_area(code: str, shape: shapely.Polygon | None, *, depth: int, area_m2: float = 1.0) -> OutlinedArea:
    wkb = None if shape is None else shapely.to_wkb(shape)
    return OutlinedArea(NAMES, code, code, depth, wkb, area_m2)


def test_inside_a_tenant_the_deepest_area_gets_the_point() -> None:
    district = make_area("01", square(106.8, -6.3), depth=0, area_m2=100)
    village = make_area("01.1001", square(106.8, -6.3, 0.05), depth=1, area_m2=25)
    areas = AreaIndex([district, village, make_area("02", None, depth=1)])
    assert areas.locate(106.82, -6.28) == village
    assert areas.locate(106.88, -6.22) == district
    assert areas.locate(107.5, -6.22) is None


def test_two_areas_on_one_line_go_by_area_then_code() -> None:
    left, right = square(106.8, -6.3), square(106.9, -6.3)
    for order in (1, -1):
        pair = [make_area("02", left, depth=1, area_m2=9), make_area("01", right, depth=1, area_m2=9)][::order]
        assert AreaIndex(pair).locate(106.9, -6.25) == next(area for area in pair if area.code == "01")
        pair = [make_area("02", left, depth=1, area_m2=8), make_area("01", right, depth=1, area_m2=9)][::order]
        assert AreaIndex(pair).locate(106.9, -6.25) == next(area for area in pair if area.code == "02")


def test_a_point_in_a_crack_between_areas_gets_the_nearest() -> None:
    near, far = make_area("01", square(106.8, -6.3), depth=1), make_area("02", square(106.9005, -6.3), depth=1)
    assert AreaIndex([far, near]).locate(106.9001, -6.25) == near
    assert AreaIndex([far, near]).locate(106.9004, -6.25) == far
    assert AreaIndex([]).locate(106.9, -6.25) is None
