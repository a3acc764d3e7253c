"""The shipped catalogue in the database: every province, kota and kabupaten, with its outline where there is one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from configuration.area_file import settled
from onboarding import shipped
from onboarding.boundaries import difference
from onboarding.boundaries.edition_file import shipped_edition
from onboarding.shipped import OfficialPlace
from tenants.catalogue import Municipality, OfficialDomain, current_code
from tenants.database import Words
from tenants.directory import raise_epoch
from tenants.errors import Invalid
from tenants.geometry import geodesic_area_m2
from tenants.tenant import Epoch

EPOCH = "catalogue"
"""The row of `epochs` whose note says which data was loaded."""
DKI = "31"
"""The one province that is a tenant itself: its kota and kabupaten are administrative, its dinas the province's."""
FILES = ("idn_admin_codes.csv.gz", "catalogue_idn.geojson.gz", "official_domains.csv")
LAYOUT = "1"
"""Raised when the same data is to be loaded anew, because the rows made of it have changed."""

PART_OF_DKI: Words = {"id": "Bagian dari Provinsi DKI Jakarta", "en": "Part of the Province of DKI Jakarta"}
PROVINCE: Words = {
    "id": "Laporan ditangani kabupaten dan kota; provinsi tidak mendaftar sendiri.",
    "en": "Reports are handled by kabupaten and kota; a province doesn't sign up itself.",
}


@dataclass(frozen=True)
class CatalogueReport:
    """loaded: False where this data was there already and nothing was written. proposed: how many differences wait for
    a decision, where a catalogue stood already; counts and names are of the shipped data.
    """

    loaded: bool
    proposed: int = 0
    provinces: int = 0
    municipalities: int = 0
    without_outline: tuple[str, ...] = ()


def load_catalogue(session: Session, now: datetime) -> CatalogueReport:
    """Load the shipped data into an empty catalogue; where one stands, new data is an edition whose differences are
    proposed. Only a version is compared where that has happened before.

    The session is in no tenant's scope; the caller commits.
    """
    loaded = version()
    if session.scalar(select(Epoch.note).where(Epoch.name == EPOCH)) == loaded:
        return CatalogueReport(loaded=False)
    rows, proposed = list(_rows()), 0
    if session.scalar(select(Municipality.code).limit(1)) is None:
        for claimable in (True, False):
            # Apart, since a None given for a JSON column would be stored as JSON's null.
            session.execute(insert(Municipality), [row for row in rows if ("why_not" not in row) == claimable])
    else:
        proposed = sum(difference.propose(session, shipped_edition(), now).counts.values())
    domains = [{"domain": domain, "municipality_code": code} for code, domain in shipped.official_domains()]
    session.execute(insert(OfficialDomain).on_conflict_do_nothing(), domains)
    epoch = insert(Epoch).values(name=EPOCH, value=1, note=loaded)
    session.execute(
        epoch.on_conflict_do_update(index_elements=["name"], set_={"value": Epoch.value + 1, "note": loaded})
    )
    raise_epoch(session)
    return CatalogueReport(
        loaded=True,
        proposed=proposed,
        provinces=sum(row["level"] == "province" for row in rows),
        municipalities=sum(row["level"] == "municipality" for row in rows),
        without_outline=tuple(row["code"] for row in rows if row["level"] == "municipality" and row["outline"] is None),
    )


def version() -> str:
    """Changes when the shipped data does."""
    digest = hashlib.sha256(LAYOUT.encode())
    for name in FILES:
        digest.update((shipped.DATA / name).read_bytes())
    return digest.hexdigest()[:16]


def outline_of(session: Session, code: str) -> BaseGeometry:
    """The outline of a municipality, by any code that it had; of a province the union of its members'.

    Raises Invalid where there is none.
    """
    municipality = session.get(Municipality, current_code(session, code))
    if municipality is None:
        raise Invalid("The catalogue has no government with the code %(code)s.", field="tenant.boundary", code=code)
    if municipality.level == "municipality":
        outlines = [municipality.outline]
    else:
        outlines = list(
            session.scalars(
                select(Municipality.outline)
                .where(
                    Municipality.province_code == code,
                    Municipality.level == "municipality",
                    Municipality.ended_at.is_(None),
                )
                .order_by(Municipality.code)
            )
        )
    if not outlines or None in outlines:
        raise Invalid(
            "The catalogue has no outline of %(name)s; name a file with its boundary.",
            field="tenant.boundary",
            name=municipality.name,
        )
    return settled(shapely.union_all(shapely.from_wkb(outlines)))


def _rows() -> Iterator[dict[str, Any]]:
    """A row for every government, provinces first. A province has no outline of its own and the area of its members."""
    outlines = shipped.outlines()
    areas = {code: geodesic_area_m2(outline) for code, outline in outlines.items()}
    governments = shipped.governments()
    for place in governments.values():
        if place.level == "provinsi":
            inside = [area for code, area in areas.items() if code.startswith(f"{place.code}.")]
            why_not = None if place.code == DKI else PROVINCE
            yield _row(place, place, "province", why_not, None, sum(inside) or None)
    for place in governments.values():
        if place.level != "provinsi":
            outline = outlines.get(place.code)
            yield _row(
                place,
                governments[place.parent],
                "municipality",
                PART_OF_DKI if place.parent == DKI else None,
                None if outline is None else shapely.to_wkb(outline),
                areas.get(place.code),
            )


def _row(
    place: OfficialPlace,
    province: OfficialPlace,
    level: str,
    why_not: Words | None,
    outline: bytes | None,
    area_m2: float | None,
) -> dict[str, Any]:
    row = {
        "code": place.code,
        "level": level,
        "type": place.type,
        "name": place.name,
        "province_code": province.code,
        "province_name": province.name,
        "claimable": why_not is None,
        "outline": outline,
        "area_m2": area_m2,
    }
    return row if why_not is None else row | {"why_not": why_not}
