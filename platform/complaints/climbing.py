"""Takes the steps of a complaint's ladder whose instants have come: each once, in order, those that come late marked.

The worker does it at each instant (`minding.py`). A move does it first, for whatever a dead worker has left: what the
move answers or ends was late all the same, and nobody skips it silently.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from complaints import timekeeping
from complaints.actor import SYSTEM
from complaints.audience import announcing, telling
from complaints.clocks.escalation import BOARD, LATE_AFTER, REPORTER, Step, due_now
from complaints.complaint import Complaint
from complaints.history import append_history
from complaints.office import Office
from complaints.reckoning import Known, known_of
from complaints.rules.rulebook import Rulebook
from tenants.directory import TenantCard


def catch_up(
    session: Session, office: Office, complaint: Complaint, card: TenantCard, book: Rulebook, now: datetime
) -> None:
    """Before a move: take what should have been taken by now; reads nothing where nothing should.

    An instant before it, since an undo takes back what was written at the instant of its move.
    """
    if complaint.next_step_at is not None and complaint.next_step_at < now:
        known = known_of(session, complaint, book)
        climb(session, office, complaint, known, card, book, now - timedelta(microseconds=1))


def climb(
    session: Session,
    office: Office,
    complaint: Complaint,
    known: Known,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
) -> None:
    """Take every step that is due."""
    for step in due_now(timekeeping.ladder_of(complaint, known, book), known.taken, now):
        _take(session, office, complaint, step, card, book, now)


def _take(
    session: Session, office: Office, complaint: Complaint, step: Step, card: TenantCard, book: Rulebook, now: datetime
) -> None:
    """One step: its row in the history, its mark, and who is told."""
    detail = {
        "key": step.key,
        "tell": step.tell,
        "due_at": step.at.isoformat(),
        "clock": complaint.clock_from_at.isoformat(),
        "late": now - step.at > LATE_AFTER,
    }
    if step.tell == BOARD:
        complaint.on_board_since = complaint.on_board_since or now
    append_history(
        session,
        complaint,
        "escalate",
        from_status=complaint.status,
        actor=SYSTEM,
        now=now,
        public=step.tell == REPORTER,
        detail=detail,
    )
    session.flush()
    if step.tell == REPORTER:
        at_hand = list(session)
        announcing.send_ahead(session, office, complaint, now)
        telling.tell_reporter(session, office, complaint, "promise_passed", card=card, book=book, now=now)
        # the message may lie in another city, whose scope has let go of what this one was about to change
        session.add_all(one for one in at_hand if one not in session)
    else:
        telling.remind(session, office, complaint, step.tell, card=card, book=book, now=now)
