"""Outlines as people draw them: what is mended, what is refused and where."""

from math import inf, nan
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tenants.geometry import MOST_VERTICES, Mended, Unusable, geodesic_area_m2, mend
from tenants.reference_system import fault_in, reprojection_of

SQUARE = [[106.8, -6.3], [106.9, -6.3], [106.9, -6.2], [106.8, -6.2], [106.8, -6.3]]
SQUARE_M2 = 122_380_000
HOLE = [[106.84, -6.26], [106.84, -6.24], [106.86, -6.24], [106.86, -6.26], [106.84, -6.26]]
INDONESIA = (94.0, -12.0, 142.0, 8.0)
FRANCE = (-6.0, 41.0, 10.0, 52.0)


def mended(*rings: Any) -> Mended:
    return mend([list(rings)])


def words(outline: Mended) -> list[str]:
    return [mending.what for mending in outline.mendings]


def test_a_good_outline_is_left_as_it_is() -> None:
    outline = mended(SQUARE, HOLE)
    assert outline.mendings == ()
    assert shapely.get_coordinates(outline.geometry).tolist() == SQUARE + HOLE
    assert outline.area_m2 == pytest.approx(SQUARE_M2 * 0.96, rel=1e-3)


def test_heights_open_rings_and_repeated_vertices_are_mended_and_told() -> None:
    ring = [[106.8, -6.3, 12], [106.9, -6.3, 12], [106.9, -6.3, 13], [106.9, -6.2, 12], [106.8, -6.2, 12]]
    outline = mended(ring)
    assert words(outline) == ["heights dropped", "an open ring closed", "a repeated vertex removed"]
    assert outline.mendings[2].where == (106.9, -6.3)
    assert outline.geometry.equals(shapely.Polygon(SQUARE))
    assert not outline.geometry.has_z


def test_heights_in_some_positions_only_are_dropped() -> None:
    assert words(mended([[106.8, -6.3, 5], *SQUARE[1:4], [106.8, -6.3, 5]])) == ["heights dropped"]


def test_the_order_of_rings_is_turned() -> None:
    outline = mended(SQUARE[::-1], HOLE[::-1])
    assert words(outline) == ["a ring turned to RFC 7946's order (2 times)"]
    shell, hole = shapely.get_rings(outline.geometry)
    assert shapely.is_ccw(shell)
    assert not shapely.is_ccw(hole)


def test_a_hole_written_before_its_outer_ring_is_still_a_hole() -> None:
    outline = mended(HOLE[::-1], SQUARE[::-1])
    assert "the outer ring put first" in words(outline)
    assert outline.area_m2 == pytest.approx(SQUARE_M2 * 0.96, rel=1e-3)


def test_a_bow_tie_keeps_both_halves_and_says_by_how_much() -> None:
    outline = mended([[106.8, -6.3], [106.9, -6.2], [106.9, -6.3], [106.8, -6.2], [106.8, -6.3]])
    (untangled,) = outline.mendings
    assert untangled.what == "lines that cross each other untangled"
    assert untangled.where == pytest.approx((106.85, -6.25))
    assert untangled.area_m2 == pytest.approx(SQUARE_M2 / 2, rel=1e-3)
    assert outline.area_m2 == pytest.approx(SQUARE_M2 / 2, rel=1e-3)
    assert shapely.get_num_geometries(outline.geometry) == 2


def test_a_small_loop_costs_its_own_area_only() -> None:
    loop = [[106.8, -6.3], [106.9, -6.3], [106.9, -6.2], [106.8499, -6.2], [106.85, -6.1999], [106.85, -6.2001]]
    outline = mended([*loop, [106.8, -6.2], [106.8, -6.3]])
    assert words(outline) == ["lines that cross each other untangled"]
    assert 0 < outline.mendings[0].area_m2 < 300
    assert outline.area_m2 == pytest.approx(SQUARE_M2, rel=1e-3)


