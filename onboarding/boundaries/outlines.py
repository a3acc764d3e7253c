"""Outlines from a file into the catalogue: further countries, or better outlines of municipalities that are there."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from configuration.area_file import settled
from onboarding import shipped
from tenants.boundary_file import BoundaryFeature, Fault
from tenants.catalogue import Municipality
from tenants.directory import raise_epoch

BATCH = 500
TYPE, PARENT = "type", "parent"
"""Properties that say more of a new municipality, where the file has them: `kota`; the code of its province."""


@dataclass(frozen=True)
class Imported:
    """Numbers of municipalities; refused: those that can't be, each in a sentence."""

    added: int
    changed: int
    unchanged: int
    refused: tuple[Fault, ...]


def import_outlines(session: Session, features: Sequence[BoundaryFeature]) -> Imported:
    """Bring the catalogue to the outlines: those of known codes are replaced, unknown codes become municipalities.

    Official names stay. The ground of tenants doesn't change: a tenant has a boundary of its own. The session is in no
    tenant's scope; the caller commits.
    """
    known = {row.code: row for row in session.scalars(select(Municipality))}
    provinces = {row.code: row.name for row in known.values() if row.level == "province"}
    official = shipped.governments()
    rows, refused, added, unchanged = [], [], 0, 0
    for feature in features:
        present = known.get(feature.code)
        why = _why_not(feature, present)
        if why:
            refused.append(Fault(f"{feature.code or 'A feature without code'} {feature.name}".strip(), None, why))
            continue
        row = _row(feature, provinces, present, keeps_name=feature.code in official)
        if present is not None and all(getattr(present, name) == value for name, value in row.items()):
            unchanged += 1
            continue
        added += present is None
        rows.append(row)
    session.expunge_all()
    for start in range(0, len(rows), BATCH):
        statement = insert(Municipality)
        kept = {name: statement.excluded[name] for name in rows[0] if name not in ("code", "level", "claimable")}
        session.execute(
            statement.on_conflict_do_update(index_elements=["code"], set_=kept), rows[start : start + BATCH]
        )
    if rows:
        raise_epoch(session)
    return Imported(added, len(rows) - added, unchanged, tuple(refused))


def _why_not(feature: BoundaryFeature, present: Municipality | None) -> str | None:
    if not feature.code:
        return "It has no code. Say with --code which property holds it."
    if present is None and not feature.name:
        return "It is new and has no name. Say with --name which property holds it."
    if present is not None and present.level != "municipality":
        return "It is a province, whose outline is the union of its municipalities'."
    return None


def _row(
    feature: BoundaryFeature, provinces: dict[str, str], present: Municipality | None, *, keeps_name: bool
) -> dict[str, object]:
    parent = _text(feature, PARENT) or (present.province_code if present else "")
    if present is not None and keeps_name:
        words = {name: getattr(present, name) for name in ("type", "name", "province_code", "province_name")}
    else:
        words = {
            "type": _text(feature, TYPE) or (present.type if present else "municipality"),
            "name": feature.name or (present.name if present else ""),
            "province_code": parent,
            "province_name": provinces.get(parent, present.province_name if present else ""),
        }
    return {
        "code": feature.code,
        "level": "municipality",
        "claimable": present.claimable if present else True,
        "outline": shapely.to_wkb(settled(feature.geometry)),
        "area_m2": feature.area_m2,
        **words,
    }


def _text(feature: BoundaryFeature, name: str) -> str:
    value = feature.properties.get(name)
    return value.strip() if isinstance(value, str) else ""
