"""Objects from GeoJSON and CSV, as spreadsheets write it; what can't be one is a sentence with its line. Pure."""

import json
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from configuration.asset_file import read_assets
from tenants.errors import Invalid

CITY = shapely.box(106.9, -6.3, 107.0, -6.2)
CORNERED = CITY.difference(shapely.box(106.98, -6.3, 107.0, -6.28))


def only(text: str | bytes) -> Any:
    data = text.encode() if isinstance(text, str) else text
    read = read_assets(data, "a.csv", CITY)
    assert read.faults == []
    return read.rows[0]


@pytest.mark.parametrize(
    "data",
    [
        "kode,nama,lat,lon,status\nPJU-1,Lampu,-6.25,106.95,kota\n",
        "\ufeffkode;nama;lintang;bujur;status\r\nPJU-1;Lampu;-6,25;106,95;kota\r\n",
        "kode\tnama\tlat\tlng\tstatus\nPJU-1\tLampu\t−6.25\t106.95\tkota\n",
        "status;LON;LAT;NAMA;KODE\nkota; 106,95 ;-6,25;Lampu;PJU-1\n;;;;\n".encode("utf-16"),
        b"kode,nama,lat,lon,status\nPJU-1,Lampu,-6.25,106.95,kota\n\xef\xbb\xbf"[:-3],
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(data: str | bytes) -> None:
    row = only(data)
    assert (row.code, row.name, row.shape) == ("PJU-1", "Lampu", "point")
    assert (row.geometry.x, row.geometry.y) == (106.95, -6.25)
    assert row.attributes == {"status": "kota"}


def test_geojson_has_points_and_lines() -> None:
    road = {"type": "LineString", "coordinates": [[106.95, -6.25, 3], [106.96, -6.24, 3]]}
    features = [
        {
            "type": "Feature",
            "properties": {"kode": 7, "nama": "Ruas", "status": "Nasional", "ok": True},
            "geometry": road,
        }
    ]
    row = only(json.dumps({"type": "FeatureCollection", "features": features}))
    assert (row.line, row.code, row.shape, row.attributes) == (1, "7", "line", {"status": "Nasional", "ok": "yes"})
    assert not row.geometry.has_z


def test_half_a_character_of_geojson_is_left_out() -> None:
    feature = {
        "type": "Feature",
        "properties": {"kode": "PJU-1", "nama": "A\ud83d", "sta\x00tus\udc00": "ko\x00ta"},
        "geometry": {"type": "Point", "coordinates": [106.95, -6.25]},
    }
    row = only(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert (row.name, row.attributes) == ("A", {"status": "kota"})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (";Lampu;-6,25;106,95;", "It has no code"),
        ("A b;Lampu;-6,25;106,95;", "other than letters, digits"),
        ("A;Lampu;106,95;-6,25;", "seem to be exchanged"),
        ("A;Lampu;-7,5;110,1;", "lies outside the city"),
        ("A;Lampu;-6,29;106,995;", "lies outside the city"),
        ("A;Lampu;enam;106,95;", "“enam” is no latitude"),
        ("A;Lampu;-6,25;106,95;=HYPERLINK(1)", "looks like a formula"),
        ("A;@SUM(1);-6,25;106,95;", "looks like a formula"),
        ("A;+cmd|x;-6,25;106,95;", "looks like a formula"),
        (f"A;{'x' * 201};-6,25;106,95;", "longer than 200"),
        ("first;Lagi;-6,25;106,95;", "stands in line 2 already"),
    ],
)
def test_a_row_that_is_no_object_is_told_with_its_line(line: str, why: str) -> None:
    text = f"kode;nama;lat;lon;catatan\nFIRST;-;-6,25;106,95;- belum\n{line}\n"
    read = read_assets(text.encode(), "a.csv", CORNERED)
    assert [row.code for row in read.rows] == ["FIRST"]
    ((number, fault),) = read.faults
    assert number == 3
    assert why in str(fault)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04", "Save its sheet as CSV"),
        (b"nama;lat;lon\nLampu;-6;106\n", "needs columns for the code"),
        (b"kode;lat;lon\n", "has no rows"),
        (b'{"type": "FeatureCollection"}', "no GeoJSON feature collection"),
        (b"[" * 100_000, "no GeoJSON feature collection"),
        (b"kode,lat,lon\n" + b"a,-6.25,106.95\n" * 100_001, "up to 100\u202f000 rows"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read_assets(data, "a.csv", CITY)


@given(lon=st.floats(106.9, 107.0), lat=st.floats(-6.3, -6.2), comma=st.booleans())
def test_any_place_of_the_city_comes_back_as_it_was_written(lon: float, lat: float, comma: bool) -> None:
    written = f"{lat:.7f};{lon:.7f}".replace(".", "," if comma else ".")
    row = only(f"kode;lat;lon\nA;{written}\n")
    assert (row.geometry.x, row.geometry.y) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
