"""Whose ground lies beside a city's: that of cities that hold it, of those being set up, and of what is unclaimed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.boundaries import border
from tenants.boundary import Boundary
from tenants.geometry import geodesic_area_m2
from tenants.tenant import HELD, Tenant, in_language

REMEMBERED = 500
"""Pairs of grounds whose overlap a process remembers: of some thirty cities that are being set up."""


@dataclass(frozen=True)
class Drawn:
    """A ground as it is written; two of one mark are the same."""

    mark: str
    wkb: bytes = field(repr=False, compare=False)
    area_m2: float = field(compare=False)

    @property
    def shape(self) -> BaseGeometry:
        return shapely.from_wkb(self.wkb)


@dataclass(frozen=True)
class Side:
    """A neighbour. tenant_id: None for one that isn't on the platform. holds: whether the ground is its own today; a
    city that is being set up has none yet.
    """

    tenant_id: UUID | None
    name: str
    slug: str
    drawn: Drawn
    holds: bool

    @property
    def ground(self) -> BaseGeometry:
        return self.drawn.shape

    @property
    def mark(self) -> str:
        return self.drawn.mark


def drawn(wkb: bytes, area_m2: float) -> Drawn:
    """A ground with its mark."""
    return Drawn(hashlib.sha256(wkb).hexdigest()[:16], wkb, area_m2)


def ordinary() -> tuple[ColumnElement[bool], ...]:
    """Of the rows of boundaries: ordinary ground until further notice."""
    return Boundary.valid_until.is_(None), func.jsonb_array_length(Boundary.overlay) == 0


def ground_of(session: Session, tenant_id: UUID) -> Drawn | None:
    """A tenant's ordinary ground as it stands until further notice."""
    row = session.execute(
        select(Boundary.wkb, Boundary.area_m2)
        .where(Boundary.tenant_id == tenant_id, *ordinary())
        .order_by(Boundary.created_at.desc())
        .limit(1)
    ).first()
    return None if row is None else drawn(row.wkb, row.area_m2)


def neighbours(session: Session, office: Office, tenant_id: UUID, now: datetime) -> list[Side]:
    """Whose ground lies on this city's or within a crack's width of it, as `beside` finds it."""
    own = ground_of(session, tenant_id)
    return [] if own is None else beside(session, office, tenant_id, own, now)


def beside(session: Session, office: Office, tenant_id: UUID, own: Drawn, now: datetime) -> list[Side]:
    """Whose ground lies on `own` or within a crack's width of it at an instant; each city and municipality once.

    own: of this city, the present ground or one that is proposed.
    """
    near, directory = border.around(own.shape), office.directory
    sides = {
        one.tenant_id: Side(one.tenant_id, one.name, one.slug, drawn(one.wkb, one.area_m2), holds=True)
        for one in directory.index.meeting(near, at=now)
    }
    for one in directory.coming.meeting(near, at=now):
        sides.setdefault(
            one.tenant_id, Side(one.tenant_id, one.name, one.slug, drawn(one.wkb, one.area_m2), holds=False)
        )
    code = session.get_one(Tenant, tenant_id).municipality_code
    codes = {code, *(card.municipality_code for card in directory.serving), *directory.begun}
    unclaimed = []
    for outline in directory.index.outlines_meeting(near):
        if (card := directory.paused.get(outline.code)) is not None:
            area = geodesic_area_m2(shapely.from_wkb(outline.wkb))
            sides.setdefault(card.id, Side(card.id, outline.name, card.slug, drawn(outline.wkb, area), holds=True))
        elif outline.code not in codes and outline.code.partition(".")[0] not in codes:
            unclaimed.append(Side(None, outline.name, "", drawn(outline.wkb, 0.0), holds=False))
    sides.pop(tenant_id, None)
    return [*sides.values(), *unclaimed]


@lru_cache(maxsize=REMEMBERED)
def overlap_m2(own: Drawn, other: Drawn) -> float:
    """How much ground both have; remembered, since pages ask for the same pairs again and again."""
    return border.overlap_m2(own.shape, other.shape)


class Held:
    """All ground that cities hold, as the database has it at each question: for commands that bring in many cities.

    Only its boxes are remembered, so that what it takes doesn't grow with the outlines.
    """

    def __init__(self) -> None:
        self._boxes: dict[UUID, BaseGeometry] = {}

    def beside(self, session: Session, tenant_id: UUID, own: Drawn, now: datetime) -> list[Side]:
        """The cities whose ground, present or to come, has something in common with `own`'s box."""
        holding = (
            Tenant.stage.in_(HELD),
            or_(Boundary.valid_until.is_(None), Boundary.valid_until > now),
            func.jsonb_array_length(Boundary.overlay) == 0,
        )
        ids = set(session.scalars(select(Boundary.id).join(Tenant, Tenant.id == Boundary.tenant_id).where(*holding)))
        self._boxes = {one: box for one, box in self._boxes.items() if one in ids}
        unseen = select(Boundary.id, Boundary.wkb).where(Boundary.id.in_(ids - self._boxes.keys()))
        for row in session.execute(unseen.execution_options(yield_per=50)):
            self._boxes[row.id] = shapely.box(*shapely.from_wkb(row.wkb).bounds)
        near = self._near(shapely.box(*own.shape.bounds))
        rows = session.execute(
            select(Tenant.id, Tenant.name, Tenant.languages, Tenant.slug, Boundary.wkb, Boundary.area_m2)
            .join(Boundary, Boundary.tenant_id == Tenant.id)
            .where(Boundary.id.in_(near), Tenant.id != tenant_id)
            .order_by(Tenant.slug)
        )
        return [
            Side(
                row.id,
                in_language(row.name, row.languages[0], row.languages),
                row.slug,
                drawn(row.wkb, row.area_m2),
                holds=True,
            )
            for row in rows
        ]

    def _near(self, box: BaseGeometry) -> Sequence[UUID]:
        return [one for one, other in self._boxes.items() if other.intersects(box)]


def one_at_a_time(session: Session) -> None:
    """Let nobody else take ground until this transaction ends, so that who looks finds what the other has taken."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('ground', 0))"))
