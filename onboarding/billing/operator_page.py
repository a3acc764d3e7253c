"""`/operator/plans`: the cities by plan, what they owe, and each one's invoices to be marked as paid."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.billing import choosing, invoicing, operators, papers, shown
from onboarding.billing.billing import billing
from onboarding.billing.contract import CityPlan, contract_of, state_of
from onboarding.billing.invoice import Paid
from onboarding.billing.money import Money
from onboarding.billing.plans import Plan
from onboarding.billing.usage import usage
from people.permissions import Permission
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import AduanError
from web.access import allows
from web.context import office
from web.errors import sentence, status_of
from web.operator.menu import city_name, menu
from web.operator.tenants import card_of
from web.saving import looked_at

blueprint = Blueprint("operator_plans", __name__)


@blueprint.get("/operator/plans")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """Cities by plan, and those that owe something."""
    plan = request.args.get("plan", "")
    chosen = plan if plan in list(Plan) else None
    rows, following = operators.listed(g.session, chosen, request.args.get("after", type=UUID))
    counts = operators.counts(g.session)
    return render_template(
        "operator/plans.html",
        menu=menu(),
        here="plans",
        shown=shown,
        tabs=[(one.value, shown.plan_name(one), counts.get(one, 0)) for one in Plan],
        chosen=chosen,
        lines=[line for line in map(_line, rows) if line],
        owing=[line for line in map(_line, operators.owing(g.session)) if line],
        following=following,
    )


@blueprint.get("/operator/plans/<slug>")
@allows(Permission.OPERATE, national=True)
def city(slug: str) -> ResponseReturnValue:
    """One city's plan, use and invoices."""
    return _city_page(_known(slug))


@blueprint.post("/operator/plans/<slug>/agreement")
@allows(Permission.OPERATE, national=True)
def agree(slug: str) -> ResponseReturnValue:
    """Write down the price that was arranged."""
    card = _known(slug)
    try:
        with scope.enter(g.session, card.id):
            choosing.agree(g.session, office(), card, request.form.get("monthly", ""), looked_at(), g.now)
    except AduanError as error:
        return _refused(card, error)
    return redirect(f"/operator/plans/{slug}?saved=1", 303)


@blueprint.post("/operator/plans/<slug>/tax")
@allows(Permission.OPERATE, national=True)
def say_who_collects(slug: str) -> ResponseReturnValue:
    """Whether the city's treasurer collects value-added tax."""
    card = _known(slug)
    try:
        with scope.enter(g.session, card.id):
            choosing.say_who_collects(g.session, card, "by_buyer" in request.form, looked_at(), g.now)
    except AduanError as error:
        return _refused(card, error)
    return redirect(f"/operator/plans/{slug}?saved=1", 303)


@blueprint.post("/operator/plans/<slug>/invoices")
@allows(Permission.OPERATE, national=True)
def issue(slug: str) -> ResponseReturnValue:
    """Make the invoices of all periods that are over."""
    card = _known(slug)
    with scope.enter(g.session, card.id):
        invoicing.issue_due(g.session, office(), card, g.now)
    return redirect(f"/operator/plans/{slug}", 303)


@blueprint.get("/operator/plans/<slug>/invoices/<uuid:invoice_id>")
@allows(Permission.OPERATE, national=True)
def invoice(slug: str, invoice_id: UUID) -> ResponseReturnValue:
    """An invoice with its papers."""
    return _invoice_page(_known(slug), invoice_id)


@blueprint.post("/operator/plans/<slug>/invoices/<uuid:invoice_id>/payment")
@allows(Permission.OPERATE, national=True)
def mark_paid(slug: str, invoice_id: UUID) -> ResponseReturnValue:
    """The money has come."""
    card = _known(slug)
    try:
        with scope.enter(g.session, card.id):
            invoicing.mark_paid(
                g.session,
                card,
                invoice_id,
                paid_on=request.form.get("paid_on", ""),
                note=request.form.get("note", ""),
                looked_at=looked_at(),
                by=current_user.account.id,
                now=g.now,
            )
    except AduanError as error:
        return _refused(card, error, invoice_id)
    return redirect(f"/operator/plans/{slug}/invoices/{invoice_id}?saved=1", 303)


