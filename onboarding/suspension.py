"""Taking a city out of service and back, by an operator, with a reason; residents read why."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import erasure
from tenants.errors import Conflict, Invalid
from tenants.suspension import Suspension
from tenants.tenant import Tenant

SHORTEST_WHY, LONGEST_WHY = 10, 300


def suspend(session: Session, tenant: Tenant, why: Mapping[str, str], *, by: UUID, now: datetime) -> None:
    """Out of service; it keeps its ground and its data. why: by language. Raises Invalid, Conflict."""
    said = {language: " ".join(text.split()) for language, text in why.items() if text.strip()}
    _check(said.get("id", ""), "why-id")
    if "en" in said:
        _check(said["en"], "why-en")
    if not erasure.suspend(session, tenant):
        raise Conflict("This city is out of service already.")
    for left in _running(session, tenant):  # it was put back by the command, which knows no operator
        left.ended_at = now
    session.flush()
    session.add(Suspension(tenant_id=tenant.id, why=said, begun_at=now, begun_by=by))
    session.flush()


def resume(session: Session, tenant: Tenant, why: str, *, by: UUID, now: datetime) -> None:
    """Back in service, at the stage it had. Raises Invalid, Conflict."""
    _check(" ".join(why.split()), "why")
    if not erasure.resume(session, tenant):
        raise Conflict("This city is in service.")
    for running in _running(session, tenant):
        running.ended_at, running.ended_by, running.ended_why = now, by, " ".join(why.split())
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


def _check(why: str, field: str) -> None:
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise Invalid(
            "Say why, in %(least)s to %(most)s characters.", field=field, least=SHORTEST_WHY, most=LONGEST_WHY
        )
