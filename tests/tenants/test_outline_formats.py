"""Outlines as KML, KMZ and zipped shapefiles: read as GeoJSON is, and refused in a sentence where they can't be."""

import io
import struct
import zipfile

import pytest

from tenants.boundary_file import read_boundaries
from tenants.errors import Invalid

RING = [(106.9, -6.3), (106.9, -6.2), (107.0, -6.2), (107.0, -6.3), (106.9, -6.3)]
HOLE = [(106.94, -6.26), (106.96, -6.26), (106.96, -6.24), (106.94, -6.24), (106.94, -6.26)]
UTM = 'PROJCS["WGS_1984_UTM_Zone_48S",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",10000000.0],PARAMETER["Central_Meridian",105.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'  # noqa: E501


def kml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2">{body}</kml>'.encode()


def placemark(name: str = "Utara") -> str:
    written = " ".join(f"{lon},{lat},0" for lon, lat in RING)
    inner = " ".join(f"{lon},{lat}" for lon, lat in HOLE)
    return (
        f"<Document><Folder><Placemark><name>{name}</name><ExtendedData><Data name='code'><value>A.1</value></Data>"
        f"</ExtendedData><Polygon><innerBoundaryIs><LinearRing><coordinates>{inner}</coordinates></LinearRing>"
        f"</innerBoundaryIs><outerBoundaryIs><LinearRing><coordinates>{written}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark></Folder></Document>"
    )


def packed(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return data.getvalue()


def shp(*rings: list[tuple[float, float]]) -> bytes:
    points = [point for ring in rings for point in ring]
    starts = [sum(len(ring) for ring in rings[:number]) for number in range(len(rings))]
    content = struct.pack("<i4d2i", 5, 0, 0, 0, 0, len(rings), len(points))
    content += struct.pack(f"<{len(starts)}i", *starts) + b"".join(struct.pack("<2d", *point) for point in points)
    record = struct.pack(">2i", 1, len(content) // 2) + content
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(record)) // 2) + b"\x00" * 72 + record


def dbf(**row: str) -> bytes:
    fields = b"".join(
        name.encode().ljust(11, b"\x00") + b"C" + b"\x00" * 4 + bytes([20, 0]) + b"\x00" * 14 for name in row
    )
    head = struct.pack("<4BIHH20x", 3, 26, 1, 1, 1, 32 + len(fields) + 1, 1 + 20 * len(row))
    return head + fields + b"\r" + b" " + b"".join(value.encode().ljust(20) for value in row.values())


def test_kml_and_kmz_are_read_with_their_data_and_holes() -> None:
    for data, name in ((kml(placemark()), "a.kml"), (packed(doc_kml=kml(placemark())), "a.kmz")):
        (one,) = read_boundaries(data, name)
        assert (one.code, one.name) == ("A.1", "Utara")
        assert one.geometry.bounds == (106.9, -6.3, 107.0, -6.2)
        assert len(one.geometry.interiors) == 1


def test_a_zipped_shapefile_is_read_with_its_table() -> None:
    (one,) = read_boundaries(packed(a_shp=shp(RING, HOLE), a_dbf=dbf(KODE="A.1", NAMA="Café"), a_cpg=b"UTF-8"), "a.zip")
    assert (one.code, one.name) == ("A.1", "Café")
    assert len(one.geometry.interiors) == 1


def test_a_shapefile_in_another_system_is_turned_into_degrees() -> None:
    ring = [(700_000.0, 9_300_000.0), (700_000.0, 9_310_000.0), (710_000.0, 9_310_000.0), (700_000.0, 9_300_000.0)]
    (one,) = read_boundaries(packed(a_shp=shp(ring), a_prj=UTM.encode()), "a.zip")
    assert 106 < one.geometry.bounds[0] < 107
    assert any("EPSG:32748" in mending.what for mending in one.mendings)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (kml("", '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "declares a document type"),
        (kml("", '<!DOCTYPE kml SYSTEM "file:///etc/passwd">').decode().encode("utf-16"), "document type"),
        (kml("<Document>" * 200), "nested too deeply"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not KML"),
        (kml("<Document>"), "not XML: line 1"),
        (kml("<Placemark><Point><coordinates>a,b</coordinates></Point></Placemark>"), "no numbers: a,b"),
        (packed(a_txt=b"none"), "holds 0 shapefiles"),
        (packed(a_shp=shp(RING)[:-9]), "is damaged"),
        (packed(a_shp=shp(RING), a_prj=b"GEOGCS["), ".prj file"),
        (packed(a_shp=shp(RING))[:-30], "damaged zip archive"),
    ],
)
def test_what_is_none_of_them_is_refused_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read_boundaries(data, "file")


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(Invalid, match="more than 1 MB"):
        read_boundaries(packed(a_shp=b"\x00" * 5_000_000), "a.zip", most_bytes=1_000_000)
    many = {f"f{number}_txt": b"" for number in range(201)}
    with pytest.raises(Invalid, match="more than 200 files"):
        read_boundaries(packed(**many), "a.zip")
