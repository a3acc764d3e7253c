"""Editions of the catalogue as they come: the shipped one, or outlines and a list of codes from files."""

import gzip
from collections.abc import Iterable, Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from configuration.area_file import settled
from onboarding import shipped
from onboarding.boundaries.edition import Edition, Government
from onboarding.shipped import OfficialPlace
from tenants.boundary_file import BoundaryFeature
from tenants.errors import Invalid

TYPE, PARENT, PROVINCE = "type", "parent", "province"
"""Properties that say more of a municipality, where a file has them: `kota`; its province's code; that one's name."""


def shipped_edition() -> Edition:
    """The one that the product brings along."""
    return Edition(shipped.EDITION, _listed(shipped.governments().values(), shipped.outlines()), complete=True)


def from_files(name: str, features: Sequence[BoundaryFeature], codes: bytes | None = None) -> Edition:
    """features: outlines by code. codes: a list of official codes (CSV, also gzipped), which is complete then.

    Without such a list names are those of the features. Raises Invalid for a feature without code, or twice with one.
    """
    outlines: dict[str, BaseGeometry] = {}
    for feature in features:
        if not feature.code:
            raise Invalid(f"{feature.name or 'A feature'} has no code. Say with --code which property holds it.")
        if feature.code in outlines:
            raise Invalid(f"{feature.code} is there twice.")
        outlines[feature.code] = settled(feature.geometry)
    if codes is not None:
        try:
            written = gzip.decompress(codes) if codes[:2] == b"\x1f\x8b" else codes
            places = list(shipped.places_in(written.decode("utf-8-sig")))
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile):
            raise Invalid("A list of codes is a text in UTF-8, also gzipped.") from None
        return Edition(name, _listed(places, outlines), complete=True)
    return Edition(
        name,
        [
            Government(
                one.code,
                one.name.strip(),
                _text(one, TYPE),
                _text(one, PARENT) or one.code.partition(".")[0],
                _text(one, PROVINCE),
                outlines[one.code],
            )
            for one in features
        ],
    )


def _listed(places: Iterable[OfficialPlace], outlines: Mapping[str, BaseGeometry]) -> list[Government]:
    known = {one.code: one for one in places if one.level in ("provinsi", "kota_kabupaten")}
    return [
        Government(one.code, one.name, one.type, one.parent, _name_of(known.get(one.parent)), outlines.get(one.code))
        for one in known.values()
        if one.level == "kota_kabupaten"
    ]


def _name_of(province: OfficialPlace | None) -> str:
    return province.name if province is not None else ""


def _text(feature: BoundaryFeature, name: str) -> str:
    value = feature.properties.get(name)
    return value.strip() if isinstance(value, str) else ""
