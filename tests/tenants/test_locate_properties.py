"""What holds for every point: routing as properties."""

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from tenants.errors import Invalid
from tenants.locate import Decision, Ground, Index
from tests.tenants.grounds import AT, make_ground, make_outline, square

GEOD = Geod(ellps="WGS84")
WEST_EDGE, SOUTH_EDGE, CELL = 106.8, -6.4, 0.01

# A country of 3 x 3 cells with ragged corners, so that neighbours share vertices and edges but no straight lines.
_jitter = np.random.default_rng(7).uniform(-0.003, 0.003, size=(4, 4, 2))
CORNERS = [
    [(WEST_EDGE + CELL * i + _jitter[i, j, 0], SOUTH_EDGE + CELL * j + _jitter[i, j, 1]) for j in range(4)]
    for i in range(4)
]
CELLS = {
    f"cell{i}{j}": shapely.Polygon([CORNERS[i][j], CORNERS[i + 1][j], CORNERS[i + 1][j + 1], CORNERS[i][j + 1]])
    for i in range(3)
    for j in range(3)
}
GROUNDS = [make_ground(slug, shape, older_by_days=number) for number, (slug, shape) in enumerate(CELLS.items())]
EXTRA = [
    make_ground("park", square(WEST_EDGE + 0.008, SOUTH_EDGE + 0.008, 0.006)),
    make_ground("twin", CELLS["cell11"]),
    make_ground("utility", square(WEST_EDGE, SOUTH_EDGE, 0.03), overlay=("air_bersih",)),
]
OUTLINES = [
    make_outline("32.01", square(WEST_EDGE + 0.02, SOUTH_EDGE, 0.05)),
    make_outline("32.02", square(WEST_EDGE - 0.04, SOUTH_EDGE)),
]
COUNTRY, MIXED = Index(GROUNDS), Index(GROUNDS + EXTRA, OUTLINES)

around = st.tuples(st.floats(WEST_EDGE - 0.02, WEST_EDGE + 0.05), st.floats(SOUTH_EDGE - 0.02, SOUTH_EDGE + 0.05))
on_corners = st.sampled_from([corner for column in CORNERS for corner in column])
on_edges = st.builds(
    lambda cell, edge, along: tuple(
        shapely.LineString(list(shapely.get_coordinates(cell))[edge : edge + 2])
        .interpolate(along, normalized=True)
        .coords[0]
    ),
    st.sampled_from(list(CELLS.values())),
    st.integers(0, 3),
    st.floats(0, 1),
)
points = st.one_of(around, on_corners, on_edges)
accuracies = st.sampled_from([5.0, 50.0, 300.0, 1000.0])
categories = st.sampled_from([None, "air_bersih", "sampah"])


@given(order=st.permutations(range(len(GROUNDS + EXTRA))), point=points, accuracy_m=accuracies, category=categories)
@settings(max_examples=60, deadline=None)
def test_the_answer_does_not_depend_on_the_order_of_rows(
    order: Sequence[int], point: tuple[float, float], accuracy_m: float, category: str | None
) -> None:
    shuffled = Index([(GROUNDS + EXTRA)[number] for number in order], OUTLINES[:: 1 if order[0] % 2 else -1])
    expected = MIXED.locate(*point, at=AT, accuracy_m=accuracy_m, category=category)
    assert shuffled.locate(*point, at=AT, accuracy_m=accuracy_m, category=category) == expected


@given(point=points)
@settings(deadline=None)
def test_a_point_inside_exactly_one_polygon_gets_it(point: tuple[float, float]) -> None:
    covering = [slug for slug, shape in CELLS.items() if shapely.covers(shape, shapely.Point(point))]
    decision = COUNTRY.locate(*point, at=AT)
    if len(covering) == 1:
        assert (decision.rule, decision.slug) == ("inside", covering[0])
    elif covering:
        assert decision.slug in covering


@given(corner=on_corners, grounds=st.permutations(GROUNDS))
@settings(deadline=None)
def test_a_shared_vertex_gives_one_answer(corner: tuple[float, float], grounds: list[Ground]) -> None:
    touching = [ground for ground in GROUNDS if shapely.intersects(CELLS[ground.slug], shapely.Point(corner))]
    decision = Index(grounds).locate(*corner, at=AT)
    assert decision.slug == min(touching, key=lambda ground: ground.area_m2).slug


@given(
    width=st.floats(1e-7, 0.0021),
    across=st.floats(0.01, 0.99),
    along=st.floats(-6.39, -6.31),
)
@settings(deadline=None)
def test_a_crack_between_neighbours_goes_to_the_nearer_side(width: float, across: float, along: float) -> None:
    left, right = square(106.8, -6.4), square(106.9 + width, -6.4)
    decision = Index([make_ground("left", left), make_ground("right", right)]).locate(
        106.9 + width * across, along, at=AT
    )
    assert decision.slug in ("left", "right")
    if abs(across - 0.5) > 0.01 and width > 1e-5:
        assert (decision.rule, decision.slug) == ("nearest", "left" if across < 0.5 else "right")


