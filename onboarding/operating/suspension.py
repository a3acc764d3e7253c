"""Taking a city out of service and back, by an operator, with a reason; residents read why."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.leaving import erasure
from tenants import reasons
from tenants.errors import Conflict
from tenants.suspension import Suspension
from tenants.tenant import Tenant

LONGEST_WHY = 300


def suspend(session: Session, tenant: Tenant, why: Mapping[str, str], *, by: UUID, now: datetime) -> None:
    """Out of service; it keeps its ground and its data. why: by language. Raises Invalid, Conflict."""
    said = {language: " ".join(text.split()) for language, text in why.items() if text.strip()}
    reasons.checked(said.get("id", ""), "why-id", most=LONGEST_WHY)
    if "en" in said:
        reasons.checked(said["en"], "why-en", most=LONGEST_WHY)
    if not erasure.suspend(session, tenant):
        raise Conflict("This city is out of service already.")
    for left in _running(session, tenant):  # it was put back by the command, which knows no operator
        left.ended_at = now
    session.flush()
    session.add(Suspension(tenant_id=tenant.id, why=said, begun_at=now, begun_by=by))
    session.flush()


def resume(session: Session, tenant: Tenant, why: str, *, by: UUID, now: datetime) -> None:
    """Back in service, at the stage it had. Raises Invalid, Conflict."""
    why = reasons.checked(" ".join(why.split()), "why", most=LONGEST_WHY)
    if not erasure.resume(session, tenant):
        raise Conflict("This city is in service.")
    for running in _running(session, tenant):
        running.ended_at, running.ended_by, running.ended_why = now, by, why
    session.flush()


def history(session: Session, tenant_id: UUID) -> list[Suspension]:
    """The newest first."""
    of_it = select(Suspension).where(Suspension.tenant_id == tenant_id)
    return list(session.scalars(of_it.order_by(Suspension.begun_at.desc(), Suspension.id)))


def _running(session: Session, tenant: Tenant) -> list[Suspension]:
    return list(
        session.scalars(
            select(Suspension).where(Suspension.tenant_id == tenant.id, Suspension.ended_at.is_(None)).with_for_update()
        )
    )
