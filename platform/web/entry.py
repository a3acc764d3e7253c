"""An operator on a city's host: comes in by a pass of one use, sees until when, and leaves by a button."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from people import entry, second_factor, sign_in
from people.permissions import Role
from tenants.directory import TenantCard
from tenants.errors import NotAllowed, NotFound
from web.access import Anyone, SignedIn, allows
from web.context import office, settings
from web.identity import clear_cookie, set_cookie

ENTRY = "entry"
"""The purpose of an operator's ticket to a city's host."""

blueprint = Blueprint("entry", __name__)


def refuse_unproved(card: TenantCard) -> None:
    """Raise NotAllowed where a city asks for a second step that the operator hasn't made."""
    if second_factor.demanded(card.options, Role.OPERATOR):
        raise NotAllowed(
            _("This city asks for a second step at the sign-in. Set one up for your own account, and sign in with it.")
        )


@blueprint.get("/entry/<token>")
@allows(Anyone, tenant=True)
def form(token: str) -> ResponseReturnValue:
    """The button that uses the pass up."""
    account = sign_in.holder_of(g.session, token, purpose=ENTRY, host=g.host, now=g.now)
    return render_template("entry.html", token=token, name=account.name if account else ""), 200 if account else 404


@blueprint.post("/entry/<token>")
@allows(Anyone, tenant=True)
def take(token: str) -> ResponseReturnValue:
    """Begin a sign-in here that lasts no longer than the entry."""
    account = sign_in.use_ticket(g.session, token, purpose=ENTRY, host=g.host, now=g.now)
    running = entry.running(g.session, account.id, g.now) if account is not None else None
    if account is None or running is None or not account.is_operator:
        raise NotFound("This pass was used already or is too old. Open the city from the operators' console once more.")
    proved_at = max(
        (
            one.proved_at
            for one in sign_in.running(g.session, account.id, g.now, hosts={office().addresses.base_host})
            if one.proved_at is not None
        ),
        default=None,
    )
    if proved_at is None:
        refuse_unproved(g.tenant)
    cookie = sign_in.begin(
        g.session,
        account,
        host=g.host,
        agent=request.user_agent.string,
        now=g.now,
        until=running.until_at,
        proved_at=proved_at,
    )
    response: Response = redirect("/admin", 303)
    lasts = running.until_at - g.now
    set_cookie(response, cookie, secure=settings().secure, max_age_s=int(lasts.total_seconds()))
    return response


@blueprint.post("/entry/ending")
@allows(SignedIn, tenant=True)
def end() -> ResponseReturnValue:
    """Leave the city; the entry and this sign-in are over."""
    entry.end(g.session, current_user.account.id, g.now)
    sign_in.end(current_user.running, g.now)
    response: Response = redirect(f"{office().addresses.national}/operator/tenants/{g.tenant.slug}/entry", 303)
    clear_cookie(response, secure=settings().secure)
    return response
