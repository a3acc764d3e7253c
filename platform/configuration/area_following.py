"""The open complaints after a version of the areas: the worker brings each to its area, and hands on what moves.

A batch a transaction, by id; the version's row says how far it has come, so a killed worker goes on where it stopped.
"""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from complaints import handling
from complaints.actor import Actor
from complaints.carried import Carried
from complaints.complaint import Complaint
from complaints.office import Office
from configuration import area_moves, area_version
from configuration.area_version import APPLY, FOLLOW, AreaVersion, State
from messages.queue import Job, Queue
from people.permissions import Permission
from people.seat import Seat, SeatAgency
from tenants.directory import TenantCard
from tenants.errors import AduanError, Conflict

log = logging.getLogger(__name__)

BATCH = 200


def register(queue: Queue, office: Office) -> None:
    """Name both jobs to the queue, and the look for those that got lost."""

    @queue.task(APPLY)
    def apply_area_version(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        version = session.scalar(select(AreaVersion).where(AreaVersion.id == row_id).with_for_update())
        if version is None or version.state != State.WAITING or version.effective_at is None:
            return None
        if version.effective_at > now:
            return version.effective_at
        try:
            area_version.apply(session, office, version, now=now)
        except Conflict as why:  # it never will: whoever opens the areas is told, and looks at it again
            log.warning("a version of the areas doesn't fit any more", extra={"version": str(row_id)}, exc_info=True)
            area_version.give_up(session, version, why)
        return None

    @queue.task(FOLLOW)
    def follow_area_version(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        office.keeper.refresh()  # the rules as the version left them: this process may not have seen it yet
        card = office.directory.by_id.get(tenant_id)
        version = session.scalar(select(AreaVersion).where(AreaVersion.id == row_id).with_for_update())
        if card is None or version is None:
            return None
        return follow(session, office, card, version, now)

    @queue.sweep
    def lost(session: Session, now: datetime) -> list[Job]:
        versions = session.scalars(
            select(AreaVersion).where(
                ((AreaVersion.state == State.WAITING) & (AreaVersion.effective_at <= now))
                | ((AreaVersion.state == State.APPLIED) & AreaVersion.followed_at.is_(None))
            )
        )
        return [Job(APPLY if one.state == State.WAITING else FOLLOW, one.tenant_id, one.id) for one in versions]


def follow(session: Session, office: Office, card: TenantCard, version: AreaVersion, now: datetime) -> datetime | None:
    """Bring the next batch of open complaints to their areas; when to come back, None when all are there.

    The session is in the city's scope; the caller commits.
    """
    if version.state != State.APPLIED or version.followed_at is not None:
        return None
    book = office.rulebooks.of(session, card)
    was = area_moves.as_it_was(book, version.tree or {})
    statement = select(Complaint).where(Complaint.is_open, Complaint.lon.is_not(None))
    if version.after_id is not None:
        statement = statement.where(Complaint.id > version.after_id)
    batch = session.scalars(statement.order_by(Complaint.id).limit(BATCH).with_for_update()).all()
    actor = _actor(session, version)
    moving: list[tuple[Complaint, UUID, Actor]] = []
    for complaint in batch:
        entry = book.area_at(complaint.lon or 0.0, complaint.lat or 0.0)  # none is null: the statement sees to that
        area_id = entry.id if entry else None
        to = area_moves.new_agency(
            was, book, complaint.category_id, complaint.area_id, area_id, complaint.agency_id, complaint.status
        )
        if complaint.area_id != area_id:
            complaint.area_id = area_id
        if to is not None and actor is not None:
            moving.append((complaint, to, actor))
    if batch:
        version.after_id = batch[-1].id
    more = len(batch) == BATCH
    version.moved += len(moving)
    version.followed_at = None if more else now
    session.flush()
    for complaint, to, by in moving:  # last, since telling somebody may look into another city
        _hand_on(session, office, complaint, Carried(agency_id=to), by, card, now)
    return now if more else None


def followed(session: Session, version: AreaVersion) -> tuple[int, int]:
    """How many of the open complaints with a place have been looked at so far, and how many there are."""
    if version.after_id is None:
        through: ColumnElement[int] = literal(0)
    else:
        through = func.count().filter(Complaint.id <= version.after_id)
    counted = session.execute(select(through, func.count()).where(Complaint.is_open, Complaint.lon.is_not(None))).one()
    return counted[0], counted[1]


def _hand_on(
    session: Session,
    office: Office,
    complaint: Complaint,
    carried: Carried,
    actor: Actor,
    card: TenantCard,
    now: datetime,
) -> None:
    complaint = session.get_one(Complaint, (card.id, complaint.id))
    try:
        handling.move(session, office, complaint, "assign", actor=actor, card=card, now=now, carried=carried)
    except AduanError:
        log.warning("a complaint stays with its agency", extra={"complaint": str(complaint.id)}, exc_info=True)


def _actor(session: Session, version: AreaVersion) -> Actor | None:
    """Who brought the version in, as the one who hands complaints on; None if they may not any more."""
    seat = session.scalar(select(Seat).where(Seat.id == version.seat_id)) if version.seat_id else None
    if seat is None:
        return None
    agencies = frozenset(session.scalars(select(SeatAgency.agency_id).where(SeatAgency.seat_id == seat.id)))
    actor = Actor("staff", seat.id, seat.role, agencies)
    return actor if actor.holds(Permission.ASSIGN) else None
