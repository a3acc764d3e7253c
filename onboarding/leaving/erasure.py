"""A tenant leaves the platform for good: all that it holds is deleted, its slug and code are never given again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Evidence
from complaints.photos.storage import Storage
from complaints.rules.dispute import Dispute
from complaints.transfers import departed
from messages.outbox import Message
from onboarding.billing.contract import let_go
from onboarding.claim import Claim, ClaimDevice
from onboarding.leaving.archive_tables import FILES_LEFT_OUT
from people.seat import Seat
from tenants import scope
from tenants.boundary import Boundary
from tenants.directory import raise_epoch
from tenants.errors import Conflict, NotFound
from tenants.suspension import Suspension
from tenants.tenant import COMMONS_ID, Stage, Tenant


@dataclass(frozen=True)
class Holdings:
    """What would go, with the rehearsals of the shadow: numbers of rows."""

    complaints: int
    photos: int
    messages: int
    people: int
    boundaries: int


@dataclass(frozen=True)
class Erased:
    """What went: rows of every table that belongs to tenants, and files of the storage."""

    rows: int
    files: int


def tenant_named(session: Session, slug: str) -> Tenant:
    """The tenant of a slug, an erased one too. Raises NotFound; a shadow isn't a tenant of its own."""
    tenant = session.scalar(select(Tenant).where(Tenant.slug == slug, Tenant.stage != Stage.SHADOW))
    if tenant is None:
        raise NotFound("There is no tenant called %(slug)s; 'flask tenants list' names them all.", slug=slug)
    return tenant


def suspend(session: Session, tenant: Tenant) -> bool:
    """Take a tenant out of service, as the step before erasing it; False where it was suspended already.

    It keeps its ground and its data. Raises Conflict for the commons and for an erased tenant.
    """
    _refuse_the_commons(tenant)
    _lock(session, tenant)
    if tenant.stage == Stage.ERASED:
        raise Conflict("%(slug)s is erased; there is nothing left to suspend.", slug=tenant.slug)
    if tenant.stage == Stage.SUSPENDED:
        return False
    _enter_stage(session, tenant, Stage.SUSPENDED)
    return True


def resume(session: Session, tenant: Tenant) -> bool:
    """Put a suspended tenant back into service; False where it is already. Raises Conflict for an erased one."""
    _lock(session, tenant)
    if tenant.stage == Stage.ERASED:
        raise Conflict("%(slug)s is erased and doesn't come back.", slug=tenant.slug)
    if tenant.stage != Stage.SUSPENDED:
        return False
    before = Stage.PAUSED if tenant.paused_at else Stage.LIVE if tenant.live_at else Stage.REHEARSAL
    _enter_stage(session, tenant, before)
    return True


def holdings(session: Session, tenant: Tenant) -> Holdings:
    """What erasing this tenant would delete."""
    ids = [tenant.id, *session.scalars(select(Tenant.id).where(Tenant.shadow_of == tenant.id))]
    grounds = session.scalar(select(func.count()).select_from(Boundary).where(Boundary.tenant_id.in_(ids))) or 0
    counts = dict.fromkeys(_COUNTS, 0)
    for tenant_id in ids:
        with scope.enter(session, tenant_id):
            for name, statement in _COUNTS.items():
                counts[name] += session.scalar(statement) or 0
    return Holdings(**counts, boundaries=grounds)


_COUNTS = {
    "complaints": select(func.count(Complaint.id)),
    "photos": select(func.count(Evidence.id)),
    "messages": select(func.count(Message.id)),
    "people": select(func.count(Seat.id)),
}


def erase(session: Session, storage: Storage, tenant: Tenant, *, now: datetime, leaves: bool = False) -> Erased:
    """Delete everything of a suspended tenant and of its shadow, their files first. Commits.

    leaves: it is paused, and its leaving was confirmed. The tenant is locked until all is gone, so that nobody puts it
    back into service while its files go.

    Accounts stay: they belong to persons, who may have a seat elsewhere. Invoices and their papers stay: they belong to
    the operator's books. What was handed over stays with whoever has
    it, and its references lead there. Interrupted, a second call deletes the rest; an erased tenant has none. Raises
    Conflict unless it is suspended or erased, and while a card pays for it.
    """
    _refuse_the_commons(tenant)
    _lock(session, tenant)
    if tenant.stage not in (Stage.SUSPENDED, Stage.ERASED, *([Stage.PAUSED] if leaves else [])):
        raise Conflict(
            "%(slug)s is %(stage)s. Suspend it first: 'flask tenants suspend %(slug)s'.",
            slug=tenant.slug,
            stage=str(tenant.stage),
        )
    ids = [tenant.id, *session.scalars(select(Tenant.id).where(Tenant.shadow_of == tenant.id))]
    folders = [f"{kind}/{tenant_id}/" for tenant_id in ids for kind in ("tenant", "archive")]
    folders += [f"claims/{one}/" for one in session.scalars(select(Claim.id).where(Claim.tenant_id == tenant.id))]
    let_go(session, tenant.id)
    files = delete_files(storage, folders)
    with scope.enter(session, ids[0]):
        departed.keep(session)
        # An owner-side function: the app's role may not delete history, and sees one tenant only.
        rows = session.scalar(text("SELECT erase_whole()")) or 0
        _forget_the_sign_up(session, ids[0])
        session.execute(update(Tenant).where(Tenant.id == ids[0], Tenant.left_at.is_(None)).values(left_at=now))
        raise_epoch(session)
    session.commit()
    return Erased(rows, files + delete_files(storage, folders))  # once more for what came in the meantime


def _forget_the_sign_up(session: Session, tenant_id: UUID) -> None:
    """What the platform's own tables know of the city's people, and what nobody can decide any more."""
    claims = select(Claim.id).where(Claim.tenant_id == tenant_id)
    session.execute(delete(ClaimDevice).where(ClaimDevice.claim_id.in_(claims)))
    session.execute(delete(Claim).where(Claim.tenant_id == tenant_id))
    session.execute(delete(Suspension).where(Suspension.tenant_id == tenant_id))
    either = or_(Dispute.holder_tenant_id == tenant_id, Dispute.other_tenant_id == tenant_id)
    session.execute(delete(Dispute).where(either, Dispute.decided_at.is_(None)))


def delete_files(storage: Storage, folders: Sequence[str]) -> int:
    """Delete whatever lies in these folders of the storage but papers of invoices; how many files."""
    deleted = 0
    for folder in folders:
        for stored in list(storage.list(folder)):
            if stored.key.removeprefix(folder).startswith(FILES_LEFT_OUT):
                continue
            storage.delete(stored.key)
            deleted += 1
    return deleted


def _lock(session: Session, tenant: Tenant) -> None:
    """Nobody else changes its stage from now on; rows that refer to it may still come."""
    session.refresh(tenant, with_for_update={"key_share": True})


def _enter_stage(session: Session, tenant: Tenant, stage: Stage) -> None:
    tenant.stage = stage
    tenant.revision += 1
    tenant.version += 1
    session.flush()
    raise_epoch(session)


def _refuse_the_commons(tenant: Tenant) -> None:
    if tenant.id == COMMONS_ID:
        raise Conflict("The commons is part of the platform: it can't be suspended or erased.")
