"""Each public step of a complaint: told to the officials who watch it, and a line for who follows it day by day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import restoring, watching
from complaints.audience import circle, telling
from complaints.audience.following import Follower, link, reader_id
from complaints.audience.mailed import add_line
from complaints.complaint import Complaint, HistoryRow
from complaints.history import with_complaint
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from complaints.viewer import viewer_of
from complaints.workflow import UNDO_WITHIN
from messages import steps
from messages.preferences import DIGEST_AT, next_at
from people import seats
from tenants import scope
from tenants.directory import TenantCard
from tenants.tenant import in_language

NOTE_STEP = "note_step"
"""The job that writes the lines of one history row."""

EVENT = "followed_moved"


def wake(
    session: Session, office: Office, complaint: Complaint, row: HistoryRow, card: TenantCard, book: Rulebook
) -> None:
    """After a move: tell the officials who watch, and hand the queue the noting of it for who follows day by day."""
    if not row.public or row.move not in steps.WORDS:
        return
    _tell_watchers(session, office, complaint, row, card, book)
    if complaint.visibility != "public":
        return
    passed_on = complaint.hand_overs > 0 or complaint.birth_tenant_id != complaint.tenant_id
    here = select(Follower.id).where(Follower.complaint_id == complaint.id, Follower.daily)
    if passed_on or session.scalar(here.limit(1)) is not None:
        office.queue.defer(session, NOTE_STEP, complaint.tenant_id, row.id, at=row.at + UNDO_WITHIN)


def _tell_watchers(
    session: Session, office: Office, complaint: Complaint, row: HistoryRow, card: TenantCard, book: Rulebook
) -> None:
    """Whoever made the move needs no message, and who can't see the complaint any more gets none."""
    watchers = [one for one in watching.watchers_of(session, complaint.id) if one != row.seat_id]
    seat_ids = [
        one.seat_id
        for one in (seats.running(session, watchers) if watchers else ())
        if viewer_of(one.seat_id, one.role, one.agency_ids).sees(complaint)
    ]
    if seat_ids:
        indonesian, english = steps.WORDS[row.move]
        telling.tell_seats(
            session,
            office,
            complaint,
            "watched_moved",
            seat_ids,
            card=card,
            book=book,
            now=row.at,
            said={"step": {"id": indonesian, "en": english}},
            delay=UNDO_WITHIN,
        )


def note(session: Session, office: Office, card: TenantCard, row_id: UUID, now: datetime) -> None:
    """Write a line for each who follows day by day, wherever they began to; running twice writes none twice."""
    found = with_complaint(session, row_id)
    if found is None:
        return
    row, complaint = found
    rows = session.scalars(select(HistoryRow).where(HistoryRow.complaint_id == complaint.id)).all()
    if complaint.visibility != "public" or row.id not in {one.id for one in restoring.standing(rows)}:
        return
    category = office.rulebooks.of(session, card).category_ever(complaint.category_id)
    reference, move, complaint_id = complaint.reference, row.move, complaint.id
    url = office.addresses.complaint(card, reference)
    for tenant_id, ids in circle.circles(session, office, card, complaint).items():
        here = office.directory.by_id[tenant_id]
        with scope.enter(session, tenant_id):
            for one in session.scalars(
                select(Follower).where(
                    Follower.complaint_id.in_(ids),
                    Follower.daily,
                    Follower.confirmed_at.is_not(None),
                    Follower.email.is_not(None),
                )
            ):
                words = {
                    "reference": reference,
                    "city": in_language(card.name, one.language, list(card.languages)),
                    "category": in_language(category.name, one.language, list(card.languages)) if category else "–",
                    "step": steps.words_of(move, one.language),
                    "url": url,
                    "manage_url": link(office, here, one.id),
                }
                email = one.email or ""
                add_line(
                    session,
                    office,
                    EVENT,
                    email,
                    one.language,
                    words,
                    card=card,
                    reader_id=reader_id(here.id, email),
                    due_at=next_at(now, here.time_zone, here.options.get("digest_at", DIGEST_AT)),
                    complaint_id=complaint_id,
                    cause_id=row_id,
                    now=now,
                )
