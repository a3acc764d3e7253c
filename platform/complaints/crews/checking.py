"""Checks on the spot: some of the finished work is drawn, and somebody who didn't do it goes and looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from complaints import handling
from complaints.complaint import Complaint, HistoryRow
from complaints.evidence import Photo
from complaints.field_check import WAITING, FieldCheck
from complaints.handling import Actor, Carried
from complaints.office import Office
from complaints.rules import own_work
from complaints.workflow import DONE, Need
from tenants.directory import TenantCard
from tenants.errors import N_, Conflict, NotAllowed, NotFound

PAGE = 20
OWN_WORK = N_("This is your own work: somebody else checks it.")


class Verdict(StrEnum):
    """What was found on the spot."""

    AS_PROMISED = "as_promised"
    PARTLY = "partly"
    NOT = "not"


MOVE = {Verdict.AS_PROMISED: "check", Verdict.PARTLY: "check", Verdict.NOT: "overturn"}
"""What each leads to: what isn't as promised is opened again."""


@dataclass(frozen=True)
class Tally:
    """What checks found of an agency's work. drawn: how many were, of which some are still open or ended unchecked."""

    agency_id: UUID | None
    drawn: int
    as_promised: int
    partly: int
    not_done: int

    @property
    def checked(self) -> int:
        return self.as_promised + self.partly + self.not_done


def check_here(session: Session, check_id: UUID) -> FieldCheck:
    """The check of this id in the session's tenant. Raises NotFound."""
    check = session.scalar(select(FieldCheck).where(FieldCheck.id == check_id))
    if check is None:
        raise NotFound("There is no such check here.")
    return check


def open_checks(session: Session, after: tuple[datetime, UUID] | None = None) -> list[tuple[FieldCheck, Complaint]]:
    """The checks that nobody has made, the oldest first, one more than a page."""
    statement = select(FieldCheck, Complaint).join(Complaint, Complaint.id == FieldCheck.complaint_id).where(WAITING)
    if after is not None:
        statement = statement.where(tuple_(FieldCheck.drawn_at, FieldCheck.id) > after)
    found = session.execute(statement.order_by(FieldCheck.drawn_at, FieldCheck.id).limit(PAGE + 1))
    return [(row[0], row[1]) for row in found]


def judge(
    session: Session,
    office: Office,
    check: FieldCheck,
    verdict: Verdict,
    *,
    note: str,
    photos: Sequence[Photo],
    actor: Actor,
    card: TenantCard,
    now: datetime,
    waiver: str = "",
    expected_version: int | None = None,
) -> HistoryRow:
    """Say what was found on the spot; what isn't as promised is opened again, and its agency and reporter are told.

    Raises Conflict where somebody was quicker, NotAllowed for one's own work, and what `handling.move` raises.
    """
    complaint = handling.complaint_here(session, check.complaint_id)
    if check.checked_at is not None or check.ended_at is not None or complaint.status not in DONE:
        raise Conflict("This check is over: somebody has made it, or the report is open again.")
    if own_work.is_own(handling.history_of(session, complaint.id), actor.seat_id):
        raise NotAllowed(OWN_WORK)
    check.verdict, check.checked_by, check.checked_at = verdict.value, actor.seat_id, now
    return handling.move(
        session,
        office,
        complaint,
        MOVE[verdict],
        actor=actor,
        card=card,
        now=now,
        carried=Carried(
            words={Need.NOTE: note},
            photos=photos,
            waiver=waiver,
            detail={"check_id": str(check.id), "verdict": verdict.value},
        ),
        expected_version=expected_version,
    )


def tallies(session: Session, since: datetime) -> list[Tally]:
    """What the checks drawn since an instant found, by agency."""
    counted = session.execute(
        select(FieldCheck.agency_id, FieldCheck.verdict, func.count())
        .where(FieldCheck.drawn_at >= since)
        .group_by(FieldCheck.agency_id, FieldCheck.verdict)
    )
    found: dict[UUID | None, dict[str | None, int]] = {}
    for agency_id, verdict, count in counted:
        found.setdefault(agency_id, {})[verdict] = count
    return [
        Tally(
            agency_id,
            sum(verdicts.values()),
            verdicts.get(Verdict.AS_PROMISED, 0),
            verdicts.get(Verdict.PARTLY, 0),
            verdicts.get(Verdict.NOT, 0),
        )
        for agency_id, verdicts in found.items()
    ]
