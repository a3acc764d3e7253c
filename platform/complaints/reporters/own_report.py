"""What a reporter may change of a report that is sent: its words for a while, its photos, who sees it; and thanks.

Each is a move of the workflow table with a row of its own in the history, which says what changed and by whom; what is
taken away is gone, since it was the reporter's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from complaints import copies, handling, remarks, restoring
from complaints.actor import Actor
from complaints.audience import unseen
from complaints.complaint import Complaint, Evidence, HistoryRow, Remark
from complaints.counts import tally
from complaints.history import append_history
from complaints.office import Office
from complaints.report import LONGEST_DESCRIPTION, LONGEST_PLACE
from complaints.workflow import IllegalMove, Need
from tenants.category import Visibility
from tenants.directory import TenantCard
from tenants.errors import Invalid, NotFound

REWORD, HIDE, REMOVE_PHOTO, THANK = "reword", "hide", "remove_photo", "thank"

USUAL_EDIT_MINUTES = 60
"""For how long the words can be changed, where a city's option `edit_minutes` says nothing."""

GOOD, BAD = ("fast", "well_done", "kind", "informed"), ("slow", "badly_done", "unkind", "uninformed")
REASONS = (*GOOD, *BAD)
"""What thanks can be for, and what was missed."""


def words_until(complaint: Complaint, card: TenantCard) -> datetime | None:
    """Until when the reporter can change the words; None once somebody has answered to them."""
    if complaint.responded_at is not None:
        return None
    minutes = card.options.get("edit_minutes", USUAL_EDIT_MINUTES)
    return complaint.received_at + timedelta(minutes=minutes)


def possible(
    moves: Sequence[str],
    complaint: Complaint,
    history: Sequence[HistoryRow],
    photos: Sequence[Evidence],
    card: TenantCard,
    now: datetime,
) -> list[str]:
    """Of the moves that the table gives a reporter, those that would do something now."""
    until = words_until(complaint, card)
    idle = {
        REWORD: until is None or until <= now,
        HIDE: complaint.visibility != Visibility.PUBLIC,
        REMOVE_PHOTO: not any(one.side == "before" for one in photos),
        THANK: thanks_of(history) is not None,
    }
    return [name for name in moves if not idle.get(name)]


def thanks_of(history: Sequence[HistoryRow]) -> HistoryRow | None:
    """The thanks for the work as it was last finished; None while there are none."""
    found = None
    for row in restoring.standing(history):
        if row.move == THANK:
            found = row
        elif row.move in ("reopen", "overturn"):
            found = None
    return found


def reword(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    description: str,
    place: str,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Write the description and the place anew. Raises Invalid naming the field, or IllegalMove once it is too late."""
    description, place = description.strip(), place.strip()
    if not description:
        raise Invalid("Describe what you see: one sentence is enough.", field="description")
    if len(description) > LONGEST_DESCRIPTION:
        raise Invalid(
            "The description may have up to %(most)s characters.", field="description", most=LONGEST_DESCRIPTION
        )
    if len(place) > LONGEST_PLACE:
        raise Invalid("The place may have up to %(most)s characters.", field="place", most=LONGEST_PLACE)
    handling.admit(session, office, complaint, REWORD, actor=actor, card=card, expected_version=expected_version)
    until = words_until(complaint, card)
    if until is None or until <= now:
        raise IllegalMove(
            "The officials have begun to work with these words, so they stay. You can write what else there is to say.",
            move=REWORD,
        )
    told = session.scalars(
        select(Remark).where(Remark.complaint_id == complaint.id, Remark.kind == "description")
    ).one()
    if (told.body, told.place or "") == (description, place):
        return
    told.body, told.place = description, place or None
    _made(session, office, complaint, REWORD, actor, now)


def hide(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Show a public report to officials only from now on; a second tap does nothing. Never the other way round."""
    if complaint.visibility != Visibility.PUBLIC:
        return
    handling.admit(session, office, complaint, HIDE, actor=actor, card=card, expected_version=expected_version)
    complaint.visibility = Visibility.PRIVATE.value
    _made(session, office, complaint, HIDE, actor, now)
    unseen.take_back(session, complaint.id)


def remove_photo(
    session: Session,
    office: Office,
    complaint: Complaint,
    evidence_id: UUID,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
) -> None:
    """Take one of the reporter's own photos off; its files go with the next sweep. Raises NotFound for any other."""
    row = session.scalar(
        select(Evidence).where(
            Evidence.id == evidence_id, Evidence.complaint_id == complaint.id, Evidence.side == "before"
        )
    )
    if row is None:
        raise NotFound("There is no such photo here.")
    handling.admit(session, office, complaint, REMOVE_PHOTO, actor=actor, card=card)
    session.execute(delete(Evidence).where(Evidence.id == row.id))
    _made(session, office, complaint, REMOVE_PHOTO, actor, now)


def thank(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    stars: int,
    reasons: Sequence[str],
    words: str,
    actor: Actor,
    card: TenantCard,
    now: datetime,
) -> None:
    """Say how it went, 1 to 5, for the officials; once for each time that the work was finished.

    Raises Invalid, fields stars, reasons and note.
    """
    if stars not in range(1, 6):
        raise Invalid("Choose from 1 to 5.", field="stars")
    if not set(reasons) <= set(REASONS):
        raise Invalid("Choose the reasons from the list.", field="reasons")
    handling.admit(session, office, complaint, THANK, actor=actor, card=card)
    if thanks_of(handling.history_of(session, complaint.id)) is not None:
        return
    said = {Need.NOTE: words}
    remarks.check(said)
    remark_id = remarks.write(session, complaint.id, said, inner=True, now=now)
    detail = {"stars": stars, "reasons": sorted(set(reasons))}
    _made(session, office, complaint, THANK, actor, now, remark_id=remark_id, detail=detail, public=False)


def _made(
    session: Session,
    office: Office,
    complaint: Complaint,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    remark_id: UUID | None = None,
    detail: dict[str, object] | None = None,
    public: bool = True,
) -> None:
    with session.no_autoflush:
        append_history(
            session,
            complaint,
            name,
            from_status=complaint.status,
            actor=actor,
            now=now,
            remark_id=remark_id,
            public=public,
            detail=detail,
        )
    handling.flush_or_refuse(session)
    tally.wind(session, office.queue, complaint)
    copies.wind(session, office.queue, complaint)
