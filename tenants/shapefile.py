"""A shapefile (.shp with .dbf, .prj and .cpg beside it) as a GeoJSON feature collection, by ESRI's description of 1998.

Polygons, lines and points; heights and measures are left out. Rings keep their order: a ring that turns clockwise
begins a polygon, the others are its holes.
"""

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from tenants.errors import Invalid
from tenants.projection import Floats
from tenants.reference_system import WGS84

_POINTS, _LINES, _POLYGONS = (1, 11, 21), (3, 13, 23), (5, 15, 25)
_TEXT, _NUMBER = "C", ("N", "F")
HEADER = 100
LEAST_CONFIDENCE = 70


def read_shapefile(files: Mapping[str, bytes], filename: str) -> dict[str, object]:
    """The shapefile among an archive's files. Raises Invalid, field boundary, for none, several or a damaged one."""
    shapes = [name for name in files if name.lower().endswith(".shp")]
    if len(shapes) != 1:
        raise Invalid(
            "%(file)s holds %(count)s shapefiles (.shp); pack one into it, with its .dbf and .prj.",
            field="boundary",
            file=filename,
            count=len(shapes),
        )
    stem = shapes[0][:-4].lower()
    beside = {name.lower(): content for name, content in files.items()}
    try:
        geometries = list(_geometries(files[shapes[0]]))
        encoding = beside.get(f"{stem}.cpg", b"").decode("ascii", "ignore").strip()
        table = _rows(beside[f"{stem}.dbf"], encoding, len(geometries)) if f"{stem}.dbf" in beside else []
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise Invalid("The shapefile in %(file)s is damaged.", field="boundary", file=filename) from error
    features = [
        {"type": "Feature", "properties": table[number] if number < len(table) else {}, "geometry": geometry}
        for number, geometry in enumerate(geometries)
    ]
    document: dict[str, object] = {"type": "FeatureCollection", "features": features}
    system = _system(beside.get(f"{stem}.prj", b"").decode("utf-8", "replace").strip())
    return document if system is None else {**document, "crs": {"type": "name", "properties": {"name": system}}}


def _system(projection: str) -> str | None:
    """The registered name of a .prj's system, None for WGS84 or where nothing is said. Raises Invalid."""
    if not projection:
        return None
    try:
        system = CRS.from_wkt(projection)
    except CRSError as error:
        raise Invalid("The .prj file of the shapefile can't be read.", field="boundary") from error
    if system.equals(WGS84, ignore_axis_order=True):
        return None
    code = system.to_epsg(min_confidence=LEAST_CONFIDENCE)
    if code is None:
        raise Invalid(
            "The reference system of the shapefile, %(system)s, is not known. Save it in WGS84 (EPSG:4326).",
            field="boundary",
            system=system.name[:80],
        )
    return None if code == 4326 else f"EPSG:{code}"


def _geometries(data: bytes) -> Any:
    if len(data) < HEADER or struct.unpack(">i", data[:4])[0] != 9994:
        raise ValueError("no shapefile")
    at = HEADER
    while at + 12 <= len(data):
        length = struct.unpack(">i", data[at + 4 : at + 8])[0] * 2
        record = data[at + 8 : at + 8 + length]
        if length < 4 or len(record) < length:
            raise ValueError("a record is cut short")
        yield _geometry(record)
        at += 8 + length


def _geometry(record: bytes) -> dict[str, Any] | None:
    kind = struct.unpack("<i", record[:4])[0]
    if kind in _POINTS:
        return {"type": "Point", "coordinates": list(struct.unpack("<2d", record[4:20]))}
    if kind not in _POLYGONS + _LINES:
        return None
    count, total = struct.unpack("<2i", record[36:44])
    if count < 0 or total < 0 or 44 + 4 * count + 16 * total > len(record):
        raise ValueError("a record is cut short")
    starts = np.frombuffer(record, "<i4", count, 44).tolist()
    # What the record says is believed only as far as it can be true: parts that overlap would multiply its points.
    if starts != sorted(set(starts)) or any(not 0 <= start <= total for start in starts):
        raise ValueError("the parts of a record overlap")
    points = np.frombuffer(record, "<f8", 2 * total, 44 + 4 * count).reshape(total, 2)
    parts = [points[start:end] for start, end in zip(starts, [*starts[1:], total], strict=True)]
    if kind in _LINES:
        return {"type": "MultiLineString", "coordinates": [part.tolist() for part in parts]}
    polygons: list[list[Any]] = []
    for part in parts:
        if _clockwise(part) or not polygons:
            polygons.append([part.tolist()])
        else:
            polygons[-1].append(part.tolist())
    return {"type": "MultiPolygon", "coordinates": polygons}


def _clockwise(ring: Floats) -> bool:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return bool(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]) < 0)


def _rows(data: bytes, encoding: str, most: int) -> list[dict[str, object]]:
    count, head, length = struct.unpack("<IHH", data[4:12])
    fields = []
    at, offset = 32, 1
    while at < head - 1 and data[at] != 0x0D:
        name = data[at : at + 11].split(b"\x00")[0].decode("latin-1").strip()
        kind, size = chr(data[at + 11]), data[at + 16]
        fields.append((name, kind, offset, size))
        at, offset = at + 32, offset + size
    if length < offset:
        raise ValueError("the rows of the table are shorter than their columns")
    rows = []
    for number in range(min(count, most, (len(data) - head) // length)):
        row = data[head + number * length : head + (number + 1) * length]
        rows.append({name: _value(row[begin : begin + size], kind, encoding) for name, kind, begin, size in fields})
    return rows


def _value(raw: bytes, kind: str, encoding: str) -> object:
    text = _decoded(raw, encoding).strip(" \x00")
    if kind in _NUMBER and text:
        try:
            number = float(text)
        except ValueError:
            return None
        return int(number) if number.is_integer() and "." not in text else number
    return text or None


def _decoded(raw: bytes, encoding: str) -> str:
    for one in (encoding, "utf-8"):
        try:
            return raw.decode(one) if one else raw.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")
