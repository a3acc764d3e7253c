"""Taking a city out of service, and back: what it means, and the reason that residents read."""

from collections.abc import Callable

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.leaving.erasure import tenant_named
from onboarding.operating import suspension
from people.permissions import Permission
from tenants.errors import NotFound
from tenants.tenant import COMMONS_ID, Stage, in_language
from web.access import allows
from web.context import commit_and_know
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, clean, refused
from web.operator.menu import city_name, menu
from web.operator.tenants import card_of

blueprint = Blueprint("operator_suspension", __name__)


class SuspensionForm(Form):
    """Why, by language."""

    id = Text(data_key="why-id")
    en = Text(data_key="why-en")


class ResumptionForm(Form):
    """Why it is back."""

    why = Text()


@blueprint.get("/operator/tenants/<slug>/suspension")
@allows(Permission.OPERATE, national=True)
def page(slug: str) -> ResponseReturnValue:
    """The form, and each time that it was out of service."""
    return _page(slug)


@blueprint.post("/operator/tenants/<slug>/suspension")
@allows(Permission.OPERATE, national=True)
def suspend(slug: str) -> ResponseReturnValue:
    """Out of service."""
    why = SuspensionForm().load(request.form)
    return _changed(
        slug,
        lambda: suspension.suspend(
            g.session, tenant_named(g.session, slug), why, by=current_user.account.id, now=g.now
        ),
    )


@blueprint.post("/operator/tenants/<slug>/resumption")
@allows(Permission.OPERATE, national=True)
def resume(slug: str) -> ResponseReturnValue:
    """Back in service."""
    why = ResumptionForm().load(request.form)["why"]
    return _changed(
        slug,
        lambda: suspension.resume(g.session, tenant_named(g.session, slug), why, by=current_user.account.id, now=g.now),
    )


def _changed(slug: str, change: Callable[[], None]) -> ResponseReturnValue:
    card_of(slug)
    try:
        change()
    except MENDABLE as error:
        return _page(slug, refused(error)), status_of(error)
    commit_and_know()
    return redirect(f"/operator/tenants/{slug}/suspension", 303)


def _page(slug: str, errors: dict[str, str] | None = None) -> str:
    card = card_of(slug)
    if card.id == COMMONS_ID:
        raise NotFound("The commons is part of the platform: it can't be suspended or erased.")
    return render_template(
        "operator/suspension.html",
        menu=menu(),
        here="tenants",
        card=card,
        name=city_name(card),
        suspended=card.stage == Stage.SUSPENDED,
        typed={name: clean(said) for name, said in request.form.items()},
        errors=errors or {},
        rows=[(row, in_language(row.why, g.language)) for row in suspension.history(g.session, card.id)],
    )
