"""Merging: a report of the same thing as another goes into it, and can be taken apart again as if nothing had been.

The report merged keeps its photos, followers, supporters and history, and points to the other; its reporter hears of
the other's end (`circle.py`). The other is the *head*: there are no chains. While merged, no clock of the first one
runs; taken apart, its promises are what they would have been without the merger, since a mistake of the officials
mustn't cost its reporter time. The head's clock runs from the earliest report that the same agency had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from complaints import handling, timekeeping, workflow
from complaints.audience import telling
from complaints.audience.following import Follower
from complaints.complaint import Complaint, Contact, HistoryRow
from complaints.counts import tally
from complaints.handling import SYSTEM, Actor, Carried, ChangedMeanwhile
from complaints.history import append_history
from complaints.office import Office
from complaints.reference import parse_reference
from complaints.viewer import Viewer
from complaints.workflow import Need, Status
from messages import outbox
from tenants import scope
from tenants.category import Visibility
from tenants.directory import TenantCard
from tenants.errors import N_, Invalid, NotFound

TARGET = Need.TARGET.value


def find(session: Session, viewer: Viewer, written: str) -> Complaint:
    """The report that somebody means as the target; of one that is merged itself, its head.

    Raises Invalid, field target, where this viewer sees no such report.
    """
    if not written.strip():
        raise Invalid("Choose the report that this one belongs to.", field=TARGET)
    reference = parse_reference(written)
    found = session.scalar(select(Complaint).where(Complaint.reference == reference)) if reference else None
    if found is not None and viewer.sees(found) and found.merged_into_id is not None:
        found = session.scalar(select(Complaint).where(Complaint.id == found.merged_into_id))
    if found is None or not viewer.sees(found):
        raise Invalid("There is no report with this number here. Look at it once more.", field=TARGET)
    return found


def refusal(complaint: Complaint, head: Complaint, *, is_head: bool) -> str | None:
    """Why one report can't go into another, as a msgid; None if it can. is_head: others went into it already.

    What the public sees isn't moved out of its sight, and what only few officials may read stays among its like.
    """
    if complaint.id == head.id:
        return N_("A report can't be merged with itself.")
    if head.status == Status.HANDED_OVER:
        return N_("Report %(reference)s is with another city now. Hand this one over to that city instead.")
    if not head.is_open:
        return N_("Report %(reference)s is closed. Only an open report can take others in.")
    if is_head:
        return N_("Other reports were merged with this one. Open report %(reference)s and merge that one with this.")
    if Visibility.RESTRICTED in (complaint.visibility, head.visibility) and complaint.visibility != head.visibility:
        return N_("Only some officials may read one of these reports, so they can't be merged.")
    if complaint.visibility == Visibility.PUBLIC and head.visibility != Visibility.PUBLIC:
        return N_("This report is public and report %(reference)s isn't. Merge that one with this instead.")
    return None


def merge(
    session: Session,
    office: Office,
    complaint: Complaint,
    head: Complaint,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> HistoryRow:
    """Merge a report into another that the actor sees. Raises Invalid, field target, and as `handling.move` does.

    Its reporter is told, after as long as an official's step can be taken back.
    """
    complaint, head = _locked(session, complaint, head, expected_version)
    if head.merged_into_id is not None:
        raise ChangedMeanwhile
    sentence = refusal(complaint, head, is_head=bool(merged_into(session, complaint.id)))
    if sentence is not None:
        raise Invalid(sentence, field=TARGET, reference=head.reference)
    counts = head.agency_id == complaint.agency_id
    theirs = complaint.clock_from_at
    carried = Carried(target_id=head.id)
    row = handling.move(session, office, complaint, "merge", actor=actor, card=card, now=now, carried=carried)
    own = _own_clock(_absorbed(session, head.id), head.clock_from_at)
    detail = {
        "merged_id": str(complaint.id),
        "own": own.isoformat(),
        "clock": theirs.isoformat() if counts else None,
    }
    clock = min(head.clock_from_at, theirs) if counts else head.clock_from_at
    _note(session, office, head, "absorb", actor, card, now, detail, clock)
    _listen(session, complaint.id, now)
    handling.flush_or_refuse(session)
    telling.tell_reporter(
        session,
        office,
        complaint,
        "merged",
        card=card,
        book=office.rulebooks.of(session, card),
        now=now,
        said={"other_reference": head.reference},
        delay=workflow.UNDO_WITHIN,
    )
    return row


def unmerge(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> HistoryRow:
    """Take a report apart from the one that it was merged into: it goes on as if it had never been merged.

    Its reporter is told, unless they haven't been told of the merger yet. Raises as `handling.move` does.
    """
    workflow.move_from(complaint.status, "unmerge")
    head = handling.complaint_here(session, complaint.merged_into_id) if complaint.merged_into_id else None
    if head is None:
        raise NotFound("There is no such report here.")
    complaint, head = _locked(session, complaint, head, expected_version)
    merged = next(row for row in reversed(handling.history_of(session, complaint.id)) if row.move == "merge")
    row = handling.move(session, office, complaint, "unmerge", actor=actor, card=card, now=now)
    absorbed = _absorbed(session, head.id)
    detail = {"merged_id": str(complaint.id)}
    clock = clock_without(absorbed, complaint.id, head.clock_from_at)
    _note(session, office, head, "release", actor, card, now, detail, clock)
    ours = (Follower.complaint_id == complaint.id, Follower.of_reporter)
    session.execute(delete(Follower).where(*ours), execution_options={"synchronize_session": False})
    handling.flush_or_refuse(session)
    if not _take_back(session, complaint, merged.at, card, now):
        complaint = handling.complaint_here(session, row.complaint_id)
        book = office.rulebooks.of(session, card)
        telling.tell_reporter(session, office, complaint, "unmerged", card=card, book=book, now=now)
    return row


def release(session: Session, office: Office, card: TenantCard, head_id: UUID, now: datetime) -> None:
    """Take apart whatever was merged into a report that was withdrawn: what others reported is still there."""
    head = session.scalar(select(Complaint).where(Complaint.id == head_id))
    if head is None or head.status != Status.WITHDRAWN:
        return
    for complaint_id in [one.id for one in merged_into(session, head_id)]:
        complaint = handling.complaint_here(session, complaint_id)
        unmerge(session, office, complaint, actor=SYSTEM, card=card, now=now)


def merged_into(session: Session, complaint_id: UUID) -> list[Complaint]:
    """The reports that were merged into this one, oldest first."""
    into = select(Complaint).where(Complaint.merged_into_id == complaint_id)
    return list(session.scalars(into.order_by(Complaint.received_at, Complaint.id)))


@dataclass(frozen=True)
class Absorbed:
    """One report in a head. own: since when the head's clock ran by itself. clock: since when this one's ran, None
    where it doesn't count, because another agency had it.
    """

    merged_id: UUID
    own: datetime
    clock: datetime | None


def clock_without(absorbed: Sequence[Absorbed], merged_id: UUID, clock: datetime) -> datetime:
    """Since when a head's clock runs once this report is taken out of it again. Pure.

    A clock that was started anew since, by another agency or by a reopening, stays.
    """
    gone = next((one for one in absorbed if one.merged_id == merged_id), None)
    if gone is None or not _moved_it(absorbed, gone.own, clock):
        return clock
    left = [one.clock for one in absorbed if one.merged_id != merged_id and one.own == gone.own and one.clock]
    return min([gone.own, *left])


def _own_clock(absorbed: Sequence[Absorbed], clock: datetime) -> datetime:
    """Since when the clock would run without what is merged into it."""
    return next((one.own for one in reversed(absorbed) if _moved_it(absorbed, one.own, clock)), clock)


def _moved_it(absorbed: Sequence[Absorbed], own: datetime, clock: datetime) -> bool:
    """Whether the clock is still what those reports made of it."""
    return clock == min([own, *(one.clock for one in absorbed if one.own == own and one.clock)])


def _absorbed(session: Session, head_id: UUID) -> list[Absorbed]:
    """What is in a head now, in the order in which it came."""
    rows = session.scalars(
        select(HistoryRow)
        .where(HistoryRow.complaint_id == head_id, HistoryRow.move.in_(("absorb", "release")))
        .order_by(HistoryRow.number)
    )
    found: dict[UUID, Absorbed] = {}
    for row in rows:
        merged_id = UUID(row.detail["merged_id"])
        found.pop(merged_id, None)
        if row.move == "absorb":
            clock = row.detail["clock"]
            own = datetime.fromisoformat(row.detail["own"])
            found[merged_id] = Absorbed(merged_id, own, datetime.fromisoformat(clock) if clock else None)
    return list(found.values())


def _locked(
    session: Session, complaint: Complaint, head: Complaint, expected_version: int | None
) -> tuple[Complaint, Complaint]:
    """Both as they are now, locked in the order of their ids, so that two mergers at once wait for each other."""
    if expected_version is not None and complaint.version != expected_version:
        raise ChangedMeanwhile
    seen = {one.id: one.version for one in (complaint, head)}
    both = select(Complaint).where(Complaint.id.in_(seen)).order_by(Complaint.id)
    found = {
        one.id: one for one in session.scalars(both.with_for_update(), execution_options={"populate_existing": True})
    }
    if any(found[id_].version != version for id_, version in seen.items()):
        raise ChangedMeanwhile
    return found[complaint.id], found[head.id]


def _note(
    session: Session,
    office: Office,
    head: Complaint,
    name: str,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    detail: Mapping[str, str | None],
    clock: datetime,
) -> None:
    """The head's side of it: a row that only officials read, and its clock."""
    book = office.rulebooks.of(session, card)
    with session.no_autoflush:
        head.clock_from_at = clock
        append_history(session, head, name, from_status=head.status, actor=actor, now=now, public=False, detail=detail)
        timekeeping.recalculate(session, head, book)
    handling.flush_or_refuse(session)
    timekeeping.wind(session, office.queue, head)
    tally.wind(session, office.queue, head)


def _listen(session: Session, complaint_id: UUID, now: datetime) -> None:
    """Let its reporter hear of the head's end."""
    language = session.scalar(select(Contact.language).where(Contact.complaint_id == complaint_id))
    session.add(
        Follower(
            complaint_id=complaint_id, of_reporter=True, language=language or "id", created_at=now, confirmed_at=now
        )
    )


def _take_back(session: Session, complaint: Complaint, at: datetime, card: TenantCard, now: datetime) -> bool:
    """Remove the message about the merger, here and where it was relayed from, if nobody can have got it yet."""
    if now >= at + workflow.UNDO_WITHIN:
        return False
    complaint_id, birth_id = complaint.id, complaint.birth_tenant_id
    taken = True
    for tenant_id in {card.id, birth_id}:
        with scope.enter(session, tenant_id):
            taken = outbox.take_back(session, complaint_id=complaint_id, written_at=at) and taken
    return taken
