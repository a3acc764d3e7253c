"""How an account signs in: its sign-ins, its password, and the second step; on every host, for whoever is signed in."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import segno
from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from people import limits, passkey, second_factor, sign_in, totp
from people.passkey import Site
from tenants.errors import AduanError, Conflict, NotAllowed
from web.access import SignedIn, allows
from web.context import office, settings, words
from web.errors import sentence, status_of
from web.forms import refused

MOST_TRIES = 10
WINDOW = timedelta(minutes=10)
PROVED_FOR = timedelta(minutes=10)
"""How long after the second step another way of it may be added."""

blueprint = Blueprint("security", __name__)


@blueprint.get("/account/security")
@allows(SignedIn)
def page() -> ResponseReturnValue:
    """Where one is signed in, and how."""
    return shown({})


@blueprint.post("/account/password")
@allows(SignedIn)
def change_password() -> ResponseReturnValue:
    """A new password; every other sign-in ends."""
    account, running = current_user.account, current_user.running
    try:
        slow_down(f"password/{account.id}")
        sign_in.change_password(
            g.session, account, present=request.form.get("present", ""), wanted=request.form.get("password", "")
        )
    except AduanError as error:
        return shown(refused(error)), status_of(error)
    sign_in.end_all(g.session, account.id, now=g.now, but=running.id)
    return redirect("/account/security?saved=password", 303)


@blueprint.post("/account/sign-ins/ending")
@allows(SignedIn)
def end_others() -> ResponseReturnValue:
    """End every other sign-in."""
    sign_in.end_all(g.session, current_user.account.id, now=g.now, but=current_user.running.id)
    return redirect("/account/security?saved=ended", 303)


@blueprint.post("/account/sign-ins/<uuid:sign_in_id>/ending")
@allows(SignedIn)
def end_one(sign_in_id: UUID) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    sign_in.end_one(g.session, current_user.account.id, sign_in_id, g.now)
    return redirect("/account/security?saved=ended", 303)


@blueprint.post("/account/second-factor")
@allows(SignedIn)
def begin() -> ResponseReturnValue:
    """Make a secret for an app; it holds once its first code has come."""
    refuse_unproved()
    second_factor.begin(g.session, current_user.account.id, office().secret, g.now)
    return redirect("/account/security#second", 303)


@blueprint.post("/account/second-factor/confirmation")
@allows(SignedIn)
def confirm() -> ResponseReturnValue:
    """Switch the second step on; the recovery codes are shown once. Every other sign-in ends: it had only one step."""
    refuse_unproved()
    account, running = current_user.account, current_user.running
    try:
        slow_down(f"second/{account.id}")
        codes = second_factor.confirm(g.session, account.id, request.form.get("code", ""), office().secret, g.now)
    except AduanError as error:
        g.session.rollback()
        return shown({"six" if error.field == "code" else "": sentence(error)}), status_of(error)
    running.proved_at = g.now
    sign_in.end_all(g.session, account.id, now=g.now, but=running.id)
    return render_template("recovery.html", codes=codes, home="/staff" if current_user.seat else "/")


@blueprint.post("/account/second-factor/codes")
@allows(SignedIn)
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes for a code of the app; nothing while the second step is off."""
    if not second_factor.has(g.session, current_user.account.id):
        return redirect("/account/security#second", 303)
    refused = proved()
    if refused is not None:
        return refused
    codes = second_factor.new_codes(g.session, current_user.account.id)
    return render_template("recovery.html", codes=codes, home="/account/security")


@blueprint.post("/account/second-factor/removal")
@allows(SignedIn)
def remove() -> ResponseReturnValue:
    """Take the app off, with a code or a passkey; not the last way of a second step where the city asks for one."""
    if is_demanded() and not passkey.keys_of(g.session, current_user.account.id, g.host):
        raise Conflict("Your city asks for the second step, so it stays switched on.")
    if not second_factor.has_app(g.session, current_user.account.id):
        return redirect("/account/security#second", 303)
    refused = proved()
    if refused is not None:
        return refused
    second_factor.remove_app(g.session, current_user.account.id)
    if not second_factor.has(g.session, current_user.account.id):
        current_user.running.proved_at = None
    return redirect("/account/security?saved=off", 303)


