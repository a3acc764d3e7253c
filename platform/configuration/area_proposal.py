"""What a file of outlines would make of a city's areas, kept with it to be looked at before anything changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import area_moves
from configuration.area_check import GroundCheck, Lying, check_ground
from configuration.area_file import AreaRow
from configuration.area_moves import foresee
from configuration.area_plan import Plan, Planned, Present, Reading, plan
from configuration.area_version import AreaVersion, State, depth_of, features_of, packed, refuse_unless
from tenants.area import Area
from tenants.directory import TenantCard
from tenants.ground_map import Layer, ground_map, ground_of

MOST_TOLD = 50


def propose(
    session: Session,
    office: Office,
    version: AreaVersion,
    reading: Reading,
    *,
    card: TenantCard,
    official: Sequence[AreaRow],
) -> Plan:
    """Plan what the file makes of the city's areas and keep what follows from it; nothing of the areas changes."""
    refuse_unless(version, State.READ, State.PLANNED)
    features = features_of(session, version)
    here = present(session)
    planned = plan(features, reading, here, official)
    version.reading, version.effective_at = asdict(reading), None
    version.state = State.READ if planned.faults else State.PLANNED
    version.rows = None if planned.faults else packed([_row_of(one) for one in planned.areas])
    version.findings = (
        {
            "faults": [
                [label, error.message, {k: str(v) for k, v in error.details.items()}]
                for label, error in planned.faults[:MOST_TOLD]
            ],
            "fault_count": len(planned.faults),
        }
        if planned.faults
        else _findings(session, office, planned, here, card)
    )
    session.flush()
    return planned


def _findings(
    session: Session, office: Office, planned: Plan, present: Sequence[Present], card: TenantCard
) -> dict[str, Any]:
    ended = set(planned.ended)
    lying = {
        one.code: Lying(one.code, one.parent, one.level, one.geometry)
        for one in present
        if one.geometry and one.code not in ended
    }
    lying |= {one.code: Lying(one.code, one.parent, one.level, one.geometry) for one in planned.areas}
    touched = {one.code for one in planned.areas if one.was is None or one.changed} | ended
    city = ground_of(session, card.id)
    ground = check_ground(list(lying.values()), city, touched or set(lying))
    after = list(lying.values())
    names = {one.code: dict(one.name) for one in present} | {one.code: dict(one.name) for one in planned.areas}
    drawn = ground_map(
        [
            Layer("city", [city] if city is not None else []),
            Layer("new", [one.geometry for one in planned.areas]),
            Layer("bare", ground.bare_shapes[:MOST_TOLD]),
            Layer("out", ground.out_shapes[:MOST_TOLD]),
            Layer("twice", ground.twice_shapes[:MOST_TOLD]),
        ]
    )
    book = office.rulebooks.of(session, card)
    moves = foresee(session, book, _outlined(after, planned, present))
    return {
        "new": len(planned.new),
        "changed": len(planned.changed),
        "same": len(planned.areas) - len(planned.new) - len(planned.changed),
        "official": sum(one.official for one in planned.areas),
        "count": len(planned.areas),
        "ended": list(planned.ended),
        "told": [
            {
                "code": one.code,
                "name": dict(one.name),
                "level": one.level,
                "parent": one.parent,
                "new": one.was is None,
                "changed": list(one.changed),
                "official": one.official,
                "area_m2": one.area_m2,
            }
            for one in [*planned.new, *planned.changed][:MOST_TOLD]
        ],
        **_of_ground(ground, names),
        "drawn": asdict(drawn) if drawn else None,
        "moves": asdict(moves),
    }


def _of_ground(ground: GroundCheck, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "out": [[code, names.get(code, {}), size] for code, size in ground.out[:MOST_TOLD]],
        "out_m2": sum(size for _code, size in ground.out),
        "bare": [[code, names.get(code, {}), size] for code, size in ground.bare[:MOST_TOLD]],
        "bare_m2": sum(size for _code, size in ground.bare),
        "twice": [
            [one, names.get(one, {}), other, names.get(other, {}), size]
            for one, other, size in ground.twice[:MOST_TOLD]
        ],
        "twice_m2": sum(size for _one, _other, size in ground.twice),
    }


def _outlined(after: Sequence[Lying], planned: Plan, present: Sequence[Present]) -> list[area_moves.Outlined]:
    """The areas as they would be, for finding points in them."""
    sizes = {one.code: one.area_m2 or 0.0 for one in present} | {one.code: one.area_m2 for one in planned.areas}
    above = {one.code: one.parent for one in present} | {one.code: one.parent for one in planned.areas}
    return [
        area_moves.Outlined(one.code, one.parent, depth_of(one.code, above), shapely.to_wkb(one.shape), sizes[one.code])
        for one in after
    ]


def present(session: Session) -> list[Present]:
    """The areas of the session's city as they are, by code."""
    areas = session.scalars(select(Area).where(Area.ended_at.is_(None)).order_by(Area.code)).all()
    codes = {area.id: area.code for area in areas}
    return [
        Present(
            area.code,
            area.name,
            area.level,
            codes.get(area.parent_id) if area.parent_id else None,
            shapely.from_wkb(area.wkb) if area.wkb else None,
            area.area_m2,
        )
        for area in areas
    ]


def _row_of(one: Planned) -> dict[str, Any]:
    changed = None if one.was is None else list(one.changed)
    return {"code": one.code, "name": dict(one.name), "level": one.level, "parent": one.parent, "changed": changed}
