"""`/account/data`: one's account in one's own hands: the name, a further contact by a code, and erasing it."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from complaints.audience import sent_code
from complaints.reporters import own_account
from people import identities, sign_in_code
from people.account import Account
from tenants.errors import AduanError
from web.access import Anyone, SignedIn, allows
from web.context import office, settings
from web.device import network_of_request
from web.errors import status_of, waiting_of
from web.forms import Form, Text, Tick, refused
from web.identity import clear_cookie

blueprint = Blueprint("own_account", __name__)

HERE = "/account/data"


class AccountForm(Form):
    """What the page's forms say. words: whether what they wrote is erased too."""

    name = Text()
    contact = Text()
    code = Text()
    words = Tick()


@blueprint.get(HERE)
@allows(SignedIn, tenant=True)
def page() -> ResponseReturnValue:
    """What is kept of the account, and the forms to change it."""
    return _page()


@blueprint.post(f"{HERE}/name")
@allows(SignedIn, tenant=True)
def rename() -> ResponseReturnValue:
    """Be called otherwise."""
    try:
        own_account.rename(g.session, _account(), AccountForm().load(request.form)["name"])
    except AduanError as error:
        return _refused(error)
    return redirect(f"{HERE}?changed=1", 303)


@blueprint.post(f"{HERE}/contact")
@allows(SignedIn, tenant=True)
def ask() -> ResponseReturnValue:
    """Send a code to a further address or number. The page is the same whether or not anything was sent."""
    contact = AccountForm().load(request.form)["contact"]
    network = network_of_request()
    how = {"host": g.host, "network": network, "phones": office().ways.phone, "now": g.now}
    try:
        asked = sign_in_code.ask(g.session, contact, limited=settings().rate_limits, **how)
    except AduanError as error:
        return _refused(error)
    if asked is not None:
        sent_code.send(g.session, office(), g.tenant, asked, host=g.host, language=g.language, now=g.now)
    return _page(asked=True)


@blueprint.post(f"{HERE}/contact/entry")
@allows(SignedIn, tenant=True)
def enter() -> ResponseReturnValue:
    """Add the contact whose code this is; reports that were made with it join."""
    said = AccountForm().load(request.form)
    try:
        proved = sign_in_code.prove(
            g.session,
            office().secret,
            said["contact"],
            said["code"],
            host=g.host,
            now=g.now,
            network=network_of_request(),
        )
        own_account.add_contact(g.session, _account(), proved, g.now)
    except AduanError as error:
        return _refused(error, asked=error.field == "code")
    return redirect(f"{HERE}?changed=1", 303)


@blueprint.post("/account/erasure")
@allows(SignedIn, tenant=True)
def erase() -> ResponseReturnValue:
    """Have the account erased, and be signed out."""
    words = AccountForm().load(request.form)["words"]
    try:
        own_account.ask_to_erase(g.session, _account(), words=words, now=g.now)
    except AduanError as error:
        return _refused(error)
    response = redirect("/account/erased", 303)
    clear_cookie(response, secure=settings().secure)
    return response


@blueprint.get("/account/erased")
@allows(Anyone, tenant=True)
def erased() -> ResponseReturnValue:
    """What happens now, and what stays."""
    return render_template("resident/account_erased.html")


def _account() -> Account:
    account: Account = current_user.account
    return account


def _refused(error: AduanError, *, asked: bool = False) -> ResponseReturnValue:
    return _page(errors=refused(error), asked=asked), status_of(error), waiting_of(error)


def _page(*, errors: dict[str, str] | None = None, asked: bool = False) -> str:
    account = _account()
    return render_template(
        "resident/own_account.html",
        name=request.form.get("name", account.name),
        email=account.email,
        phones=identities.phones_of(g.session, account.id),
        works=account.is_operator or (current_user.seat is not None and current_user.seat.role != "resident"),
        by_phone=office().ways.phone,
        contact=request.form.get("contact", ""),
        asked=asked,
        errors=errors or {},
    )
