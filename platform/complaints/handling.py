"""Moves: the one place where a status changes. Each appends a history row, keeps the clock and tells who must know."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from complaints import climbing, evidence, field_check, pausing, remarks, restoring, timekeeping, workflow
from complaints.actor import REPORTER, SYSTEM, Actor
from complaints.audience import circle, daily, hearers, unseen
from complaints.carried import NOTHING, Carried
from complaints.clocks import timers
from complaints.complaint import Complaint, HistoryRow, Holding, Remark
from complaints.counts import tally
from complaints.history import append_history
from complaints.office import Office
from complaints.photos import camera
from complaints.rules import competence, own_work, quarrel
from complaints.rules.belonging import check_proposal
from complaints.rules.competence import Matter
from complaints.rules.dispute import PingPong
from complaints.rules.rulebook import Rulebook
from complaints.rules.succession import successor
from complaints.subtask import refuse_while_held_up
from complaints.workflow import CONCEAL, IllegalMove, Move, Need, Status, Step, Target
from people import seats
from people.permissions import Permission
from tenants.category import Visibility
from tenants.directory import TenantCard
from tenants.errors import N_, Conflict, Invalid, NotAllowed, NotFound

__all__ = ["REPORTER", "SYSTEM", "Actor", "Carried"]  # who makes a move and what it brings along are named with it

BY_INCIDENT = "incident_id"
"""In what a move carries: an incident made it, and tells everybody itself, each once (`incident_answer.py`)."""

ONE_AT_A_TIME = "uq_history_tenant_id_complaint_id_number"


class ChangedMeanwhile(Conflict):
    """Somebody else was quicker; nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Somebody has changed this report while you were looking at it. Nothing of yours was saved yet:"
                " look at what is new, then decide again."
            )
        )


def complaint_here(session: Session, complaint_id: UUID) -> Complaint:
    """The complaint of this id in the session's tenant. Raises NotFound, also for another tenant's."""
    complaint = session.scalar(select(Complaint).where(Complaint.id == complaint_id))
    if complaint is None:
        raise NotFound("There is no such report here.")
    return complaint


def read_anew(session: Session, complaint: Complaint, card: TenantCard) -> Complaint:
    """The complaint after a look at another tenant, which left it behind. Raises ChangedMeanwhile if it changed."""
    again = session.get_one(Complaint, (card.id, complaint.id))
    if again.version != complaint.version:
        raise ChangedMeanwhile
    return again


def move(
    session: Session,
    office: Office,
    complaint: Complaint,
    name: str,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    carried: Carried = NOTHING,
    expected_version: int | None = None,
) -> HistoryRow:
    """Make a move by the one workflow table.

    expected_version: what the actor was looking at; ChangedMeanwhile if it is no longer so. Raises IllegalMove,
    NotAllowed, or Invalid naming the field. Photos are stored before the first row changes.
    """
    chosen = admit(
        session, office, complaint, name, actor=actor, card=card, carried=carried, expected_version=expected_version
    )
    if name in workflow.WITH_A_VERB:
        raise ValueError(f"{name} has a verb of its own")
    book = office.rulebooks.of(session, card)
    climbing.catch_up(session, office, complaint, card, book, now)
    waiver = ""
    if actor.by == "staff":
        waiver = camera.waived(card.options, [photo.capture for photo in carried.photos], carried.waiver)
    if _goes_above(session, complaint, name, actor, carried):
        if Need.REASON not in carried.needs:
            raise PingPong(quarrel.NO_REASON)
        name, chosen = quarrel.DISAGREE, workflow.move_from(complaint.status, quarrel.DISAGREE)
        carried = Carried(words=carried.words, detail={"asked_agency_id": str(carried.agency_id)})
    if name == "reopen":
        timers.check_reopening(complaint.closed_at, book.terms, card.time_zone, now)
    before = restoring.snapshot(complaint) if name == "merge" or _undoable(name, actor) else None
    kept = evidence.keep(office.storage, card.id, complaint.id, carried.photos)
    with session.no_autoflush:  # one UPDATE a move, so that its version rises by one
        row = _apply(session, complaint, name, chosen, actor, carried, card, book, now)
        waiver_id = remarks.write(session, complaint.id, {Need.REASON: waiver}, inner=True, now=now)
        side = "before" if actor.by != "staff" else "check" if name in workflow.CHECKS else "after"
        evidence.add_rows(session, complaint, kept, side=side, now=now, waiver_id=waiver_id)
        if actor.by == "staff" and complaint.status == Status.RESOLVED != row.from_status:
            field_check.draw(session, complaint, row, card, now)
        elif complaint.is_open and row.from_status in workflow.DONE:
            field_check.end(session, complaint.id, now)
        if before is not None:
            row.detail = {**row.detail, "before": restoring.changed(before, complaint)}
        timekeeping.recalculate(session, complaint, book)
    flush_or_refuse(session)
    timekeeping.wind(session, office.queue, complaint)
    tally.wind(session, office.queue, complaint)
    if name == CONCEAL:
        unseen.take_out_of_sight(session, office.queue, complaint)
    for one in kept:
        office.queue.defer(session, "process_evidence", card.id, one.id)
    if BY_INCIDENT not in carried.detail:
        delay = workflow.UNDO_WITHIN if _undoable(name, actor) else timedelta(0)
        hearers.tell(session, office, complaint, name, carried, card=card, book=book, now=now, delay=delay)
        circle.wake(session, office, complaint, row)
        daily.wake(session, office, complaint, row, card, book)
    return row


