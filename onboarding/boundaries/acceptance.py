"""What an accepted difference of the catalogue changes: a row of the catalogue, and what the city it is about has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.ground import Box, in_box
from complaints.office import Office
from configuration import editing
from configuration.editing import Author
from onboarding.boundaries import border_asking, border_question, difference, renumbering
from onboarding.boundaries.catalogue import DKI, PART_OF_DKI
from onboarding.boundaries.difference import CatalogueDifference, State
from onboarding.boundaries.edition import Kind
from onboarding.boundaries.neighbours import Drawn, Side, beside, drawn, ground_of, one_at_a_time, ordinary
from onboarding.boundaries.renumbering import place_in_province
from tenants import scope
from tenants.boundary import Boundary
from tenants.catalogue import Municipality, current_code
from tenants.directory import raise_epoch
from tenants.errors import Conflict, Invalid
from tenants.geometry import geodesic_area_m2
from tenants.tenant import COMMONS_ID, HELD, Tenant

ORDER = (Kind.CODE, Kind.NAME, Kind.OUTLINE, Kind.NEW, Kind.ENDED)
"""In which many are applied: what follows a new code is found by it."""
MOST_READ = 5_000


@dataclass(frozen=True)
class Affected:
    """Open reports where the ground changes hands: the city's own on what it loses, the commons' and its neighbours' on
    what it gains.
    """

    own: int
    commons: int
    neighbours: int


def accept(
    session: Session,
    office: Office,
    row: CatalogueDifference,
    *,
    by: UUID | None,
    now: datetime,
    effective_at: datetime | None = None,
    author: Author | None = None,
) -> list[str]:
    """Let it hold: at once, a city's boundary from a later instant on, a code that another one has still with that
    one's change. The row is locked and open.

    Answers with the names of those who have to agree first, who are asked then; nothing is accepted meanwhile.
    """
    from_at = max(effective_at or now, now)
    if row.kind == Kind.OUTLINE and row.city_id is not None:
        disputed = _disputed(session, office, row, from_at)
        if disputed:
            border_asking.put(session, office, row.city_id, _proposed(row), disputed, now, difference_id=row.id)
            return [side.name for side, _ in disputed]
    else:
        from_at = now
    together = renumbering.with_it(session, row) if row.kind == Kind.CODE else []
    row.state, row.decided_at, row.decided_by, row.effective_at = State.ACCEPTED, now, by, from_at
    if together:
        _renumber(session, together, now)
    elif from_at <= now:
        _apply(session, row, now, author)
    session.flush()
    return []


def accept_all(session: Session, office: Office, *, by: UUID | None, now: datetime, edition: str = "") -> int:
    """Everything that no city decides about; how many. edition: only of this one."""
    found = select(CatalogueDifference).where(
        CatalogueDifference.state == State.OPEN, CatalogueDifference.city_id.is_(None)
    )
    if edition:
        found = found.where(CatalogueDifference.edition == edition)
    rows = session.scalars(found.with_for_update()).all()
    for row in sorted(rows, key=lambda one: (ORDER.index(Kind(one.kind)), one.code)):
        accept(session, office, row, by=by, now=now)
    return len(rows)


def apply_due(session: Session, office: Office, now: datetime) -> int:
    """Boundaries whose day has come; how many hold now. One whose neighbours agree no more is open again. Commits."""
    due = (
        CatalogueDifference.kind == Kind.OUTLINE,
        CatalogueDifference.state == State.ACCEPTED,
        CatalogueDifference.applied_at.is_(None),
        CatalogueDifference.effective_at <= now,
    )
    applied = 0
    for difference_id in session.scalars(select(CatalogueDifference.id).where(*due)).all():
        row = session.get_one(CatalogueDifference, difference_id, with_for_update=True, populate_existing=True)
        if row.state == State.ACCEPTED and row.applied_at is None and row.city_id is not None:
            if disputed := _disputed(session, office, row, now):
                row.state, row.decided_at, row.decided_by, row.effective_at = State.OPEN, None, None, None
                session.flush()
                border_asking.put(session, office, row.city_id, _proposed(row), disputed, now, difference_id=row.id)
            else:
                _apply(session, row, now, None)
                applied += 1
        session.commit()
    return applied


def affected(session: Session, office: Office, row: CatalogueDifference, now: datetime) -> Affected:
    """How many open reports lie where a city's boundary would change; numbers alone cross."""
    own = ground_of(session, row.city_id) if row.city_id else None
    if row.city_id is None or own is None or row.outline is None:
        return Affected(0, 0, 0)
    outline = shapely.from_wkb(row.outline)
    gained, lost = outline.difference(own.shape), own.shape.difference(outline)
    sides = [one for one in beside(session, office, row.city_id, _proposed(row), now) if one.holds and one.tenant_id]
    return Affected(
        own=_open_in(session, row.city_id, lost),
        commons=_open_in(session, COMMONS_ID, gained),
        neighbours=sum(_open_in(session, one.tenant_id, gained) for one in sides if one.tenant_id),
    )


def _disputed(
    session: Session, office: Office, row: CatalogueDifference, from_at: datetime
) -> Sequence[tuple[Side, float]]:
    """Who would lose more ground to a live city than maps differ by and hasn't agreed. What a neighbour has accepted to
    have by then counts for what it has.
    """
    city = session.get_one(Tenant, row.city_id)
    if city.stage not in HELD:
        return []  # a city that is being set up holds no ground: its going live asks
    one_at_a_time(session)
    office.keeper.refresh()
    own = _proposed(row)
    coming = {
        one.city_id: drawn(one.outline, one.becomes_m2 or 0.0)
        for one in session.scalars(
            select(CatalogueDifference).where(
                CatalogueDifference.kind == Kind.OUTLINE,
                CatalogueDifference.state == State.ACCEPTED,
                CatalogueDifference.applied_at.is_(None),
                CatalogueDifference.effective_at <= from_at,
            )
        )
        if one.outline is not None
    }
    sides = [
        replace(one, drawn=coming[one.tenant_id]) if one.tenant_id in coming else one
        for one in beside(session, office, city.id, own, from_at)
    ]
    return border_question.disputed(session, city.id, own, sides, present=ground_of(session, city.id))


