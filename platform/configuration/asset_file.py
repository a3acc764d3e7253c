"""A city's objects from a file: GeoJSON or CSV, each row an object or a sentence on why it isn't. Pure.

CSV as spreadsheets write it: with or without a mark of its encoding, with commas, semicolons or tabs between cells, and
with decimal commas.
"""

import csv
import io
import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from tenants.errors import Invalid
from tenants.sentence import grouped

MOST_ROWS = 100_000
MOST_ATTRIBUTES, LONGEST = 30, 200
MOST_VERTICES = 5_000
BESIDE_DEGREES = 0.003
"""Some 300 m: a lamp on the other side of the street that is the border may still be the city's."""
CODES = ("code", "kode", "kode_aset", "id", "no", "nomor")
NAMES = ("name", "nama", "nama_ruas", "nm_ruas", "keterangan")
LONS = ("lon", "lng", "long", "longitude", "bujur", "x")
LATS = ("lat", "latitude", "lintang", "y")
FORMULAS = ("=", "@", "\t", "\r")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_CALLS = re.compile(r"[(!|]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True)
class AssetRow:
    """An object as a file has it. line: of the CSV, or the number of the feature. geometry: WGS84, a point or lines."""

    line: int
    code: str
    name: str
    geometry: BaseGeometry
    attributes: Mapping[str, str]

    @property
    def shape(self) -> str:
        return "point" if self.geometry.geom_type == "Point" else "line"


@dataclass(frozen=True)
class AssetFile:
    """faults: (line, why)."""

    rows: Sequence[AssetRow]
    faults: Sequence[tuple[int, Invalid]]


def read_assets(data: bytes, filename: str, ground: BaseGeometry | None) -> AssetFile:
    """The objects of a file. ground: of the city, on which they have to lie. Raises Invalid for no such file."""
    if not data.strip():
        raise Invalid("%(file)s is empty.", field="file", file=filename)
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Invalid(
            "%(file)s is a workbook or an archive. Save its sheet as CSV and choose that.", field="file", file=filename
        )
    text = _decoded(data)
    raw = _features(text, filename) if text.lstrip()[:1] in ("{", "[") else _lines(text, filename)
    rows: list[AssetRow] = []
    faults: list[tuple[int, Invalid]] = []
    seen: dict[str, int] = {}
    box = ground.bounds if ground is not None else None
    for line, properties, geometry in raw:
        if isinstance(geometry, Invalid):
            faults.append((line, geometry))
            continue
        try:
            row = _row(line, properties, geometry, box)
            if row.code.casefold() in seen:
                raise Invalid(
                    "The code %(code)s stands in line %(line)s already, capitals or not.",
                    code=row.code,
                    line=seen[row.code.casefold()],
                )
        except Invalid as error:
            faults.append((line, error))
        else:
            seen[row.code.casefold()] = line
            rows.append(row)
    rows, strays = _on_the_ground(rows, ground)
    faults = sorted([*faults, *strays], key=lambda fault: fault[0])
    if not rows and not faults:
        raise Invalid("%(file)s has no rows.", field="file", file=filename)
    return AssetFile(rows, faults)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


Raw = Iterator[tuple[int, Mapping[str, Any], BaseGeometry | Invalid]]


def _features(text: str, filename: str) -> Raw:
    try:
        document = json.loads(text)
        features = document["features"]
        if not isinstance(features, list):
            raise TypeError
    except (ValueError, RecursionError, TypeError, KeyError):
        raise Invalid("%(file)s is no GeoJSON feature collection.", field="file", file=filename) from None
    if len(features) > MOST_ROWS:
        raise _too_many()
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        yield number, properties if isinstance(properties, dict) else {}, _shape(feature)


def _shape(feature: Any) -> BaseGeometry | Invalid:
    try:
        geometry = shapely.force_2d(shapely.from_geojson(json.dumps(feature["geometry"])))
    except (shapely.errors.ShapelyError, TypeError, KeyError, ValueError):
        return Invalid("It has no geometry that can be read.")
    if geometry is None or geometry.is_empty:
        return Invalid("It has no geometry that can be read.")
    if isinstance(geometry, shapely.MultiPoint) and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    if geometry.geom_type not in ("Point", "LineString", "MultiLineString"):
        return Invalid("It is a %(kind)s; an object is a point or a line.", kind=geometry.geom_type)
    if shapely.get_num_coordinates(geometry) > MOST_VERTICES:
        return Invalid("It has more than %(most)s vertices.", most=grouped(MOST_VERTICES))
    return geometry


def _lines(text: str, filename: str) -> Raw:
    first = text.splitlines()[0] if text.splitlines() else ""
    between = max(",;\t", key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        counted = csv.reader(io.StringIO(text, newline=""), delimiter=between)
        if next(itertools.islice(filter(any, counted), MOST_ROWS + 1, None), None) is not None:
            raise _too_many()  # before any of them is looked at, which takes a while
        head = [name.strip() for name in next(table)]
        columns = {name.casefold(): number for number, name in reversed(list(enumerate(head)))}
        lon, lat = (next((columns[one] for one in usual if one in columns), None) for usual in (LONS, LATS))
        if lon is None or lat is None or not any(one in columns for one in CODES):
            raise Invalid(
                "%(file)s needs columns for the code, the latitude and the longitude; it has: %(present)s.",
                field="file",
                file=filename,
                present=", ".join(head)[:300],
            )
        for values in table:
            if not any(value.strip() for value in values):
                continue
            cells = dict(itertools.zip_longest(head, (value.strip() for value in values[: len(head)]), fillvalue=""))
            place = {head[lon], head[lat]}
            said = {name: value for name, value in cells.items() if name and name not in place}
            yield table.line_num, said, _point(cells[head[lon]], cells[head[lat]])
    except csv.Error as error:
        raise Invalid("%(file)s is no CSV: line %(line)s.", field="file", file=filename, line=table.line_num) from error


def _too_many() -> Invalid:
    return Invalid("A file may hold up to %(most)s rows. Split it.", field="file", most=grouped(MOST_ROWS))


def _point(lon: str, lat: str) -> BaseGeometry | Invalid:
    if not lon.strip() or not lat.strip():
        return Invalid("The latitude or the longitude is missing.")
    numbers = []
    for text in (lon, lat):
        plain = text.replace("−", "-").replace(" ", "")
        if not _NUMBER.fullmatch(plain):
            return Invalid("“%(text)s” is no latitude or longitude in degrees.", text=text[:40])
        numbers.append(float(plain.replace(",", ".")))
    return shapely.Point(numbers)


def _row(
    line: int, properties: Mapping[str, Any], geometry: BaseGeometry, box: tuple[float, float, float, float] | None
) -> AssetRow:
    keys = {name.casefold(): name for name in reversed(list(properties))}
    code_key = next((keys[one] for one in CODES if one in keys), None)
    name_key = next((keys[one] for one in NAMES if one in keys), None)
    code = _text(properties.get(code_key) if code_key else None)
    if not code:
        raise Invalid("It has no code.")
    if not _CODE.fullmatch(code):
        raise Invalid(
            "The code %(code)s has characters other than letters, digits, dots, dashes and slashes.", code=code[:70]
        )
    _check_place(geometry, box)
    attributes = {}
    for key, value in properties.items():
        if key in (code_key, name_key) or not (said := _text(value)):
            continue
        attributes[_UNSTORABLE.sub("", key).strip()[:60]] = said
    if len(attributes) > MOST_ATTRIBUTES:
        raise Invalid("It has more than %(most)s attributes.", most=MOST_ATTRIBUTES)
    return AssetRow(line, code, _text(properties.get(name_key) if name_key else None), geometry, attributes)


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _UNSTORABLE.sub("", str(value))
    text = text if text.startswith(("\t", "\r")) else " ".join(text.split())
    if text.startswith(FORMULAS) or (text.startswith(("+", "-")) and _CALLS.search(text)):
        raise Invalid("“%(text)s” looks like a formula. Save the sheet with its values.", text=text[:40])
    if len(text) > LONGEST:
        raise Invalid("“%(text)s …” is longer than %(most)s characters.", text=text[:40], most=LONGEST)
    return text


def _check_place(geometry: BaseGeometry, box: tuple[float, float, float, float] | None) -> None:
    west, south, east, north = geometry.bounds
    if not all(math.isfinite(one) for one in (west, south, east, north)):
        raise Invalid("Its place is not a pair of numbers.")
    if box is None:
        return
    if _within((west, south, east, north), box):
        return
    if _within((south, west, north, east), box):
        raise Invalid("Latitude and longitude seem to be exchanged.")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise Invalid("Its place, %(x)s, %(y)s, is not in degrees.", x=f"{west:g}", y=f"{south:g}")
    raise _outside(west, south)


def _on_the_ground(
    rows: list[AssetRow], ground: BaseGeometry | None
) -> tuple[list[AssetRow], list[tuple[int, Invalid]]]:
    """The rows of the city, and the faults of those that lie farther outside than borders are known."""
    if ground is None or not rows:
        return rows, []
    wide = shapely.buffer(ground, BESIDE_DEGREES)
    shapely.prepare(wide)
    here = shapely.intersects(wide, [row.geometry for row in rows]).tolist()
    strays = [row for row, inside in zip(rows, here, strict=True) if not inside]
    return (
        [row for row, inside in zip(rows, here, strict=True) if inside],
        [(row.line, _outside(*row.geometry.bounds[:2])) for row in strays],
    )


def _outside(x: float, y: float) -> Invalid:
    return Invalid("Its place, %(x)s, %(y)s, lies outside the city.", x=f"{x:.5f}", y=f"{y:.5f}")


def _within(inner: Sequence[float], outer: Sequence[float]) -> bool:
    """Whether boxes overlap: a road may leave the city."""
    return inner[0] <= outer[2] and inner[2] >= outer[0] and inner[1] <= outer[3] and inner[3] >= outer[1]
