"""A card: begun at the payment provider's own page, changed there, ended from here. The provider is asked between
transactions, and what it answers is read by `following`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing import invoicing
from onboarding.billing.contract import Contract, Way, contract_of, refuse_if_changed
from onboarding.billing.following import follow
from onboarding.billing.plans import Band, Plan, band_of
from onboarding.billing.provider import Provider, Running
from tenants.directory import TenantCard
from tenants.errors import Conflict
from tenants.tenant import in_language


@dataclass(frozen=True)
class Begun:
    """Where the city gives its card, and for what."""

    url: str
    band: Band


def begin(session: Session, office: Office, provider: Provider, card: TenantCard, back_to: str, now: datetime) -> Begun:
    """The provider's page for what the city has chosen. Sent twice, or once more after going back, it is the same page.

    Commits. Raises Conflict where no card was chosen, or something else meanwhile; Running where one pays already (the
    contract then says so).
    """
    contract = _chosen(session)
    asked, session_ref, customer_ref = contract.asked, contract.session_ref, contract.customer_ref
    band = band_of(contract.population or 0)
    session.commit()
    try:
        page = provider.begin(
            tenant=str(card.id),
            name=in_language(card.name, "id", list(card.languages)),
            customer_ref=customer_ref,
            session_ref=session_ref,
            band=band,
            asked=asked,
            back_to=back_to,
            now=now,
        )
    except Running:
        follow(session, office, provider, card.id, now)
        raise
    contract = _chosen(session, lock=True)
    if contract.asked != asked:
        raise Conflict("Somebody has changed the plan since you looked. Please look again.")
    contract.customer_ref, contract.session_ref = page.customer_ref, page.session_ref
    invoicing.list_anew(session, contract, now)
    session.commit()
    return Begun(page.url, band)


def change(
    session: Session,
    office: Office,
    provider: Provider,
    card: TenantCard,
    population: int,
    looked_at: int,
    now: datetime,
) -> None:
    """Another number of residents for a plan that a card pays: another price from now on. Commits."""
    subscription_ref = _paid_by_card(session, looked_at).subscription_ref or ""
    session.commit()
    provider.change(subscription_ref, band_of(population), str(looked_at))
    contract = contract_of(session, lock=True)
    if contract is not None:
        contract.population = population
    session.commit()
    follow(session, office, provider, card.id, now)


def end(
    session: Session, office: Office, provider: Provider, card: TenantCard, *, ends: bool, looked_at: int, now: datetime
) -> None:
    """Let what a card pays end with the month that is paid, or go on after all. Commits."""
    subscription_ref = _paid_by_card(session, looked_at).subscription_ref or ""
    session.commit()
    provider.end(subscription_ref, ends=ends)
    follow(session, office, provider, card.id, now)


def abandon(session: Session, office: Office, provider: Provider, tenant_id: UUID, now: datetime) -> None:
    """Close the provider's page that was begun, before another way is chosen. Commits. Raises Running if paid."""
    contract = contract_of(session)
    session_ref = contract.session_ref if contract is not None and contract.subscription_ref is None else None
    session.commit()
    if session_ref is None:
        return
    try:
        provider.abandon(session_ref)
    except Running:
        follow(session, office, provider, tenant_id, now)
        raise


def _chosen(session: Session, *, lock: bool = False) -> Contract:
    contract = contract_of(session, lock=lock)
    if contract is None or (contract.plan, contract.way) != (Plan.CITY, Way.CARD):
        raise Conflict("Choose the plan by population and payment by card first.")
    if contract.subscription_ref is not None:
        raise Running("A subscription runs already; a second one isn't begun.")
    return contract


def _paid_by_card(session: Session, looked_at: int) -> Contract:
    contract = contract_of(session, lock=True)
    if contract is None or contract.subscription_ref is None:
        raise Conflict("No card pays for this plan.")
    refuse_if_changed(contract, looked_at)
    return contract
