"""Several agencies on one complaint: whoever has it asks others for a part, and nobody finishes it over their heads."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from complaints import handling
from complaints.audience import telling
from complaints.audience.wording import Said, Told, told_of
from complaints.complaint import Complaint
from complaints.handling import SYSTEM, Actor, Carried
from complaints.history import append_history
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from complaints.subtask import Asked, State, Subtask, due_of, parts_of, step
from complaints.workflow import Need
from messages.queue import Job, Queue
from people.permissions import Permission, may
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import Invalid, NotAllowed, NotFound

MIND_PART = "mind_part"
"""The job that tells those above of a part whose time is over."""

EARLY = timedelta(seconds=1)
LOST_AFTER = timedelta(minutes=5)
LONGEST = 1000
MOST_PARTS = 12
MOST_LISTED = 200
PARKED = timedelta(days=100 * 366)
"""How far behind its start a part without a due instant is sorted."""


def ask(
    session: Session,
    office: Office,
    complaint: Complaint,
    asked: Asked,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> Subtask:
    """Ask another agency for a part; it hears of it. Raises Invalid naming the field, and as `handling.move` does."""
    book = office.rulebooks.of(session, card)
    task = asked.task.strip()
    if asked.agency_id is None or asked.agency_id not in book.agencies:
        raise Invalid("Choose an agency of this city.", field="agency")
    if asked.agency_id == complaint.agency_id:
        raise Invalid("This agency has the report already. Choose another one.", field="agency")
    if not task or len(task) > LONGEST:
        raise Invalid("Write what is to be done, in up to %(most)s characters.", field="task", most=LONGEST)
    due_at = due_of(now, asked.days, book.calendar_of(asked.agency_id), book.pauses)
    if len(parts_of(session, complaint.id)) >= MOST_PARTS:
        raise Invalid("A report has up to %(most)s parts.", field="", most=MOST_PARTS)
    if actor.seat_id is None:
        raise ValueError("a part is asked for by a member of staff")
    part_id, complaint_id, told = new_id(), complaint.id, told_of(complaint)
    detail = {"subtask_id": str(part_id), "asked_agency_id": str(asked.agency_id)}
    handling.move(
        session,
        office,
        complaint,
        "split",
        actor=actor,
        card=card,
        now=now,
        carried=Carried(detail=detail),
        expected_version=expected_version,
    )
    part = Subtask(
        id=part_id,
        complaint_id=complaint_id,
        agency_id=asked.agency_id,
        asked_by_id=actor.seat_id,
        task=task,
        required=asked.required,
        days=asked.days,
        created_at=now,
        due_at=due_at,
        sort_at=due_at or now + PARKED,
    )
    session.add(part)
    session.flush()
    wind(session, office.queue, card, part)
    _tell(session, office, told, part.agency_id, "part_asked", card, book, now, _said(task, part))
    return part


def end(
    session: Session,
    office: Office,
    complaint: Complaint,
    part_id: UUID,
    name: str,
    *,
    actor: Actor,
    card: TenantCard,
    words: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """End a part; the other side hears of it.

    name: `part_done` with a note or `part_refused` with a reason, by its agency; `part_dropped` with a reason, by
    whoever has the complaint. Raises NotFound, NotAllowed, and as `handling.move` does.
    """
    book = office.rulebooks.of(session, card)
    part = session.scalar(
        select(Subtask).where(Subtask.id == part_id, Subtask.complaint_id == complaint.id).with_for_update()
    )
    if part is None:
        raise NotFound("There is no such part here.")
    if name != "part_dropped" and not works_on(part, actor, book):
        raise NotAllowed("Only officials of the agency that was asked for this part may take this step.")
    state = step(part.state, name)
    words = words.strip()
    if len(words) > LONGEST:
        raise Invalid("Up to %(most)s characters, please.", field=_need(name).value, most=LONGEST)
    told, agency_id = told_of(complaint), complaint.agency_id
    handling.move(
        session,
        office,
        complaint,
        name,
        actor=actor,
        card=card,
        now=now,
        carried=Carried(
            words={_need(name): words}, detail={"subtask_id": str(part.id), "asked_agency_id": str(part.agency_id)}
        ),
        expected_version=expected_version,
    )
    part.state, part.words, part.ended_at = state, words, now
    session.flush()
    to = part.agency_id if name == "part_dropped" else agency_id
    by = book.agencies.get(part.agency_id)
    said: Said = {"note": words, "who": by.name if by else card.name}
    _tell(session, office, told, to, name, card, book, now, said)


def mind(session: Session, office: Office, card: TenantCard, part_id: UUID, now: datetime) -> datetime | None:
    """Tell the part's agency and the supervisors, once, that its time is over; when to come back."""
    part = session.scalar(select(Subtask).where(Subtask.id == part_id).with_for_update())
    if part is None or part.due_at is None or part.state != State.OPEN or part.late_at is not None:
        return None
    if part.due_at > now + EARLY:
        return part.due_at
    complaint = handling.complaint_here(session, part.complaint_id)
    if not complaint.is_open:
        return None
    book = office.rulebooks.of(session, card)
    part.late_at = now
    told, agency_id = told_of(complaint), part.agency_id
    said = _said(part.task, part)
    append_history(
        session,
        complaint,
        "part_late",
        from_status=complaint.status,
        actor=SYSTEM,
        now=now,
        public=False,
        detail={"subtask_id": str(part.id), "asked_agency_id": str(agency_id)},
    )
    session.flush()
    telling.remind(
        session, office, complaint, "supervisor", card=card, book=book, now=now, event="part_late", said=said
    )
    _tell(session, office, told, agency_id, "part_late", card, book, now, said)
    return None