@given(
    lon=st.floats(-179.5, 179.5),
    lat=st.floats(-84.9, 84.9),
    bearing=st.floats(0, 360),
    metres=st.floats(1, 900),
)
@settings(deadline=None)
def test_a_distance_is_the_geodesic_within_a_thousandth(lon: float, lat: float, bearing: float, metres: float) -> None:
    """A needle whose tip is that far away; its other end lies straight behind the tip."""
    assume((lon, lat) != (0, 0))
    tip = GEOD.fwd(lon, lat, bearing, metres)[:2]
    end = GEOD.fwd(lon, lat, bearing, metres + 20)[:2]
    side = GEOD.fwd(*end, bearing + 90, 0.5)[:2]
    needle = make_ground("needle", shapely.Polygon([tip, end, side]))
    decision = Index([needle]).locate(lon, lat, at=AT, accuracy_m=1000)
    found = decision.candidates[0].distance_m
    assert found == pytest.approx(metres, rel=2e-3, abs=0.01)


@given(
    xs=st.lists(st.one_of(points, st.just((0.0, 0.0)), st.just((-6.39, 106.81)), st.just((180.0, -6.0))), max_size=12),
    accuracy_m=accuracies,
    category=categories,
)
@settings(deadline=None)
def test_many_points_at_once_get_what_each_gets_alone(
    xs: list[tuple[float, float]], accuracy_m: float, category: str | None
) -> None:
    together = MIXED.locate_many(
        [lon for lon, _ in xs],
        [lat for _, lat in xs],
        at=AT,
        categories=[category] * len(xs),
        accuracies=[accuracy_m] * len(xs),
    )
    assert len(together) == len(xs)
    for (lon, lat), answer in zip(xs, together, strict=True):
        if isinstance(answer, Invalid):
            with pytest.raises(Invalid) as refusal:
                MIXED.locate(lon, lat, at=AT, category=category, accuracy_m=accuracy_m)
            assert str(answer) == str(refusal.value)
        else:
            assert answer == MIXED.locate(lon, lat, at=AT, category=category, accuracy_m=accuracy_m)


# Fiji-like: one ground on both sides of +-180, given split as RFC 7946 asks; a neighbour to the east of it.
ACROSS = make_ground(
    "across", shapely.MultiPolygon([shapely.box(179.95, -17, 180, -16), shapely.box(-180, -17, -179.95, -16)])
)
BEYOND = make_ground("beyond", shapely.box(-179.949, -17, -179.9, -16))


@given(east=st.floats(-0.049, 0.049), lat=st.floats(-16.99, -16.01))
@settings(deadline=None)
def test_a_ground_split_at_180_is_one_ground(east: float, lat: float) -> None:
    lon = east + 180 if east < 0 else east - 180
    decision = Index([ACROSS, BEYOND]).locate(lon, lat, at=AT, accuracy_m=1)
    assert (decision.rule, decision.slug, decision.near_border) == ("inside", "across", None)


@pytest.mark.parametrize("lon", [180.0, -180.0])
def test_both_names_of_the_antimeridian_are_one_line(lon: float) -> None:
    west_only = make_ground("west", shapely.box(179.9, -17, 180, -16))
    assert Index([west_only]).locate(lon, -16.5, at=AT).rule == "inside"
    assert Index([west_only]).locate_many([lon], [-16.5], at=AT)[0] == Index([west_only]).locate(lon, -16.5, at=AT)


@given(metres=st.floats(1, 240), side=st.sampled_from([1, -1]))
@settings(deadline=None)
def test_a_distance_is_measured_across_180(metres: float, side: int) -> None:
    """The ground ends 100 m before the antimeridian, the point lies beyond it or before it."""
    degrees = 1 / (111_319.49 * np.cos(np.radians(16.5)))
    edge = side * (180 - 100 * degrees)
    shape = shapely.box(min(edge, edge - side * 0.1), -17, max(edge, edge - side * 0.1), -16)
    lon = edge + side * metres * degrees
    lon = lon - side * 360 if abs(lon) > 180 else lon
    index = Index([make_ground("edge", shape)])
    decision = index.locate(lon, -16.5, at=AT)
    assert (decision.rule, decision.slug) == ("nearest", "edge")
    assert decision.distance_m == pytest.approx(metres, rel=2e-3)
    assert index.locate_many([lon], [-16.5], at=AT) == [decision]


