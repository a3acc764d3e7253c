"""An edition of the catalogue beside what stands, on real outlines: what moved, split, merged or got a new code."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import translate

from onboarding import shipped
from onboarding.boundaries.edition import Difference, Edition, Government, Kind, area_m2, differences

BEKASI, DEPOK, JATISAMPURNA = "32.75", "32.76", "32.75.10"
WEST = shapely.box(106.9, -6.3, 107.0, -6.2)


def government(code: str, outline: shapely.Geometry | None, name: str = "Kota Satu") -> Government:
    return Government(code, name, name.split(maxsplit=1)[0].casefold(), code.partition(".")[0], "Jawa Barat", outline)


def told(found: Sequence[Difference]) -> list[tuple[str, str]]:
    return [(one.kind.value, one.code) for one in found]


@pytest.fixture(scope="module")
def java() -> list[Government]:
    """Bekasi, Depok, Bandung and Cimahi as they are."""
    codes = (BEKASI, DEPOK, "32.04", "32.77")
    names = {code: shipped.governments()[code] for code in codes}
    return [government(code, shipped.outlines()[code], names[code].name) for code in codes]


def test_a_kecamatan_that_moves_is_lost_by_one_and_gained_by_the_other_and_each_says_whose(
    java: list[Government],
) -> None:
    moving = next(one.outline for one in shipped.areas_of(BEKASI) if one.code == JATISAMPURNA)
    bekasi, depok, *others = java
    assert bekasi.outline is not None
    assert depok.outline is not None
    assert moving is not None
    then = [
        replace(bekasi, outline=bekasi.outline.difference(moving)),
        replace(depok, outline=shapely.union(depok.outline, moving)),
        *others,
    ]
    lost, gained = differences(java, Edition("2027", then, complete=True))
    assert told([lost, gained]) == [("outline", BEKASI), ("outline", DEPOK)]
    assert lost.lost_m2 == pytest.approx(area_m2(moving), rel=1e-3) == pytest.approx(20.2e6, rel=0.02)
    assert lost.gained_m2 < 1e3
    assert [(one.code, one.comes, round(one.share, 2)) for one in lost.shares] == [(DEPOK, False, 1.0)]
    assert [(one.code, one.comes, round(one.share, 2)) for one in gained.shares] == [(BEKASI, True, 1.0)]
    assert differences(then, Edition("2027", then, complete=True)) == []


def test_a_merger_ends_one_and_grows_the_other_and_half_of_a_regency_is_a_new_one(java: list[Government]) -> None:
    bekasi, depok, bandung, cimahi = java
    assert bandung.outline is not None
    assert cimahi.outline is not None
    merged = replace(bandung, outline=shapely.union(bandung.outline, cimahi.outline))
    grown, ended = differences(java, Edition("2027", [bekasi, depok, merged], complete=True))
    assert told([grown, ended]) == [("outline", "32.04"), ("ended", "32.77")]
    assert [(one.code, round(one.share, 2)) for one in ended.shares] == [("32.04", 1.0)]

    west, south, _, north = bandung.outline.bounds
    half = shapely.box(west, south, bandung.outline.centroid.x, north)
    rest = replace(bandung, outline=bandung.outline.difference(half))
    new = government("32.99", bandung.outline.intersection(half), "Kabupaten Bandung Timur")
    smaller, born = differences(java, Edition("2027", [bekasi, depok, rest, new, cimahi]))
    assert told([smaller, born]) == [("outline", "32.04"), ("new", "32.99")]
    assert born.after["name"] == "Kabupaten Bandung Timur"
    assert [(one.code, round(one.share, 2)) for one in born.shares] == [("32.04", 1.0)]
    assert [(one.code, one.comes) for one in smaller.shares] == [("32.99", False)]


def test_the_same_ground_under_a_new_code_is_that_municipality_renumbered_and_not_an_end_and_a_birth(
    java: list[Government],
) -> None:
    *others, cimahi = java
    then = [*others, Government("39.01", cimahi.name, cimahi.type, "39", "Pasundan", cimahi.outline)]
    (found,) = differences(java, Edition("2027", then, complete=True))
    assert (found.kind, found.before["code"], found.after["code"]) == (Kind.CODE, "32.77", "39.01")
    assert found.after["province_name"] == "Pasundan"
    unknown = [*others, replace(cimahi, outline=None)]
    assert [one.kind for one in differences(unknown, Edition("2027", then, complete=True))] == [Kind.CODE, Kind.OUTLINE]
    assert told(differences(unknown, Edition("2027", others))) == [], "nothing says that it ended"


def test_two_that_have_exchanged_their_codes_are_renumbered_and_keep_their_ground(java: list[Government]) -> None:
    bekasi, depok, *others = java
    swapped = [replace(bekasi, code=DEPOK), replace(depok, code=BEKASI), *others]
    found = differences(java, Edition("2027", swapped, complete=True))
    assert [(one.kind, one.code, one.then, one.name) for one in found] == [
        (Kind.CODE, BEKASI, DEPOK, bekasi.name),
        (Kind.CODE, DEPOK, BEKASI, depok.name),
    ]
    nameless = [replace(one, outline=None) for one in java]
    assert told(differences(nameless, Edition("2027", [replace(one, outline=None) for one in swapped]))) == [
        ("code", BEKASI), ("code", DEPOK),
    ]  # fmt: skip


def test_a_name_that_leaves_out_the_kind_is_the_same_and_other_provinces_are_left_alone() -> None:
    one = government("32.04", WEST, "Kabupaten Bandung")
    assert differences([one], Edition("2027", [replace(one, name="Bandung", type="")])) == []
    (found,) = differences([one], Edition("2027", [replace(one, name="Kota Bandung Raya", type="kota")]))
    assert (found.kind, found.after) == (Kind.NAME, {"name": "Kota Bandung Raya", "type": "kota"})
    far = government("33.01", shapely.box(110.0, -7.1, 110.1, -7.0))
    assert told(differences([one], Edition("2027", [far], complete=True))) == [("new", "33.01")]


def test_of_a_province_that_is_a_city_it_alone_is_named() -> None:
    east = shapely.box(107.0, -6.3, 107.1, -6.2)
    province, member = government("31", WEST, "DKI"), government("31.75", WEST, "Kota Timur")
    own = government("32.75", east, "Kota Bekasi")
    grown = replace(own, outline=shapely.box(106.99, -6.3, 107.1, -6.2))
    (found,) = differences([province, member, own], Edition("2027", [province, member, grown]))
    assert [(one.code, one.comes) for one in found.shares] == [("31", True)]


@given(st.integers(-400, 400))
def test_what_is_gained_and_lost_adds_up_and_a_strokes_width_is_no_difference(metres: int) -> None:
    moved = translate(WEST, metres / 111_320)
    found = differences([government("32.01", WEST)], Edition("2027", [government("32.01", moved)]))
    strip = area_m2(moved.difference(WEST)) if metres else 0.0
    assert bool(found) is (strip > 50_000)
    for one in found:
        assert one.gained_m2 - one.lost_m2 == pytest.approx((one.becomes_m2 or 0) - (one.was_m2 or 0), abs=10)
        assert one.gained_m2 == pytest.approx(strip, rel=1e-6)
