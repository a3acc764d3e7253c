"""What a city has chosen and how it pays: one row, in the city; and what the operator sees of all cities together."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.billing.money import Money
from onboarding.billing.plans import Plan, monthly
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Conflict

GRACE_DAYS = 30
"""After a payment that failed, until the operator talks with the city. Nothing of the city stops then, either."""


class Way(StrEnum):
    """How it is paid: after the service, by invoice; or by a card at the payment provider."""

    INVOICE = "invoice"
    CARD = "card"


class State(StrEnum):
    """NONE: nothing is to be paid. BEGUN: a card was chosen and nothing paid yet. GRACE: a payment failed lately.
    UNPAID: it failed longer ago. ENDING: paid until a day, then over."""

    NONE = "none"
    INVOICED = "invoiced"
    BEGUN = "begun"
    ACTIVE = "active"
    GRACE = "grace"
    UNPAID = "unpaid"
    ENDING = "ending"


class Contract(TenantOwned, Base):
    """population: residents, as the city says. months: length of an invoice's period. agreed_minor: what was arranged.

    since_on: the first day that no invoice covers yet. payer_name to budget_year: what stands on the next invoice.
    customer_ref, subscription_ref, session_ref: the provider's ids. failed_at: since when a payment is missing.
    renews_at: until when is paid; ends: it isn't renewed then. asked: counts the payments that were begun at the
    provider, so that the same form sent twice is one. tax_by_buyer: the treasurer collects value-added tax.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("tenant_id"),
        CheckConstraint(f"plan IN ({', '.join(repr(str(one)) for one in Plan)})", name="plan"),
        CheckConstraint(f"way IN ({', '.join(repr(str(one)) for one in Way)})", name="way"),
    )

    plan: Mapped[str]
    population: Mapped[int | None]
    way: Mapped[str] = mapped_column(default=Way.INVOICE)
    months: Mapped[int] = mapped_column(default=3)
    agreed_minor: Mapped[int | None] = mapped_column(BigInteger)
    since_on: Mapped[date | None]
    payer_name: Mapped[str] = mapped_column(default="")
    payer_address: Mapped[str] = mapped_column(default="")
    order_number: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    budget_year: Mapped[int | None]
    customer_ref: Mapped[str | None]
    subscription_ref: Mapped[str | None]
    subscription_status: Mapped[str | None]
    session_ref: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    renews_at: Mapped[datetime | None]
    ends: Mapped[bool] = mapped_column(default=False)
    asked: Mapped[int] = mapped_column(default=0)
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[UUID | None]
    tax_by_buyer: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def monthly(self) -> Money:
        """What a month costs today."""
        return monthly(self.plan, self.population, Money(self.agreed_minor) if self.agreed_minor else None)


