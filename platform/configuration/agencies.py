"""A city's agencies: the tree, each one's words, addresses, areas and head; and ending one without losing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from complaints.transfers import handing_on
from configuration import calendars, editing
from configuration.editing import Author
from configuration.faults import Faults
from configuration.invitations import settle_agencies
from configuration.naming import folded
from people import seats
from people.contacts import checked_email, checked_line
from people.seat import Seat, SeatAgency
from tenants.agency import Agency, AgencyArea
from tenants.category import Assignment
from tenants.database import Words, new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound

LONGEST_NAME = 200
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Draft:
    """What a form says of an agency. areas: ids of those it works in. head_id: a seat that works here, or None.

    calendar_id: of the hours that it keeps; None: the city's.
    """

    name: Words
    parent_id: UUID | None = None
    partner: bool = False
    email: str = ""
    phone: str = ""
    area_ids: Sequence[UUID] = ()
    head_id: UUID | None = None
    calendar_id: UUID | None = None


def one(session: Session, agency_id: UUID) -> Agency:
    """The agency of this id that hasn't ended. Raises NotFound, also for another city's."""
    row = session.scalar(select(Agency).where(Agency.id == agency_id, Agency.ended_at.is_(None)))
    if row is None:
        raise NotFound("There is no such agency here.")
    return row


def add(session: Session, draft: Draft, *, code: str, author: Author, now: datetime) -> Agency:
    """A new agency, last among its siblings. code: free in this city. Raises Invalid, naming the field."""
    values = _checked(session, None, draft)
    last = session.scalar(select(func.max(Agency.position))) or 0
    row = Agency(id=new_id(), code=code, position=last + 1, **values)
    editing.add(session, row, author=author, now=now)
    _tie(session, row, draft.area_ids, author, now)
    return row


def change(
    session: Session, row: Agency, draft: Draft, *, author: Author, now: datetime, expected_version: int
) -> None:
    """Save an agency. Raises Stale, or Invalid naming the field."""
    values = _checked(session, row, draft)
    saved = editing.change(session, row, values, author=author, now=now, expected_version=expected_version)
    if _tie(session, row, draft.area_ids, author, now) and saved is None:
        row.version += 1  # its areas are part of what a colleague's form shows
        session.flush()


def move(session: Session, row: Agency, parent_id: UUID | None, *, author: Author, now: datetime) -> None:
    """Put an agency under another, or under none. Raises Invalid where it would stand above itself."""
    editing.change(session, row, {"parent_id": _parent(session, row, parent_id)}, author=author, now=now)


def free_code(session: Session, name: Words) -> str:
    """A code for a new agency, made of its name; one that no agency here has or had."""
    first = next(iter(name.values()), "")
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in first.casefold())
    stem = "-".join(part for part in plain.split("-") if part)[:50] or "dinas"
    taken = set(session.scalars(select(Agency.code)))
    return next(code for number in range(1, len(taken) + 3) if (code := _numbered(stem, number)) not in taken)


@dataclass(frozen=True)
class Left:
    """What an agency leaves when it ends. reports: open ones, counted to MOST_COUNTED."""

    reports: int
    assignments: int
    people: int
    children: int
    is_desk: bool


def left_by(session: Session, book: Rulebook, row: Agency) -> Left:
    """What there is to be handed on."""
    counted = select(Complaint.id).where(Complaint.is_open, Complaint.agency_id == row.id).limit(MOST_COUNTED)
    return Left(
        reports=session.scalar(select(func.count()).select_from(counted.subquery())) or 0,
        assignments=sum(agency_id == row.id for agency_id in book.assignments.values()),
        people=len(seats.members_of(session, row.id)),
        children=sum(entry.parent_id == row.id for entry in book.agencies.values()),
        is_desk=book.desk_id == row.id,
    )


def end(
    session: Session,
    office: Office,
    card: TenantCard,
    row: Agency,
    *,
    to_id: UUID | None,
    with_people: bool,
    author: Author,
    now: datetime,
    expected_version: int,
) -> None:
    """End an agency: its open reports and its categories go to another, what stands under it goes one up.

    with_people: whoever works for it works for the other from now on. Raises Stale; Invalid where it isn't said who
    gets the reports; Conflict for the desk, which sorts out what nobody else gets.
    """
    # In one order, so that two who end each other's heirs wait for each other and the second sees.
    both = select(Agency).where(Agency.id.in_([row.id, *([to_id] if to_id else [])])).order_by(Agency.id)
    session.scalars(both.with_for_update().execution_options(populate_existing=True)).all()
    book = office.rulebooks.of(session, card)
    if book.desk_id == row.id:
        raise Conflict("This agency sorts out what nobody else gets. Name another one for that first.", field="to")
    heir = session.scalar(select(Agency).where(Agency.id == to_id, Agency.ended_at.is_(None)))
    if heir is None or heir.id == row.id:
        raise Invalid("Choose the agency that gets its open reports and its categories.", field="to")
    editing.end(session, row, author=author, now=now, expected_version=expected_version)
    for child in session.scalars(select(Agency).where(Agency.parent_id == row.id, Agency.ended_at.is_(None))).all():
        editing.change(session, child, {"parent_id": row.parent_id}, author=author, now=now)
    for assignment in session.scalars(select(Assignment).where(Assignment.agency_id == row.id)).all():
        editing.change(session, assignment, {"agency_id": heir.id}, author=author, now=now)
    members = select(Seat).join(SeatAgency, (SeatAgency.tenant_id == Seat.tenant_id) & (SeatAgency.seat_id == Seat.id))
    for seat in session.scalars(members.where(SeatAgency.agency_id == row.id)).all():
        others = session.scalars(
            select(SeatAgency.agency_id).where(SeatAgency.seat_id == seat.id, SeatAgency.agency_id != row.id)
        ).all()
        kept = {*others, heir.id} if with_people else set(others)
        settle_agencies(session, seat, sorted(kept, key=str), author=author, now=now)
    handing_on.of_agency(session, office, row.id, to_agency_id=heir.id, by=author.seat_id, now=now)


def _checked(session: Session, row: Agency | None, draft: Draft) -> dict[str, object]:
    """The columns of a draft. Raises Faults for all that is wrong with it."""
    wrong: dict[str, Invalid] = {}
    values: dict[str, object] = {"partner": draft.partner}
    name = {language: " ".join(text.split()) for language, text in draft.name.items() if text.strip()}
    if not name:
        wrong["name"] = Invalid("Write the name of the agency.")
    elif max(map(len, name.values())) > LONGEST_NAME:
        wrong["name"] = Invalid("A name has at most %(most)s characters.", most=LONGEST_NAME)
    elif _has_namesake(session, row, name):
        wrong["name"] = Invalid("There is an agency with this name already.")
    values["name"] = name
    try:
        email = checked_email(draft.email)
        values["email"] = email.casefold() if email else None
    except Invalid as error:
        wrong["email"] = error
    try:
        values["phone"] = checked_line(draft.phone)
    except Invalid as error:
        wrong["phone"] = error
    try:
        values["parent_id"] = _parent(session, row, draft.parent_id)
    except Invalid as error:
        wrong["parent"] = error
    if draft.head_id is not None and not seats.is_running(session, draft.head_id):
        wrong["head"] = Invalid("This person doesn't work here any more.")
    values["head_id"] = draft.head_id
    if draft.calendar_id is not None and not calendars.is_in_force(session, draft.calendar_id):
        wrong["calendar"] = Invalid("This calendar has ended. Choose another one.")
    values["calendar_id"] = draft.calendar_id
    if wrong:
        raise Faults(wrong)
    return values


def _has_namesake(session: Session, row: Agency | None, name: Words) -> bool:
    """Whether another running agency has one of these names, however it is written."""
    wanted = {folded(text) for text in name.values()}
    others = session.execute(select(Agency.id, Agency.name).where(Agency.ended_at.is_(None)))
    return any(
        wanted & {folded(text) for text in words.values()} for id_, words in others if row is None or id_ != row.id
    )


def _parent(session: Session, row: Agency | None, parent_id: UUID | None) -> UUID | None:
    """The parent, if it may be that. The tree is locked, so that two moves at once make no circle."""
    if parent_id is None:
        return None
    parents = dict(
        session.execute(
            select(Agency.id, Agency.parent_id).where(Agency.ended_at.is_(None)).order_by(Agency.id).with_for_update()
        ).all()
    )
    if parent_id not in parents:
        raise Invalid("This agency has ended. Please choose another one.", field="parent")
    above: UUID | None = parent_id
    while above is not None and row is not None:
        if above == row.id:
            raise Invalid("An agency can't stand under itself, or under one of those below it.", field="parent")
        above = parents.get(above)
    return parent_id


def _tie(session: Session, row: Agency, area_ids: Sequence[UUID], author: Author, now: datetime) -> bool:
    """Tie it to these areas and no others; whether that changed anything."""
    wanted, untied = set(area_ids), False
    for tie in session.scalars(select(AgencyArea).where(AgencyArea.agency_id == row.id)).all():
        if tie.area_id in wanted:
            wanted.discard(tie.area_id)
        else:
            editing.end(session, tie, author=author, now=now)
            untied = True
    for area_id in sorted(wanted, key=str):
        editing.add(session, AgencyArea(agency_id=row.id, area_id=area_id), author=author, now=now)
    return untied or bool(wanted)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"