def test_a_ring_that_touches_itself_is_taken_apart_without_loss() -> None:
    """A hole drawn as a bay whose mouth is one point."""
    ring = [
        [106.8, -6.3],
        [106.9, -6.3],
        [106.9, -6.2],
        [106.85, -6.2],
        [106.87, -6.25],
        [106.83, -6.25],
        [106.85, -6.2],
    ]
    outline = mended([*ring, [106.8, -6.2], [106.8, -6.3]])
    assert words(outline) == ["a ring that touches itself taken apart"]
    assert outline.mendings[0].where == (106.85, -6.2)
    assert outline.mendings[0].area_m2 == pytest.approx(0, abs=50)
    assert outline.area_m2 == pytest.approx(SQUARE_M2 * 0.9, rel=1e-3)


def test_parts_that_overlap_are_merged_and_not_cut_out() -> None:
    beside = [[lon + 0.05, lat] for lon, lat in SQUARE]
    outline = mend([[SQUARE], [beside]])
    assert outline.area_m2 == pytest.approx(SQUARE_M2 * 1.5, rel=1e-3)
    assert outline.mendings[0].area_m2 == pytest.approx(SQUARE_M2 / 2, rel=1e-3)


def test_a_spike_is_removed() -> None:
    outline = mended(
        [[106.8, -6.3], [106.9, -6.3], [107.5, -6.25], [106.9, -6.3], [106.9, -6.2], [106.8, -6.2], [106.8, -6.3]]
    )
    assert outline.geometry.equals(shapely.Polygon(SQUARE))
    assert outline.mendings


def test_slivers_and_tiny_holes_are_dropped_with_their_area() -> None:
    sliver = [[107.0, -6.3], [107.00001, -6.3], [107.00001, -6.299999], [107.0, -6.3]]
    hole = [[106.85, -6.25], [106.85, -6.249999], [106.850001, -6.25], [106.85, -6.25]]
    outline = mend([[SQUARE, hole], [sliver]])
    assert words(outline) == ["a tiny hole filled", "a sliver dropped"]
    assert outline.mendings[1].where == (107.0, -6.3)
    assert 0.05 < outline.mendings[1].area_m2 < 0.1
    assert outline.geometry.equals(shapely.Polygon(SQUARE))


def test_a_part_without_an_area_is_dropped_and_told() -> None:
    outline = mend([[SQUARE], [[[107.0, -6.3], [107.1, -6.3], [107.0, -6.3]]], []])
    assert sorted(words(outline)) == ["a ring without an area dropped", "an empty part dropped"]


def test_a_ring_with_jumps_over_180_is_split() -> None:
    outline = mended([[179, -17], [-179, -17], [-179, -16], [179, -16], [179, -17]])
    assert words(outline) == ["a ring across the antimeridian split", "longitudes beyond 180 brought back"]
    assert outline.mendings[0].where == (179.0, -17.0)
    assert outline.geometry.equals(shapely.union(shapely.box(179, -17, 180, -16), shapely.box(-180, -17, -179, -16)))
    assert outline.area_m2 == pytest.approx(geodesic_area_m2(shapely.box(0, -17, 2, -16)), rel=1e-9)


@pytest.mark.parametrize(
    ("west", "east", "expected"),
    [
        (179, 181, [(179, 180), (-180, -179)]),
        (190, 191, [(-170, -169)]),
        (-181, -179, [(179, 180), (-180, -179)]),
        (-200, -190, [(160, 170)]),
        (359, 361, [(-1, 1)]),
    ],
)
def test_longitudes_beyond_180_are_brought_back(west: float, east: float, expected: list[tuple[float, float]]) -> None:
    if east > 360:
        with pytest.raises(Unusable):
            mended([[west, -17], [east, -17], [east, -16], [west, -16], [west, -17]])
        return
    outline = mended([[west, -17], [east, -17], [east, -16], [west, -16], [west, -17]])
    assert words(outline) == ["longitudes beyond 180 brought back"]
    assert outline.geometry.equals(shapely.union_all([shapely.box(left, -17, right, -16) for left, right in expected]))


@given(lons=st.lists(st.integers(-900, 900).map(lambda n: n / 1000), min_size=3, max_size=8, unique=True))
@settings(deadline=None)
def test_a_split_ends_exactly_on_the_antimeridian(lons: list[float]) -> None:
    top = sorted(lons)
    ring = [[lon, -16.0 + 0.1 * (number % 3)] for number, lon in enumerate(top)] + [[top[-1], -17.0], [top[0], -17.3]]
    written = [[lon + 180 if lon <= 0 else lon - 180, lat] for lon, lat in ring]
    outline = mended([*written, written[0]])
    west, _, east, _ = shapely.bounds(outline.geometry).tolist()
    if top[0] < 0 < top[-1]:
        assert (west, east) == (-180, 180)
    inner = [abs(abs(lon) - 180) for lon in shapely.get_coordinates(outline.geometry)[:, 0].tolist()]
    assert all(gap == 0 or gap > 1e-9 for gap in inner)


