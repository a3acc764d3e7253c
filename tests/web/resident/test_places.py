"""What people paste to say where."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.errors import Invalid
from web.resident.places import find

BEKASI = (106.99, -6.24)
HERE = (106.9756, -6.2383)

SAME_PLACE = """
-6.2383, 106.9756
-6.2383,106.9756
-6.2383 106.9756
(-6.2383, 106.9756)
-6,2383; 106,9756
-6,2383, 106,9756
-6,2383 106,9756
lat: -6.2383 lon: 106.9756
Koordinat: -6.2383, 106.9756
6°14'17.9"S 106°58'32.2"E
6° 14' 17.9" S, 106° 58' 32.2" E
6°14′17,9″LS 106°58′32,2″BT
6,2383° LS 106,9756° BT
S 6.2383 E 106.9756
LS 6,2383 BT 106,9756
S6°14.298' E106°58.536'
-6°14'17.9", 106°58'32.2"
-6.2383°, 106.9756°
−6.2383, 106.9756
https://www.google.com/maps/@-6.2383,106.9756,17z
https://www.google.com/maps/place/Stasiun/@-6.2361,106.9992,17z/data=!3m1!4b1!4m6!3m5!1s0x2e!8m2!3d-6.2383!4d106.9756!16s
https://maps.google.com/?q=-6.2383,106.9756
maps.google.com/?q=-6.2383,106.9756
https://www.google.com/maps?q=-6.2383%2C106.9756&z=17&hl=id
https://www.google.com/maps/search/?api=1&query=-6.2383,106.9756
https://www.google.com/maps/search/-6.2383,+106.9756?entry=tts
https://www.google.com/maps/dir//-6.2383,106.9756
https://maps.google.com/maps?ll=-6.2383,106.9756&q=Bekasi
https://maps.google.com/maps?q=loc:-6.2383,106.9756
https://www.google.com/maps/place/6%C2%B014'17.9%22S+106%C2%B058'32.2%22E/@-6.2,106.9,17z
geo:-6.2383,106.9756;u=35
geo:0,0?q=-6.2383,106.9756(Lubang)
https://www.openstreetmap.org/?mlat=-6.2383&mlon=106.9756#map=17/-6.2/106.9
https://www.openstreetmap.org/#map=17/-6.2383/106.9756
https://maps.apple.com/?ll=-6.2383,106.9756
https://waze.com/ul?ll=-6.2383,106.9756&navigate=yes
Lokasi saya: https://maps.google.com/?q=-6.2383,106.9756, tolong segera
6P58QX6G+M6
QX6G+M6 Kayuringin Jaya, Bekasi
""".strip().splitlines()

WORDS = """
Jl. Ahmad Yani No. 12
Jl. Ahmad Yani No. 12, RT 03/RW 05
RT 03 RW 05 Kayuringinjaya
0812 3456 7890
Blok B 12
depan SD Negeri 3
KM 12,5
مرحبا 12
🚧 lubang
""".strip().splitlines()

UNREADABLE = """
https://maps.app.goo.gl/AbCdEf
maps.app.goo.gl/AbCdEf
https://goo.gl/maps/abc
https://example.com/foo
https://www.google.com/maps/place/Kota+Bekasi
200.5, 300.2
geo:abc,def
6°75'18"S 106°58'32"E
""".strip().splitlines()


@pytest.mark.parametrize("text", SAME_PLACE)
def test_every_usual_way_to_write_a_place_is_the_same_place(text: str) -> None:
    found = find(text, BEKASI)
    assert found is not None
    assert (found.lon, found.lat) == (pytest.approx(HERE[0], abs=0.00008), pytest.approx(HERE[1], abs=0.00008))


@pytest.mark.parametrize("text", WORDS)
def test_an_address_stays_words(text: str) -> None:
    assert find(text, BEKASI) is None


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_holds_no_place_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        find(text, BEKASI)
    assert refused.value.field == "spot"


def test_a_shortened_link_is_told_from_a_useless_one() -> None:
    with pytest.raises(Invalid, match="shortened"):
        find("https://maps.app.goo.gl/AbCdEf")


def test_the_pin_of_a_link_counts_more_than_the_view_around_it() -> None:
    found = find("https://www.google.com/maps/place/X/@-6.1,106.1,17z/data=!3d-6.2383!4d106.9756")
    assert found is not None
    assert (found.lon, found.lat) == HERE


def test_the_accuracy_that_a_geo_link_names_is_kept() -> None:
    found = find("geo:-6.2383,106.9756;u=35")
    assert found is not None
    assert found.accuracy_m == 35


def test_exchanged_coordinates_are_left_to_routing_which_says_so() -> None:
    found = find("106.9756, -6.2383")
    assert found is not None
    assert (found.lat, found.lon) == HERE


def test_a_short_plus_code_needs_a_city() -> None:
    with pytest.raises(Invalid, match="whole code"):
        find("QX6G+M6 Bekasi", None)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(Invalid):
        found = find(text, BEKASI)
        assert found is None or abs(found.lon) <= 180 or abs(found.lat) <= 180


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_decimal_degrees_are_read_as_written(lat: float, lon: float) -> None:
    found = find(f"{lat:.6f}, {lon:.6f}")
    assert found is not None
    assert (found.lat, found.lon) == (pytest.approx(lat, abs=1e-6), pytest.approx(lon, abs=1e-6))
