"""A boundary that a government brings itself: checked, and compared with the catalogue and with each neighbour."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from configuration.area_file import settled
from onboarding import place
from onboarding.claim import Claim
from onboarding.place import Freedom
from tenants.boundary import Boundary
from tenants.boundary_file import MOST_UPLOADED_BYTES, read_boundaries
from tenants.catalogue import Municipality
from tenants.errors import AduanError, Conflict, Invalid
from tenants.geometry import geodesic_area_m2
from tenants.sentence import grouped
from tenants.tenant import HELD, Tenant, in_language

MOST_FILE_BYTES = 20_000_000
MOST_M2 = 70_000e6
"""Half as much again as the largest kabupaten (Merauke): whoever brings more has brought a province or the country."""
LEAST_SHARE = 0.5
"""A file that covers less of the catalogue's outline than this is that of another place."""
LEAST_M2 = 1_000.0
MOST_NEIGHBOURS = 20


@dataclass(frozen=True)
class Neighbour:
    """Ground that two would hold. live: the other is on the platform and has it today."""

    name: str
    live: bool
    area_m2: float


@dataclass(frozen=True)
class Comparison:
    """The figures of a boundary, in m². official_m2: of the catalogue's outline, None where there is none; beyond and
    missing: what lies outside of it, and what of it isn't covered. neighbours: by size of the overlap.
    """

    area_m2: float
    official_m2: float | None
    beyond_m2: float
    missing_m2: float
    neighbours: Sequence[Neighbour]


def take(session: Session, claim: Claim, code: str, name: str, content: bytes) -> None:
    """Keep the boundary of a file for a municipality that is to be claimed.

    Several features are one ground. Raises Invalid with the place of the fault, or where it is another municipality's;
    Conflict once the city is set up.
    """
    if claim.tenant_id is not None:
        raise Conflict("Your city is set up already; its boundary is changed with the operator.", field="boundary")
    wanted = place.place(session, code)
    if wanted.freedom is not Freedom.NO_OUTLINE:
        place.refuse_unless_free(wanted)
    if not content:
        raise Invalid("Choose the file with your boundary.", field="boundary")
    if len(content) > MOST_FILE_BYTES:
        raise Invalid("The file may have up to 20 MB.", field="boundary")
    try:
        features = read_boundaries(content, name[:100] or "batas", most_bytes=MOST_UPLOADED_BYTES)
    except AduanError as error:
        error.field = "boundary"
        raise
    outline = settled(shapely.union_all([one.geometry for one in features]))
    found = compare(outline, _official(session, code), [])
    if found.area_m2 > MOST_M2:
        raise Invalid(
            "This boundary covers %(area)s km², more than any city or regency has.",
            field="boundary",
            area=grouped(round(found.area_m2 / 1e6)),
        )
    if found.official_m2 is not None and found.missing_m2 > found.official_m2 * (1 - LEAST_SHARE):
        raise Invalid(
            "This boundary covers less than half of %(name)s: it is that of another place.",
            field="boundary",
            name=wanted.name,
        )
    if claim.municipality_code != code:
        claim.municipality_code, claim.slug, claim.code = code, None, None
    claim.boundary, claim.boundary_name = shapely.to_wkb(outline), name[:100] or "batas"
    claim.boundary_mended = [
        {"what": mending.what, "where": mending.where and list(mending.where), "area_m2": mending.area_m2}
        for one in features
        for mending in one.mendings
    ]
    session.flush()


def drop(session: Session, claim: Claim) -> None:
    """Go back to the catalogue's outline."""
    if claim.tenant_id is None:
        claim.boundary = claim.boundary_name = None
        claim.boundary_mended = []
        session.flush()


def figures(session: Session, claim: Claim) -> Comparison | None:
    """The boundary that was brought, compared; None where none was."""
    if claim.boundary is None or claim.municipality_code is None:
        return None
    outline = shapely.from_wkb(claim.boundary)
    official = _official(session, claim.municipality_code)
    return compare(outline, official, _neighbours(session, claim.municipality_code, outline))


def compare(
    outline: BaseGeometry, official: BaseGeometry | None, neighbours: Sequence[tuple[str, bool, BaseGeometry]]
) -> Comparison:
    """neighbours: (name, live, ground). Pure."""
    shared = [
        Neighbour(name, live, area)
        for name, live, ground in neighbours
        if (area := _area(outline.intersection(ground))) >= LEAST_M2
    ]
    shared.sort(key=lambda one: -one.area_m2)
    return Comparison(
        area_m2=_area(outline),
        official_m2=None if official is None else _area(official),
        beyond_m2=0.0 if official is None else _area(outline.difference(official)),
        missing_m2=0.0 if official is None else _area(official.difference(outline)),
        neighbours=shared[:MOST_NEIGHBOURS],
    )


def _official(session: Session, code: str) -> BaseGeometry | None:
    wkb = session.scalar(select(Municipality.outline).where(Municipality.code == code))
    return None if wkb is None else shapely.from_wkb(wkb)


def _neighbours(session: Session, code: str, outline: BaseGeometry) -> list[tuple[str, bool, BaseGeometry]]:
    """What lies where this boundary lies: the ground of live cities, and outlines of those that have no city yet."""
    live = session.execute(
        select(Tenant.name, Tenant.languages, Tenant.municipality_code, Boundary.wkb)
        .join(Boundary, Boundary.tenant_id == Tenant.id)
        .where(
            Tenant.stage.in_(HELD),
            Boundary.valid_until.is_(None),
            func.jsonb_array_length(Boundary.overlay) == 0,
        )
    ).all()
    held = {row.municipality_code for row in live}
    others = session.execute(
        select(Municipality.name, Municipality.outline).where(
            Municipality.level == "municipality",
            Municipality.outline.is_not(None),
            Municipality.code != code,
            Municipality.code.not_in(held),
            Municipality.province_code.not_in(held),
        )
    ).all()
    found = [(in_language(row.name, row.languages[0], row.languages), True, shapely.from_wkb(row.wkb)) for row in live]
    found += [(row.name, False, shapely.from_wkb(row.outline)) for row in others]
    box = shapely.box(*outline.bounds)
    return [one for one in found if one[2].intersects(box)]


def _area(shape: BaseGeometry) -> float:
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and not part.is_empty]
    return float(sum(geodesic_area_m2(part) for part in parts))
