"""`/operator/tenants/<slug>/leaving`: how far a city's leaving is, and stopping it with a reason."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from onboarding.leaving import departure
from people.permissions import Permission
from tenants import scope
from tenants.errors import Conflict, Invalid
from web.access import allows
from web.context import commit_and_know, office
from web.errors import status_of
from web.forms import refused
from web.operator.menu import city_name, menu
from web.operator.tenants import card_of

blueprint = Blueprint("operator_leaving", __name__)


@blueprint.get("/operator/tenants/<slug>/leaving")
@allows(Permission.OPERATE, national=True)
def page(slug: str) -> ResponseReturnValue:
    """How far it is."""
    return _page(slug)


@blueprint.post("/operator/tenants/<slug>/leaving/stop")
@allows(Permission.OPERATE, national=True)
def stop(slug: str) -> ResponseReturnValue:
    """Stop it; the city stays paused."""
    reason = request.form.get("reason", "")
    try:
        departure.stop(g.session, office(), card_of(slug), reason=reason, by=current_user.account.id, now=g.now)
    except (Invalid, Conflict) as error:
        return _page(slug, reason, refused(error)), status_of(error)
    commit_and_know()
    return redirect(f"/operator/tenants/{slug}/leaving", 303)


def _page(slug: str, reason: str = "", errors: dict[str, str] | None = None) -> str:
    card = card_of(slug)
    with scope.enter(g.session, card.id):
        last = departure.last(g.session)
        if last is not None:
            g.session.expunge(last)
    return render_template(
        "operator/leaving.html",
        menu=menu(),
        here="tenants",
        card=card,
        name=city_name(card),
        last=last,
        open=last is not None and last.withdrawn_at is None and last.stopped_at is None,
        reason=reason,
        errors=errors or {},
    )