def settle(session: Session, complaint_ids: Sequence[UUID], book: Rulebook) -> list[Job]:
    """Reckon the open parts of complaints anew, where calendar or pauses have changed; the jobs to look at them then.

    What those above have been told of stays told.
    """
    jobs = []
    for part in session.scalars(
        select(Subtask).where(Subtask.complaint_id.in_(complaint_ids), Subtask.state == State.OPEN)
    ):
        due_at = due_of(part.created_at, part.days, book.calendar_of(part.agency_id), book.pauses)
        if due_at != part.due_at:
            part.due_at, part.sort_at = due_at, due_at or part.created_at + PARKED
            if due_at is not None:
                jobs.append(Job(MIND_PART, part.tenant_id, part.id, due_at))
    session.flush()
    return jobs


def wind(session: Session, queue: Queue, card: TenantCard, part: Subtask) -> None:
    """Hand the queue the look at a part when its time is over."""
    if part.due_at is not None:
        queue.defer(session, MIND_PART, card.id, part.id, at=part.due_at)


def forgotten(session: Session, now: datetime) -> list[Job]:
    """Parts that are late and of which nobody was told: their job got lost."""
    rows = session.execute(
        select(Subtask.tenant_id, Subtask.id)
        .join(Complaint, Complaint.id == Subtask.complaint_id)
        .where(
            Subtask.state == State.OPEN,
            Subtask.late_at.is_(None),
            Subtask.due_at < now - LOST_AFTER,
            Complaint.is_open,
        )
        .limit(500)
    )
    return [Job(MIND_PART, tenant_id, id_) for tenant_id, id_ in rows]


def open_parts(session: Session, agency_ids: Sequence[UUID]) -> list[tuple[Subtask, Complaint]]:
    """What these agencies are asked for and haven't ended, the most urgent first; of open complaints."""
    if not agency_ids:
        return []
    rows = session.execute(
        select(Subtask, Complaint)
        .join(Complaint, Complaint.id == Subtask.complaint_id)
        .where(Subtask.agency_id.in_(agency_ids), Subtask.state == State.OPEN, Complaint.is_open)
        .order_by(Subtask.sort_at, Subtask.id)
        .limit(MOST_LISTED)
    )
    return [(row[0], row[1]) for row in rows]


def asked_of(session: Session, complaint_id: UUID, agency_ids: Iterable[UUID]) -> bool:
    """Whether one of these agencies has been asked for a part and hasn't refused it: its people may see the report."""
    found = exists(
        select(Subtask.id).where(
            Subtask.complaint_id == complaint_id,
            Subtask.agency_id.in_(list(agency_ids)),
            Subtask.state.in_((State.OPEN, State.DONE)),
        )
    )
    return bool(session.scalar(select(found)))


def works_on(part: Subtask, actor: Actor, book: Rulebook) -> bool:
    """Whether a part is this official's to end: they work for its agency or for one above it, or for the whole city.

    Or they stand in for somebody of whom that is so, and whose role does such work.
    """
    person = actor.person
    able = (one.agency_ids for one in person.absent if may(one.role, Permission.HANDLE))
    works_for = {*person.agency_ids, *(agency_id for agency_ids in able for agency_id in agency_ids)}
    return person.everywhere or not works_for.isdisjoint(book.agencies_up(part.agency_id))


def _need(name: str) -> Need:
    return Need.NOTE if name == "part_done" else Need.REASON


def _said(task: str, part: Subtask) -> Said:
    return {"note": task, "due": part.due_at or ""}


def _tell(
    session: Session,
    office: Office,
    told: Told,
    agency_id: UUID | None,
    event: str,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    said: Said,
) -> None:
    telling.tell_agency(
        session, office, replace(told, agency_id=agency_id), event, card=card, book=book, now=now, said=said
    )
