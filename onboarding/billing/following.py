"""How a city's contract follows the payment provider: read there, written here; an older reading never over a newer.

Events only say that something may have changed. So it doesn't matter in which order they come, how often, or whether
one got lost: `follow` reads how the customer stands now.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing import invoicing
from onboarding.billing.contract import GRACE_DAYS, CityPlan, Contract, Way, city_plan_of, contract_of
from onboarding.billing.invoice import Invoice, Paid
from onboarding.billing.payer import payer_of
from onboarding.billing.plans import Band, Plan, band_of
from onboarding.billing.provider import Bill, Provider, Reading, Subscription
from onboarding.billing.telling import tell_admins
from tenants import scope
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import Unavailable
from tenants.tenant import Tenant, in_language

TRIES = 5


def follow(session: Session, office: Office, provider: Provider, tenant_id: UUID, now: datetime) -> bool:
    """Bring a city to how it stands at the provider; False where it is no customer there. Commits.

    While the provider is asked, no transaction is open; a reading that another one has overtaken is taken anew.
    """
    for _ in range(TRIES):
        row = city_plan_of(session, tenant_id)
        customer_ref, read = (row.customer_ref, row.read) if row is not None else (None, 0)
        session.commit()
        card = office.directory.by_id.get(tenant_id)
        if customer_ref is None or card is None:
            return False
        reading = provider.read(customer_ref)
        if _keep(session, office, card, reading, read, now):
            session.commit()
            return True
        session.rollback()
    raise Unavailable("Somebody else reads the same at this moment. Please try again.")


def tenant_of_customer(session: Session, customer_ref: str | None) -> UUID | None:
    """Whose customer this is, by what we have written down ourselves."""
    if customer_ref is None:
        return None
    return session.scalar(select(CityPlan.tenant_id).where(CityPlan.customer_ref == customer_ref))


def _keep(session: Session, office: Office, card: TenantCard, reading: Reading, read: int, now: datetime) -> bool:
    """Write a reading down, unless another was written since it began."""
    with scope.enter(session, card.id):
        # In the order of everybody else: the contract, the city, then what the operators see of it.
        contract = contract_of(session, lock=True)
        tenant = session.get_one(Tenant, card.id, with_for_update=True)
        row = city_plan_of(session, card.id, lock=True)
        if row is None or row.read != read:
            return False
        row.read += 1
        if contract is None:
            return True
        before = _standing(contract)
        for bill in reading.bills:
            _keep_bill(session, contract, bill)
        if reading.subscription is not None:
            _runs(session, office, card, contract, reading.subscription, now)
        elif contract.subscription_ref is not None:
            _is_over(contract)
        contract.version += before != _standing(
            contract
        )  # a form that was drawn before stays good where nothing changed
        invoicing.list_anew(session, contract, now)
        tenant.plan = contract.plan
    return True


def _runs(
    session: Session, office: Office, card: TenantCard, contract: Contract, found: Subscription, now: datetime
) -> None:
    if contract.subscription_ref is None:
        invoicing.close(session, office, card, contract, now, to_card=True)
    contract.plan, contract.way, contract.session_ref = Plan.CITY, Way.CARD, None
    contract.population = _population(contract.population, found.band)
    contract.subscription_ref, contract.subscription_status = found.ref, found.status
    contract.renews_at, contract.ends = found.renews_at, found.ends
    if not found.failed:
        contract.failed_at = None
    elif contract.failed_at is None:
        contract.failed_at = now
        _tell_of_failure(session, office, card, now)


def _standing(contract: Contract) -> tuple[object, ...]:
    return (
        contract.plan,
        contract.way,
        contract.population,
        contract.subscription_ref,
        contract.subscription_status,
        contract.ends,
        contract.failed_at,
    )


def _is_over(contract: Contract) -> None:
    """The card pays no more: the free plan, as after the end of what is paid by invoice."""
    contract.plan, contract.way, contract.ends = Plan.FREE, Way.INVOICE, False
    contract.subscription_ref = contract.subscription_status = contract.session_ref = None
    contract.failed_at = contract.renews_at = contract.since_on = None
    contract.asked += 1


def _population(known: int | None, band: Band | None) -> int | None:
    """What the city said, unless it pays for another band: then that one's upper end."""
    if band is None or (known is not None and band_of(known) == band):
        return known
    return band.most or known


def _keep_bill(session: Session, contract: Contract, bill: Bill) -> None:
    invoice = session.scalar(select(Invoice).where(Invoice.provider_ref == bill.ref))
    if invoice is None:
        invoice = Invoice(
            id=new_id(),
            number=bill.number,
            way=Way.CARD,
            plan=Plan.CITY,
            population=contract.population,
            from_on=bill.from_on,
            until_on=bill.until_on,
            months=1,
            issued_at=bill.issued_at,
            **payer_of(contract).columns(),
            paid_note="",
            provider_ref=bill.ref,
            version=1,
        )
        session.add(invoice)
    invoice.amount_minor, invoice.currency = bill.amount.minor, bill.amount.currency
    invoice.due_on, invoice.paid_on, invoice.provider_url = bill.due_on, bill.paid_on, bill.url
    invoice.state = Paid(bill.status)
    session.flush()


def _tell_of_failure(session: Session, office: Office, card: TenantCard, now: datetime) -> None:
    tell_admins(
        session,
        office,
        "payment_failed",
        lambda language: {
            "city": in_language(card.name, language, list(card.languages)),
            "days": str(GRACE_DAYS),
            "url": f"{office.addresses.of(card)}/admin/plan",
        },
        now,
    )
