"""Signing in and out, on the national host and on each city's."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from people import limits, sign_in
from people.permissions import Permission, may
from tenants.errors import AduanError, Unavailable
from web.access import Anyone, SignedIn, allows
from web.context import settings
from web.errors import sentence
from web.identity import clear_cookie, identity_of, set_cookie

MOST_TRIES = 10
WINDOW = timedelta(minutes=10)

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@allows(Anyone)
def form() -> ResponseReturnValue:
    """The form."""
    return render_template("sign_in.html", errors={}, email="", next=own_path(request.args.get("next", "")))


@blueprint.post("/sign-in")
@allows(Anyone)
def begin() -> ResponseReturnValue:
    """Check the password and begin a sign-in on this host."""
    email, target = request.form.get("email", ""), own_path(request.form.get("next", ""))
    try:
        _slow_down(email)
        account = sign_in.account_by_password(g.session, email, request.form.get("password", ""))
        limits.clear(g.session, _tries_of(email))  # whoever knows the password has tried nothing
    except AduanError as error:
        errors = {error.field or "password": sentence(error)}
        return render_template("sign_in.html", errors=errors, email=email, next=target), 422
    token = sign_in.begin(g.session, account, host=g.host, agent=request.user_agent.string, now=g.now)
    response = redirect(target or _home(token), 303)
    set_cookie(response, token, secure=settings().secure, max_age_s=int(sign_in.LASTS.total_seconds()))
    return response


@blueprint.post("/sign-out")
@allows(SignedIn)
def end() -> ResponseReturnValue:
    """End this sign-in."""
    sign_in.end(current_user.running, g.now)
    response = redirect("/", 303)
    clear_cookie(response, secure=settings().secure)
    return response


def _home(token: str) -> str:
    """Where somebody belongs who came without an aim: the console, the settings of the platform, or the front page."""
    identity = identity_of(g.session, token, g.host, g.now)
    if identity is not None and identity.seat is not None and may(identity.seat.role, Permission.SEE_CONSOLE):
        return "/staff"
    if identity is not None and g.tenant is None and identity.account.is_operator:
        return "/operator"
    return "/"


def _slow_down(email: str) -> None:
    tries = limits.count(g.session, _tries_of(email), window=WINDOW, now=g.now)
    g.session.commit()  # a try counts also when it fails
    if settings().rate_limits and tries > MOST_TRIES:
        raise Unavailable("Too many tries for this address. Please wait ten minutes.", field="password")


def _tries_of(email: str) -> str:
    return f"sign-in/{email.strip().casefold()[:200]}"


def own_path(target: str) -> str:
    """The path to go on to, if it is one of this very host."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if inside else ""
