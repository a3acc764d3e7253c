"""Choosing a plan, changing it and ending it: by the city, once it is live. Nothing of the service depends on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing import invoicing, periods
from onboarding.billing.contract import Contract, Way, contract_of, new_contract, refuse_if_changed
from onboarding.billing.money import Money, rupiah
from onboarding.billing.payer import Payer
from onboarding.billing.plans import FREE, Plan, band_of
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid
from tenants.tenant import Stage, Tenant

MOST_A_MONTH = 1_000_000_000


def choose(
    session: Session,
    office: Office,
    card: TenantCard,
    *,
    plan: Plan,
    population: int | None,
    way: str,
    payer: Payer,
    months: int,
    looked_at: int,
    by: UUID,
    now: datetime,
) -> Contract:
    """Write down what a city chooses. A price that changes holds from next month on.

    looked_at: the version of the contract that the form was drawn from, 0 before the first. Raises Conflict before the
    city is live, for a form that is too old, and for another plan while a card pays. A card pays the plan by population
    only; another price for what it pays already is `card.change`.
    """
    if card.stage != Stage.LIVE:
        raise Conflict("The plan comes after going live: open your city first.", field="plan")
    contract = locked(session, plan, population, looked_at, now)
    if way not in list(Way):
        raise Invalid("Choose how you pay.", field="way")
    if months not in periods.LENGTHS:
        raise Invalid("Choose how often an invoice comes.", field="months")
    if way == Way.CARD and plan != Plan.CITY:
        way = Way.INVOICE
    payer.put(contract)
    contract.months = months
    if contract.subscription_ref is not None:
        if (plan, way) != (Plan.CITY, Way.CARD):
            raise Conflict("A card pays for this plan. End it first; another one may follow.", field="plan")
        if band_of(population or 0) == band_of(contract.population or 0):
            contract.population = population
        return _write(session, contract, card, now)
    if contract.session_ref is not None or _changes(contract, plan, population, way):
        contract.session_ref, contract.asked = None, contract.asked + 1
    if _changes(contract, plan, population, way):
        invoicing.close(session, office, card, contract, now, to_card=way == Way.CARD)
    if contract.plan != plan:
        contract.agreed_minor = None
    contract.plan, contract.population, contract.way = plan, population, way
    contract.ends, contract.failed_at = False, None
    contract.chosen_at, contract.chosen_by = now, by
    return _write(session, contract, card, now)


def end(session: Session, office: Office, card: TenantCard, looked_at: int, now: datetime) -> Contract:
    """End what is paid by invoice: this month is the last. The city goes on, on the free plan."""
    contract = contract_of(session, lock=True)
    if contract is None or contract.plan == Plan.FREE:
        raise Conflict("There is nothing to end: your city pays nothing.")
    refuse_if_changed(contract, looked_at)
    if contract.subscription_ref is not None:
        raise Conflict("A card pays for this plan. End it first; another one may follow.", field="plan")
    invoicing.close(session, office, card, contract, now)
    contract.plan, contract.since_on, contract.way, contract.agreed_minor = Plan.FREE, None, Way.INVOICE, None
    contract.session_ref, contract.asked = None, contract.asked + 1
    return _write(session, contract, card, now)


def agree(session: Session, office: Office, card: TenantCard, monthly: str, looked_at: int, now: datetime) -> Contract:
    """The operator writes down what was agreed: so much a month, in whole rupiah, from next month on."""
    contract = contract_of(session, lock=True)
    if contract is None or contract.plan != Plan.ARRANGED:
        raise Conflict("Only the plan by arrangement has a price of its own.")
    refuse_if_changed(contract, looked_at)
    digits = monthly.replace(".", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and int(digits) <= MOST_A_MONTH):
        raise Invalid("Write the amount in whole rupiah, such as 5.000.000.", field="monthly")
    invoicing.close(session, office, card, contract, now)
    contract.agreed_minor = rupiah(int(digits)).minor
    return _write(session, contract, card, now)


def say_who_collects(session: Session, card: TenantCard, by_buyer: bool, looked_at: int, now: datetime) -> Contract:
    """Whether the city's treasurer collects value-added tax on the next invoices."""
    contract = contract_of(session, lock=True)
    if contract is None:
        raise Conflict("The city hasn't chosen a plan yet.")
    refuse_if_changed(contract, looked_at)
    contract.tax_by_buyer = by_buyer
    return _write(session, contract, card, now)


def locked(session: Session, plan: Plan, population: int | None, looked_at: int, now: datetime) -> Contract:
    """The city's contract, locked, or a new one. Raises Conflict where it isn't the one that was looked at."""
    contract = contract_of(session, lock=True)
    if contract is None:
        if looked_at:
            raise Conflict("Somebody has changed the plan since you looked. Please look again.")
        contract = new_contract(plan, population, now)
        session.add(contract)
        session.flush()
        return contract
    refuse_if_changed(contract, looked_at)
    return contract


def price_of(contract: Contract | None) -> Money:
    """What a month costs today."""
    return contract.monthly if contract is not None else FREE.monthly


def _write(session: Session, contract: Contract, card: TenantCard, now: datetime) -> Contract:
    contract.version += 1
    session.flush()
    tenant = session.get_one(Tenant, card.id, with_for_update=True)
    tenant.plan = contract.plan
    invoicing.list_anew(session, contract, now)
    return contract


def _changes(contract: Contract, plan: Plan, population: int | None, way: str) -> bool:
    """Whether another price or another way holds from next month; also for a contract that charges nothing yet."""
    from_free = contract.since_on is None and plan != Plan.FREE
    return from_free or (*_price(contract.plan, contract.population), contract.way) != (*_price(plan, population), way)


def _price(plan: str, population: int | None) -> tuple[str, str | None]:
    """What the price of a plan hangs on: another number of residents is another price in another band only."""
    return str(plan), band_of(population or 0).code if plan == Plan.CITY else None