POLE = make_ground("pole", shapely.box(-180, -90, 180, -89))
SLICE = make_ground("slice", shapely.Polygon([(10, -85), (20, -85), (20, -90), (10, -90)]))
NORTH = make_ground("north", shapely.Polygon([(-180, 89.9), (180, 89.9), (180, 90), (-180, 90)]))


@given(lon=st.floats(-180, 180))
@settings(deadline=None)
def test_at_a_pole_every_longitude_is_the_same_point(lon: float) -> None:
    assert Index([POLE]).locate(lon, -90, at=AT).slug == "pole"
    assert Index([SLICE]).locate(lon, -90, at=AT).slug == "slice"
    assert Index([NORTH]).locate(lon, 90, at=AT).slug == "north"
    assert Index([NORTH]).locate_many([lon], [90.0], at=AT)[0] == Index([NORTH]).locate(lon, 90, at=AT)


@given(lon=st.floats(-180, 180), metres=st.floats(1, 240))
@settings(deadline=None)
def test_a_distance_near_a_pole_is_metres_and_not_degrees(lon: float, metres: float) -> None:
    """The cap around the pole has a border along a parallel; the point lies outside it by so many metres."""
    lat = 89.9 - metres / 111_694
    decision = Index([NORTH]).locate(lon, lat, at=AT)
    assert (decision.rule, decision.slug) == ("nearest", "north")
    assert decision.distance_m == pytest.approx(metres, abs=0.2)


@given(lon=st.floats(-180, 180))
@settings(deadline=None)
def test_over_the_pole_the_other_side_is_near(lon: float) -> None:
    """A wedge that ends 100 m before the pole is 200 m from a point 100 m beyond it."""
    end = 90 - 100 / 111_694
    wedge = make_ground("wedge", shapely.Polygon([(-170, 89), (170, 89), (170, end), (-170, end)]))
    decision = Index([wedge]).locate(lon, 90 - 1 / 111_694, at=AT)
    assert decision.slug == "wedge"
    assert decision.distance_m < 102


RING = make_ground("kabupaten", square(106.8, -6.3).difference(square(106.83, -6.27, 0.02)))
ENCLAVE = make_ground("kota", square(106.83, -6.27, 0.02))
HOLE = square(106.83, -6.27, 0.02)


@given(point=st.tuples(st.floats(106.8, 106.9), st.floats(-6.3, -6.2)))
@settings(deadline=None)
def test_a_hole_belongs_to_the_enclave_or_to_nobody(point: tuple[float, float]) -> None:
    with_enclave, without = Index([RING, ENCLAVE]), Index([RING])
    in_hole = shapely.contains_properly(HOLE, shapely.Point(point))
    decision = with_enclave.locate(*point, at=AT)
    assert decision.slug == ("kota" if shapely.covers(HOLE, shapely.Point(point)) else "kabupaten")
    lonely = without.locate(*point, at=AT)
    assert lonely.rule in (("nearest", "nowhere") if in_hole else ("inside",))


ISLES = shapely.MultiPolygon([square(106.5 + 0.1 * i, -5.5 + 0.1 * (i % 3), 0.02) for i in range(20)])


@given(point=st.tuples(st.floats(106.4, 108.6), st.floats(-5.6, -5.2)))
@settings(deadline=None)
def test_islands_are_one_ground_and_the_sea_between_them_is_nobodys(point: tuple[float, float]) -> None:
    decision = Index([make_ground("isles", ISLES)]).locate(*point, at=AT)
    here = shapely.Point(point)
    if shapely.covers(ISLES, here):
        assert decision.rule == "inside"
    elif metres_to(ISLES, here) > 260:
        assert decision.rule == "nowhere"
    elif metres_to(ISLES, here) < 240:
        assert decision.rule == "nearest"


@given(point=points, days=st.integers(-3, 3), switch=st.integers(-2, 2), category=categories)
@settings(deadline=None)
def test_only_versions_in_force_count(point: tuple[float, float], days: int, switch: int, category: str | None) -> None:
    """With a past and a future version in the index, the answer is that of an index of those in force alone."""
    from_day = AT.replace(day=10 + switch)
    at = AT.replace(day=10 + days)
    old = [make_ground(g.slug, CELLS[g.slug], valid_until=from_day, version="old") for g in GROUNDS]
    new = [
        make_ground(g.slug, shapely.affinity.translate(CELLS[g.slug], 0.004, 0.002), valid_from=from_day, version="new")
        for g in GROUNDS
    ]
    alone: Decision = Index(old if at < from_day else new).locate(*point, at=at, category=category)
    assert Index(new + old).locate(*point, at=at, category=category) == alone


def metres_to(shape: BaseGeometry, point: shapely.Point) -> float:
    nearest = shapely.shortest_line(shape, point).coords
    return float(GEOD.inv(*nearest[0], *nearest[1])[2])
