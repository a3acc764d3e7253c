"""Areas that a new boundary has left behind: a version that fits is proposed to the city, which says from when on.

Whatever brought the boundary, an accepted difference or a file: each version of it is looked at once, when it holds.
"""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import area_proposal, area_version
from configuration.area_check import check_ground
from configuration.area_fitting import STROKE_M2, features_of, fitted, outlined
from configuration.area_plan import END, KEEP, Present, Reading
from configuration.area_version import AreaVersion, State
from messages import operating, outbox
from onboarding import shipped
from people import seats
from people.permissions import Role
from tenants import scope
from tenants.boundary import Boundary
from tenants.directory import TenantCard
from tenants.errors import Conflict
from tenants.ground_map import ground_of
from tenants.tenant import HELD, Tenant, in_language

SOURCE = "boundary"
"""What stands where an uploaded version has the name of its file."""

log = logging.getLogger(__name__)


def look(session: Session, office: Office, now: datetime) -> int:
    """Propose areas to each city whose boundary is another one by now and left some behind; how many. Commits.

    Whatever is wrong with one of them, it was looked at and the others are.
    """
    changed = (
        select(Boundary.id, Boundary.tenant_id)
        .join(Tenant, Tenant.id == Boundary.tenant_id)
        .where(
            Boundary.areas_at.is_(None),
            Boundary.valid_from <= now,  # a first boundary came with its areas
            Boundary.valid_until.is_(None),
            Tenant.stage.in_(HELD),
        )
    )
    proposed = 0
    for boundary_id, tenant_id in session.execute(changed.order_by(Boundary.created_at)).all():
        boundary = session.get_one(Boundary, boundary_id, with_for_update=True, populate_existing=True)
        card = office.directory.by_id.get(tenant_id)
        if boundary.areas_at is None and card is not None:
            boundary.areas_at = now
            try:
                with session.begin_nested(), scope.enter(session, tenant_id):
                    proposed += _proposed(session, office, card, now)
            except Exception:
                log.exception("areas that fit a boundary couldn't be proposed", extra={"city": card.slug})
        session.commit()
    return proposed


def _proposed(session: Session, office: Office, card: TenantCard, now: datetime) -> bool:
    out_m2, bare_m2 = misfit(session, card)
    if max(out_m2, bare_m2) < STROKE_M2:
        return False
    version = propose(session, office, card, now)
    _tell(session, office, card, version.id, out_m2, bare_m2, now)
    return True


def misfit(session: Session, card: TenantCard) -> tuple[float, float]:
    """(m² of areas that stick out, m² of ground that lies in none), of the session's city; 0 where it has none."""
    lying = outlined(area_proposal.present(session))
    if not lying:
        return 0.0, 0.0
    found = check_ground(lying, ground_of(session, card.id), {one.code for one in lying})
    return sum(size for _code, size in found.out), sum(size for _code, size in found.bare)


def propose(session: Session, office: Office, card: TenantCard, now: datetime) -> AreaVersion:
    """Areas that fit the ground of the session's city, planned like those of a file and not in force.

    Official areas come where their outlines are shipped, the others are cut. Raises Conflict where there is nothing to
    fit, or all fits. A proposal of before that nobody has accepted goes.
    """
    ground, present = ground_of(session, card.id), area_proposal.present(session)
    if ground is None or not any(one.geometry is not None for one in present):
        raise Conflict("Your city has no areas with outlines yet: bring them in from a file.")
    if max(misfit(session, card)) < STROKE_M2:
        raise Conflict("Your areas fit your boundary already.")
    areas = fitted(present, ground, shipped.outlined_areas())
    if not areas:
        raise Conflict("None of your areas lies in your boundary any more: bring areas in from a file.")
    for former in session.scalars(select(AreaVersion).where(*_UNDECIDED)):
        session.delete(former)
    session.flush()
    language = card.languages[0]
    version = area_version.keep(session, features_of(areas, language), SOURCE, mended=0, seat_id=None, now=now)
    reading = Reading("code", "name", "level", "", "parent", _missing(present), language)
    official = shipped.areas_of(card.municipality_code) if card.municipality_code else []
    area_proposal.propose(session, office, version, reading, card=card, official=official)
    return version


def undecided(session: Session) -> UUID | None:
    """The proposal that waits in the session's city."""
    return session.scalar(select(AreaVersion.id).where(*_UNDECIDED).order_by(AreaVersion.made_at.desc()).limit(1))


_UNDECIDED = (AreaVersion.source == SOURCE, AreaVersion.seat_id.is_(None), AreaVersion.state == State.PLANNED)


def _missing(present: list[Present]) -> str:
    """What has gone with its ground ends; not so where areas without outlines would end with it."""
    return END if all(one.geometry is not None for one in present) else KEEP


def _tell(
    session: Session, office: Office, card: TenantCard, version_id: UUID, out_m2: float, bare_m2: float, now: datetime
) -> None:
    url = f"{office.addresses.of(card)}/admin/areas/versions/{version_id}"
    for admin in seats.addressees_of(session, roles=[Role.ADMIN]):
        language = admin.language or "id"
        values = {
            "city": in_language(dict(card.name), language, list(card.languages)),
            "misfit": operating.misfit(out_m2, bare_m2, language),
            "url": url,
        }
        words = operating.compose("areas_proposed", language, values)
        if admin.email:
            outbox.mail(session, office.queue, "areas_proposed", admin.email, words, language=language, now=now)
