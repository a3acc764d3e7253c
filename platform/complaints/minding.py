"""Minds the clock of each complaint: takes the steps of its ladder when their instants come, each once and in order,
and makes the move of a timer that has gone off (`timers.py`).

One job a complaint waits in the queue for `next_step_at`. A job that comes while that lies ahead is outdated and ends;
whoever sets `next_step_at` defers a job for it. What a dead worker missed is caught up, in order, and marked as late.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import climbing, handling, timekeeping
from complaints.audience import telling
from complaints.clocks.escalation import LATE_AFTER
from complaints.clocks.timers import REMIND
from complaints.complaint import Complaint, Remark
from complaints.handling import SYSTEM
from complaints.office import Office
from complaints.reckoning import known_of
from complaints.timekeeping import MIND
from complaints.workflow import Need
from messages.queue import Job
from tenants.directory import TenantCard

EARLY = timedelta(seconds=1)
LOST_AFTER = timedelta(minutes=5)


def mind(session: Session, office: Office, card: TenantCard, complaint_id: UUID, now: datetime) -> datetime | None:
    """Take every step that is due, and make the move of a timer; when to come back.

    None when there is nothing to wait for or another job does.
    """
    complaint = session.scalar(select(Complaint).where(Complaint.id == complaint_id).with_for_update())
    if complaint is None or complaint.next_step_at is None or complaint.next_step_at > now + EARLY:
        return None
    book = office.rulebooks.of(session, card)
    known = known_of(session, complaint, book)
    climbing.climb(session, office, complaint, known, card, book, now)
    timer = timekeeping.timer_of(complaint, known, book)
    if timer is not None and timer.at <= now + EARLY:
        session.flush()
        detail = {"due_at": timer.at.isoformat(), "late": now - timer.at > LATE_AFTER}
        carried = handling.Carried(detail=detail)
        handling.move(session, office, complaint, timer.move, actor=SYSTEM, card=card, now=now, carried=carried)
        if timer.move == REMIND:
            ends = timekeeping.wait_ends(session, complaint, book)
            said = {"question": question_of(session, complaint.id)} | ({"until": ends.at} if ends else {})
            telling.tell_reporter(session, office, complaint, "asked_again", card=card, book=book, now=now, said=said)
        return None  # a move hands on a job of its own
    timekeeping.recalculate(session, complaint, book)
    session.flush()
    return complaint.next_step_at


def question_of(session: Session, complaint_id: UUID) -> str:
    """What the reporter was asked last; "" where it was erased."""
    asked = select(Remark.body).where(Remark.complaint_id == complaint_id, Remark.kind == Need.QUESTION.value)
    return session.scalar(asked.order_by(Remark.created_at.desc()).limit(1)) or ""


def jobs_of_complaints(session: Session, complaint_ids: Sequence[UUID], _now: datetime) -> list[Job]:
    """The minding of new filings, for the relay."""
    rows = session.execute(
        select(Complaint.tenant_id, Complaint.id, Complaint.next_step_at).where(
            Complaint.id.in_(complaint_ids), Complaint.next_step_at.is_not(None)
        )
    )
    return [Job(MIND, tenant_id, id_, at) for tenant_id, id_, at in rows]


def forgotten(session: Session, now: datetime) -> list[Job]:
    """Complaints whose instant has passed and that nobody has minded, for the sweep."""
    rows = session.execute(
        select(Complaint.tenant_id, Complaint.id)
        .where(Complaint.next_step_at < now - LOST_AFTER)
        .order_by(Complaint.next_step_at)
        .limit(500)
    )
    return [Job(MIND, tenant_id, id_) for tenant_id, id_ in rows]
