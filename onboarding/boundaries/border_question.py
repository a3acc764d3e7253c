"""Whether a city may go live over a neighbour's ground: asked of the neighbour, or of the operator."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.boundaries.difference import CatalogueDifference
from onboarding.boundaries.neighbours import Drawn, Side, drawn, overlap_m2
from onboarding.readiness import MAPPING_ERROR_M2
from tenants.database import Base, new_id
from tenants.errors import NotFound
from tenants.personal import personal

MOST_SHOWN = 100
OPEN, AGREED, REFUSED = "open", "agreed", "refused"


class BorderQuestion(Base):
    """tenant_id: the city that is being set up; other_id: whose live ground it overlaps by more than maps differ.

    mark: of both grounds as they were asked about; with other ground it is asked anew. by_operator: not the neighbour.
    difference_id: of the catalogue's proposal whose outline a live city would take; None for one that is being set up.
    """

    __tablename__ = "border_questions"
    __table_args__ = (
        UniqueConstraint("city_id", "other_id"),
        CheckConstraint(f"state IN ('{OPEN}', '{AGREED}', '{REFUSED}')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column("city_id", ForeignKey("tenants.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))
    overlap_m2: Mapped[float]
    mark: Mapped[str]
    state: Mapped[str] = mapped_column(default=OPEN)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    by_operator: Mapped[bool] = mapped_column(default=False)
    difference_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_differences.id"))
    why: Mapped[str | None] = mapped_column(info=personal("why it was decided so", until="5 years after the city left"))

    @property
    def seen(self) -> str:
        """What a form carries along, so that nobody decides about what isn't so any more."""
        return f"{self.mark}/{self.state}"


def proposed_by(session: Session, question: BorderQuestion) -> Drawn | None:
    """The outline that a question is about, where that isn't the city's present ground."""
    row = session.get(CatalogueDifference, question.difference_id) if question.difference_id else None
    return drawn(row.outline, row.becomes_m2 or 0.0) if row is not None and row.outline is not None else None


def overlapping(
    session: Session, tenant_id: UUID, own: Drawn, sides: Sequence[Side]
) -> tuple[list[tuple[Side, float]], list[tuple[Side, float]]]:
    """Who holds ground that lies on `own`, with m²: those without, and those with a word that it may be so."""
    held = [one for one in sides if one.holds and one.tenant_id is not None]
    agreed = _agreed(session, tenant_id, own.mark, {one.tenant_id: one.mark for one in held if one.tenant_id})
    found = [(one, area) for one in held if (area := overlap_m2(own, one.drawn))]
    without = [(one, area) for one, area in found if one.tenant_id not in agreed]
    return without, [(one, area) for one, area in found if one.tenant_id in agreed]


def disputed(
    session: Session, tenant_id: UUID, own: Drawn, sides: Sequence[Side], *, present: Drawn | None = None
) -> list[tuple[Side, float]]:
    """Who holds more of `own` than maps differ by and hasn't agreed. present: the city's ground, which is left out."""
    without, _ = overlapping(session, tenant_id, own, sides)
    if present is not None:
        gained = own.shape.difference(present.shape)
        only = drawn(gained.wkb, 0.0)
        without = [(one, overlap_m2(only, one.drawn)) for one, _ in without]
    return [(one, area) for one, area in without if area > MAPPING_ERROR_M2]


def _agreed(session: Session, tenant_id: UUID, own_mark: str, marks: dict[UUID, str]) -> set[UUID]:
    """The neighbours who agreed, or for whom the operator did, about the ground as it is now. marks: theirs."""
    return {
        one.other_id
        for one in of_tenant(session, tenant_id)
        if one.state == AGREED and one.mark == f"{own_mark}.{marks.get(one.other_id)}"
    }


def of_tenant(session: Session, tenant_id: UUID) -> list[BorderQuestion]:
    """What a city that is being set up asks."""
    return list(session.scalars(select(BorderQuestion).where(BorderQuestion.tenant_id == tenant_id)))


def about(session: Session, tenant_id: UUID) -> list[BorderQuestion]:
    """Questions that a city is a side of, the open ones first."""
    mine = or_(BorderQuestion.tenant_id == tenant_id, BorderQuestion.other_id == tenant_id)
    return list(session.scalars(select(BorderQuestion).where(mine).order_by(*_ORDER).limit(MOST_SHOWN)))


def listed(session: Session) -> list[BorderQuestion]:
    """All of them, the open ones first."""
    return list(session.scalars(select(BorderQuestion).order_by(*_ORDER).limit(MOST_SHOWN)))


_ORDER = (BorderQuestion.state != OPEN, BorderQuestion.asked_at.desc(), BorderQuestion.id)


def waiting(session: Session) -> int:
    """How many wait for an answer."""
    return session.scalar(select(func.count()).where(BorderQuestion.state == OPEN)) or 0


def one(session: Session, question_id: UUID, *, side: UUID | None = None) -> BorderQuestion:
    """side: the city that asks to see it, None for the operator. Raises NotFound, also for a third city."""
    found = session.get(BorderQuestion, question_id)
    if found is None or (side is not None and side not in (found.tenant_id, found.other_id)):
        raise NotFound("There is no such border.")
    return found


def is_to_decide(question: BorderQuestion, side: UUID | None) -> bool:
    """Whether it is this side's turn: the neighbour's while it is open, the operator's (None) over a refusal too."""
    if side == question.tenant_id:
        return False
    return question.state == OPEN or (side is None and question.state == REFUSED)
