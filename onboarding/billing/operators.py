"""What the operators see of all cities' plans, a page at a time."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.billing.contract import CityPlan
from tenants.directory import TenantCard, card_of_row
from tenants.tenant import COMMONS_SLUG, Stage, Tenant

PER_PAGE = 50


def counts(session: Session) -> dict[str, int]:
    """How many live cities have chosen each plan; who chose nothing has the free one."""
    live = select(Tenant.plan, func.count(Tenant.id)).where(Tenant.stage == Stage.LIVE, Tenant.slug != COMMONS_SLUG)
    return {row[0]: row[1] for row in session.execute(live.group_by(Tenant.plan))}


def listed(session: Session, plan: str | None, after: UUID | None) -> tuple[Sequence[CityPlan], UUID | None]:
    """Cities that have chosen: (a page of them, the id after which the next one begins)."""
    statement = select(CityPlan).order_by(CityPlan.tenant_id).limit(PER_PAGE + 1)
    if plan is not None:
        statement = statement.where(CityPlan.plan == plan)
    if after is not None:
        statement = statement.where(CityPlan.tenant_id > after)
    rows = session.scalars(statement).all()
    return rows[:PER_PAGE], rows[PER_PAGE - 1].tenant_id if len(rows) > PER_PAGE else None


def left(session: Session, known_as: str | UUID) -> TenantCard | None:
    """The city of this slug or id that has left and whose invoices are still here, as the directory had it."""
    named = Tenant.id == known_as if isinstance(known_as, UUID) else Tenant.slug == known_as
    tenant = session.scalar(select(Tenant).where(named, Tenant.stage == Stage.ERASED))
    return card_of_row(tenant) if tenant is not None else None


def owing(session: Session) -> Sequence[CityPlan]:
    """Cities with invoices that aren't paid, the longest due first."""
    statement = select(CityPlan).where(CityPlan.oldest_due_on.is_not(None))
    return session.scalars(statement.order_by(CityPlan.oldest_due_on, CityPlan.tenant_id).limit(PER_PAGE)).all()