def _goes_above(session: Session, complaint: Complaint, name: str, actor: Actor, carried: Carried) -> bool:
    """Whether it has gone to and fro between these two agencies so often that somebody above both decides."""
    if name not in quarrel.PASSES or actor.by != "staff" or actor.holds(Permission.SEE_ALL_AGENCIES):
        return False
    rows = restoring.standing(history_of(session, complaint.id))
    return quarrel.goes_above(rows, complaint.agency_id, carried.agency_id)


def admit(
    session: Session,
    office: Office,
    complaint: Complaint,
    name: str,
    *,
    actor: Actor,
    card: TenantCard,
    carried: Carried = NOTHING,
    expected_version: int | None = None,
) -> Move:
    """The move of this name, if this actor may make it now with what it carries. Raises as `move` does."""
    if expected_version is not None and complaint.version != expected_version:
        raise ChangedMeanwhile
    chosen = workflow.move_from(complaint.status, name, steps_of(card))
    if not actor.holds(chosen.permission):
        raise NotAllowed("Your role doesn't allow this step.")
    book = office.rulebooks.of(session, card)
    refusal = refused(complaint, chosen, actor, book)
    if refusal is not None:
        raise NotAllowed(refusal)
    if name == CONCEAL and complaint.visibility != Visibility.PUBLIC:
        raise IllegalMove("Only the reporter and the officials read this report already.", move=name)
    if name in own_work.BY_ANOTHER and own_work.is_own(history_of(session, complaint.id), actor.seat_id):
        raise NotAllowed(own_work.OWN_WORK)
    if chosen.reach is workflow.Reach.COMPETENT:
        refuse_while_held_up(session, complaint.id)
    workflow.require(chosen, carried.needs | workflow.WAIVED.get(complaint.channel, frozenset()))
    remarks.check({**carried.words, Need.PHOTO: carried.waiver})
    if carried.agency_id is not None and carried.agency_id not in book.agencies:
        raise Invalid("Choose an agency of this city.", field=Need.AGENCY.value)
    if carried.seat_id is not None and not seats.works_for(session, carried.seat_id, carried.agency_id):
        raise Invalid("Choose somebody who works for this agency.", field="seat")
    if carried.right_category is not None:
        check_proposal(book, complaint, carried.right_category)
    return chosen


def flush_or_refuse(session: Session) -> None:
    """Flush; raises ChangedMeanwhile if another transaction has changed the complaint since it was read.

    Two at once may meet at the complaint's version, or at the next number of its history.
    """
    try:
        session.flush()
    except StaleDataError as error:
        raise ChangedMeanwhile from error
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) == ONE_AT_A_TIME:
            raise ChangedMeanwhile from error
        raise


