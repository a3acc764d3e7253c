"""Passkeys: made, named and removed by whoever is signed in; and how a page asks a browser for one."""

from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from people import passkey, second_factor, sign_in
from tenants.errors import AduanError, Conflict
from web import security
from web.access import SignedIn, allows
from web.errors import sentence, status_of
from web.forms import refused
from web.security import site

blueprint = Blueprint("passkeys", __name__)


@blueprint.post("/account/passkeys/options")
@allows(SignedIn)
def options() -> ResponseReturnValue:
    """What a browser is asked with to make a key for this host."""
    security.refuse_unproved()
    account, running = current_user.account, current_user.running
    return as_json(passkey.options_to_add(g.session, account, running.id, site(), g.now))


@blueprint.post("/account/passkeys")
@allows(SignedIn)
def add() -> ResponseReturnValue:
    """Keep a key. The first way of a second step brings recovery codes, and ends every other sign-in."""
    security.refuse_unproved()
    account_id, running_id = current_user.account.id, current_user.running.id
    answer, name = request.form.get("answer", ""), request.form.get("name", "")
    try:
        security.slow_down(f"second/{account_id}")
        first = not second_factor.has(g.session, account_id)
        passkey.add(g.session, account_id, running_id, site(), answer, name, g.now)
    except AduanError as error:
        return security.shown(refused(error)), status_of(error)
    if not first:
        return redirect("/account/security?saved=key", 303)
    current_user.running.proved_at = g.now
    sign_in.end_all(g.session, account_id, now=g.now, but=running_id)
    codes = second_factor.new_codes(g.session, account_id)
    return render_template("recovery.html", codes=codes, home="/staff" if current_user.seat else "/")


@blueprint.post("/account/passkeys/<uuid:key_id>/name")
@allows(SignedIn)
def rename(key_id: UUID) -> ResponseReturnValue:
    """Call a key otherwise."""
    key = passkey.key_of(g.session, current_user.account.id, key_id)
    try:
        passkey.rename(g.session, key, request.form.get("name", ""))
    except AduanError as error:
        g.session.rollback()
        return security.shown({f"name-{key_id}": sentence(error)}), status_of(error)
    return redirect("/account/security?saved=named#second", 303)


@blueprint.post("/account/passkeys/<uuid:key_id>/removal")
@allows(SignedIn)
def remove(key_id: UUID) -> ResponseReturnValue:
    """Remove a key, with a code or a key; not the last way of a second step where the city asks for one."""
    account = current_user.account
    key = passkey.key_of(g.session, account.id, key_id)
    others = [one for one in passkey.keys_of(g.session, account.id, g.host) if one.id != key_id]
    if security.is_demanded() and not others and not second_factor.has_app(g.session, account.id):
        raise Conflict("Your city asks for the second step, and this is the last way of it. Set up another one first.")
    refused = security.proved()
    if refused is not None:
        return refused
    passkey.remove(g.session, key)
    if not second_factor.settle(g.session, account.id):
        current_user.running.proved_at = None
    return redirect("/account/security?saved=removed", 303)


@blueprint.post("/account/passkeys/proof")
@allows(SignedIn)
def proof() -> ResponseReturnValue:
    """What a browser is asked with to use a key instead of a code on a page of the account."""
    account, running = current_user.account, current_user.running
    return as_json(passkey.options_to_prove(g.session, account.id, running.id, site(), g.now))


def as_json(written: str) -> Response:
    """The options as the script reads them; never kept."""
    return Response(written, content_type="application/json", headers={"Cache-Control": "no-store"})
