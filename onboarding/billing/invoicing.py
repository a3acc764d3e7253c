"""Invoices in arrears: made for months that are over, completed by the city, marked as paid by the operator."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from babel.dates import format_date
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing import periods, tax_rates
from onboarding.billing.contract import (
    CityPlan,
    Contract,
    State,
    Way,
    contract_of,
    list_for_operators,
    list_what_is_owed,
)
from onboarding.billing.invoice import Invoice, Paid
from onboarding.billing.money import IDR, Money
from onboarding.billing.payer import LONGEST, Payer, payer_of
from onboarding.billing.periods import Period
from onboarding.billing.plans import Plan
from onboarding.billing.tax import taxed
from onboarding.billing.telling import tell_admins
from people.standing_in import day_in
from tenants import scope
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import in_language

DUE_AFTER = timedelta(days=30)
MOST_SHOWN = 60

log = logging.getLogger(__name__)


def today_in(card: TenantCard, now: datetime) -> date:
    """The day in the city."""
    return day_in(card.time_zone, now)


def issue_due(session: Session, office: Office, card: TenantCard, now: datetime) -> list[Invoice]:
    """Make the invoices of all periods that are over; none a second time. The session is in the city."""
    contract = contract_of(session, lock=True)
    if contract is None or contract.since_on is None or not _is_invoiced(contract):
        return []
    today = today_in(card, now)
    found = list(periods.ended(contract.since_on, contract.months, today))
    made = [_issue(session, office, card, contract, one, now, today) for one in found]
    if made:
        list_anew(session, contract, now)
    return made


def issue_everywhere(session: Session, office: Office, now: datetime) -> int:
    """Make what is due in every city that no card pays for yet, one transaction each; how many invoices. Commits."""
    scope.name_tenant(session, None)
    no_card = or_(CityPlan.way == Way.INVOICE, CityPlan.state == State.BEGUN)
    paying = select(CityPlan.tenant_id).where(no_card, CityPlan.plan != Plan.FREE)
    made = 0
    for tenant_id in session.scalars(paying.order_by(CityPlan.tenant_id)).all():
        session.commit()
        card = office.directory.by_id.get(tenant_id)
        if card is None:
            continue
        try:
            scope.name_tenant(session, tenant_id)
            number = len(issue_due(session, office, card, now))
            session.commit()
            made += number
        except Exception:  # whatever is wrong with one city, the others are invoiced
            session.rollback()
            log.exception("a city's invoices couldn't be made", extra={"tenant": card.slug})
        scope.name_tenant(session, None)
    return made


def close(
    session: Session, office: Office, card: TenantCard, contract: Contract, now: datetime, *, to_card: bool = False
) -> None:
    """Invoice what is left until the end of this month at today's price; from then on another one may hold.

    contract: locked. to_card: a card pays from today on, so this month isn't invoiced as well; or is to pay, and until
    it does, this month stays to be invoiced.
    """
    today = today_in(card, now)
    last = today.replace(day=1) - timedelta(days=1) if to_card else periods.month_end(today)
    if contract.since_on is not None and _is_invoiced(contract):
        for one in list(periods.pieces(contract.since_on, last)):
            _issue(session, office, card, contract, one, now, today)
        if to_card:
            return
    contract.since_on = periods.next_month(today)


def close_the_last(session: Session, office: Office, card: TenantCard, now: datetime) -> None:
    """Invoice what is left of a city that leaves, until the end of this month."""
    contract = contract_of(session, lock=True)
    if contract is not None and contract.plan != Plan.FREE:
        close(session, office, card, contract, now)
        list_anew(session, contract, now)


def invoices(session: Session) -> Sequence[Invoice]:
    """Those of the session's city, the newest first."""
    newest = select(Invoice).order_by(Invoice.issued_at.desc(), Invoice.from_on.desc(), Invoice.number.desc())
    return session.scalars(newest.limit(MOST_SHOWN)).all()


def invoice_by_id(session: Session, invoice_id: UUID, *, lock: bool = False) -> Invoice:
    """One of the session's city. Raises NotFound."""
    found = session.scalar(
        select(Invoice).where(Invoice.id == invoice_id).with_for_update()
        if lock
        else select(Invoice).where(Invoice.id == invoice_id)
    )
    if found is None:
        raise NotFound("There is no such invoice.")
    return found


def complete(session: Session, invoice_id: UUID, given: Payer, looked_at: int) -> Invoice:
    """What a government often knows only once the order is signed. Raises Conflict for a paid one."""
    invoice = _open(session, invoice_id, looked_at)
    given.put(invoice)
    invoice.version += 1
    session.flush()
    return invoice


