"""Areas made to fit another ground: nothing sticks out, nothing lies bare, and what fits stays as it is."""

import shapely
from hypothesis import given
from hypothesis import strategies as st

from configuration.area_check import Lying, check_ground
from configuration.area_file import AreaRow
from configuration.area_fitting import Fitted, features_of, fitted
from configuration.area_plan import Present

WEST, EAST = shapely.box(106.9, -6.3, 107.0, -6.2), shapely.box(107.0, -6.3, 107.1, -6.2)
NORTH, SOUTH = shapely.box(106.9, -6.25, 107.0, -6.2), shapely.box(106.9, -6.3, 107.0, -6.25)


def present(code: str, shape: shapely.Polygon | None, parent: str | None = None, level: str = "kecamatan") -> Present:
    return Present(code, {"id": f"Area {code}"}, level, parent, shape, None)


CITY = [
    present("1", WEST),
    present("1.1", NORTH, "1", "kelurahan"),
    present("1.2", SOUTH, "1", "kelurahan"),
    present("2", EAST),
    present("3", None),
]


def misfits(areas: list[Fitted], ground: shapely.Geometry) -> tuple[object, object, object]:
    lying = [Lying(one.code, one.parent, one.level, one.shape) for one in areas]
    found = check_ground(lying, ground, {one.code for one in areas})
    return [one for one in found.out if one[1] > 100], [one for one in found.bare if one[1] > 100], found.twice


@given(
    west=st.floats(106.85, 106.95), south=st.floats(-6.34, -6.26), east=st.floats(107.05, 107.15),
    north=st.floats(-6.24, -6.16),
)  # fmt: skip
def test_whatever_the_new_ground_its_areas_fill_it(west: float, south: float, east: float, north: float) -> None:
    ground = shapely.box(west, south, east, north)
    areas = fitted(CITY, ground, [])
    assert [one.code for one in areas] == ["1", "1.1", "1.2", "2"]
    assert misfits(areas, ground) == ([], [], [])


def test_what_fits_stays_and_what_has_gone_with_its_ground_is_left_out() -> None:
    areas = {one.code: one for one in fitted(CITY, WEST, [])}
    assert set(areas) == {"1", "1.1", "1.2"}
    assert areas["1"].shape == WEST
    assert areas["1.2"].shape == SOUTH


def test_what_lies_in_an_area_without_an_outline_fits_the_ground_itself_and_keeps_its_parent() -> None:
    city = [
        present("3", None),
        present("3.1", NORTH, "3", "kelurahan"),
        present("3.2", SOUTH, "3", "kelurahan"),
    ]
    shipped = [AreaRow("3.3", {"id": "Timur"}, "kelurahan", "3", EAST)]
    areas = fitted(city, shapely.union_all([SOUTH, EAST]), shipped)
    assert [(one.code, one.parent, one.taken) for one in areas] == [("3.2", "3", False), ("3.3", "3", True)]
    assert [one.shape.equals(shape) for one, shape in zip(areas, (SOUTH, EAST), strict=True)] == [True, True]


def test_a_ground_wholly_elsewhere_takes_the_official_areas_that_lie_there() -> None:
    beyond = shapely.box(107.1, -6.3, 107.2, -6.2)
    official = AreaRow("9", {"id": "Sembilan"}, "kecamatan", None, beyond)
    assert [one.code for one in fitted(CITY, beyond, [official])] == ["9"]
    assert fitted(CITY, beyond, []) == []


def test_official_areas_come_where_their_outlines_are_known_with_what_lies_in_them() -> None:
    beyond = shapely.box(107.1, -6.3, 107.2, -6.2)
    upper, lower = shapely.box(107.1, -6.25, 107.2, -6.2), shapely.box(107.1, -6.3, 107.2, -6.25)
    shipped = [
        AreaRow("9", {"id": "Sembilan"}, "kecamatan", None, beyond),
        AreaRow("9.1", {"id": "Atas"}, "kelurahan", "9", upper),
        AreaRow("9.2", {"id": "Bawah"}, "kelurahan", "9", lower),
        AreaRow("8", {"id": "Jauh"}, "kecamatan", None, shapely.box(108, -6.3, 108.1, -6.2)),
        AreaRow("2", {"id": "Sama"}, "kecamatan", None, EAST),
    ]
    ground = shapely.union_all([WEST, EAST, beyond])
    areas = fitted(CITY, ground, shipped)
    assert [(one.code, one.parent, one.taken) for one in areas] == [
        ("1", None, False), ("1.1", "1", False), ("1.2", "1", False), ("2", None, False),
        ("9", None, True), ("9.1", "9", True), ("9.2", "9", True),
    ]  # fmt: skip
    assert misfits(areas, ground) == ([], [], [])
    said = features_of(areas, "id")[5].properties
    assert said == {"code": "9.1", "name": "Atas", "level": "kelurahan", "parent": "9"}
