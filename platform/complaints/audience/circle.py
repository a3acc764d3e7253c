"""Who hears of a complaint's end besides its reporter: its followers, and the reporters of what was merged into it.

Told by a job once the move can't be taken back any more, a batch a transaction, so that a killed worker tells nobody
twice and nobody not at all. Rows of a city that had the complaint before are told from there: no address crosses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from complaints.audience import telling
from complaints.audience.following import Follower, link
from complaints.complaint import Complaint, HistoryRow
from complaints.history import with_complaint
from complaints.office import Office
from complaints.workflow import UNDO_WITHIN, Status
from tenants import scope
from tenants.directory import TenantCard

TELL_CIRCLE = "tell_circle"
"""The job that tells them; its row is the history row of the end."""

RELEASE = "release_merged"
"""The job that takes apart what was merged into a report which was withdrawn (`merging.py`); its row is that report."""

ENDS = {Status.RESOLVED: "resolved", Status.CONFIRMED: "resolved", Status.REJECTED: "rejected"}
"""What they hear of, by the status that was reached."""

BATCH = 100
MOST_OFTEN = timedelta(hours=6)
"""Nobody gets two messages about one complaint within this; an end that is undone and reached again is one to them."""

PASSED = ("hand_over", "return", "receive", "revive")


@dataclass(frozen=True)
class _End:
    """The end that is told. row_id: its history row. public: whether followers may still read it."""

    row_id: UUID
    kind: str
    reference: str
    url: str
    category_id: UUID
    public: bool


def wake(session: Session, office: Office, complaint: Complaint, row: HistoryRow) -> None:
    """After a move: hand the queue the telling of an end, where somebody besides the reporter may wait for it.

    What was merged into a report that its reporter withdraws is still there: it goes on alone.
    """
    if row.to_status == Status.WITHDRAWN and row.from_status != row.to_status:
        if session.scalar(select(Complaint.id).where(Complaint.merged_into_id == complaint.id).limit(1)):
            office.queue.defer(session, RELEASE, complaint.tenant_id, complaint.id)
        return
    ended = ENDS.get(Status(row.to_status))
    before = ENDS.get(Status(row.from_status)) if row.from_status else None
    if ended is None or ended == before:
        return
    passed_on = complaint.hand_overs > 0 or complaint.birth_tenant_id != complaint.tenant_id
    if passed_on or _somebody_waits(session, complaint.id):
        office.queue.defer(session, TELL_CIRCLE, complaint.tenant_id, row.id, at=row.at + UNDO_WITHIN)


def tell(session: Session, office: Office, card: TenantCard, row_id: UUID, now: datetime) -> None:
    """Tell the next of those who wait, and hand on a job where more remain. The session is in the scope of `card`."""
    found = with_complaint(session, row_id)
    if found is None:
        return
    row, complaint = found
    kind = ENDS.get(Status(row.to_status))
    if kind is None or ENDS.get(Status(complaint.status)) != kind:
        return  # opened again in the meantime: the next end will be told
    end = _End(
        row_id=row.id,
        kind=kind,
        reference=complaint.reference,
        url=office.addresses.complaint(card, complaint.reference),
        category_id=complaint.category_id,
        public=complaint.visibility == "public",
    )
    for tenant_id, ids in circles(session, office, card, complaint).items():
        here = office.directory.by_id[tenant_id]
        with scope.enter(session, tenant_id):
            full = _tell_here(session, office, here, card, ids, end, now)
        if full:
            office.queue.defer(session, TELL_CIRCLE, card.id, row_id)
            return


def circles(session: Session, office: Office, card: TenantCard, complaint: Complaint) -> dict[UUID, list[UUID]]:
    """By tenant, the complaint and what was merged into it, wherever either ever was."""
    ahead = [(card.id, complaint.id), (complaint.birth_tenant_id, complaint.id)]
    seen: dict[UUID, list[UUID]] = {}
    while ahead:
        tenant_id, complaint_id = ahead.pop()
        if complaint_id in seen.get(tenant_id, []) or tenant_id not in office.directory.by_id:
            continue
        with scope.enter(session, tenant_id):
            birth = session.scalar(select(Complaint.birth_tenant_id).where(Complaint.id == complaint_id))
            if birth is None:
                continue
            merged = session.scalars(select(Complaint.id).where(Complaint.merged_into_id == complaint_id)).all()
            passes = session.scalars(
                select(HistoryRow.detail).where(HistoryRow.complaint_id == complaint_id, HistoryRow.move.in_(PASSED))
            ).all()
        seen.setdefault(tenant_id, []).append(complaint_id)
        others = [detail.get("to_tenant_id") or detail.get("from_tenant_id") for detail in passes]
        ahead += [(tenant_id, one) for one in merged]
        ahead += [(UUID(other), complaint_id) for other in others if other]
        ahead.append((birth, complaint_id))
    return seen


def _somebody_waits(session: Session, complaint_id: UUID) -> bool:
    merged = select(Complaint.id).where(Complaint.merged_into_id == complaint_id)
    waiting = select(Follower.id).where(
        or_(Follower.complaint_id == complaint_id, Follower.complaint_id.in_(merged)),
        Follower.confirmed_at.is_not(None),
    )
    return session.scalar(waiting.limit(1)) is not None


def _tell_here(
    session: Session,
    office: Office,
    here: TenantCard,
    card: TenantCard,
    ids: list[UUID],
    end: _End,
    now: datetime,
) -> bool:
    """Tell a batch of one tenant's; whether there may be more. Marked first: telling a reporter changes the scope."""
    waiting = _waiting(session, ids, end)
    told = _told(session, ids, [one.email for one in waiting if one.email], end)
    lately = _mark(session, waiting, end, now)
    for one in waiting:
        if one.id in lately or one.email in told or one.daily:  # whom the digest tells
            continue
        if one.of_reporter:
            _tell_merged_reporter(session, office, here, one.complaint_id, end, now)
        elif end.public and one.email:
            told.add(one.email)
            telling.tell_follower(
                session,
                office,
                f"followed_{end.kind}",
                one.email,
                one.language,
                {"reference": end.reference, "url": end.url, "manage_url": link(office, here, one.id)},
                category_id=end.category_id,
                card=card,
                now=now,
            )
    return len(waiting) == BATCH


