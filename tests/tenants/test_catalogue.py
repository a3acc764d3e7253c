"""The zones of the catalogue's governments."""

import pytest

from tenants.catalogue import time_zone_of


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("32.75", "Asia/Jakarta"),
        ("61.71", "Asia/Pontianak"),
        ("62.71", "Asia/Jakarta"),
        ("63.71", "Asia/Makassar"),
        ("51.71", "Asia/Makassar"),
        ("73.71", "Asia/Makassar"),
        ("82.71", "Asia/Jayapura"),
        ("91.71", "Asia/Jayapura"),
        ("96.71", "Asia/Jayapura"),
    ],
)
def test_a_government_keeps_the_time_of_its_province(code: str, zone: str) -> None:
    assert time_zone_of(code) == zone