def test_the_cap_of_a_pole_is_taken_as_rfc_7946_writes_it() -> None:
    assert mended([[-180, -90], [180, -90], [180, -80], [-180, -80], [-180, -90]]).mendings == ()


def test_a_ring_around_a_pole_is_refused() -> None:
    with pytest.raises(Unusable, match="around a pole") as refusal:
        mended([[0, -80], [90, -80], [170, -80], [-100, -80], [0, -80]])
    assert refusal.value.where == (170, -80)


@pytest.mark.parametrize(
    ("ring", "says", "where"),
    [
        ([[106.8, -6.3], [nan, -6.3], [106.9, -6.2], [106.8, -6.3]], "Position 2 .*NaN", (106.8, -6.3)),
        ([[106.8, -6.3], [106.9, inf], [106.9, -6.2], [106.8, -6.3]], "Position 2", (106.8, -6.3)),
        ([[106.8, -6.3], [1069, -6.3], [106.9, -6.2], [106.8, -6.3]], "out of range", (1069, -6.3)),
        ([[106.8, -6.3], [106.9, -96.3], [106.9, -6.2], [106.8, -6.3]], "out of range", (106.9, -96.3)),
        ([[lat, lon] for lon, lat in SQUARE], "exchanged", (-6.3, 106.8)),
        ([[700_000, 9_300_000], [710_000, 9_300_000], [710_000, 9_310_000]], "UTM or TM-3", (700_000, 9_300_000)),
        (
            [[11_900_000, -690_000], [11_910_000, -690_000], [11_910_000, -680_000]],
            "Web Mercator",
            (11_900_000, -690_000),
        ),
        ([[106_800_000, -6_300_000], [106_900_000, -6_300_000], [106_900_000, -6_200_000]], "another unit", None),
        ([[106.8, -6.3], ["106.9", -6.3], [106.9, -6.2], [106.8, -6.3]], "pair of numbers", None),
        ([[106.8, -6.3], [None, -6.3], [106.9, -6.2], [106.8, -6.3]], "pair of numbers", None),
        ([[106.8, -6.3], [True, -6.3], [106.9], [106.8, -6.3]], "pair of numbers", None),
        ([[10**400, -6.3], [106.9, -6.3], [106.9, -6.2]], "pair of numbers", None),
        ([[[106.8, -6.3]], [[106.9, -6.3]], [[106.9, -6.2]]], "pair of numbers", None),
        ([106.8, -6.3], "pair of numbers", None),
        ([], "empty ring", None),
        ("106.8 -6.3", "empty ring", None),
        ([[106.8, -6.3], [106.9, -6.3]], "no area", (106.8, -6.3)),
        ([[106.8, -6.3], [106.9, -6.3], [107.0, -6.3], [106.8, -6.3]], "no area", (106.8, -6.3)),
    ],
)
def test_what_cannot_be_mended_is_refused_with_its_place(ring: Any, says: str, where: Any) -> None:
    with pytest.raises(Unusable, match=says) as refusal:
        mended(ring)
    if where is not None:
        assert refusal.value.where == where
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("polygons", [None, [], {}, [[]], "x", [None], [3]])
def test_an_outline_without_coordinates_is_refused(polygons: Any) -> None:
    with pytest.raises(Unusable):
        mend(polygons)


def test_more_vertices_than_the_limit_are_refused() -> None:
    ring = [[106.8 + i * 1e-7, -6.3] for i in range(MOST_VERTICES)] + [[106.9, -6.2], [106.8, -6.3]]
    with pytest.raises(Unusable, match="200\u202f000 vertices"):
        mended(ring)


