"""Telephone numbers, plates and the like, found before everybody reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.words.exposed import Kind, covered, exposed


@pytest.mark.parametrize(("text", "kind", "words"), [
    ("Hubungi 0812 3456 7890 ya", Kind.PHONE, "0812 3456 7890"),
    ("WA +62812-3456-7890.", Kind.PHONE, "+62812-3456-7890"),
    ("telp 021-88955555", Kind.PHONE, "021-88955555"),
    ("mobil B 1234 XYZ parkir", Kind.PLATE, "B 1234 XYZ"),
    ("motor b4567abc ngebut", Kind.PLATE, "b4567abc"),
    ("angkot AB 12 C", Kind.PLATE, "AB 12 C"),
    ("NIK 3275011212900001", Kind.NIK, "3275011212900001"),
    ("surel ani.b@contoh.id saja", Kind.EMAIL, "ani.b@contoh.id"),
])  # fmt: skip
def test_it_is_found(text: str, kind: Kind, words: str) -> None:
    (one,) = exposed(text)
    assert (one.kind, one.words) == (kind, words)
    assert text[one.start : one.end] == words


@pytest.mark.parametrize("text", [
    "Jl. Merdeka No. 12 RT 03 RW 05",
    "sejak jam 10.00 WIB tanggal 12 Mei 2025",
    "lubang 3 m x 40 cm, dalam 100 cm",
    "sudah 3 bulan, 1000 rb lebih",
    "laporan BKS-7K3M-9QX1",
    "",
])  # fmt: skip
def test_addresses_hours_and_lengths_are_left_alone(text: str) -> None:
    assert exposed(text) == []


@given(st.text(alphabet="0123456789 +-.ABbxz@•ai", max_size=60))
def test_what_is_covered_exposes_nothing_and_is_as_long_as_before(text: str) -> None:
    assert len(covered(text)) == len(text)
    assert exposed(covered(text)) == []
