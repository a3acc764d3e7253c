"""A city pauses and goes on: one button each, on record in its ledger.

While it is paused its ground is the commons', nothing that goes by the clock happens to its reports, and none of them
is late; the worker reckons their promises anew at both ends (`complaints/recalculating.py`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.editing import Author
from tenants.city_pause import CityPause
from tenants.errors import N_, Conflict
from tenants.tenant import COMMONS_ID, Stage, Tenant


def pause(session: Session, tenant_id: UUID, *, author: Author, now: datetime) -> None:
    """Let a live city pause from now on. Raises Conflict where it isn't live, as for whoever presses second."""
    tenant = locked(session, tenant_id)
    if tenant.stage == Stage.PAUSED:
        raise Conflict(N_("The city has paused already; somebody else was faster."))
    if tenant.stage != Stage.LIVE or tenant.id == COMMONS_ID:
        raise Conflict(N_("Only a live city can pause."))
    tenant.stage, tenant.paused_at = Stage.PAUSED, now
    tenant.version += 1
    editing.add(session, CityPause(from_at=now, begun_by=author.seat_id), author=author, now=now)


def resume(session: Session, tenant_id: UUID, *, author: Author, now: datetime) -> None:
    """Let a paused city go on. Raises Conflict where it isn't paused."""
    tenant = locked(session, tenant_id)
    if tenant.stage != Stage.PAUSED:
        raise Conflict(N_("The city isn't paused; somebody else was faster."))
    tenant.stage, tenant.paused_at = Stage.LIVE, None
    tenant.version += 1
    running = session.scalars(select(CityPause).where(CityPause.until_at.is_(None))).one()
    ended = {"until_at": max(now, running.from_at), "ended_by": author.seat_id}
    editing.change(session, running, ended, author=author, now=now)


def locked(session: Session, tenant_id: UUID) -> Tenant:
    """The city's row as it is by now, with everybody else kept from changing its stage until the commit."""
    tenant = session.get_one(Tenant, tenant_id)
    session.refresh(tenant, with_for_update=True)
    return tenant
