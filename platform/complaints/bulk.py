"""One step for many reports: each by itself, with its own checks, so that one that can't doesn't hold up the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import handling, workflow
from complaints.actor import Actor
from complaints.audience import batch, telling
from complaints.carried import NOTHING, Carried
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.transfers import handover
from complaints.viewer import Viewer
from complaints.workflow import Need
from tenants import scope
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import AduanError, Invalid, NotFound

MOST = 200
"""A transaction that holds more rows would let others wait for seconds."""

BULK = (
    "take",
    "start",
    "verify",
    "assign",
    "coordinate",
    "accept",
    "refuse",
    "schedule",
    "ask",
    "resume",
    "reply",
    "note",
    "reject",
    "hand_over",
)
"""What can be done for many at once. What rests on a look at each isn't among them: work done, checked, corrected."""


@dataclass(frozen=True)
class Chosen:
    """A report, and the version of it that was looked at."""

    complaint_id: UUID
    version: int


@dataclass(frozen=True)
class Outcome:
    """How it went for one. reference: "" where there is no such report here. refusal: why not, None for done.

    goes_above: two have passed it to and fro, so somebody above both decides.
    """

    complaint_id: UUID
    reference: str
    refusal: AduanError | None = None
    goes_above: bool = False


def move_many(
    session: Session,
    office: Office,
    chosen: Sequence[Chosen],
    name: str,
    *,
    actor: Actor,
    viewer: Viewer,
    card: TenantCard,
    now: datetime,
    carried: Carried = NOTHING,
    to: TenantCard | None = None,
) -> list[Outcome]:
    """Make a move for each report that was chosen, in a savepoint of its own; how it went, in the order of choosing.

    to: the city of a hand-over. Raises Invalid for a move that isn't made in bulk, for none or too many, and where the
    move lacks what it must carry, which is the same for all.
    """
    if name not in BULK:
        raise Invalid("This step is made for each report by itself.", field="move")
    check_number(chosen)
    workflow.require(next(move for (_, one), move in workflow.MOVES.items() if one == name), carried.needs)
    if name == "hand_over" and to is None:
        raise Invalid("Choose another city that is on this platform.", field="tenant")
    by_id = {one.complaint_id: one for one in chosen}
    batch_id = new_id()
    # in the order of their ids, so that two who choose the same reports never wait for one another
    outcomes = {
        complaint_id: _one(session, office, by_id[complaint_id], name, actor, viewer, card, now, carried, to, batch_id)
        for complaint_id in sorted(by_id)
    }
    if to is not None:
        with scope.enter(session, to.id):
            batch.wind(session, office.queue, to.id, batch_id, now, timedelta(0))
    elif name in telling.AGENCY_HEARS:
        batch.wind(session, office.queue, card.id, batch_id, now, workflow.UNDO_WITHIN)
    return [outcomes[complaint_id] for complaint_id in by_id]


def check_number(chosen: Sequence[Chosen]) -> None:
    """Raise Invalid, field chosen, for none or too many."""
    if not chosen:
        raise Invalid("Choose at least one report.", field="chosen")
    if len(chosen) > MOST:
        raise Invalid("Up to %(most)s reports at a time, please.", field="chosen", most=MOST)


def _one(
    session: Session,
    office: Office,
    chosen: Chosen,
    name: str,
    actor: Actor,
    viewer: Viewer,
    card: TenantCard,
    now: datetime,
    carried: Carried,
    to: TenantCard | None,
    batch_id: UUID,
) -> Outcome:
    reference, above = "", False
    try:
        with session.begin_nested():
            complaint = session.scalar(select(Complaint).where(Complaint.id == chosen.complaint_id))
            if complaint is None or not viewer.sees(complaint):
                raise NotFound("There is no such report here.")
            reference = complaint.reference
            how: dict[str, Any] = {"actor": actor, "card": card, "now": now, "expected_version": chosen.version}
            if to is not None:
                reason = carried.words.get(Need.REASON, "")
                above = not handover.hand_over(session, office, complaint, to, reason=reason, batch_id=batch_id, **how)
            else:
                if name in telling.AGENCY_HEARS and complaint.urgency > 0:
                    carried = replace(carried, detail={**carried.detail, batch.BATCH: str(batch_id)})
                above = handling.move(session, office, complaint, name, carried=carried, **how).move != name
    except AduanError as error:
        return Outcome(chosen.complaint_id, reference, error)
    return Outcome(chosen.complaint_id, reference, goes_above=above)