def mark_paid(
    session: Session, card: TenantCard, invoice_id: UUID, *, paid_on: str, note: str, looked_at: int, by: UUID,
    now: datetime,
) -> Invoice:  # fmt: skip
    """The operator's word that the money is there. Raises Invalid for a day to come, Conflict for a paid one."""
    contract = contract_of(session, lock=True)
    invoice = _open(session, invoice_id, looked_at)
    try:
        day = date.fromisoformat(paid_on)
    except ValueError:
        raise Invalid("Write the day as year-month-day.", field="paid_on") from None
    if not invoice.from_on <= day <= today_in(card, now):
        raise Invalid("The day of payment isn't in the future, and not before the months it pays for.", field="paid_on")
    if len(note) > LONGEST:
        raise Invalid("Up to %(most)s characters, please.", field="note", most=LONGEST)
    invoice.state, invoice.paid_on, invoice.paid_by, invoice.paid_note = Paid.PAID, day, by, note.strip()
    invoice.version += 1
    session.flush()
    if contract is not None:
        list_anew(session, contract, now)
    else:  # the city has left, with its contract
        list_what_is_owed(session, card.id, _unpaid(session))
    return invoice


def list_anew(session: Session, contract: Contract, now: datetime) -> None:
    """Write down for the operators what is open now."""
    session.flush()
    list_for_operators(session, contract, now, _unpaid(session))


def _unpaid(session: Session) -> list[tuple[int, date]]:
    found = session.scalars(select(Invoice).where(Invoice.state == Paid.OPEN))
    return [(one.payable.minor, one.due_on) for one in found]


def period_in_words(from_on: date, until_on: date, language: str) -> str:
    """Januari–Maret 2026."""
    last = format_date(until_on, "MMMM yyyy", locale=language)
    if (from_on.year, from_on.month) == (until_on.year, until_on.month):
        return last
    return f"{format_date(from_on, 'MMMM' if from_on.year == until_on.year else 'MMMM yyyy', locale=language)}–{last}"


def _is_invoiced(contract: Contract) -> bool:
    """Whether months cost something that no card pays: also those of a city that means to give one, until it has."""
    return contract.subscription_ref is None and contract.monthly.minor > 0


def _open(session: Session, invoice_id: UUID, looked_at: int) -> Invoice:
    invoice = invoice_by_id(session, invoice_id, lock=True)
    if invoice.provider_ref is not None:
        raise Conflict("This invoice is paid at the payment provider, by card.")
    if invoice.state != Paid.OPEN:
        raise Conflict("This invoice is paid already.")
    if invoice.version != looked_at:
        raise Conflict("Somebody has changed this invoice since you looked. Please look again.")
    return invoice


def _issue(
    session: Session, office: Office, card: TenantCard, contract: Contract, period: Period, now: datetime, today: date
) -> Invoice:
    own = select(func.count(Invoice.id)).where(Invoice.provider_ref.is_(None))
    number = f"ADN/{card.code}/{today.year}/{(session.scalar(own) or 0) + 1:03d}"
    net = Money(contract.monthly.minor * period.months)
    rate = tax_rates.of_day(session, today)
    reckoned = taxed(net, rate, buyer_collects=contract.tax_by_buyer)
    invoice = Invoice(
        id=new_id(),
        number=number,
        way=Way.INVOICE,
        plan=contract.plan,
        population=contract.population,
        from_on=period.from_on,
        until_on=period.until_on,
        months=period.months,
        amount_minor=net.minor,
        tax_minor=reckoned.tax.minor,
        tax_base_minor=reckoned.base.minor if rate else None,
        tax_rate=rate.rate if rate else None,
        tax_part=f"{rate.part}/{rate.parts}" if rate else None,
        tax_by_buyer=reckoned.by_buyer,
        currency=IDR,
        issued_at=now,
        due_on=today + DUE_AFTER,
        **payer_of(contract).columns() | {"budget_year": contract.budget_year or period.until_on.year},
        state=Paid.OPEN,
        paid_note="",
        version=1,
    )
    session.add(invoice)
    contract.since_on = period.until_on + timedelta(days=1)
    session.flush()
    tell_admins(
        session,
        office,
        "invoice_issued",
        lambda language: {
            "number": number,
            "city": in_language(card.name, language, list(card.languages)),
            "period": period_in_words(period.from_on, period.until_on, language),
            "amount": invoice.payable.shown(language),
            "due": format_date(invoice.due_on, "long", locale=language),
            "url": f"{office.addresses.of(card)}/admin/plan/invoices/{invoice.id}",
        },
        now,
    )
    return invoice
