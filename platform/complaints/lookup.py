"""A reference looked up from any host, and what of its complaint the public may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import evidence, handling, restoring
from complaints.complaint import Complaint, Forwarding
from complaints.office import Office
from complaints.reference import parse_reference
from complaints.transfers import departed
from tenants import scope
from tenants.database import Words
from tenants.directory import Gone, TenantCard
from tenants.errors import N_, NotFound


@dataclass(frozen=True)
class Step:
    """One public row of the history. words: what was said with it, None for nothing or what was erased."""

    at: datetime
    move: str
    status: str
    by: str
    words: str | None


@dataclass(frozen=True)
class ShownPhoto:
    """side: before or after."""

    id: UUID
    side: str


@dataclass(frozen=True)
class Shown:
    """What everybody may see of a public complaint."""

    category_code: str
    category_name: Words
    description: str
    lat: float | None
    lon: float | None
    place: str | None
    agency_name: Words | None
    received_at: datetime
    responded_at: datetime | None
    respond_due_at: datetime | None
    resolve_due_at: datetime | None
    history: Sequence[Step]
    photos: Sequence[ShownPhoto]


@dataclass(frozen=True)
class PublicView:
    """shown: None for a private complaint, of which only the status is told."""

    id: UUID
    birth_tenant_id: UUID
    reference: str
    status: str
    visibility: str
    answered: bool
    shown: Shown | None


class HasLeft(NotFound):
    """The city that had a report has left the platform, and took it along."""

    def __init__(self, gone: Gone) -> None:
        super().__init__(
            N_(
                "%(city)s left this platform on %(on)s. What was reported to it was given back to its government and"
                " erased here."
            ),
            city=gone.name,
            on=f"{gone.left_at:%Y-%m-%d}",
        )


def holder_of(session: Session, office: Office, written: str) -> tuple[TenantCard, UUID] | None:
    """The tenant that holds the complaint of a reference now, and its id; forgiving about how the reference is written.

    The code names the birth tenant; once handed over, its forwarding row names the holder. Raises HasLeft where whoever
    had it is gone.
    """
    reference = parse_reference(written)
    birth = office.directory.by_code.get(reference[:3]) if reference else None
    if birth is None:
        return _of_departed(session, office, reference) if reference else None
    with scope.enter(session, birth.id):
        forwarded = session.execute(
            select(Forwarding.holder_tenant_id, Forwarding.complaint_id).where(Forwarding.reference == reference)
        ).one_or_none()
        if forwarded is not None:
            return _held(office, forwarded.holder_tenant_id, forwarded.complaint_id)
        complaint_id = session.scalar(select(Complaint.id).where(Complaint.reference == reference))
    return (birth, complaint_id) if complaint_id else None


def _of_departed(session: Session, office: Office, reference: str) -> tuple[TenantCard, UUID] | None:
    gone = office.directory.left(reference[:3])
    if gone is None:
        return None
    found = departed.holder_of(session, reference)
    if found is None:
        raise HasLeft(gone)
    return _held(office, *found)


def _held(office: Office, tenant_id: UUID, complaint_id: UUID) -> tuple[TenantCard, UUID] | None:
    card = office.directory.by_id.get(tenant_id)
    if card is None and (gone := office.directory.left(tenant_id)):
        raise HasLeft(gone)
    return (card, complaint_id) if card else None


def public_view(session: Session, office: Office, written: str) -> tuple[TenantCard, PublicView] | None:
    """The tenant that holds a reference and what the public sees of it; None for a reference that doesn't exist."""
    found = holder_of(session, office, written)
    if found is None:
        return None
    card, complaint_id = found
    with scope.enter(session, card.id):
        complaint = session.get_one(Complaint, (card.id, complaint_id))
        return card, view_of(session, office, complaint, card, everything=False)


def view_of(
    session: Session, office: Office, complaint: Complaint, card: TenantCard, *, everything: bool
) -> PublicView:
    """What is shown of a complaint. everything: to its reporter, also where the public sees only the status."""
    visible = everything or complaint.visibility == "public"
    return PublicView(
        id=complaint.id,
        birth_tenant_id=complaint.birth_tenant_id,
        reference=complaint.reference,
        status=complaint.status,
        visibility=complaint.visibility,
        answered=complaint.responded_at is not None,
        shown=_shown(session, office, complaint, card) if visible else None,
    )


def _shown(session: Session, office: Office, complaint: Complaint, card: TenantCard) -> Shown:
    book = office.rulebooks.of(session, card)
    remarks = handling.remarks_of(session, complaint.id)
    description = next((remark for remark in remarks.values() if remark.kind == "description"), None)
    category = book.category_ever(complaint.category_id)
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    steps = []
    for row in restoring.standing(handling.history_of(session, complaint.id)):
        remark = remarks.get(row.remark_id) if row.remark_id else None
        if row.public:
            said = remark.body if remark and not remark.inner and remark.kind != "description" else None
            steps.append(Step(row.at, row.move, row.to_status, row.by, said or None))
    return Shown(
        category_code=category.code if category else "",
        category_name=category.name if category else {},
        description=description.body if description else "",
        lat=complaint.lat,
        lon=complaint.lon,
        place=description.place if description else None,
        agency_name=agency.name if agency else None,
        received_at=complaint.received_at,
        responded_at=complaint.responded_at,
        respond_due_at=complaint.respond_due_at,
        resolve_due_at=complaint.resolve_due_at,
        history=steps,
        photos=[
            ShownPhoto(row.id, row.side)
            for row in evidence.of(session, complaint.id)
            if row.state == "ready" and row.side in evidence.SHOWN
        ],
    )
