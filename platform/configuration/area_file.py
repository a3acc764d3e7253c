"""The areas of a tenant as GeoJSON: one feature each, with `code`, `name`, `type` and `parent`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from marshmallow import EXCLUDE, ValidationError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from configuration.schema import AreaSchema
from tenants.errors import Invalid
from tenants.sentence import Lines, Sentence


@dataclass(frozen=True)
class AreaRow:
    """name: words by language. type: kecamatan, kelurahan … parent: an area's code, None right under the tenant.

    outline: a (multi)polygon in WGS84 degrees as it was given, not yet mended; None where there is none.
    """

    code: str
    name: dict[str, str]
    type: str
    parent: str | None
    outline: BaseGeometry | None = None


def read_areas(content: bytes, name: str) -> list[AreaRow]:
    """The areas of a GeoJSON file; properties beside the four are ignored. Raises Invalid with the feature's number."""
    try:
        collection = json.loads(content)
    except (ValueError, RecursionError):
        collection = None
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise Invalid("%(file)s is no GeoJSON feature collection.", field="areas", file=name)
    return [
        _area(feature, Sentence("%(file)s, feature %(number)s", file=name, number=number))
        for number, feature in enumerate(features, 1)
    ]


def write_areas(areas: Iterable[AreaRow]) -> bytes:
    """A GeoJSON file of areas in their order, the same bytes each time."""
    lines = [
        _written(
            {
                "type": "Feature",
                "properties": {"code": area.code, "name": area.name, "type": area.type, "parent": area.parent},
                "geometry": None if area.outline is None else _geometry(area.outline),
            }
        )
        for area in areas
    ]
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'.encode()


def write_boundary(outline: BaseGeometry, name: str) -> bytes:
    """A GeoJSON file of one feature: the ground of a tenant."""
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": _geometry(outline)}
    return f'{{"type":"FeatureCollection","features":[\n{_written(feature)}\n]}}\n'.encode()


def _area(feature: Any, place: Sentence) -> AreaRow:
    try:
        properties = feature["properties"]
        row = AreaSchema(unknown=EXCLUDE).load(properties)
        geometry = feature.get("geometry")
        outline = None if geometry is None else shape(geometry)
    except ValidationError as error:
        raise Invalid("%(place)s: %(problem)s", field="areas", place=place, problem=_sentence(error)) from None
    except (LookupError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
        raise Invalid("%(place)s: this isn't a GeoJSON feature.", field="areas", place=place) from None
    if outline is not None and outline.geom_type not in ("Polygon", "MultiPolygon"):
        raise Invalid(
            "%(place)s is a %(shape)s; an area is a polygon or several.",
            field="areas",
            place=place,
            shape=outline.geom_type,
        )
    return AreaRow(row["code"], row["name"], row["type"], row["parent"], None if outline is None else settled(outline))


def _sentence(error: ValidationError) -> Sentence:
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    found = [
        Sentence("%(place)s: %(problem)s", place=key, problem=one if isinstance(one, Sentence) else Sentence(str(one)))
        for key, value in sorted(messages.items())
        for one in value
    ]
    return Lines(found, between="; ")


def settled(outline: BaseGeometry) -> BaseGeometry:
    """The outline in one order, so that the same ground is the same text whatever ring or part it began with.

    Repeated vertices go first, or GEOS would order the rings anew each time. Outer rings end up
    counter-clockwise (RFC 7946).
    """
    return shapely.orient_polygons(shapely.normalize(shapely.remove_repeated_points(shapely.force_2d(outline))))


def _geometry(outline: BaseGeometry) -> dict[str, Any]:
    written: dict[str, Any] = mapping(settled(outline))
    return written


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
