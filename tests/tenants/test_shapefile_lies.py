"""What a shapefile says of itself isn't believed: small files must not become large in memory."""

import gzip
import io
import struct
import zipfile

import pytest

from tenants.boundary_file import MOST_UPLOADED_BYTES, check


def zipped(shp: bytes, dbf: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.shp", shp)
        if dbf:
            archive.writestr("a.dbf", dbf)
    return out.getvalue()


def shapes(starts: list[int], points: int) -> bytes:
    body = struct.pack("<i", 5) + b"\0" * 32 + struct.pack("<2i", len(starts), points)
    body += struct.pack(f"<{len(starts)}i", *starts) + b"\0" * 16 * points
    record = struct.pack(">2i", 1, len(body) // 2) + body
    return struct.pack(">i", 9994) + b"\0" * 96 + record


@pytest.mark.parametrize("starts", [[0, 4, 0, 4], [4, 0], [0, 9], [-1, 2]])
def test_parts_that_overlap_are_damage(starts: list[int]) -> None:
    [fault] = check(zipped(shapes(starts, 4)), "a.zip").faults
    assert "damaged" in str(fault)


def test_a_table_whose_rows_have_no_length_is_damage() -> None:
    table = b"\x03\0\0\0" + struct.pack("<IHH", 4_000_000_000, 65, 0) + b"\0" * 20
    table += b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([10]) + b"\0" * 15 + b"\x0d" + b" " * 20_000
    [fault] = check(zipped(shapes([0], 4), table), "a.zip").faults
    assert "damaged" in str(fault)


def test_a_page_takes_fewer_bytes_than_a_command() -> None:
    packed = gzip.compress(b"[" + b"1," * (MOST_UPLOADED_BYTES // 2 + 1))
    [fault] = check(packed, "a.gz", most_bytes=MOST_UPLOADED_BYTES).faults
    assert "30 MB" in str(fault)
