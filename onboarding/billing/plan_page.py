"""`/admin/plan`: what a city has chosen, what it uses, its invoices with their papers."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.billing import card, choosing, invoicing, papers, payer, plans, shown
from onboarding.billing.billing import billing, provider
from onboarding.billing.contract import GRACE_DAYS, State, Way, contract_of, state_of
from onboarding.billing.following import follow
from onboarding.billing.invoice import Invoice, Paid
from onboarding.billing.plans import Plan
from onboarding.billing.usage import usage
from people.permissions import Permission
from tenants.errors import AduanError, Conflict
from tenants.tenant import Stage
from web.access import allows
from web.context import office
from web.errors import sentence, status_of
from web.forms import refused
from web.saving import looked_at
from web.staff.viewer import menu
from web.whole_number import whole_number

blueprint = Blueprint("admin_plan", __name__)


@blueprint.get("/admin/plan")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """How the city stands."""
    return _page()


@blueprint.post("/admin/plan")
@allows(Permission.CONFIGURE, tenant=True)
def choose() -> ResponseReturnValue:
    """Choose a plan, or change what is chosen."""
    form = request.form
    try:
        plan, population = plans.checked(form.get("plan", ""), form.get("population", ""))
        _leave_the_card(form.get("way", ""))
        contract = choosing.choose(
            g.session,
            office(),
            g.tenant,
            plan=plan,
            population=population,
            way=form.get("way", ""),
            payer=payer.read(request.form),
            months=whole_number(form.get("months", "")) or 0,
            looked_at=looked_at(),
            by=current_user.seat.id,
            now=g.now,
        )
        if contract.subscription_ref is not None and population != contract.population:
            card.change(g.session, office(), provider(), g.tenant, population or 0, contract.version, g.now)
    except AduanError as error:
        return _page(form.to_dict(), refused(error)), status_of(error)
    return redirect("/admin/plan?kept=1", 303)


@blueprint.post("/admin/plan/end")
@allows(Permission.CONFIGURE, tenant=True)
def end() -> ResponseReturnValue:
    """Go back to the free plan with the end of this month."""
    contract = contract_of(g.session)
    try:
        if contract is not None and contract.subscription_ref is not None:
            card.end(g.session, office(), provider(), g.tenant, ends=True, looked_at=looked_at(), now=g.now)
        else:
            _leave_the_card()
            choosing.end(g.session, office(), g.tenant, looked_at(), g.now)
    except AduanError as error:
        return _refused(error)
    return redirect("/admin/plan?kept=1", 303)


@blueprint.post("/admin/plan/return")
@allows(Permission.CONFIGURE, tenant=True)
def go_on() -> ResponseReturnValue:
    """Don't let it end after all."""
    try:
        card.end(g.session, office(), provider(), g.tenant, ends=False, looked_at=looked_at(), now=g.now)
    except AduanError as error:
        return _refused(error)
    return redirect("/admin/plan?kept=1", 303)


@blueprint.post("/admin/plan/payment")
@allows(Permission.CONFIGURE, tenant=True)
def pay() -> ResponseReturnValue:
    """To the payment provider's page, where the card is given; twice it is the same page."""
    try:
        begun = card.begin(g.session, office(), provider(), g.tenant, _address(), g.now)
    except AduanError as error:
        return _refused(error)
    price = shown.money(begun.band.monthly)
    return render_template("onboarding/plan_go.html", menu=menu(), url=begun.url, price=price)


@blueprint.post("/admin/plan/portal")
@allows(Permission.CONFIGURE, tenant=True)
def portal() -> ResponseReturnValue:
    """To the payment provider's own pages about this city: another card, receipts."""
    contract = contract_of(g.session)
    customer_ref = contract.customer_ref if contract is not None else None
    g.session.commit()
    try:
        if customer_ref is None:
            raise Conflict("No card pays for this plan.")
        url = provider().portal(customer_ref, _address())
    except AduanError as error:
        return _refused(error)
    return render_template("onboarding/plan_go.html", menu=menu(), url=url, price="")


@blueprint.post("/admin/plan/reading")
@allows(Permission.CONFIGURE, tenant=True)
def read() -> ResponseReturnValue:
    """Look at the payment provider now, without waiting for its call."""
    try:
        follow(g.session, office(), provider(), g.tenant.id, g.now)
    except AduanError as error:
        return _refused(error)
    return redirect("/admin/plan", 303)


