"""Files of boundaries: what they may be, and what is said of those that can't be used."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tenants.boundary_file import MOST_BYTES, Report, check, read_boundaries
from tenants.errors import Invalid

DATA = Path(__file__).parents[2] / "../shared/data/boundaries"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.8, -6.3], [106.9, -6.3], [106.9, -6.2], [106.8, -6.2], [106.8, -6.3]]],
}


def feature(geometry: Any = SQUARE, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def packed(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def the_fault(data: bytes) -> str:
    report = check(data, "kota.geojson")
    assert len(report.faults) == 1
    return str(report.faults[0])


@pytest.mark.parametrize(
    "data",
    [
        packed(feature(code="32.75", name="Kota Bekasi")),
        json.dumps(feature(code="32.75", name="Kota Bekasi")).encode(),
        b"\xef\xbb\xbf" + packed(feature(KODE="32.75", NAMA="Kota Bekasi")),
        gzip.compress(packed(feature(code="32.75", name="Kota Bekasi")), mtime=0),
        gzip.compress(packed(feature(code="32.75", name="Kota Bekasi"))[:50], mtime=0)
        + gzip.compress(packed(feature(code="32.75", name="Kota Bekasi"))[50:], mtime=0),
        packed(feature({"type": "GeometryCollection", "geometries": [SQUARE]}, code="32.75", name="Kota Bekasi")),
        packed(
            feature({"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]}, code="32.75", name="Kota Bekasi")
        ),
    ],
)
def test_geojson_is_read_plain_or_packed_as_a_collection_or_one_feature(data: bytes) -> None:
    (one,) = read_boundaries(data, "kota.geojson")
    assert (one.code, one.name, one.mendings) == ("32.75", "Kota Bekasi", ())
    assert one.area_m2 == pytest.approx(122.38e6, rel=1e-3)


def test_a_bare_geometry_is_a_feature_without_a_name() -> None:
    (one,) = read_boundaries(json.dumps(SQUARE).encode(), "kota.geojson")
    assert (one.code, one.name, one.properties) == ("", "", {})


def test_code_and_name_stand_where_the_caller_says() -> None:
    data = packed(feature(KDPKAB=3275, WADMKK=" Kota Bekasi ", code="no"))
    (one,) = read_boundaries(data, "kota.geojson", code_property="KDPKAB", name_property="WADMKK")
    assert (one.code, one.name) == ("3275", "Kota Bekasi")
    with pytest.raises(Invalid, match="no property KODE; it has: KDPKAB, WADMKK, code"):
        read_boundaries(data, "kota.geojson", code_property="KODE")
    with pytest.raises(Invalid, match="property KODE is empty"):
        read_boundaries(packed(feature(KODE=None)), "kota.geojson", code_property="KODE")
    (whole,) = read_boundaries(packed(feature(code=3275.0)), "kota.geojson")
    assert whole.code == "3275"


def test_a_code_twice_in_a_file_is_a_fault() -> None:
    fault = the_fault(packed(feature(code="1"), feature(code="2"), feature(code="1")))
    assert fault == "Feature 3 (1): The code 1 is also that of feature 1."


def test_every_fault_is_told_with_its_feature_and_place_and_the_rest_is_usable() -> None:
    outside = {"type": "Polygon", "coordinates": [[[106.8, -6.3], [1069, -6.3], [106.9, -6.2], [106.8, -6.3]]]}
    data = packed(
        feature(code="1"), feature(outside, code="2", name="B"), feature({"type": "Point", "coordinates": [1, 2]})
    )
    report = check(data, "kota.geojson")
    assert [one.code for one in report.features] == ["1"]
    assert [(fault.feature, fault.where) for fault in report.faults] == [
        ("Feature 2 (2, B)", (1069, -6.3)),
        ("Feature 3", (1, 2)),
    ]
    assert str(report.faults[0]).startswith("Feature 2 (2, B) at 1069, -6.3: The position 1069, -6.3 is out of range")
    with pytest.raises(Invalid, match=r"^Feature 2 .* Further faults in this file: 1\.$") as refusal:
        read_boundaries(data, "kota.geojson")
    assert refusal.value.details["faults"] == report.faults


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{", "is not JSON: line 1, column 2"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"type":"FeatureCollection","features":' + b"[" * 200_000, "nested too deeply"),
        (b'{"a":' + b"1" * 10_000 + b"}", "endless number"),
        (b'{"type": "FeatureCollection", "features": [], "name": "\\ud800"}', "a character that can't be stored"),
        (b'{"type": "FeatureCollection", "features": [], "name": "a\\u0000"}', "a character that can't be stored"),
        (b"[1, 2]", "outermost value is no object"),
        (b'"FeatureCollection"', "outermost value is no object"),
        (b"{}", "its type is None"),
        (b'{"type": ["Feature"]}', "should be FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "no list of features"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"type": "FeatureCollection", "features": [7]}', "no GeoJSON feature"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b"PK\x03\x04rest", "damaged zip archive"),
        (b"\x00\x00\x27\x0arest", "bare shapefile"),
        (b"<?xml version='1.0'?><kml/>", "no features"),
        (b"SQLite format 3\x00", "GeoPackage"),
        (b'{"type": "\xff"}', "not text in UTF-8"),
        (gzip.compress(b'{"type": "Topology"}', mtime=0)[:-12], "cut short"),
        (b"\x1f\x8b\x08rest that is none", "damaged"),
        (packed(feature(None)), "Feature 1: It has no geometry"),
        (packed(feature({"type": "Polygon", "coordinates": []})), "outline is empty"),
        (packed(feature({"type": "Polygon"})), "outline is empty"),
        (packed(feature({"type": "GeometryCollection", "geometries": []})), "outline is empty"),
        (
            packed(feature({"type": "LineString", "coordinates": [[106, -6], [107, -6]]})),
            "at 106, -6: It is a LineString",
        ),
        (packed(feature({"type": "Circle"})), "GeoJSON doesn't know"),
        (packed(feature("Polygon")), "geometry is no object"),
        (packed({"type": "Feature", "properties": [1], "geometry": SQUARE}), "properties are no object"),
        (packed(feature(), crs={"type": "name", "properties": {"name": "EPSG:99999"}}), "EPSG:99999, is not known"),
        (
            b'{"type":"Polygon","coordinates":[[[106.8,-6.3],[NaN,-6.3],[106.9,-6.2],[106.8,-6.3]]]}',
            "at 106.8, -6.3: Position 2",
        ),
        (
            b'{"type":"Polygon","coordinates":[[[106.8,-6.3],[1e999,-6.3],[106.9,-6.2],[106.8,-6.3]]]}',
            "at 106.8, -6.3: Position 2",
        ),
    ],
)
def test_what_is_no_boundary_is_refused_in_a_sentence(data: bytes, says: str) -> None:
    fault = the_fault(data)
    assert says in fault
    assert fault.endswith(".")
    with pytest.raises(Invalid):
        read_boundaries(data, "kota.geojson")


def test_numbers_that_json_does_not_know_are_no_property() -> None:
    (one,) = read_boundaries(
        b'{"type":"Feature","properties":{"a":NaN,"b":1},"geometry":' + json.dumps(SQUARE).encode() + b"}", "x"
    )
    assert one.properties == {"a": None, "b": 1}


def test_a_file_in_another_projection_is_transformed_when_it_says_which() -> None:
    utm = {
        "type": "Polygon",
        "coordinates": [[[700000, 9300000], [710000, 9300000], [710000, 9310000], [700000, 9300000]]],
    }
    (one,) = read_boundaries(
        packed(feature(utm), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}}), "x"
    )
    assert [mending.what for mending in one.mendings] == ["transformed from EPSG:32748 (WGS 84 / UTM zone 48S)"]
    assert one.geometry.bounds == pytest.approx((106.8, -6.33, 106.9, -6.24), abs=0.01)
    assert one.area_m2 == pytest.approx(50e6, rel=2e-3)
    assert "UTM" in the_fault(packed(feature(utm)))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = gzip.compress(b" " * 1_000_000, compresslevel=1) * (MOST_BYTES // 1_000_000 + 1)
    assert len(bomb) < 3_000_000
    assert "more than 300 MB" in the_fault(bomb)
    one_member = gzip.compress(b" " * (MOST_BYTES + 1_000_000), compresslevel=1)
    assert "more than 300 MB" in the_fault(one_member)


def checked(name: str) -> tuple[Report, float]:
    path = DATA / name
    if not path.exists():
        pytest.skip("The boundaries of the test data are not here.")
    data = path.read_bytes()
    began = time.perf_counter()
    return check(data, name), time.perf_counter() - began


def test_the_catalogue_is_read_in_seconds() -> None:
    report, seconds = checked("catalogue_idn.geojson.gz")
    assert (len(report.features), report.faults) == (508, ())
    assert sum(one.area_m2 for one in report.features) == pytest.approx(1.88e12, rel=0.03)
    by_code = {one.code: one for one in report.features}
    assert by_code["32.75"].name == "Kota Bekasi"
    assert by_code["32.75"].area_m2 == pytest.approx(213.13e6, rel=1e-3)
    assert sum(mending.area_m2 for one in report.features for mending in one.mendings) < 100
    assert seconds < 20


def test_the_first_tenants_are_as_large_as_the_data_says() -> None:
    report, _ = checked("first_tenants.geojson")
    parts = {one.code: getattr(one.geometry, "geoms", [one.geometry]) for one in report.features}
    assert {code: len(shapes) for code, shapes in parts.items()} == {"31": 124, "32.75": 1, "32.76": 1}


def test_swiss_municipalities_may_be_named_nan() -> None:
    """A wart of the world file: the name is the text nan, and a name is only text."""
    (one,) = read_boundaries(packed(feature(code="CH-1", name="nan")), "x")
    assert one.name == "nan"
