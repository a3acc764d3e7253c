"""Plus codes against vectors of the specification's own test data."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenants.errors import Invalid
from tenants.plus_code import code_in, decode, encode, is_full, is_short, recover

DECODED = [
    ("7FG49Q00+", 20.375, 2.775),
    ("7FG49QCJ+2V", 20.3700625, 2.7821875),
    ("7FG49QCJ+2VX", 20.3701125, 2.782234375),
    ("7FG49QCJ+2VXGJ", 20.3701135, 2.78223535156),
    ("8FVC2222+22", 47.0000625, 8.0000625),
    ("4VCPPQGP+Q9", -41.2730625, 174.7859375),
    ("62G20000+", 0.5, -179.5),
    ("22220000+", -89.5, -179.5),
    ("7FG40000+", 20.5, 2.5),
    ("22222222+22", -89.9999375, -179.9999375),
    ("6VGX0000+", 0.5, 179.5),
    ("CFX30000+", 89.5, 1.5),
]
SHORTENED = [
    ("9C3W9QCJ+2VX", 51.3708675, -1.217765625, "CJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3701125, -1.218520625, "CJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3852125, -1.217765625, "9QCJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3550125, -1.217765625, "9QCJ+2VX"),
    ("8FJFW222+", 42.899, 9.012, "22+"),
    ("796RXG22+", 14.95125, -23.5001, "22+"),
    ("8FVC2GGG+GG", 46.976, 8.526, "2GGG+GG"),
    ("8FRCXGGG+GG", 46.976, 8.526, "XGGG+GG"),
    ("8FR9GXGG+GG", 46.526, 7.976, "GXGG+GG"),
]


@pytest.mark.parametrize(("code", "lat", "lon"), DECODED)
def test_a_full_code_is_the_middle_of_its_cell(code: str, lat: float, lon: float) -> None:
    cell = decode(code)
    assert (cell.lat, cell.lon) == (pytest.approx(lat, abs=1e-9), pytest.approx(lon, abs=1e-9))


@pytest.mark.parametrize(("full", "lat", "lon", "short"), SHORTENED)
def test_a_short_code_is_the_one_nearest_to_where_it_is_meant(full: str, lat: float, lon: float, short: str) -> None:
    assert recover(short, lon, lat) == full


@given(st.floats(-89.99, 89.99), st.floats(-179.99, 179.99))
@example(-5.96e-08, -5.96e-08)
def test_a_point_lies_in_the_cell_of_its_code(lat: float, lon: float) -> None:
    cell = decode(encode(lon, lat))
    assert abs(cell.lat - lat) <= cell.height / 2 + 1e-9
    assert abs(cell.lon - lon) <= cell.width / 2 + 1e-9


@given(st.floats(-60, 60), st.floats(-170, 170), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_a_code_without_its_first_four_digits_is_found_again_from_within_half_a_degree(
    lat: float, lon: float, north: float, east: float
) -> None:
    code = encode(lon, lat)
    assert recover(code[4:], lon + east, lat + north) == code


@pytest.mark.parametrize(
    "code", ["", "+", "8FWC2345+G", "8FWC2345", "8FWC2_45+G6", "8FWC2ETA+G6", "8FW00000+G6", "+2345"]
)
def test_what_is_no_code_is_neither_full_nor_short(code: str) -> None:
    assert not is_full(code)
    assert not is_short(code)


def test_a_short_code_alone_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        decode("QX6G+M6")
    assert refused.value.field == "spot"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("QX6G+M6 Kayuringin Jaya, Bekasi", "QX6G+M6"),
        ("di sini: 6p58qx6g+m6.", "6P58QX6G+M6"),
        ("+62 812 3456 7890", None),
        ("C++ dan A+B", None),
        ("Jl. Ahmad Yani", None),
    ],
)
def test_a_code_is_found_among_words(text: str, code: str | None) -> None:
    assert code_in(text) == code