@blueprint.get("/admin/plan/invoices/<uuid:invoice_id>")
@allows(Permission.CONFIGURE, tenant=True)
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    """An invoice, to be read and printed, with its papers."""
    return _invoice_page(invoice_id)


@blueprint.post("/admin/plan/invoices/<uuid:invoice_id>")
@allows(Permission.CONFIGURE, tenant=True)
def complete(invoice_id: UUID) -> ResponseReturnValue:
    """Order number, tax number and budget year, which are often known only now."""
    try:
        invoicing.complete(g.session, invoice_id, payer.read(request.form), looked_at())
    except AduanError as error:
        return _invoice_page(invoice_id, refused(error)), status_of(error)
    return redirect(f"/admin/plan/invoices/{invoice_id}?saved=1", 303)


@blueprint.post("/admin/plan/invoices/<uuid:invoice_id>/files")
@allows(Permission.CONFIGURE, tenant=True)
def bring(invoice_id: UUID) -> ResponseReturnValue:
    """Add a paper."""
    try:
        kind, name, content = shown.uploaded()
        papers.add(
            g.session,
            office().storage,
            invoice_id,
            kind=kind,
            name=name,
            content=content,
            by_seat=current_user.seat.id,
            now=g.now,
        )
    except AduanError as error:
        return _invoice_page(invoice_id, refused(error)), status_of(error)
    return redirect(f"/admin/plan/invoices/{invoice_id}?saved=1#papers", 303)


@blueprint.get("/admin/plan/files/<uuid:file_id>")
@allows(Permission.CONFIGURE, tenant=True)
def paper(file_id: UUID) -> ResponseReturnValue:
    """A paper, to be saved."""
    return shown.paper_answer(papers.by_id(g.session, file_id))


def _leave_the_card(way: str = "") -> None:
    """Close the payment provider's page, if one is open, before something else is chosen. way: must be offered here."""
    contract = contract_of(g.session)
    if way == Way.CARD or (contract is not None and contract.session_ref is not None):
        card.abandon(g.session, office(), provider(), g.tenant.id, g.now)


def _address() -> str:
    """Of this page, for the way back."""
    return f"{office().addresses.of(g.tenant)}/admin/plan"


def _refused(error: AduanError) -> ResponseReturnValue:
    g.session.rollback()
    return _page(None, {"": sentence(error)}), status_of(error)


def _page(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    contract = contract_of(g.session)
    state = state_of(contract, g.now)
    today = invoicing.today_in(g.tenant, g.now)
    return render_template(
        "onboarding/plan.html",
        menu=menu(),
        shown=shown,
        contract=contract,
        plan=contract.plan if contract else Plan.FREE,
        state=state,
        stands=state is not State.NONE,
        monthly=choosing.price_of(contract),
        grace_days=GRACE_DAYS,
        uses=shown.uses(usage(g.session, contract, today)),
        invoices=[_line(one) for one in invoicing.invoices(g.session)],
        live=g.tenant.stage == Stage.LIVE,
        typed={**shown.contract_form(contract), **(typed or {})},
        errors=errors or {},
        ways=shown.ways(),
        by_card=contract is not None and contract.way == Way.CARD,
        cards=billing().provider is not None,
        came_back="paid" in request.args,
    )


def _line(one: Invoice) -> dict[str, object]:
    return {
        "row": one,
        "months": shown.months(one),
        "amount": shown.money(one.payable),
        "state": shown.paid_name(one.state),
        "open": one.state == Paid.OPEN,
    }


def _invoice_page(invoice_id: UUID, errors: Mapping[str, str] | None = None) -> str:
    one = invoicing.invoice_by_id(g.session, invoice_id)
    return render_template(
        "onboarding/invoice.html",
        menu=menu(),
        shown=shown,
        one=one,
        issuer=billing().issuer,
        papers=papers.of_invoice(g.session, invoice_id),
        kinds=dict(shown.paper_names()),
        typed={**payer.payer_of(one).shown(), "version": str(one.version), **request.form.to_dict()},
        errors=errors or {},
        open=one.state == Paid.OPEN and one.provider_ref is None,
    )
