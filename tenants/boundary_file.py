"""Boundaries from a file: GeoJSON (plain or packed by gzip), a zipped shapefile, KML or KMZ.

Each feature is mended, or refused with its place.
"""

import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from tenants.errors import Invalid
from tenants.geometry import Mending, Place, Unusable, mend
from tenants.kml import read_kml
from tenants.packed import unpacked
from tenants.reference_system import Box, reprojection_of
from tenants.sentence import Sentence, refusal_of
from tenants.shapefile import read_shapefile

MOST_BYTES = 300_000_000
MOST_UPLOADED_BYTES = 30_000_000
"""Of a file that comes by a page, unpacked."""
CODE_PROPERTIES = ("code", "kode")
NAME_PROPERTIES = ("name", "nama")
_GEOMETRIES = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
_GZIP = b"\x1f\x8b"
_UNSTORABLE = re.compile(r"[\ud800-\udfff]|\\u0000")
"""Half of a character, or NUL, as only an escape in JSON can write them."""
_STARTS = (
    (b"\x00\x00\x27\x0a", Sentence("a bare shapefile (pack it into a zip with its .dbf and .prj)")),
    (b"SQLite format 3", Sentence("a GeoPackage")),
)
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class BoundaryFeature:
    """One outline. code, name: empty where the file tells none. geometry, area_m2: as geometry.mend promises."""

    code: str
    name: str
    properties: dict[str, object]
    geometry: BaseGeometry
    mendings: tuple[Mending, ...]
    area_m2: float


@dataclass(frozen=True, slots=True)
class Fault:
    """feature: which, in words; empty for the file. where: (x, y) as the file has it, or None. why: a sentence, and
    refusal: the same to be translated.
    """

    feature: str
    where: Place | None
    why: str
    refusal: Invalid | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> Sentence:
        """Which, where and why."""
        why = refusal_of(self.refusal) if self.refusal is not None else Sentence(self.why)
        if not self.feature:
            return why
        if self.where is None:
            return Sentence("%(feature)s: %(why)s", feature=self.feature, why=why)
        x, y = (f"{one:.10g}" for one in self.where)
        return Sentence("%(feature)s at %(x)s, %(y)s: %(why)s", feature=self.feature, x=x, y=y, why=why)


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds: the features that can be used, in the file's order, and every fault."""

    features: tuple[BoundaryFeature, ...]
    faults: tuple[Fault, ...]


def read_boundaries(
    data: bytes,
    filename: str,
    *,
    code_property: str | None = None,
    name_property: str | None = None,
    countries: Sequence[Box] = (),
    most_bytes: int = MOST_BYTES,
) -> list[BoundaryFeature]:
    """All features of the file, in its order; there is at least one.

    code_property, name_property: where a feature's code and name stand (else `code` or `kode`, `name` or `nama`, where
    there are such). countries: as in reference_system.fault_in. most_bytes: of the file, unpacked. Raises Invalid with
    the first fault in its sentence, the number of others, and all of them as the detail `faults`.
    """
    report = check(
        data,
        filename,
        code_property=code_property,
        name_property=name_property,
        countries=countries,
        most_bytes=most_bytes,
    )
    if report.faults:
        first, others = report.faults[0].sentence, len(report.faults) - 1
        if others:
            raise Invalid(
                "%(first)s Further faults in this file: %(others)s.",
                field="boundary",
                faults=report.faults,
                first=first,
                others=others,
            )
        raise Invalid(first, field="boundary", faults=report.faults)
    return list(report.features)


def check(
    data: bytes,
    filename: str,
    *,
    code_property: str | None = None,
    name_property: str | None = None,
    countries: Sequence[Box] = (),
    most_bytes: int = MOST_BYTES,
) -> Report:
    """What read_boundaries would take and all that it would refuse; raises nothing for what is in the file."""
    try:
        document = document_of(data, filename, most_bytes)
        reprojection = reprojection_of(document.get("crs"))
        raw = _features(document)
    except Invalid as refusal:
        return Report((), (Fault("", None, str(refusal), refusal),))
    features: list[BoundaryFeature] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for number, feature in enumerate(raw, start=1):
        label = f"Feature {number}"
        try:
            properties = _properties(feature)
            code = _text(properties, code_property, CODE_PROPERTIES)
            name = _text(properties, name_property, NAME_PROPERTIES)
            label = f"Feature {number} ({', '.join(filter(None, (code, name)))})" if code or name else label
            if code and code in seen:
                raise Unusable("The code %(code)s is also that of %(other)s.", code=code, other=seen[code])
            seen[code] = f"feature {number}"
            mended = mend(_polygons(feature.get("geometry")), reprojection=reprojection, countries=countries)
        except Unusable as refusal:
            faults.append(Fault(label, refusal.where, str(refusal), refusal))
        except Invalid as refusal:
            faults.append(Fault(label, None, str(refusal), refusal))
        else:
            features.append(BoundaryFeature(code, name, properties, mended.geometry, mended.mendings, mended.area_m2))
    if not raw:
        empty = Invalid("The file is empty: it has no features.")
        faults.append(Fault("", None, str(empty), empty))
    return Report(tuple(features), tuple(faults))


def document_of(data: bytes, filename: str, most_bytes: int = MOST_BYTES) -> dict[str, object]:
    """The file as GeoJSON, unpacked and whatever it was written as; nothing is mended yet. Raises Invalid.

    most_bytes: unpacked; a page takes fewer than a command, since its memory is everybody's.
    """
    data = _unpack(data, filename, most_bytes)
    if data.startswith(_ZIP):
        files = unpacked(data, filename, most_bytes)
        if drawn := next((name for name in files if name.lower().endswith(".kml")), None):
            return read_kml(files[drawn], filename)
        if collection := next((name for name in files if name.lower().endswith((".geojson", ".json"))), None):
            return _parse(files[collection], filename)
        return read_shapefile(files, filename)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return read_kml(data, filename)
    return _parse(data, filename)


