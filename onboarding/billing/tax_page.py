"""`/operator/tax`: which value-added tax stands on invoices and in the price list, from which day on."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.billing import shown, tax_rates
from people.permissions import Permission
from web.access import allows
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, clean, refused
from web.operator.menu import menu

blueprint = Blueprint("operator_tax", __name__)


class TaxForm(Form):
    """A rate as it is typed."""

    from_on = Text()
    percent = Text()
    part = Text()
    collected_above = Text()
    source = Text()


@blueprint.get("/operator/tax")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The rows, and the form for another one."""
    return _page()


@blueprint.post("/operator/tax")
@allows(Permission.OPERATE, national=True)
def add() -> ResponseReturnValue:
    """Another rate from a day on."""
    try:
        tax_rates.add(g.session, TaxForm().load(request.form), by=current_user.account.id, now=g.now)
    except MENDABLE as error:
        return _page(refused(error)), status_of(error)
    return redirect("/operator/tax", 303)


@blueprint.post("/operator/tax/known")
@allows(Permission.OPERATE, national=True)
def take_over() -> ResponseReturnValue:
    """The rates of the law as they are shipped."""
    tax_rates.take_over_known(g.session, by=current_user.account.id, now=g.now)
    return redirect("/operator/tax", 303)


@blueprint.post("/operator/tax/<uuid:rate_id>/removal")
@allows(Permission.OPERATE, national=True)
def remove(rate_id: UUID) -> ResponseReturnValue:
    """Take one out."""
    tax_rates.remove(g.session, rate_id)
    return redirect("/operator/tax", 303)


def _page(errors: Mapping[str, str] | None = None) -> str:
    rows = tax_rates.listed(g.session)
    return render_template(
        "operator/tax.html",
        menu=menu(),
        here="plans",
        shown=shown,
        rows=[(row, row.value) for row in rows],
        known=len(rows) == 0,
        typed={name: clean(said) for name, said in request.form.items()},
        errors=errors or {},
    )