def steps_of(card: TenantCard) -> tuple[str, ...]:
    """The optional steps that a tenant has switched on."""
    return tuple(step.value for step in workflow.Step if card.options.get(step.value))


def possible_moves(complaint: Complaint, actor: Actor, card: TenantCard, book: Rulebook) -> dict[str, Move]:
    """The moves that this actor may make now, in the order of the table."""
    moves = permitted_moves(complaint, actor, card)
    return {name: one for name, one in moves.items() if refused(complaint, one, actor, book) is None}


def permitted_moves(complaint: Complaint, actor: Actor, card: TenantCard) -> dict[str, Move]:
    """The moves of the actor's role from the present status, whosever the complaint is."""
    moves = workflow.moves_from(complaint.status, steps_of(card))
    decidable = complaint.pause_asked_at is not None
    return {
        name: one
        for name, one in moves.items()
        if actor.holds(one.permission)
        and (decidable or name not in pausing.DECISIONS)
        and (name != CONCEAL or complaint.visibility == Visibility.PUBLIC)
    }


def refused(complaint: Complaint, move: Move, actor: Actor, book: Rulebook) -> str | None:
    """Why a member of staff may not make a move that their role permits; None if they may."""
    if actor.by != "staff":
        return None
    return competence.refusal(book, move, actor.person, _matter(complaint))


def history_of(session: Session, complaint_id: UUID) -> list[HistoryRow]:
    """The history of a complaint, oldest first."""
    return list(
        session.scalars(select(HistoryRow).where(HistoryRow.complaint_id == complaint_id).order_by(HistoryRow.number))
    )


def remarks_of(session: Session, complaint_id: UUID) -> dict[UUID, Remark]:
    """What people wrote about a complaint, by id."""
    return {remark.id: remark for remark in session.scalars(select(Remark).where(Remark.complaint_id == complaint_id))}


def change_holder(
    session: Session, complaint: Complaint, agency_id: UUID | None, seat_id: UUID | None, now: datetime
) -> None:
    """Pass a complaint on within the tenant: time is kept per owner, and a new agency's clock starts anew."""
    if (complaint.agency_id, complaint.holder_id) == (agency_id, seat_id):
        return
    end_holding(session, complaint, now)
    if agency_id != complaint.agency_id and complaint.agency_id is not None:
        complaint.clock_from_at = now
    complaint.agency_id, complaint.holder_id = agency_id, seat_id
    session.add(Holding(complaint_id=complaint.id, agency_id=agency_id, seat_id=seat_id, from_at=now))


def end_holding(session: Session, complaint: Complaint, now: datetime) -> None:
    """End the time with whoever has a complaint in the session's city."""
    for holding in session.scalars(
        select(Holding).where(Holding.complaint_id == complaint.id, Holding.until_at.is_(None))
    ):
        holding.until_at = now


def _apply(
    session: Session,
    complaint: Complaint,
    name: str,
    chosen: Move,
    actor: Actor,
    carried: Carried,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
) -> HistoryRow:
    left, status = Status(complaint.status), _led_to(complaint, chosen)
    remark_id = remarks.write(session, complaint.id, carried.words, inner=chosen.inner, now=now)
    asks = actor.by == "staff" and not actor.holds(Permission.VALIDATE) and Step.PAUSE_APPROVAL in steps_of(card)
    timekeeping.keep_pauses(session, complaint, book, name, left, status, asks=asks, now=now)
    flush_or_refuse(session)  # the pauses are read again when the due instants are reckoned
    detail = _detail(complaint, name, chosen, actor, carried, book)  # before it changes hands
    _enter(complaint, status, name, chosen, actor, carried, now)
    _change_hands(session, complaint, name, chosen, actor, carried, book, now)
    if name == "secure":
        complaint.secured_at = now
    if name == CONCEAL:
        complaint.visibility = Visibility.PRIVATE.value
    if name == "merge" and carried.target_id is not None:
        complaint.merged_into_id = carried.target_id
    if name == "unmerge":  # the clock ran on: a merger that was a mistake costs the reporter nothing
        restoring.put_back(complaint, restoring.before_merging(history_of(session, complaint.id)))
    return append_history(
        session,
        complaint,
        name,
        from_status=left,
        actor=actor,
        now=now,
        remark_id=remark_id,
        public=not chosen.inner,
        detail=detail,
    )


