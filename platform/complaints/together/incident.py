"""An incident: a flood, a blackout, a burst main. One thing that many report, answered and closed for all of them.

What belongs to it is chosen by officials; category, place and time only propose. How many belong to it raises nobody's
priority: what is dangerous comes first, not what many report.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.complaint import Complaint
from complaints.duplicates import kindred
from complaints.evidence import distance_m
from complaints.ground import box_around, in_box
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from people.permissions import Permission
from tenants.category import Visibility
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound
from tenants.scope import tenant_of

BEFORE = timedelta(hours=24)
"""How long before an incident is opened its first reports may have come."""

RADII_M = (500, 1000, 2000, 5000, 10_000)
LONGEST_TITLE, LONGEST_TEXT = 120, 2000
MOST_PROPOSED = 5000


class Incident(TenantOwned, Base):
    """category_id: of what belongs to it, None for whatever. area_id, or a circle (lon, lat, radius_m): where; None of
    both for the whole city. title, text: public, by officials.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        ForeignKeyConstraint(["tenant_id", "opened_by_id"], ["seats.tenant_id", "seats.id"]),
        CheckConstraint("area_id IS NULL OR radius_m IS NULL", name="one_place"),
        CheckConstraint(  # NaN and the infinities lie between nothing
            "num_nonnulls(lon, lat, radius_m) IN (0, 3)"
            " AND (lon IS NULL OR lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90)",
            name="circle",
        ),
        Index("ix_incidents_open", "tenant_id", "opened_at", postgresql_where=text("closed_at IS NULL")),
        Index("ix_incidents_tenant_id_opened_at", "tenant_id", "opened_at"),
    )

    title: Mapped[str]
    text: Mapped[str]
    category_id: Mapped[UUID | None]
    area_id: Mapped[UUID | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    radius_m: Mapped[int | None]
    opened_by_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Member(TenantOwned, Base):
    """A complaint of an incident; it belongs to one at most."""

    __tablename__ = "incident_members"
    __table_args__ = (
        UniqueConstraint("tenant_id", "complaint_id"),
        ForeignKeyConstraint(["tenant_id", "incident_id"], ["incidents.tenant_id", "incidents.id"]),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        Index("ix_incident_members_tenant_id_incident_id", "tenant_id", "incident_id", "id"),
    )

    incident_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    added_by_id: Mapped[UUID]
    added_at: Mapped[datetime]


@dataclass(frozen=True)
class Draft:
    """An incident as somebody means it; see `Incident`."""

    title: str
    text: str
    category_id: UUID | None = None
    area_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: int | None = None


@dataclass(frozen=True)
class Official:
    """Who does it: their seat, and whether their role leads incidents and groups reports."""

    seat_id: UUID
    leads: bool
    groups: bool


def open_incident(session: Session, book: Rulebook, draft: Draft, *, by: Official, now: datetime) -> Incident:
    """Open an incident. Raises NotAllowed, and Invalid naming the field."""
    if not by.leads:
        raise NotAllowed("Your role doesn't allow this step.")
    title, words = draft.title.strip(), draft.text.strip()
    for field, written, most in (("title", title, LONGEST_TITLE), ("text", words, LONGEST_TEXT)):
        if not written:
            raise Invalid("Write what has happened: residents read it.", field=field)
        if len(written) > most:
            raise Invalid("This may have up to %(most)s characters.", field=field, most=most)
    if draft.category_id is not None and book.category_by_id(draft.category_id) is None:
        raise Invalid("Choose a category of this city.", field="category")
    if draft.area_id is not None and draft.area_id not in book.areas:
        raise Invalid("Choose an area of this city.", field="area")
    circle = draft.radius_m is not None and _is_point(draft.lon, draft.lat)
    if draft.radius_m is not None and (not circle or draft.radius_m not in RADII_M or draft.area_id is not None):
        raise Invalid("Choose either an area or a circle.", field="radius_m")
    incident = Incident(
        title=title,
        text=words,
        category_id=draft.category_id,
        area_id=draft.area_id,
        lon=draft.lon if circle else None,
        lat=draft.lat if circle else None,
        radius_m=draft.radius_m if circle else None,
        opened_by_id=by.seat_id,
        opened_at=now,
    )
    session.add(incident)
    session.flush()
    return incident


def _is_point(lon: float | None, lat: float | None) -> bool:
    """Whether it is a place on earth, and so no NaN either."""
    return lon is not None and lat is not None and -180 <= lon <= 180 and -90 <= lat <= 90


def incident_here(session: Session, incident_id: UUID) -> Incident:
    """The incident of this id in the session's tenant. Raises NotFound, also for another tenant's."""
    found = session.scalar(select(Incident).where(Incident.id == incident_id))
    if found is None:
        raise NotFound("There is no such incident here.")
    return found


def listed(session: Session, most: int = 100) -> list[Incident]:
    """The incidents of a city: what goes on first, then the latest."""
    return list(
        session.scalars(
            select(Incident).order_by(Incident.closed_at.is_not(None), Incident.opened_at.desc()).limit(most)
        )
    )


def going_on(session: Session) -> list[Incident]:
    """What isn't over, the latest first: few rows."""
    return list(
        session.scalars(select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.opened_at.desc()))
    )


def concerns(
    incident: Incident, book: Rulebook, category_id: UUID, area_id: UUID | None, lon: float | None, lat: float | None
) -> bool:
    """Whether a report of this category at this place may be about an incident. Pure."""
    if incident.category_id is not None and category_id not in _categories(book, incident.category_id):
        return False
    if incident.area_id is not None:
        return incident.area_id in [area.id for area in book.areas_up(area_id)]
    if incident.radius_m is None:
        return True
    metres = distance_m(incident.lon, incident.lat, lon, lat)
    return metres is not None and metres <= incident.radius_m


