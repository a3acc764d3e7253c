"""The seats of a city: changed, and ended without losing what they had open; an administrator always stays."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.transfers import handing_on
from configuration import deputies, editing
from configuration.editing import Author
from configuration.invitations import checked_name, checked_place, settle_agencies
from people import seats, second_factor, sign_in
from people.permissions import Permission, Role, may
from people.seat import Seat
from people.second_factor import Demand
from people.standing_in import day_in
from tenants.agency import Agency
from tenants.errors import N_, Conflict, Invalid, NotFound
from tenants.scope import tenant_of
from tenants.tenant import Tenant

LAST_ADMINISTRATOR = N_(
    "Somebody has to be able to change the settings: this is the last administrator. Make somebody else one first."
)


def one(session: Session, seat_id: UUID) -> Seat:
    """The seat of somebody who works here. Raises NotFound, also for another city's, a resident's or an ended one."""
    seat = session.scalar(select(Seat).where(Seat.id == seat_id, Seat.ended_at.is_(None), Seat.role != Role.RESIDENT))
    if seat is None:
        raise NotFound("Nobody like that works here.")
    return seat


def change(
    session: Session,
    seat: Seat,
    *,
    name: str,
    role: str,
    agency_ids: Sequence[UUID],
    author: Author,
    now: datetime,
    expected_version: int,
) -> None:
    """Save a seat's name, role and agencies. Raises Stale, Conflict for the last administrator, or Invalid."""
    values = {"name": checked_name(name), "role": role}
    wanted = checked_place(session, role, agency_ids)
    if not may(role, Permission.CONFIGURE):
        _keep_an_administrator(session, seat)
    editing.change(session, seat, values, author=author, now=now, expected_version=expected_version)
    settle_agencies(session, seat, wanted, author=author, now=now)


def leave(
    session: Session,
    office: Office,
    seat: Seat,
    *,
    to_id: UUID | None,
    hosts: Collection[str],
    author: Author,
    now: datetime,
    expected_version: int,
) -> None:
    """End a seat: what they hold goes to a colleague as far as that one works for its agency, else to the agency.

    hosts: the city's, on which their sign-ins end. Raises Stale, Conflict for the last administrator, or Invalid.
    """
    if to_id is not None and (to_id == seat.id or not seats.is_running(session, to_id)):
        raise Invalid("Choose somebody who works here.", field="to")
    _keep_an_administrator(session, seat)
    editing.end(session, seat, author=author, now=now, expected_version=expected_version)
    settle_agencies(session, seat, [], author=author, now=now)
    today = day_in(office.directory.by_id[tenant_of(session)].time_zone, now)
    deputies.end_all_of(session, seat, today=today, author=author, now=now)
    for agency in session.scalars(select(Agency).where(Agency.head_id == seat.id)).all():
        editing.change(session, agency, {"head_id": None}, author=author, now=now)
    sign_in.end_all(session, seat.account_id, hosts=hosts, now=now)
    handing_on.of_seat(session, office, seat.id, to_seat_id=to_id, by=author.seat_id, now=now)


def demand_second_factor(session: Session, wanted: str, *, author: Author, now: datetime) -> None:
    """Say of whom the city asks a second step. Raises Invalid."""
    if wanted not in list(Demand):
        raise Invalid("Choose one of what is offered.", field="wanted")
    tenant = session.get_one(Tenant, tenant_of(session))
    options = {**tenant.options, second_factor.OPTION: wanted}
    editing.change(session, tenant, {"options": options}, author=author, now=now)


def reset_second_factor(session: Session, seat: Seat, *, author: Author, now: datetime) -> None:
    """Take the second step from whoever lost app and codes, and end all their sign-ins; on record."""
    second_factor.remove(session, seat.account_id)
    sign_in.end_all(session, seat.account_id, now=now)
    editing.change(session, seat, {"second_factor_reset_at": now}, author=author, now=now)


def _keep_an_administrator(session: Session, seat: Seat) -> None:
    """Raise Conflict if nobody else could change the settings. Locks them all, so that two can't go at once."""
    able = [role.value for role in Role if may(role, Permission.CONFIGURE)]
    administrators = session.scalars(
        select(Seat.id).where(Seat.ended_at.is_(None), Seat.role.in_(able)).order_by(Seat.id).with_for_update()
    ).all()
    if list(administrators) == [seat.id]:
        raise Conflict(LAST_ADMINISTRATOR, field="role")