_Waiting = Row[UUID, UUID, str | None, str, bool, datetime | None, bool]
"""What is read of a follower, by the columns' names."""


def _waiting(session: Session, ids: list[UUID], end: _End) -> Sequence[_Waiting]:
    """The next batch of those who don't know of this end yet, locked."""
    return session.execute(
        select(
            Follower.id,
            Follower.complaint_id,
            Follower.email,
            Follower.language,
            Follower.of_reporter,
            Follower.told_at,
            Follower.daily,
        )
        .where(
            Follower.complaint_id.in_(ids),
            Follower.confirmed_at.is_not(None),
            Follower.told_of.is_distinct_from(end.row_id),
        )
        .order_by(Follower.id)
        .limit(BATCH)
        .with_for_update()
    ).all()


def _told(session: Session, ids: list[UUID], emails: list[str], end: _End) -> set[str]:
    """Which of these addresses know of it by another report of the circle."""
    theirs = (Follower.complaint_id.in_(ids), Follower.email.in_(emails), Follower.told_of == end.row_id)
    return {email for email in session.scalars(select(Follower.email).where(*theirs)) if email is not None}


def _mark(session: Session, waiting: Sequence[_Waiting], end: _End, now: datetime) -> list[UUID]:
    """Note that they are told; who of them was told of another end so lately that they aren't now."""
    lately = [one.id for one in waiting if one.told_at is not None and one.told_at > now - MOST_OFTEN]
    session.execute(
        update(Follower).where(Follower.id.in_([one.id for one in waiting])).values(told_of=end.row_id),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Follower)
        .where(Follower.id.in_([one.id for one in waiting if one.id not in lately]))
        .values(told_at=now),
        execution_options={"synchronize_session": False},
    )
    return lately


def _tell_merged_reporter(
    session: Session, office: Office, here: TenantCard, complaint_id: UUID, end: _End, now: datetime
) -> None:
    merged = session.get_one(Complaint, (here.id, complaint_id))
    book = office.rulebooks.of(session, here)
    said = {"other_reference": end.reference}
    telling.tell_reporter(session, office, merged, f"merged_{end.kind}", card=here, book=book, now=now, said=said)