def _proposed(row: CatalogueDifference) -> Drawn:
    if row.outline is None:
        raise Invalid("This proposal has no outline.")
    return drawn(row.outline, row.becomes_m2 or 0.0)


def _apply(session: Session, row: CatalogueDifference, now: datetime, author: Author | None) -> None:
    row.applied_at = now
    kind = Kind(row.kind)
    if kind is Kind.NAME:
        _rename(session, row, author, now)
    elif kind is Kind.OUTLINE:
        _redraw(session, row, now)
    elif kind is Kind.NEW:
        _found(session, row)
    else:
        _end(session, row, now)
    session.flush()
    raise_epoch(session)


def _renumber(session: Session, together: Sequence[CatalogueDifference], now: datetime) -> None:
    """Let new codes hold that take one another's over, once all are accepted; then those that waited for theirs."""
    if any(one.state != State.ACCEPTED for one in together):
        return
    renumbering.renumber(session, together)
    for one in together:
        one.applied_at = now
    session.flush()
    raise_epoch(session)
    for one in together:
        for waiting in difference.waiting_for(session, one.code):
            _renumber(session, renumbering.with_it(session, waiting), now)


def _rename(session: Session, row: CatalogueDifference, author: Author | None, now: datetime) -> None:
    """Its official name and type; a city that calls itself by the old name goes along."""
    municipality = session.get_one(Municipality, current_code(session, row.code))
    municipality.name = row.after.get("name", municipality.name)
    municipality.type = row.after.get("type", municipality.type)
    place_in_province(session, municipality, row.after)
    city = session.get(Tenant, row.city_id) if row.city_id else None
    if city is None:
        return
    city.type = row.after.get("type", city.type)
    if "name" in row.after and city.name.get("id") == row.before["name"]:
        name = {**city.name, "id": row.after["name"]}
        if author is not None:
            editing.change(session, city, {"name": name}, author=author, now=now)
        else:
            city.name = name


def _redraw(session: Session, row: CatalogueDifference, now: datetime) -> None:
    """The catalogue's outline; of a city a new version of its boundary, from its day on."""
    own = _proposed(row)
    municipality = session.get_one(Municipality, current_code(session, row.code))
    if municipality.level == "municipality":
        municipality.outline, municipality.area_m2 = own.wkb, own.area_m2
    if row.city_id is None:
        return
    session.execute(update(Tenant).where(Tenant.id == row.city_id).values(revision=Tenant.revision + 1))
    present = session.scalar(select(Boundary).where(Boundary.tenant_id == row.city_id, *ordinary()))
    from_at = row.effective_at or now
    if present is not None:
        if present.valid_from is not None and present.valid_from >= from_at:
            from_at = now
        present.valid_until = from_at
        session.flush()
    session.add(
        Boundary(
            tenant_id=row.city_id,
            wkb=own.wkb,
            area_m2=geodesic_area_m2(own.shape),
            claimed_at=present.claimed_at if present else now,
            valid_from=from_at if present else None,
            source=f"catalogue:{municipality.code} {row.edition}",
            created_at=now,
        )
    )


def _found(session: Session, row: CatalogueDifference) -> None:
    """A municipality that is new is free, as its province's are."""
    code, province = row.code, row.after["province_code"]
    known = session.get(Municipality, code)
    if known is not None and known.ended_at is None:
        raise Conflict("The catalogue has %(code)s already.", code=code)
    municipality = known or Municipality(code=code, level="municipality", province_name="")
    municipality.type, municipality.name, municipality.province_code = row.after["type"], row.after["name"], province
    municipality.outline, municipality.area_m2, municipality.ended_at = row.outline, row.becomes_m2, None
    municipality.claimable = province != DKI
    municipality.why_not = PART_OF_DKI if province == DKI else null()
    place_in_province(session, municipality, row.after)
    session.add(municipality)


def _end(session: Session, row: CatalogueDifference, now: datetime) -> None:
    """It can be claimed no more and gets no reports by the catalogue; its code still says whose its ground is now."""
    municipality = session.get_one(Municipality, current_code(session, row.code))
    into = ", ".join(f"{share['name']} ({share['code']})" for share in row.shares if not share["comes"])
    municipality.claimable, municipality.outline, municipality.area_m2 = False, None, None
    municipality.ended_at = now
    municipality.why_not = {
        "id": f"Sudah bergabung ke {into}" if into else "Sudah tidak ada lagi",
        "en": f"Has become part of {into}" if into else "Is no more",
    }


def _open_in(session: Session, tenant_id: UUID, ground: BaseGeometry) -> int:
    """How many open reports of a tenant lie there; their number alone crosses."""
    count = 0
    with scope.enter(session, tenant_id):
        for part in getattr(ground, "geoms", [ground]):
            if part.geom_type != "Polygon" or part.is_empty:
                continue
            there = select(Complaint.lon, Complaint.lat).where(Complaint.is_open, *in_box(Box(*part.bounds)))
            rows = session.execute(there.limit(MOST_READ)).all()
            shapely.prepare(part)
            count += sum(bool(shapely.intersects_xy(part, one.lon, one.lat)) for one in rows)
    return count
