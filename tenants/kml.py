"""KML as a GeoJSON feature collection: placemarks with their names, data and geometry. Styles and links are left out.

The parser refuses a document type, so that no entity is ever expanded and nothing outside the file is read.
"""

from typing import Any
from xml.parsers import expat

from tenants.errors import Invalid

MOST_DEPTH = 100
_SHAPES = {"Polygon", "LineString", "Point"}


def read_kml(data: bytes, filename: str) -> dict[str, object]:
    """The placemarks of a KML document. Raises Invalid, field boundary, for what is no KML."""
    reader = _Reader(filename)
    try:
        reader.read(data)
    except expat.ExpatError as error:
        raise Invalid(
            "%(file)s is not XML: line %(line)s, column %(column)s.",
            field="boundary",
            file=filename,
            line=error.lineno,
            column=error.offset + 1,
        ) from error
    return {"type": "FeatureCollection", "features": reader.features}


class _Reader:
    def __init__(self, filename: str) -> None:
        self.features: list[dict[str, Any]] = []
        self._filename = filename
        self._path: list[str] = []
        self._text: list[str] = []
        self._properties: dict[str, object] = {}
        self._key = ""
        self._rings: list[list[list[float]]] = []
        self._geometries: list[dict[str, Any]] = []

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(data, True)

    def _refuse(self, *_declared: object) -> None:
        raise Invalid(
            "%(file)s declares a document type, which KML has none of. Save it anew as KML.",
            field="boundary",
            file=self._filename,
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self._path and name != "kml":
            raise Invalid("%(file)s is XML but not KML.", field="boundary", file=self._filename)
        if len(self._path) >= MOST_DEPTH:
            raise Invalid("%(file)s is nested too deeply.", field="boundary", file=self._filename)
        self._path.append(name)
        self._text.clear()
        if name == "Placemark":
            self._properties, self._geometries = {}, []
        elif name in ("Data", "SimpleData"):
            self._key = attributes.get("name", "")
        elif name == "Polygon":
            self._rings = []

    def _end(self, _tag: str) -> None:
        name = self._path.pop()
        above = self._path[-1] if self._path else ""
        text = "".join(self._text).strip()
        self._text.clear()
        if name in ("name", "description") and above == "Placemark":
            self._properties[name] = text
        elif (name == "SimpleData" or (name == "value" and above == "Data")) and self._key:
            self._properties[self._key] = text
        elif name == "coordinates":
            self._coordinates(text, above)
        elif name == "Polygon":
            self._geometries.append({"type": "Polygon", "coordinates": self._rings})
        elif name == "Placemark":
            self.features.append(
                {"type": "Feature", "properties": self._properties, "geometry": _geometry(self._geometries)}
            )

    def _coordinates(self, text: str, above: str) -> None:
        places = [self._place(one) for one in text.split()]
        if above == "LinearRing":
            # The outer one comes first, whatever the order of the file.
            outer = "outerBoundaryIs" in self._path[-3:]
            self._rings.insert(0 if outer else len(self._rings), places)
        elif above == "LineString":
            self._geometries.append({"type": "LineString", "coordinates": places})
        elif above == "Point" and places:
            self._geometries.append({"type": "Point", "coordinates": places[0]})

    def _place(self, text: str) -> list[float]:
        try:
            return [float(number) for number in text.split(",") if number][:2]
        except ValueError:
            raise Invalid(
                "%(file)s has coordinates that are no numbers: %(text)s.",
                field="boundary",
                file=self._filename,
                text=text[:60],
            ) from None


def _geometry(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    if len(parts) == 1:
        return parts[0]
    if parts and all(one["type"] == "Polygon" for one in parts):
        return {"type": "MultiPolygon", "coordinates": [one["coordinates"] for one in parts]}
    return {"type": "GeometryCollection", "geometries": parts} if parts else None
