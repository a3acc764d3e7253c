"""In which system coordinates are: what a file says, and what numbers look like that can't be WGS84 degrees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from tenants.errors import Invalid
from tenants.projection import Floats
from tenants.sentence import Sentence

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

_REGISTERED = re.compile(r"(urn:ogc:def:crs:)?(EPSG|OGC|ESRI):[\w.]*:?\w+", re.IGNORECASE)
WGS84 = CRS.from_epsg(4326)
MERCATOR_MOST_M = 20_100_000
UTM_EASTINGS_M = (100_000, 900_000)
UTM_NORTHINGS_M = (0, 10_000_000)


@dataclass(frozen=True, slots=True)
class Reprojection:
    """From the system that a file names to WGS84 (lon, lat). name: for people, `EPSG:32748 (WGS 84 / UTM zone 48S)`."""

    name: str
    transformer: Transformer

    def to_degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Arrays of shape (n,) in the file's system -> (lons, lats); infinite where a point has no image."""
        try:
            lons, lats = self.transformer.transform(x, y)
        except ProjError as error:
            raise Invalid("The coordinates can't be turned from %(system)s into degrees.", system=self.name) from error
        return lons, lats


def reprojection_of(crs: object) -> Reprojection | None:
    """What the `crs` member of a GeoJSON file (of the year 2008) asks for; None where that is WGS84 already.

    Raises Invalid where it names a system that isn't known, or names none.
    """
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise Invalid(
            "The file's crs member names no reference system. Save the file in WGS84 (EPSG:4326), without crs."
        )
    try:
        # Only registered names: PROJ's own language reaches files and grids of the machine that reads it.
        system = CRS.from_user_input(name) if _REGISTERED.fullmatch(name) else None
    except CRSError as error:
        raise Invalid(
            "The file's reference system, %(system)s, is not known. Save the file in WGS84 (EPSG:4326).",
            system=name[:80],
        ) from error
    if system is None or not (system.is_geographic or system.is_projected):
        raise Invalid(
            "The file's reference system, %(system)s, is not one of maps. Save the file in WGS84 (EPSG:4326).",
            system=name[:80],
        )
    if system.equals(WGS84, ignore_axis_order=True):
        return None
    code = system.to_epsg()
    label = f"EPSG:{code} ({system.name})" if code else system.name
    # always_xy: GeoJSON writes the easting first, whatever a system's own definition says.
    return Reprojection(label, Transformer.from_crs(system, WGS84, always_xy=True))


def fault_in(x: Floats, y: Floats, countries: Sequence[Box] = ()) -> tuple[int, Sentence] | None:
    """Why these numbers can't be degrees, as (number of the first bad vertex, sentence); None where they can.

    x, y: shape (n,), n > 0, finite. Longitudes up to 360 either way pass: they are wrapped later. countries: where the
    numbers lie in none of these boxes and exchanged in one, they are taken as exchanged; without boxes only what is out
    of range shows that.
    """
    out = (np.abs(x) > 360) | (np.abs(y) > 90)
    if not out.any():
        if _in_one(x, y, countries) or not _in_one(y, x, countries):
            return None
        return 0, _exchanged(x[0], y[0])
    first = int(np.argmax(out))
    if (np.abs(x) <= 90).all() and (np.abs(y) <= 180).all():
        return first, _exchanged(x[first], y[first])
    middle_x, middle_y = float(np.median(x)), float(np.median(y))
    system = _looks_like(middle_x, middle_y)
    if system:
        return first, Sentence(
            "The coordinates are not degrees: %(x)s, %(y)s looks like %(system)s. Save the file in WGS84 (EPSG:4326),"
            " or name its system in a crs member.",
            x=f"{x[first]:.0f}",
            y=f"{y[first]:.0f}",
            system=system,
        )
    return first, Sentence(
        "The position %(x)s, %(y)s is out of range: longitude and latitude in degrees are needed.",
        x=f"{x[first]:g}",
        y=f"{y[first]:g}",
    )


def _in_one(x: Floats, y: Floats, boxes: Sequence[Box]) -> bool:
    return any(
        west <= x.min() and x.max() <= east and south <= y.min() and y.max() <= north
        for west, south, east, north in boxes
    )


def _exchanged(first: float, second: float) -> Sentence:
    return Sentence(
        "Latitude and longitude seem to be exchanged: %(first)s, %(second)s is latitude first, and GeoJSON has the"
        " longitude first.",
        first=f"{first:g}",
        second=f"{second:g}",
    )


def _looks_like(x: float, y: float) -> Sentence | None:
    if abs(x) <= 1000 and abs(y) <= 1000:
        return None
    if UTM_EASTINGS_M[0] <= x <= UTM_EASTINGS_M[1] and UTM_NORTHINGS_M[0] <= y <= UTM_NORTHINGS_M[1]:
        return Sentence("metres of UTM or TM-3 (in Indonesia EPSG:32746 to 32754, or EPSG:23830 to 23845)")
    if abs(x) <= MERCATOR_MOST_M and abs(y) <= MERCATOR_MOST_M:
        return Sentence("metres of a map projection, perhaps Web Mercator (EPSG:3857)")
    return Sentence("another unit than degrees")
