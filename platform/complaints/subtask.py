"""Parts of a complaint that other agencies do: each with its own agency, clock and status. The row and its rules.

Whoever has the complaint asks; the other agency does it or refuses with a reason. Each step is a row of the complaint's
history, made by a move of the one workflow table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.clock import Pause, Target, Unit, due
from complaints.workflow import IllegalMove
from tenants.database import Base, TenantOwned
from tenants.errors import Conflict, Invalid
from tenants.personal import personal
from tenants.working_time import Calendar

WITH_THE_COMPLAINT = "with the complaint's retention"
DAYS = (1, 2, 3, 5, 10, 20)
"""The targets that can be chosen, in working days of the asked agency's calendar."""


class State(StrEnum):
    """Where a part is."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


STEPS: dict[tuple[State, str], State] = {
    (State.OPEN, "part_done"): State.DONE,
    (State.OPEN, "part_refused"): State.REFUSED,
    (State.OPEN, "part_dropped"): State.DROPPED,
    # who refused is asked once more, or nobody any longer
    (State.REFUSED, "part_dropped"): State.DROPPED,
}
"""By the name of the move in `workflow.MOVES`."""

HOLDS_UP = (State.OPEN, State.REFUSED)
"""A required part in one of these keeps its complaint from being finished: it is done, or dropped with a reason."""


class Subtask(TenantOwned, Base):
    """agency_id: who does it. task: what. required: the complaint waits for it.

    due_at: None without a calendar, and while the city stands still. words: what its agency said at the end. late_at:
    when those above were told that it is late.
    """

    __tablename__ = "subtasks"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        ForeignKeyConstraint(["tenant_id", "agency_id"], ["agencies.tenant_id", "agencies.id"]),
        ForeignKeyConstraint(["tenant_id", "asked_by_id"], ["seats.tenant_id", "seats.id"]),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index("ix_subtasks_tenant_id_complaint_id", "tenant_id", "complaint_id"),
        Index("ix_subtasks_open", "tenant_id", "agency_id", "sort_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_subtasks_due", "tenant_id", "due_at", postgresql_where=text("state = 'open' AND late_at IS NULL")),
    )

    complaint_id: Mapped[UUID]
    agency_id: Mapped[UUID]
    asked_by_id: Mapped[UUID]
    task: Mapped[str] = mapped_column(info=personal("what is to be done", until=WITH_THE_COMPLAINT))
    required: Mapped[bool]
    days: Mapped[int]
    state: Mapped[str] = mapped_column(default=State.OPEN)
    words: Mapped[str | None] = mapped_column(info=personal("what was done", until=WITH_THE_COMPLAINT))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    late_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def is_late(self, now: datetime) -> bool:
        """Whether its time is over and nobody has ended it."""
        return self.state == State.OPEN and self.due_at is not None and self.due_at < now


@dataclass(frozen=True)
class Asked:
    """A part as somebody means it. days: of DAYS."""

    agency_id: UUID | None
    task: str
    days: int
    required: bool


def due_of(started_at: datetime, days: int, calendar: Calendar | None, city_pauses: Sequence[Pause]) -> datetime | None:
    """By when a part is due: so many working days on, whatever the complaint's own clock does; None in a pause.

    city_pauses: in which the whole city stood still, in order. Raises Invalid.
    """
    if days not in DAYS:
        raise Invalid("Choose by when it is due.", field="days")
    return due(started_at, Target(days, Unit.WORKING_DAYS), calendar, city_pauses) if calendar is not None else None


def step(state: str, name: str) -> State:
    """Where a move leads a part. Raises IllegalMove."""
    try:
        return STEPS[State(state), name]
    except KeyError:
        raise IllegalMove("This part has ended in the meantime. Look at it again.", move=name, status=state) from None


class HeldUp(Conflict):
    """Other agencies haven't done their parts yet."""


def parts_of(session: Session, complaint_id: UUID) -> list[Subtask]:
    """The parts of a complaint, in the order in which they were asked for."""
    return list(
        session.scalars(
            select(Subtask).where(Subtask.complaint_id == complaint_id).order_by(Subtask.created_at, Subtask.id)
        )
    )


def holds_up(parts: Sequence[Subtask]) -> bool:
    """Whether a required part is neither done nor dropped."""
    return any(one.required and State(one.state) in HOLDS_UP for one in parts)


def refuse_while_held_up(session: Session, complaint_id: UUID) -> None:
    """Raise HeldUp if a required part is neither done nor dropped."""
    if holds_up(parts_of(session, complaint_id)):
        raise HeldUp(
            "Another agency hasn't done its part of this report yet. Wait for it, or drop the part with a reason."
        )