class CityPlan(Base):
    """What the operator lists, over all cities: written in the transaction that changes a city's contract or invoices.

    open_minor: what is invoiced and not paid; oldest_due_on: of that. customer_ref: the provider's id of this city, by
    which its calls are known. read: counts the readings of the provider, so that an older one never overwrites a newer.
    """

    __tablename__ = "city_plans"
    __table_args__ = (
        Index("ix_city_plans_plan", "plan", "city_id"),
        Index("ix_city_plans_oldest_due_on", "oldest_due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column("city_id", ForeignKey("tenants.id"), unique=True)
    plan: Mapped[str]
    way: Mapped[str]
    population: Mapped[int | None]
    state: Mapped[str]
    failed_at: Mapped[datetime | None]
    open_count: Mapped[int] = mapped_column(default=0)
    open_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    oldest_due_on: Mapped[date | None]
    customer_ref: Mapped[str | None] = mapped_column(unique=True)
    read: Mapped[int] = mapped_column(default=0)


def contract_of(session: Session, *, lock: bool = False) -> Contract | None:
    """The contract of the session's city; None before it has chosen."""
    statement = select(Contract).execution_options(populate_existing=True)
    return session.scalar(statement.with_for_update() if lock else statement)


def refuse_if_changed(contract: Contract, looked_at: int) -> None:
    """Raise Conflict where the form was drawn from another version."""
    if contract.version != looked_at:
        raise Conflict("Somebody has changed the plan since you looked. Please look again.")


def city_plan_of(session: Session, tenant_id: UUID, *, lock: bool = False) -> CityPlan | None:
    """What the operator lists of a city; None before it has chosen."""
    statement = select(CityPlan).where(CityPlan.tenant_id == tenant_id).execution_options(populate_existing=True)
    return session.scalar(statement.with_for_update() if lock else statement)


PAYING = (State.ACTIVE, State.GRACE, State.UNPAID, State.ENDING)
"""States in which a card pays."""


def is_paid_by_card(session: Session, tenant_id: UUID) -> bool:
    """Whether a card goes on paying for a city."""
    row = city_plan_of(session, tenant_id)
    return row is not None and row.state in PAYING


def let_go(session: Session, tenant_id: UUID) -> None:
    """Take a city that is erased off the operators' list, unless it owes something still.

    Raises Conflict while a card goes on paying for it.
    """
    row = city_plan_of(session, tenant_id, lock=True)
    if row is None:
        return
    if row.state in PAYING:
        raise Conflict("A card still pays for this city: 'flask billing end' its subscription first.")
    _forget_or_keep(session, row)


def list_what_is_owed(session: Session, tenant_id: UUID, open_invoices: Sequence[tuple[int, date]]) -> None:
    """Write down what a city owes that has left; nothing more of one that has paid."""
    row = city_plan_of(session, tenant_id, lock=True)
    if row is not None:
        _count(row, open_invoices)
        _forget_or_keep(session, row)


def _forget_or_keep(session: Session, row: CityPlan) -> None:
    if row.open_count:
        row.state, row.failed_at, row.customer_ref = State.NONE, None, None
    else:
        session.delete(row)
    session.flush()


def _count(row: CityPlan, open_invoices: Sequence[tuple[int, date]]) -> None:
    row.open_count, row.open_minor = len(open_invoices), sum(amount for amount, _ in open_invoices)
    row.oldest_due_on = min((due for _, due in open_invoices), default=None)


def state_of(contract: Contract | CityPlan | None, now: datetime) -> State:
    """How it stands with paying, at this moment."""
    if contract is None:
        return State.NONE
    if isinstance(contract, CityPlan):
        kept = State(contract.state)
        return _late(contract.failed_at, now) if kept in (State.GRACE, State.UNPAID) else kept
    if contract.way == Way.CARD:
        if contract.subscription_ref is None:
            return State.BEGUN
        if contract.failed_at is not None:
            return _late(contract.failed_at, now)
        return State.ENDING if contract.ends else State.ACTIVE
    owed = contract.monthly.minor > 0 or contract.plan == Plan.ARRANGED
    return State.INVOICED if owed else State.NONE


def list_for_operators(
    session: Session, contract: Contract, now: datetime, open_invoices: list[tuple[int, date]]
) -> None:
    """Write down for the operators how a city stands; open_invoices: (amount, due on) of each unpaid one."""
    tenant_id = scope.tenant_of(session)
    row = city_plan_of(session, tenant_id)
    if row is None:
        row = CityPlan(id=new_id(), tenant_id=tenant_id, read=0)
        session.add(row)
    row.plan, row.way, row.population = contract.plan, contract.way, contract.population
    row.state, row.failed_at, row.customer_ref = state_of(contract, now), contract.failed_at, contract.customer_ref
    _count(row, open_invoices)
    session.flush()


def new_contract(plan: Plan, population: int | None, now: datetime) -> Contract:
    """As a city has it that chooses for the first time."""
    return Contract(
        id=new_id(), plan=plan, population=population, chosen_at=now, way=Way.INVOICE, months=3, ends=False, asked=0,
        payer_name="", payer_address="", order_number="", tax_number="", version=1,
    )  # fmt: skip


def _late(failed_at: datetime | None, now: datetime) -> State:
    return State.GRACE if failed_at is None or (now - failed_at).days < GRACE_DAYS else State.UNPAID