def proposed(session: Session, book: Rulebook, incident: Incident, viewer: Viewer, now: datetime) -> list[Complaint]:
    """The open complaints that may belong to an incident and belong to none, as this viewer sees them, oldest first."""
    conditions: list[ColumnElement[bool]] = [
        Complaint.is_open.is_(True),
        Complaint.received_at > incident.opened_at - BEFORE,
        Complaint.received_at <= (incident.closed_at or now),
        Complaint.id.not_in(select(Member.complaint_id)),
    ]
    if incident.category_id is not None:
        conditions.append(Complaint.category_id.in_(_categories(book, incident.category_id)))
    if incident.area_id is not None:
        conditions.append(Complaint.area_id.in_(_below(book, incident.area_id)))
    if incident.lon is not None and incident.lat is not None and incident.radius_m is not None:
        conditions += in_box(box_around(incident.lon, incident.lat, incident.radius_m))
    found = session.scalars(select(Complaint).where(*conditions).order_by(Complaint.received_at).limit(MOST_PROPOSED))
    return [
        one
        for one in found
        if viewer.sees(one) and concerns(incident, book, one.category_id, one.area_id, one.lon, one.lat)
    ]


def attach(
    session: Session, incident: Incident, complaints: Collection[Complaint], *, by: Official, now: datetime
) -> int:
    """Let complaints belong to an incident; those of another one stay there. How many are new.

    complaints: seen by who does it. Raises NotAllowed, and Conflict once the incident is over.
    """
    if not by.groups:
        raise NotAllowed("Your role doesn't allow this step.")
    if incident.closed_at is not None:
        raise Conflict("This incident is over: nothing can be added to it any more.")
    if not complaints:
        return 0
    rows = [
        {
            "tenant_id": tenant_of(session),
            "id": new_id(),
            "incident_id": incident.id,
            "complaint_id": one.id,
            "added_by_id": by.seat_id,
            "added_at": now,
        }
        for one in complaints
    ]
    once = insert(Member).on_conflict_do_nothing(index_elements=["tenant_id", "complaint_id"])
    before = size(session, incident.id)
    session.connection().execute(once, rows)
    return size(session, incident.id) - before


def detach(session: Session, incident: Incident, complaint_id: UUID, *, by: Official) -> None:
    """Let a complaint belong to the incident no more. Raises NotAllowed."""
    if not by.groups:
        raise NotAllowed("Your role doesn't allow this step.")
    theirs = (Member.incident_id == incident.id, Member.complaint_id == complaint_id)
    session.execute(delete(Member).where(*theirs), execution_options={"synchronize_session": False})


def size(session: Session, incident_id: UUID) -> int:
    """How many complaints belong to it."""
    count = session.scalar(select(func.count()).select_from(Member).where(Member.incident_id == incident_id))
    return int(count or 0)


def members(session: Session, incident_id: UUID, most: int) -> list[Complaint]:
    """The first of its complaints, open ones first, oldest first."""
    of_it = select(Complaint).join(
        Member, and_(Member.tenant_id == Complaint.tenant_id, Member.complaint_id == Complaint.id)
    )
    order = (Complaint.is_open.desc(), Complaint.received_at, Complaint.id)
    return list(session.scalars(of_it.where(Member.incident_id == incident_id).order_by(*order).limit(most)))


def open_members(session: Session, incident_id: UUID) -> int:
    """How many of its complaints are open."""
    of_it = (
        select(func.count())
        .select_from(Member)
        .join(Complaint, and_(Complaint.tenant_id == Member.tenant_id, Complaint.id == Member.complaint_id))
    )
    return int(session.scalar(of_it.where(Member.incident_id == incident_id, Complaint.is_open)) or 0)


def of_complaint(session: Session, complaint_id: UUID) -> Incident | None:
    """The incident that a complaint belongs to."""
    of_it = select(Incident).join(
        Member, and_(Member.tenant_id == Incident.tenant_id, Member.incident_id == Incident.id)
    )
    return session.scalar(of_it.where(Member.complaint_id == complaint_id))


def seen(session: Session, viewer: Viewer, ids: Sequence[UUID]) -> list[Complaint]:
    """Those of these complaints that a viewer may see."""
    own = or_(Complaint.holder_id.in_(viewer.holder_ids), Complaint.agency_id.in_(viewer.agency_ids))
    visible = or_(Complaint.visibility.in_(viewer.visibilities), own)
    return list(session.scalars(select(Complaint).where(Complaint.id.in_(ids), visible)))


def is_public(complaint: Complaint) -> bool:
    """Whether everybody may know that it belongs to an incident."""
    return complaint.visibility == Visibility.PUBLIC


def _categories(book: Rulebook, category_id: UUID) -> list[UUID]:
    category = book.category_by_id(category_id)
    if category is None:
        return [category_id]
    kin = kindred(category.platform_code)
    return [one.id for one in book.categories.values() if one.platform_code in kin or one.id == category_id]


def _below(book: Rulebook, area_id: UUID) -> list[UUID]:
    return [one for one in book.areas if area_id in [area.id for area in book.areas_up(one)]]


LEADS, GROUPS = Permission.LEAD_INCIDENTS, Permission.MERGE
"""Who opens, answers and closes incidents, and who says what belongs to them."""
