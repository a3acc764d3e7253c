"""From a file's features to areas, and the areas against the ground. Pure."""

from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from configuration.area_check import Lying, check_ground
from configuration.area_file import AreaRow
from configuration.area_plan import BY_CODE, BY_PLACE, END, Feature, Plan, Present, Reading, guessed, plan
from tenants.geometry import geodesic_area_m2

CITY = shapely.box(106.9, -6.3, 107.0, -6.2)
NORTH, SOUTH = shapely.box(106.9, -6.25, 107.0, -6.2), shapely.box(106.9, -6.3, 107.0, -6.25)
HERE = [
    Present("BRT.1", {"id": "Utara", "en": "North"}, "kecamatan", None, NORTH, geodesic_area_m2(NORTH)),
    Present("BRT.2", {"id": "Selatan"}, "kecamatan", None, SOUTH, geodesic_area_m2(SOUTH)),
]
READING = Reading(code="kode", name="nama", level_word="kecamatan")
OFFICIAL = [
    AreaRow("32.75.01", {"id": "Bekasi Timur"}, "kecamatan", None),
    AreaRow("32.75.01.1001", {"id": "Bekasi Jaya"}, "kelurahan", "32.75.01"),
    AreaRow("32.75.02", {"id": "Kembar"}, "kecamatan", None),
    AreaRow("32.75.03", {"id": "Kembar"}, "kecamatan", None),
]


def feature(shape: shapely.Polygon = NORTH, **properties: Any) -> Feature:
    return Feature(properties, shape, geodesic_area_m2(shape))


def planned(*features: Feature, reading: Reading = READING, official: list[AreaRow] = OFFICIAL) -> Plan:
    return plan(features, reading, HERE, official)


def test_what_is_there_is_kept_changed_or_new() -> None:
    found = planned(
        feature(kode="brt.1", nama="Utara"), feature(SOUTH, kode="BRT.2", nama="Kidul"), feature(kode="X", nama="Baru")
    )
    assert not found.faults
    assert [(one.code, one.changed) for one in found.areas] == [("BRT.1", ()), ("BRT.2", ("name",)), ("X", ())]
    assert found.areas[0].name == {"id": "Utara", "en": "North"}
    assert [one.code for one in found.new] == ["X"]
    moved = planned(feature(SOUTH, kode="BRT.1", nama="Utara"))
    assert moved.areas[0].changed == ("outline",)


def test_official_codes_are_found_by_their_digits_or_by_a_name_that_is_alone() -> None:
    dotted = planned(
        feature(kode=3275011001, nama="Apa"), reading=Reading(code="kode", name="nama", level_word="kelurahan")
    )
    assert (dotted.areas[0].code, dotted.areas[0].official) == ("32.75.01.1001", True)
    named = planned(feature(nama="BEKASI  timur"), reading=Reading(name="nama", level_word="Kecamatan"))
    assert named.areas[0].code == "32.75.01"
    (fault,) = planned(feature(nama="Kembar"), reading=Reading(name="nama", level_word="kecamatan")).faults
    assert "no official area" in str(fault[1])


@pytest.mark.parametrize(
    ("features", "why"),
    [
        ([feature(kode="A", nama="")], "no name"),
        ([feature(kode="A", nama="x" * 201)], "longer than 200"),
        ([feature(kode="A b", nama="x")], "A b, has characters"),
        ([feature(kode="a", nama="x"), feature(kode="A", nama="y")], "more than once, capitals or not"),
    ],
)
def test_a_fault_is_a_sentence_and_nothing_is_planned(features: list[Feature], why: str) -> None:
    found = planned(*features, feature(SOUTH, kode="B", nama="fine"))
    assert why in str(found.faults[0][1])
    assert not found.areas


def test_parents_are_found_by_property_code_and_place() -> None:
    small = shapely.box(106.91, -6.21, 106.92, -6.205)
    reading = Reading(code="kode", name="nama", level_word="desa", parent="induk")
    assert planned(feature(small, kode="D", nama="Desa", induk="utara"), reading=reading).areas[0].parent == "BRT.1"
    (fault,) = planned(feature(small, kode="D", nama="Desa", induk="Atlantis"), reading=reading).faults
    assert "Atlantis, is neither in the city nor in the file" in str(fault[1])
    by_code = Reading(code="kode", name="nama", level_word="desa", parent=BY_CODE)
    assert planned(feature(small, kode="BRT.2.7", nama="Desa"), reading=by_code).areas[0].parent == "BRT.2"
    by_place = Reading(code="kode", name="nama", level_word="desa", parent=BY_PLACE)
    assert planned(feature(small, kode="D", nama="Desa"), reading=by_place).areas[0].parent == "BRT.1"
    own = planned(feature(kode="BRT.1", nama="Utara", induk="BRT.1"), reading=reading)
    assert "lie in itself" in str(own.faults[0][1])


def test_what_the_file_lacks_ends_only_where_that_was_chosen() -> None:
    reading = Reading(code="kode", name="nama", level_word="kecamatan", missing=END)
    assert planned(feature(kode="BRT.1", nama="Utara")).ended == []
    assert planned(feature(kode="BRT.1", nama="Utara"), reading=reading).ended == ["BRT.2"]


def test_properties_are_guessed_by_their_usual_names() -> None:
    reading = guessed(["OBJECTID", "WADMKD", "KDEPUM"], "id", ["kecamatan", "kelurahan"])
    assert (reading.code, reading.name, reading.level_word) == ("KDEPUM", "WADMKD", "kelurahan")


def lying(code: str, shape: Any) -> Lying:
    return Lying(code, None, "kecamatan", shape)


def test_areas_that_fill_the_city_have_no_faults_on_the_ground() -> None:
    found = check_ground([lying("1", NORTH), lying("2", SOUTH)], CITY, {"1", "2"})
    assert (found.out, found.bare, found.twice) == ([], [], [])


@given(shift=st.floats(0.0005, 0.02))
def test_what_is_shifted_north_sticks_out_leaves_bare_and_overlaps_by_as_much(shift: float) -> None:
    moved = shapely.box(106.9, -6.3 + shift, 107.0, -6.25 + shift)
    found = check_ground([lying("1", NORTH), lying("2", moved)], CITY, {"2"})
    ((_code, bare),) = found.bare
    ((_one, _other, twice),) = found.twice
    assert found.out == []
    assert bare == pytest.approx(geodesic_area_m2(shapely.box(106.9, -6.3, 107.0, -6.3 + shift)), rel=1e-6)
    assert twice == pytest.approx(geodesic_area_m2(shapely.box(106.9, -6.25, 107.0, -6.25 + shift)), rel=1e-6)
    beyond = check_ground([lying("1", shapely.box(106.9, -6.3, 107.0, -6.2 + shift))], CITY, {"1"})
    ((_code, out),) = beyond.out
    assert out == pytest.approx(geodesic_area_m2(shapely.box(106.9, -6.2, 107.0, -6.2 + shift)), rel=1e-6)