def _unpack(data: bytes, filename: str, most_bytes: int) -> bytes:
    """The bytes themselves, or what gzip packed, of one or several members; never more than most_bytes."""
    if data.startswith(_GZIP):
        data = b"".join(_members(data, filename, most_bytes))
    if len(data) > most_bytes:
        raise _too_large(filename, most_bytes)
    if not data.strip():
        raise Invalid("%(file)s is empty.", field="boundary", file=filename)
    for start, kind in _STARTS:
        if data.lstrip().startswith(start):
            raise Invalid(
                "%(file)s is %(kind)s, and GeoJSON is needed: save it as GeoJSON in WGS84.",
                field="boundary",
                file=filename,
                kind=kind,
            )
    return data


def _members(data: bytes, filename: str, most_bytes: int) -> Iterator[bytes]:
    left = most_bytes
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            piece = unpacker.decompress(data, left + 1)
        except zlib.error as error:
            raise Invalid("%(file)s is damaged: gzip can't unpack it.", field="boundary", file=filename) from error
        left -= len(piece)
        if left < 0:
            raise _too_large(filename, most_bytes)
        if not unpacker.eof:
            raise Invalid("%(file)s is cut short: its end is missing.", field="boundary", file=filename)
        yield piece
        data = unpacker.unused_data


def _too_large(filename: str, most_bytes: int) -> Invalid:
    return Invalid(
        "%(file)s holds more than %(most)s MB. Split it, or simplify its outlines.",
        field="boundary",
        file=filename,
        most=most_bytes // 1_000_000,
    )


def _parse(data: bytes, filename: str) -> dict[str, object]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(
            "%(file)s is not text in UTF-8 (byte %(byte)s).", field="boundary", file=filename, byte=error.start + 1
        ) from error
    except json.JSONDecodeError as error:
        raise Invalid(
            "%(file)s is not JSON: line %(line)s, column %(column)s: %(why)s.",
            field="boundary",
            file=filename,
            line=error.lineno,
            column=error.colno,
            why=error.msg,
        ) from error
    except (RecursionError, ValueError) as error:
        raise Invalid(
            "%(file)s can't be read: it is nested too deeply or holds an endless number.",
            field="boundary",
            file=filename,
        ) from error
    if not isinstance(document, dict):
        raise Invalid(
            "%(file)s is JSON but not GeoJSON: its outermost value is no object.", field="boundary", file=filename
        )
    if b"\\u" in data and _UNSTORABLE.search(json.dumps(document, ensure_ascii=False)):
        raise Invalid("%(file)s holds a character that can't be stored.", field="boundary", file=filename)
    return document


def _features(document: dict[str, object]) -> list[dict[str, object]]:
    """The features of a FeatureCollection, the one Feature, or a bare geometry as a feature without properties."""
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise Invalid("The FeatureCollection has no list of features.", field="boundary")
        return [feature if isinstance(feature, dict) else {} for feature in features]
    if kind == "Feature":
        return [document]
    if kind in _GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    if kind == "Topology":
        raise Invalid("The file is TopoJSON, and GeoJSON is needed.", field="boundary")
    raise Invalid(
        "The file is no GeoJSON: its type is %(kind)s and should be FeatureCollection, Feature or Polygon.",
        kind=repr(kind)[:40],
        field="boundary",
    )


def _properties(feature: dict[str, object]) -> dict[str, object]:
    if feature.get("type") != "Feature":
        raise Unusable("It is no GeoJSON feature.")
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise Unusable("Its properties are no object.")
    # What JSON itself doesn't know, though Python reads it, is stored nowhere.
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in properties.items()
    }


def _text(properties: dict[str, object], wanted: str | None, usual: Sequence[str]) -> str:
    if wanted is None:
        present = {key.casefold(): key for key in reversed(properties)}
        key = next((present[name] for name in usual if name in present), None)
        value = properties[key] if key is not None else None
    elif wanted in properties:
        value = properties[wanted]
        if value is None or value == "":
            raise Unusable("Its property %(name)s is empty.", name=wanted)
    else:
        raise Unusable(
            "It has no property %(name)s; it has: %(present)s.",
            name=wanted,
            present=", ".join(properties)[:300] or "–",
        )
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()


def _polygons(geometry: object) -> list[object]:
    """The geometry as the coordinates of a MultiPolygon."""
    if geometry is None:
        raise Unusable("It has no geometry.")
    if not isinstance(geometry, dict):
        raise Unusable("Its geometry is no object.")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        return [polygon for member in members for polygon in _polygons(member)] if isinstance(members, list) else []
    coordinates = geometry.get("coordinates")
    if kind == "Polygon":
        return [coordinates] if coordinates else []
    if kind == "MultiPolygon":
        return coordinates if isinstance(coordinates, list) else []
    if kind in _GEOMETRIES:
        raise Unusable(
            "It is a %(kind)s, and an outline is a Polygon or a MultiPolygon.", _first_place(coordinates), kind=kind
        )
    raise Unusable("Its geometry has the type %(kind)s, which GeoJSON doesn't know.", kind=repr(kind)[:40])


def _first_place(coordinates: object) -> Place | None:
    while isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    if (
        isinstance(coordinates, list)
        and len(coordinates) >= 2
        and all(isinstance(c, int | float) for c in coordinates[:2])
    ):
        return float(coordinates[0]), float(coordinates[1])
    return None
