"""What the product brings along: official codes and names, outlines, areas, domains. See data/ATTRIBUTION.md."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from configuration.area_file import AreaRow, settled
from tenants.errors import Invalid

DATA = Path(__file__).parent / "data"
_PROPERTIES = re.compile(rb'"properties":\s*(\{[^{}]*\})')
EDITION = "Kepmendagri 300.2.2-2138/2025"
ATTRIBUTION = f"Boundaries: Cahya DSN, wilayah_boundaries (MIT licence); codes and names: {EDITION}"


@dataclass(frozen=True, slots=True)
class OfficialPlace:
    """A line of the official codes. level: provinsi, kota_kabupaten, kecamatan or kelurahan_desa. A province's parent
    is `ID`.
    """

    code: str
    name: str
    level: str
    type: str
    parent: str


@lru_cache(maxsize=1)
def governments() -> dict[str, OfficialPlace]:
    """The 38 provinces and 514 kota and kabupaten by code, in the order of their codes."""
    return {place.code: place for place in _places() if place.level in ("provinsi", "kota_kabupaten")}


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, BaseGeometry]:
    """The outlines of the kota and kabupaten that have one, by code: 508."""
    return _outlines("catalogue_idn.geojson.gz")


def official_domains() -> list[tuple[str, str]]:
    """(code of the government, domain)."""
    with (DATA / "official_domains.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["code"], row["domain"]) for row in csv.DictReader(lines)]


def areas_of(code: str) -> list[AreaRow]:
    """All kecamatan and kelurahan or desa of a kota or kabupaten, by code; of a province also its members above them.

    With outlines where any are shipped. Raises Invalid for a code that is none of the 552 governments'.
    """
    government = governments().get(code)
    if government is None:
        raise Invalid("The catalogue has no government with the code %(code)s.", field="areas", code=code)
    areas = [
        AreaRow(place.code, {"id": place.name}, place.type, None if place.parent == code else place.parent)
        for place in _parts_by_government().get(code, [])
    ]
    if government.level == "provinsi":
        for member in governments().values():
            if member.parent == code:
                areas.append(AreaRow(member.code, {"id": member.name}, member.type, None))
                areas += [replace(part, parent=part.parent or member.code) for part in areas_of(member.code)]
    known = _area_outlines() | (dict(outlines()) if government.level == "provinsi" else {})
    return [replace(area, outline=known.get(area.code)) for area in areas]


@lru_cache(maxsize=1)
def _parts_by_government() -> dict[str, list[OfficialPlace]]:
    """Kecamatan and kelurahan by the kota or kabupaten (the first two numbers of their codes) that they lie in."""
    parts: dict[str, list[OfficialPlace]] = {}
    for place in _places():
        if place.level in ("kecamatan", "kelurahan_desa"):
            parts.setdefault(place.code[:5], []).append(place)
    return parts


@lru_cache(maxsize=1)
def outlined_areas() -> tuple[AreaRow, ...]:
    """Every kecamatan and kelurahan or desa whose outline is shipped, of all governments, by code."""
    codes = sorted({code[:5] for code in _area_outlines()})
    return tuple(area for code in codes for area in areas_of(code) if area.outline is not None)


@lru_cache(maxsize=1)
def _area_outlines() -> dict[str, BaseGeometry]:
    return _outlines("demo_areas.geojson.gz")


@lru_cache(maxsize=1)
def _places() -> tuple[OfficialPlace, ...]:
    return tuple(places_in(gzip.decompress((DATA / "idn_admin_codes.csv.gz").read_bytes()).decode()))


def places_in(written: str) -> Iterator[OfficialPlace]:
    """The lines of a list of official codes: columns code, name, level, type, parent. Raises Invalid."""
    lines = csv.DictReader(io.StringIO(written), restval="")
    if missing := {"code", "name", "level", "type", "parent"} - set(lines.fieldnames or ()):
        raise Invalid(f"A list of codes has the columns code, name, level, type and parent; {min(missing)} is missing.")
    for row in lines:
        # One official name ends in a space.
        yield OfficialPlace(row["code"], row["name"].strip(), row["level"], row["type"], row["parent"])


def _outlines(name: str) -> dict[str, BaseGeometry]:
    """Outlines by code from one of our own files, whose properties hold no braces; four times as fast as by `json`."""
    written = gzip.decompress((DATA / name).read_bytes())
    codes = [json.loads(found)["code"] for found in _PROPERTIES.findall(written)]
    parts: Any = shapely.from_geojson(written)
    return {code: settled(outline) for code, outline in zip(codes, parts.geoms, strict=True)}
