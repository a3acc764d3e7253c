"""A report that was rejected for its category is sent again by its reporter: in one tap, once, under the right one.

It stays the same report with the same number, photos, followers and history. Its clock starts anew, and it goes where
the proposed category leads, also to another city; only the ceiling that the law sets still counts from the beginning.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from complaints import correcting, handling, restoring
from complaints.actor import SYSTEM, Actor
from complaints.audience import telling
from complaints.complaint import Complaint, HistoryRow
from complaints.correcting import Correction
from complaints.office import Office
from complaints.rules.rulebook import CategoryEntry, Rulebook
from complaints.workflow import IllegalMove, Status
from tenants.directory import TenantCard

MOVE = "resend"


def proposed(history: Sequence[HistoryRow], complaint: Complaint, book: Rulebook) -> CategoryEntry | None:
    """Under which category a rejected report can be sent again; None where no other was proposed, or it has ended."""
    if complaint.status != Status.REJECTED:
        return None
    rejections = [row for row in restoring.standing(history) if row.move == "reject"]
    code = rejections[-1].detail.get("right_category") if rejections else None
    return book.categories.get(code) if code else None


def resend(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Open it again under the proposed category; a second tap does nothing. Raises IllegalMove or ChangedMeanwhile."""
    history = restoring.standing(handling.history_of(session, complaint.id))
    if complaint.is_open and history[-1].move == MOVE:
        return
    handling.admit(session, office, complaint, MOVE, actor=actor, card=card, expected_version=expected_version)
    category = proposed(history, complaint, office.rulebooks.of(session, card))
    if category is None:
        raise IllegalMove("No other category was proposed for this report. Please report it anew.", move=MOVE)
    correction = Correction(
        category=category.code,
        priority=complaint.priority,
        kind=complaint.kind if complaint.kind in category.kinds else category.kinds[0],
        point=correcting.point_of(complaint),
    )
    foreseen = correcting.foresee(session, office, complaint, correction, card=card, now=now)
    complaint = handling.read_anew(session, complaint, card)
    correcting.apply(session, office, complaint, foreseen, MOVE, actor=actor, now=now, again=True)
    if foreseen.crosses:
        correcting.hand_on(session, office, complaint, foreseen, actor=SYSTEM, card=card, now=now)
        return
    book = office.rulebooks.of(session, card)
    telling.tell_agency(session, office, complaint, "new_for_agency", card=card, book=book, now=now)