def _detail(
    complaint: Complaint, name: str, chosen: Move, actor: Actor, carried: Carried, book: Rulebook
) -> dict[str, Any]:
    """What the history row notes of a move, beside who, when and the statuses."""
    detail = dict(carried.detail)
    absent = competence.in_place_of(book, chosen, actor.person, _matter(complaint)) if actor.absent else None
    if absent is not None:
        detail["for_seat_id"] = str(absent.seat_id)
    if name == "coordinate" and complaint.agency_id is not None:
        detail["from_agency_id"] = str(complaint.agency_id)
    if name == "merge" and carried.target_id is not None:
        detail["into_id"] = str(carried.target_id)
    if carried.agency_id is not None:
        detail["agency_id"] = str(carried.agency_id)
    if carried.seat_id is not None:
        detail["seat_id"] = str(carried.seat_id)
    if carried.right_category is not None:
        detail["right_category"] = carried.right_category
    if carried.date is not None:
        detail["date"] = carried.date.isoformat()
    return detail


def _enter(
    complaint: Complaint, status: Status, name: str, chosen: Move, actor: Actor, carried: Carried, now: datetime
) -> None:
    """Set the status that a move leads to, and the instants that go with it."""
    left = Status(complaint.status)
    if status is not left and status in (Status.WAITING_FOR_REPORTER, Status.MERGED):
        complaint.status_left = left
    complaint.status = status
    complaint.is_open = status in workflow.OPEN
    if chosen.answers and actor.by == "staff" and complaint.responded_at is None:
        complaint.responded_at = now
    if status is not left and (status is Status.RESOLVED or complaint.is_open):
        complaint.resolved_at = now if status is Status.RESOLVED and name != timers.EXPIRE else None
    complaint.closed_at = None if complaint.is_open else complaint.closed_at or now
    if Need.DATE in chosen.needs:
        complaint.scheduled_for = carried.date
    elif status not in (Status.SCHEDULED, Status.WAITING_FOR_REPORTER):  # after an answer the date holds as before
        complaint.scheduled_for = None


def _change_hands(
    session: Session,
    complaint: Complaint,
    name: str,
    chosen: Move,
    actor: Actor,
    carried: Carried,
    book: Rulebook,
    now: datetime,
) -> None:
    """Let a move that passes a complaint on, back or to whoever takes it do so."""
    if Need.AGENCY in chosen.needs:
        change_holder(session, complaint, carried.agency_id, carried.seat_id, now)
    elif name == "refuse":
        back = successor(session, complaint, book, _offered_by(session, complaint), None)
        change_holder(session, complaint, *back, now)
    elif actor.by == "staff" and name in ("take", "start"):
        change_holder(session, complaint, complaint.agency_id, actor.seat_id, now)
    if name in ("reopen", "overturn"):
        left_to = successor(session, complaint, book, complaint.agency_id, complaint.holder_id)
        change_holder(session, complaint, *left_to, now)
        complaint.clock_from_at = now


def _matter(complaint: Complaint) -> Matter:
    return Matter(complaint.agency_id, complaint.holder_id, complaint.category_id, complaint.area_id)


def _undoable(name: str, actor: Actor) -> bool:
    """Whether who makes this move can take it back, so that its messages wait."""
    return actor.by == "staff" and name in workflow.UNDOABLE


def _offered_by(session: Session, complaint: Complaint) -> UUID | None:
    """The agency that had offered the complaint to the present one, to which a refusal leads back."""
    offers = [row for row in restoring.standing(history_of(session, complaint.id)) if row.move == "coordinate"]
    former = offers[-1].detail.get("from_agency_id") if offers else None
    return UUID(former) if former else complaint.agency_id


def _led_to(complaint: Complaint, chosen: Move) -> Status:
    if chosen.to is Target.THE_SAME:
        return Status(complaint.status)
    if chosen.to is Target.THE_STATUS_LEFT:
        return Status(complaint.status_left or Status.ASSIGNED)
    return Status(chosen.to)