def refuse_unproved() -> None:
    """Where there is a second step, whoever adds another way of it has just made it. Raises NotAllowed."""
    proved_at = current_user.running.proved_at
    is_fresh = proved_at is not None and g.now - proved_at <= PROVED_FOR
    if not is_fresh and second_factor.has(g.session, current_user.account.id):
        raise NotAllowed(_("Please sign in anew first, with your second step."))


def slow_down(key: str) -> None:
    """Count a try, also one that fails. Raises TooMany."""
    tries = limits.count(g.session, key, window=WINDOW, now=g.now)
    g.session.commit()
    if settings().rate_limits and tries > MOST_TRIES:
        raise limits.TooMany(
            "Too many tries. Please wait ten minutes.", until=limits.until(WINDOW, g.now), field="code"
        )


def proved() -> ResponseReturnValue | None:
    """None once a right code or a passkey's answer came along; else the page with its error."""
    account = current_user.account
    try:
        slow_down(f"second/{account.id}")
        prove_by_form(account.id, current_user.running.id)
    except AduanError as error:
        return shown(refused(error)), status_of(error)
    return None


def prove_by_form(account_id: UUID, sign_in_id: UUID) -> None:
    """Take the code of a form, or what a passkey answered on its page. Raises Invalid."""
    answer = request.form.get("answer", "")
    if answer:
        passkey.prove(g.session, account_id, sign_in_id, site(), answer, g.now)
    else:
        second_factor.prove(g.session, account_id, request.form.get("code", ""), office().secret, g.now)


def site() -> Site:
    """This host, as browsers name it: a key that is made on it signs for it alone."""
    config = settings()
    port = f":{config.port}" if config.port else ""
    name = words(g.tenant.name) if g.tenant is not None else "Aduan"
    return Site(g.host, f"{config.scheme}://{g.host}{port}", name)


def is_demanded() -> bool:
    """Whether this city asks for a second step of whoever is signed in, by their role here."""
    seat = current_user.seat
    return seat is not None and second_factor.demanded(g.tenant.options, seat.role)


def shown(errors: Mapping[str, str]) -> str:
    """The page of the account, with what is wrong on it."""
    account = current_user.account
    on, app = second_factor.has(g.session, account.id), second_factor.has_app(g.session, account.id)
    keys = passkey.keys_of(g.session, account.id)
    secret = None if app else second_factor.pending_secret(g.session, account.id, office().secret)
    issuer = words(g.tenant.name) if g.tenant is not None else "Aduan"
    address = totp.address(secret, issuer=issuer, account=account.email) if secret else ""
    return render_template(
        "security.html",
        errors=errors,
        done={
            "password": _("The password is changed. Every other sign-in has ended."),
            "ended": _("Ended."),
            "off": _("The app is taken off."),
            "key": _("The passkey is kept. From now on it signs you in here, after your password."),
            "named": _("The passkey has its new name."),
            "removed": _("The passkey is removed."),
        }.get(request.args.get("saved", "")),
        needed=is_demanded() and not on,
        on=on,
        app=app,
        keys=keys,
        here=[one for one in keys if one.host == g.host],
        host=g.host,
        typed=request.form.get("name", ""),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)) if secret else "",
        address=address,
        code=segno.make(address, error="m").svg_data_uri(scale=4, border=4) if address else "",
        codes_left=second_factor.codes_left(g.session, account.id) if on else 0,
        running=current_user.running.id,
        sign_ins=sign_in.running(g.session, account.id, g.now),
        least=sign_in.SHORTEST_PASSWORD,
    )
