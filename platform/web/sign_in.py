"""Signing in and out, on the national host and on each city's."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from people import limits, passkey, second_factor, sign_in
from people.account import Account, SignIn
from people.permissions import Permission, may
from tenants.errors import AduanError, NotAllowed
from web.access import Anyone, SignedIn, allows
from web.context import settings
from web.errors import sentence, status_of
from web.identity import clear_cookie, cookie_name, identity_of, set_cookie
from web.passkeys import as_json
from web.security import prove_by_form, site, slow_down

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
    return go_in(account, target)


@blueprint.get("/sign-in/second-step")
@allows(Anyone)
def second_step() -> ResponseReturnValue:
    """The second step, after the password."""
    waiting = _waiting()
    if waiting is None:
        return redirect("/sign-in", 303)
    return _second_step(waiting, own_path(request.args.get("next", "")), {})


@blueprint.post("/sign-in/second-step/passkey")
@allows(Anyone)
def passkey_options() -> ResponseReturnValue:
    """What a browser is asked with to use a passkey, after the password."""
    waiting = _waiting()
    if waiting is None:
        raise NotAllowed("Please sign in with your password first.")
    return as_json(passkey.options_to_prove(g.session, waiting.account_id, waiting.id, site(), g.now))


@blueprint.post("/sign-in/second-step")
@allows(Anyone)
def prove() -> ResponseReturnValue:
    """Check the code, or what a passkey answered; the sign-in holds from now on."""
    waiting, target = _waiting(), own_path(request.form.get("next", ""))
    if waiting is None:
        return redirect("/sign-in", 303)
    try:
        slow_down(f"second/{waiting.account_id}")
        prove_by_form(waiting.account_id, waiting.id)
        limits.clear(g.session, f"second/{waiting.account_id}")
    except AduanError as error:
        return _second_step(waiting, target, {"code": sentence(error)}), status_of(error)
    return _signed_in(sign_in.finish(g.session, waiting, g.now), target)


@blueprint.post("/sign-out")
@allows(SignedIn)
def end() -> ResponseReturnValue:
    """End this sign-in."""
    sign_in.end(current_user.running, g.now)
    response = redirect("/", 303)
    clear_cookie(response, secure=settings().secure)
    return response


def go_in(account: Account, target: str, *, home: str | None = None) -> ResponseReturnValue:
    """Begin a sign-in here and go on: to the second step first, where the account has one.

    home: where to go without a target; None for where they belong.
    """
    waits = second_factor.has(g.session, account.id)
    token = sign_in.begin(g.session, account, host=g.host, agent=request.user_agent.string, now=g.now, waits=waits)
    if waits:
        response = redirect(
            f"/sign-in/second-step?{urlencode({'next': target})}" if target else "/sign-in/second-step", 303
        )
        set_cookie(response, token, secure=settings().secure, max_age_s=int(sign_in.WAITS.total_seconds()))
        return response
    return _signed_in(token, target or home or "")


def _second_step(waiting: SignIn, target: str, errors: Mapping[str, str]) -> str:
    keys = passkey.keys_of(g.session, waiting.account_id)
    return render_template(
        "second_step.html",
        errors=errors,
        next=target,
        app=second_factor.has_app(g.session, waiting.account_id),
        here=any(one.host == g.host for one in keys),
        elsewhere=sorted({one.host for one in keys if one.host != g.host}),
    )


def _waiting() -> SignIn | None:
    token = request.cookies.get(cookie_name(settings().secure), "")
    return sign_in.waiting_of(g.session, token, host=g.host, now=g.now) if token else None


def _signed_in(token: str, target: str) -> ResponseReturnValue:
    response = redirect(target or _home(token), 303)
    set_cookie(response, token, secure=settings().secure, max_age_s=int(sign_in.LASTS.total_seconds()))
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
        raise limits.TooMany(
            "Too many tries for this address. Please wait ten minutes.",
            until=limits.until(WINDOW, g.now),
            field="password",
        )


def _tries_of(email: str) -> str:
    return f"sign-in/{email.strip().casefold()[:200]}"


def own_path(target: str) -> str:
    """The path to go on to, if it is one of this very host."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if inside and target.isprintable() else ""