def test_exchanged_degrees_in_range_are_seen_by_the_countries_of_the_catalogue() -> None:
    paris = [[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]
    exchanged = [[lat, lon] for lon, lat in paris]
    assert mend([[paris]], countries=[FRANCE, INDONESIA]).mendings == ()
    with pytest.raises(Unusable, match="exchanged"):
        mend([[exchanged]], countries=[FRANCE, INDONESIA])
    assert mend([[exchanged]]).area_m2 > 0
    assert (
        fault_in(
            shapely.get_coordinates(shapely.Polygon(SQUARE))[:, 0],
            shapely.get_coordinates(shapely.Polygon(SQUARE))[:, 1],
            [FRANCE],
        )
        is None
    )


def named(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    "name", ["EPSG:32748", "urn:ogc:def:crs:EPSG::32748", "EPSG:23834", "EPSG:3857", "urn:ogc:def:crs:EPSG::4755"]
)
def test_another_projection_is_transformed_where_the_file_names_it(name: str) -> None:
    code = int(name.rsplit(":", maxsplit=1)[-1])
    there = Transformer.from_crs(4326, code, always_xy=True)
    ring = [list(there.transform(lon, lat)) for lon, lat in SQUARE]
    outline = mend([[ring]], reprojection=reprojection_of(named(name)))
    assert words(outline)[0].startswith(f"transformed from EPSG:{code} (")
    assert shapely.get_coordinates(outline.geometry) == pytest.approx(
        shapely.get_coordinates(shapely.Polygon(SQUARE)), abs=1e-7
    )


@pytest.mark.parametrize(
    "crs", [None, named("urn:ogc:def:crs:OGC:1.3:CRS84"), named("EPSG:4326"), named("urn:ogc:def:crs:EPSG::4326")]
)
def test_a_file_that_says_wgs84_is_taken_as_it_is(crs: Any) -> None:
    assert reprojection_of(crs) is None


@pytest.mark.parametrize(
    "crs",
    [
        named("EPSG:99999"),
        named("EPSG:5773"),
        named("+proj=utm +zone=48"),
        named("Bogor"),
        {"type": "link"},
        "EPSG:4326",
        named(""),
    ],
)
def test_a_reference_system_that_is_not_known_is_refused(crs: Any) -> None:
    with pytest.raises(Exception, match="reference system"):
        reprojection_of(crs)


def test_a_point_that_the_projection_does_not_have_is_refused() -> None:
    with pytest.raises(Unusable, match=r"EPSG:32748"):
        mend([[[[1e30, 1e30], [2e30, 1e30], [2e30, 2e30]]]], reprojection=reprojection_of(named("EPSG:32748")))


def test_the_geodesic_area_is_that_of_straight_edges_in_degrees() -> None:
    # Exact on the ellipsoid between two parallels: 1 x 1 degree at the equator is 12,308.78 km2 (6,154.39 for half).
    assert geodesic_area_m2(shapely.box(0, 0, 1, 1)) == pytest.approx(12_308_778_361, rel=1e-4)
    cap = geodesic_area_m2(shapely.box(-180, 80, 180, 90))
    assert cap == pytest.approx(36 * geodesic_area_m2(shapely.box(0, 80, 10, 90)), rel=1e-9)
    assert geodesic_area_m2(shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])) == pytest.approx(
        2 * 12_308_778_361, rel=1e-4
    )
    clockwise = shapely.box(0, 0, 1, 1, ccw=False)
    assert geodesic_area_m2(clockwise) == geodesic_area_m2(shapely.box(0, 0, 1, 1))


coordinates = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(
    lambda pair: [106.8 + pair[0] / 100, -6.3 + pair[1] / 100]
)


@given(rings=st.lists(st.lists(coordinates, min_size=3, max_size=12), min_size=1, max_size=3))
@settings(deadline=None)
def test_whatever_is_drawn_comes_out_valid_or_is_refused(rings: list[list[list[float]]]) -> None:
    try:
        outline = mended(*rings)
    except Unusable:
        return
    assert shapely.is_valid(outline.geometry)
    assert outline.geometry.geom_type in ("Polygon", "MultiPolygon")
    assert outline.area_m2 > 1
    again = mend(
        [
            [list(map(list, ring.coords)) for ring in shapely.get_rings(part)]
            for part in shapely.get_parts(outline.geometry)
        ]
    )
    assert again.mendings == ()
    assert again.area_m2 == pytest.approx(outline.area_m2)
