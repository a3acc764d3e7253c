"""A city from its bundle goes live by the rule of the sign-up: not over ground that others hold, unless they agree."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.photos.storage import Storage
from configuration import editing
from configuration.editing import Author
from messages import operating, outbox
from onboarding.boundaries import border_asking, border_question
from onboarding.boundaries.border_letter import operators
from onboarding.boundaries.neighbours import Drawn, Held, ground_of, one_at_a_time
from onboarding.bundle import Bundle
from onboarding.claim import Claim
from onboarding.provision import ProvisionReport, provision
from people import seats
from people.permissions import Role
from tenants import scope
from tenants.directory import raise_epoch
from tenants.errors import Conflict
from tenants.tenant import COMMONS_ID, HELD, Stage, Tenant, in_language

OPENS = "opens"
"""The key of a city's options that says: live as soon as whoever holds its ground has agreed."""


def bring(
    session: Session,
    bundle: Bundle,
    held: Held,
    *,
    now: datetime,
    stage: Stage = Stage.LIVE,
    storage: Storage | None = None,
) -> ProvisionReport:
    """Bring the tenant of this slug to its bundle, and to the stage if nothing is disputed.

    A city that somebody signs up goes live by them alone. Raises Conflict where a city that holds ground already would
    gain some of a neighbour's, more than maps differ by and without a word; otherwise what `provision` raises.
    """
    before = session.scalar(select(Tenant).where(Tenant.slug == bundle.slug))
    old = ground_of(session, before.id) if before is not None and before.stage in HELD else None
    report = provision(session, bundle, now=now, stage=Stage.REHEARSAL, storage=storage)
    if report.tenant_id is None:
        return report
    session.flush()
    tenant = session.get_one(Tenant, report.tenant_id, populate_existing=True)
    if tenant.stage in HELD:
        if old is not None and "boundary" in report.changed:
            _refuse_what_is_gained(session, held, tenant.id, old, now)
        return report
    if tenant.stage != Stage.REHEARSAL or stage is not Stage.LIVE or _is_signed_up(session, tenant.id):
        return report
    disputed = _disputed(session, held, tenant.id, ground_of(session, tenant.id), now)
    if disputed:
        tenant.options = {**tenant.options, OPENS: True}
        return replace(report, disputed=tuple(disputed))
    tenant.stage, tenant.live_at = Stage.LIVE, now
    tenant.options = {key: value for key, value in tenant.options.items() if key != OPENS}
    if not report.created:
        tenant.revision += 1
        tenant.version += 1
    session.flush()
    raise_epoch(session)
    return replace(report, opened=True)


def waiting() -> tuple[ColumnElement[bool], ...]:
    """Of the rows of tenants: brought by a bundle, and live once whoever holds its ground has agreed."""
    return Tenant.stage == Stage.REHEARSAL, Tenant.options[OPENS].as_boolean()


def open_agreed(session: Session, office: Office, now: datetime, *, only: UUID | None = None) -> list[UUID]:
    """Let each city go live that a bundle brought and whose ground nobody disputes any more; which ones.

    Who asked for it to be live asked once; the last consent completes it. only: this one, after a word about it. It is
    told to its administrators and the operators, and stands in its ledger. The caller commits.
    """
    found = select(Tenant.id).where(*waiting()).order_by(Tenant.id)
    opened = []
    for tenant_id in session.scalars(found if only is None else found.where(Tenant.id == only)).all():
        tenant = session.get_one(Tenant, tenant_id, with_for_update=True, populate_existing=True)
        if tenant.stage != Stage.REHEARSAL or not tenant.options.get(OPENS) or _is_signed_up(session, tenant_id):
            continue
        if _disputed(session, Held(), tenant_id, ground_of(session, tenant_id), now):
            continue
        options = {key: value for key, value in tenant.options.items() if key != OPENS}
        with scope.enter(session, tenant_id):
            tenant = session.get_one(Tenant, tenant_id)
            values = {"stage": Stage.LIVE, "live_at": now, "options": options}
            editing.change(session, tenant, values, author=Author(), now=now)
        _tell(session, office, tenant_id, now)
        opened.append(tenant_id)
    return opened


def _tell(session: Session, office: Office, tenant_id: UUID, now: datetime) -> None:
    tenant = session.get_one(Tenant, tenant_id)
    name, languages, url = tenant.name, list(tenant.languages), office.addresses.of_slug(tenant.slug)
    with scope.enter(session, tenant_id):
        admins = [(one.email, one.language or "id") for one in seats.addressees_of(session, roles=[Role.ADMIN])]
    with scope.enter(session, COMMONS_ID):
        above = operators(session)
    for owner_id, people in ((tenant_id, admins), (COMMONS_ID, above)):
        with scope.enter(session, owner_id):
            for email, language in people:
                words = operating.compose(
                    "opened_by_consent", language, {"city": in_language(name, language, languages), "url": url}
                )
                if email:
                    outbox.mail(session, office.queue, "opened_by_consent", email, words, language=language, now=now)


def _is_signed_up(session: Session, tenant_id: UUID) -> bool:
    return session.scalar(select(exists().where(Claim.tenant_id == tenant_id))) or False


def _refuse_what_is_gained(session: Session, held: Held, tenant_id: UUID, old: Drawn, now: datetime) -> None:
    own = ground_of(session, tenant_id)
    if own is None:
        return
    disputed = _disputed(session, held, tenant_id, own, now, old)
    if disputed:
        ground = ", ".join(f"{area:,.0f} m² of {name}" for name, area in disputed)
        raise Conflict(f"The new boundary lies on {ground}, which nobody has agreed to.", field="tenant.boundary")


def _disputed(
    session: Session, held: Held, tenant_id: UUID, own: Drawn | None, now: datetime, present: Drawn | None = None
) -> list[tuple[str, float]]:
    """(name, m²) of those who hold more of this ground than maps differ by and haven't agreed. present: left out."""
    if own is None:
        return []
    one_at_a_time(session)
    sides = held.beside(session, tenant_id, own, now)
    return [(one.name, area) for one, area in border_question.disputed(session, tenant_id, own, sides, present=present)]


def refuse_held_ground(session: Session, tenant_id: UUID, *, agreed: bool, now: datetime) -> None:
    """For a city that comes back with its ground, which others may hold by now. agreed: by the operator.

    Raises Conflict.
    """
    own = ground_of(session, tenant_id) if session.get_one(Tenant, tenant_id).stage in HELD else None
    if own is None:
        return
    one_at_a_time(session)
    disputed = border_question.disputed(session, tenant_id, own, Held().beside(session, tenant_id, own, now))
    if not disputed:
        return
    if not agreed:
        ground = ", ".join(f"{area:,.0f} m² of {side.name}" for side, area in disputed)
        raise Conflict(
            f"Its boundary lies on {ground} by now, more than two maps differ by; --over-ground agrees to it."
        )
    border_asking.agree(session, tenant_id, own, disputed, now)