@blueprint.post("/operator/plans/<slug>/invoices/<uuid:invoice_id>/files")
@allows(Permission.OPERATE, national=True)
def bring(slug: str, invoice_id: UUID) -> ResponseReturnValue:
    """Add a paper, such as the tax invoice."""
    card = _known(slug)
    try:
        kind, name, content = shown.uploaded()
        with scope.enter(g.session, card.id):
            papers.add(
                g.session,
                office().storage,
                invoice_id,
                kind=kind,
                name=name,
                content=content,
                by_seat=None,
                now=g.now,
            )
    except AduanError as error:
        return _refused(card, error, invoice_id)
    return redirect(f"/operator/plans/{slug}/invoices/{invoice_id}?saved=1#papers", 303)


@blueprint.get("/operator/plans/<slug>/files/<uuid:file_id>")
@allows(Permission.OPERATE, national=True)
def paper(slug: str, file_id: UUID) -> ResponseReturnValue:
    """A paper, to be saved."""
    with scope.enter(g.session, _known(slug).id):
        row = papers.by_id(g.session, file_id)
        g.session.expunge(row)
    return shown.paper_answer(row)


def _known(slug: str) -> TenantCard:
    """The city of a slug, also one that has left. Raises NotFound."""
    return office().directory.by_slug.get(slug) or operators.left(g.session, slug) or card_of(slug)


def _line(row: CityPlan) -> dict[str, object] | None:
    card = office().directory.by_id.get(row.tenant_id) or operators.left(g.session, row.tenant_id)
    if card is None:
        return None
    return {
        "card": card,
        "name": city_name(card),
        "plan": shown.plan_name(row.plan),
        "population": shown.number(row.population) if row.population else "–",
        "state": shown.state_name(state_of(row, g.now)),
        "open": shown.money(Money(row.open_minor)) if row.open_count else "–",
        "due": shown.day(row.oldest_due_on) if row.oldest_due_on else "–",
    }


def _refused(card: TenantCard, error: AduanError, invoice_id: UUID | None = None) -> ResponseReturnValue:
    """The page once more with what was typed. The transaction is over, and the session with it in no tenant."""
    g.session.rollback()
    scope.name_tenant(g.session, None)
    errors = {error.field or "": sentence(error)}
    page = _city_page(card, errors) if invoice_id is None else _invoice_page(card, invoice_id, errors)
    return page, status_of(error)


def _city_page(card: TenantCard, errors: Mapping[str, str] | None = None) -> str:
    with scope.enter(g.session, card.id):
        contract = contract_of(g.session)
        today = invoicing.today_in(card, g.now)
        return render_template(
            "operator/plan.html",
            menu=menu(),
            here="plans",
            shown=shown,
            card=card,
            name=city_name(card),
            contract=contract,
            plan=contract.plan if contract else Plan.FREE,
            state=state_of(contract, g.now),
            monthly=choosing.price_of(contract),
            arranged=contract is not None and contract.plan == Plan.ARRANGED,
            uses=shown.uses(usage(g.session, contract, today)),
            invoices=[(one, one.state == Paid.OPEN) for one in invoicing.invoices(g.session)],
            typed=request.form,
            errors=errors or {},
        )


def _invoice_page(card: TenantCard, invoice_id: UUID, errors: Mapping[str, str] | None = None) -> str:
    with scope.enter(g.session, card.id):
        one = invoicing.invoice_by_id(g.session, invoice_id)
        return render_template(
            "operator/invoice.html",
            menu=menu(),
            here="plans",
            shown=shown,
            card=card,
            name=city_name(card),
            one=one,
            issuer=billing().issuer,
            papers=papers.of_invoice(g.session, invoice_id),
            kinds=dict(shown.paper_names()),
            open=one.state == Paid.OPEN and one.provider_ref is None,
            today=invoicing.today_in(card, g.now).isoformat(),
            typed=request.form,
            errors=errors or {},
        )
