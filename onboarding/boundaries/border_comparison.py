"""The borders of a city that aren't one clean line, each with its figures and who decides there meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.ground import Box, in_box
from complaints.office import Office
from onboarding.boundaries import border
from onboarding.boundaries.border import Border
from onboarding.boundaries.border_question import BorderQuestion, of_tenant, proposed_by
from onboarding.boundaries.neighbours import Drawn, Side, beside, ground_of
from tenants import scope
from tenants.errors import NotFound
from tenants.tenant import COMMONS_ID

MOST_READ = 5_000
FIRST = "first"
"""The rule between two cities that are being set up: whoever goes live first holds what both have, and is asked."""


@dataclass(frozen=True)
class Compared:
    """One border. complaints: made so far where both or neither have the ground. rule: of docs/routing.md, or FIRST."""

    neighbour: Side
    border: Border
    complaints: int
    rule: str
    theirs: bool
    question: BorderQuestion | None


def compared(
    session: Session,
    office: Office,
    tenant_id: UUID,
    now: datetime,
    *,
    only: UUID | None = None,
    proposed: Drawn | None = None,
) -> list[Compared]:
    """Every border of a city that isn't one clean line, the worst first. only: the one with this city, if any.

    proposed: the ground that it would have, instead of the present one.
    """
    own = proposed or ground_of(session, tenant_id)
    if own is None:
        return []
    sides = beside(session, office, tenant_id, own, now)
    asked = {one.other_id: one for one in of_tenant(session, tenant_id)}
    found, shape, grounds = [], own.shape, [one.ground for one in sides]
    for number, side in enumerate(sides):
        if only is not None and side.tenant_id != only:
            continue
        met = border.compare(shape, grounds[number], grounds[:number] + grounds[number + 1 :])
        if met.overlap_m2 or (met.gap_m2 and (side.holds or side.tenant_id is None)):
            question = asked.get(side.tenant_id) if side.tenant_id else None
            found.append(_compared(session, own.area_m2, side, met, question))
    return sorted(found, key=lambda one: -(one.border.overlap_m2 + one.border.gap_m2))


def one_border(session: Session, office: Office, question: BorderQuestion, now: datetime) -> Compared:
    """The border of a question, as it is today."""
    proposed = proposed_by(session, question)
    for found in compared(session, office, question.tenant_id, now, only=question.other_id, proposed=proposed):
        return found
    raise NotFound("The two cities have nothing to settle any more.")


def _compared(session: Session, own_m2: float, side: Side, met: Border, question: BorderQuestion | None) -> Compared:
    shapes = [piece.shape for piece in (*met.overlaps, *met.gaps)]
    concerned = {side.tenant_id, COMMONS_ID} if side.holds and side.tenant_id else {COMMONS_ID}
    if side.holds:
        rule = "smallest" if met.overlap_m2 else "nearest"
    else:
        rule = "unclaimed" if side.tenant_id is None else FIRST
    return Compared(
        neighbour=side,
        border=met,
        complaints=sum(_made_there(session, tenant_id, shapes) for tenant_id in concerned),
        rule=rule,
        theirs=side.holds and side.drawn.area_m2 <= own_m2,
        question=question,
    )


def _made_there(session: Session, tenant_id: UUID, shapes: Sequence[BaseGeometry]) -> int:
    """How many public reports of a tenant lie in these places; their number alone crosses."""
    count = 0
    with scope.enter(session, tenant_id):
        for shape in shapes:
            there = select(Complaint.lon, Complaint.lat).where(
                Complaint.visibility == "public", *in_box(Box(*shape.bounds))
            )
            rows = session.execute(there.limit(MOST_READ)).all()
            shapely.prepare(shape)
            count += sum(bool(shapely.intersects_xy(shape, row.lon, row.lat)) for row in rows)
    return count
