"""The rehearsal: one report through the rules of a city that isn't live, in its shadow; nothing of it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import shapely
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from complaints import filing
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.report import Report, Reporter
from complaints.rules.rulebook import Rulebook
from messages.outbox import Message, State
from onboarding import founding, funnel
from onboarding.claim import Claim
from onboarding.export import export_tenant
from onboarding.rules_mark import rules_mark
from tenants import scope
from tenants.boundary import Boundary
from tenants.category import Place
from tenants.database import Words, new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid
from tenants.locate import Decision
from tenants.tenant import Tenant

WORDS: Words = {"id": "Laporan uji: apakah sampai ke perangkat daerah yang benar?", "en": "A test report."}


@dataclass(frozen=True)
class Letter:
    """A message of the rehearsal, which was written and not sent."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Outcome:
    """What became of the report, step by step. area, agency: words, empty where there is none. held_by: the names of
    live cities that hold the point now.
    """

    reference: str
    category: Words
    lon: float
    lat: float
    area: Words
    held_by: Sequence[str]
    agency: Words
    respond_due_at: datetime | None
    resolve_due_at: datetime | None
    letters: Sequence[Letter]
    at: datetime


def middle_of(session: Session, tenant_id: UUID) -> tuple[float, float]:
    """(lon, lat) of a point well inside a city's ground."""
    point = shapely.from_wkb(_ground(session, tenant_id)).representative_point()
    return point.x, point.y


def follow(session: Session, claim: Claim, now: datetime) -> bool:
    """Give the shadow what was changed in the settings of the city since it was copied; whether that was anything."""
    if claim.tenant_id is None or claim.live_at is not None:
        return False
    shadow = session.scalars(select(Tenant).where(Tenant.shadow_of == claim.tenant_id)).one()
    if shadow.options.get(founding.COPIED) == rules_mark(session, claim.tenant_id):
        return False
    bundle = export_tenant(session, claim.tenant_id)
    founding.copy_to_shadow(session, bundle, founding.city_of(session, claim), now)
    return True


def rehearse(
    session: Session, office: Office, claim: Claim, *, lon: float, lat: float, category: str, now: datetime
) -> None:
    """File a report at a point of the city in its shadow, as if by a resident; `follow` and a commit come before.

    Raises Invalid for a point outside.
    """
    if claim.tenant_id is None or claim.live_at is not None:
        raise Conflict("A rehearsal is for a city that is being set up.")
    if not shapely.from_wkb(_ground(session, claim.tenant_id)).covers(shapely.Point(lon, lat)):
        raise Invalid("This point lies outside your city. Tap inside the outline.", field="point")
    shadow = shadow_card(office, claim.tenant_id)
    report = Report(
        category=category,
        description=WORDS.get(claim.language, WORDS["id"]),
        lon=lon,
        lat=lat,
        reporter=Reporter(name=claim.name, email=claim.email),
        language=claim.language,
    )
    filed = filing.file_complaint(session, office, report, key=new_id().hex, host=shadow, now=now)
    with scope.enter(session, shadow.id):
        # Written like any other, and shown in place of being sent: its links lead nowhere yet.
        session.execute(
            update(Message)
            .where(Message.complaint_id == filed.complaint_id)
            .values(state=State.SENT, relayed_at=now, sent_at=now),
            execution_options={"synchronize_session": False},
        )
    claim.rehearsed_id, claim.rehearsed_at = filed.complaint_id, now
    claim.rehearsed_mark = rules_mark(session, claim.tenant_id)
    funnel.note(session, claim.id, "rehearsal", now)


def outcome(session: Session, office: Office, claim: Claim) -> Outcome | None:
    """What became of the newest rehearsal; None where there was none, or it is erased."""
    if claim.tenant_id is None or claim.rehearsed_id is None or claim.live_at is not None:
        return None
    shadow = shadow_card(office, claim.tenant_id)
    book = office.rulebooks.of(session, shadow)
    # A shadow has no host: the links are shown as they will be.
    closed, opened = office.addresses.of(shadow), office.addresses.of_slug(claim.slug or "")
    with scope.enter(session, shadow.id):
        complaint = session.scalar(select(Complaint).where(Complaint.id == claim.rehearsed_id))
        if complaint is None or complaint.lon is None or complaint.lat is None:
            return None
        letters = session.scalars(
            select(Message).where(Message.complaint_id == complaint.id).order_by(Message.created_at, Message.id)
        )
        entry = book.category_by_id(complaint.category_id)
        agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
        area = book.areas.get(complaint.area_id) if complaint.area_id else None
        return Outcome(
            reference=complaint.reference,
            category=entry.name if entry else {},
            lon=complaint.lon,
            lat=complaint.lat,
            area=area.name if area else {},
            held_by=_held_by(office, complaint.lon, complaint.lat, complaint.received_at),
            agency=agency.name if agency else {},
            respond_due_at=complaint.respond_due_at,
            resolve_due_at=complaint.resolve_due_at,
            letters=[Letter(one.destination, one.subject, one.body.replace(closed, opened)) for one in letters],
            at=complaint.received_at,
        )


def categories(book: Rulebook, likely: Sequence[str]) -> list[tuple[str, Words]]:
    """(code, name) of what can be rehearsed with a point, the likely ones first."""
    placed = [entry for entry in book.categories.values() if entry.place == Place.EXACT]
    placed.sort(key=lambda entry: (likely.index(entry.code) if entry.code in likely else len(likely), entry.position))
    return [(entry.code, entry.name) for entry in placed]


def shadow_card(office: Office, tenant_id: UUID) -> TenantCard:
    """The shadow of a city, also where this process hasn't heard of it yet."""
    return card_now(office, card_now(office, tenant_id).shadow_id)


def card_now(office: Office, tenant_id: UUID | None) -> TenantCard:
    """A tenant that may have been made a moment ago by another process. Raises Conflict if there is none."""
    card = office.directory.by_id.get(tenant_id) if tenant_id else None
    if card is None and tenant_id is not None:
        office.keeper.refresh()
        card = office.directory.by_id.get(tenant_id)
    if card is None:
        raise Conflict("This city isn't set up yet. Please try again in a moment.")
    return card


def _held_by(office: Office, lon: float, lat: float, at: datetime) -> list[str]:
    decision: Decision = office.directory.index.locate(lon, lat, at=at)
    return [decision.name or decision.slug] if decision.tenant_id is not None and decision.distance_m == 0 else []


def _ground(session: Session, tenant_id: UUID) -> bytes:
    wkb = session.scalar(select(Boundary.wkb).where(Boundary.tenant_id == tenant_id, Boundary.valid_until.is_(None)))
    if wkb is None:
        raise Conflict("This city has no boundary yet.")
    return wkb
