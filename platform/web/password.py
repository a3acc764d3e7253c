"""A forgotten password: a link is mailed, and whoever has it chooses another one. It goes around no second step.

Asking is held to what filing is: a device is refused, a network that many share is asked for a proof.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from messages import outbox, texts
from people import limits, proof, second_factor, sign_in
from people.account import Account
from people.contacts import checked_email
from tenants import scope
from tenants.errors import AduanError, Invalid, NotFound
from tenants.times import due_time
from web.access import Anyone, allows
from web.asked_sum import asked_sum, is_answered
from web.context import office, settings, words
from web.device import device_of_request, named_device, network_of_request, remember_device
from web.errors import sentence, status_of, waiting_of
from web.forms import refused
from web.proofs import HOLDS

PURPOSE = "password"
LASTS = timedelta(hours=1)
MOST_ASKED = 3
MOST_OF_DEVICE = 6
FREE_OF_ADDRESS = 30
"""Askings of a network within the hour; beyond them each comes with a proof."""

blueprint = Blueprint("password", __name__)


@blueprint.get("/password")
@allows(Anyone)
def form() -> ResponseReturnValue:
    """Where to send the link."""
    return _form(request.args.get("email", ""))


@blueprint.post("/password")
@allows(Anyone)
def ask() -> ResponseReturnValue:
    """Mail a link. The page is the same whether or not there is such an account."""
    typed = request.form.get("email", "")
    try:
        email = (checked_email(typed) or "").casefold()
        _slow_down(email)
    except AduanError as error:
        return _form(typed, {error.field or "": sentence(error)}), status_of(error), waiting_of(error)
    account = sign_in.account_by_email(g.session, email)
    if account is not None:
        _mail(account)
    return render_template("password.html", asked=True, errors={}, email=email)


def _form(email: str, errors: Mapping[str, str] | None = None) -> Response:
    """The form, with a sum where the network has to answer one; it gives the device its name."""
    asking = secrets.token_hex(16)
    shown = render_template(
        "password.html",
        asked=False,
        errors=errors or {},
        email=email,
        asking=asking,
        sum=asked_sum(_of(asking)) if _needs_proof() else "",
    )
    response = make_response(shown)
    remember_device(response, named_device())
    return response


def _slow_down(email: str) -> None:
    """Count an asking, also one after which nothing is sent. Raises TooMany, or Invalid where a proof is due."""
    due = _needs_proof()
    keys = {"email": f"password-asked/{email[:200]}", "network": _network_key()}
    if device := device_of_request():
        keys["device"] = f"password-asked/device/{device}"
    tries = limits.count_all(g.session, keys.values(), window=LASTS, now=g.now)
    g.session.commit()
    if not settings().rate_limits:
        return
    until = limits.until(LASTS, g.now)
    if tries[keys["email"]] > MOST_ASKED:
        raise limits.TooMany("Too many links for this address. Please wait an hour.", until=until, field="email")
    if device and tries[keys["device"]] > MOST_OF_DEVICE:
        raise limits.TooMany(_("Too many tries from here. Please wait an hour."), until=until)
    if due and not _is_proved():
        raise Invalid(
            "Many links were asked for from your network within the hour, so please answer one short question.",
            field="proof",
        )


def _needs_proof() -> bool:
    """Whether much was asked for from this network; on the machine of somebody who tries it out, none is due."""
    at_home = not settings().production and limits.is_this_machine(request.remote_addr or "")
    if not settings().rate_limits or at_home:
        return False
    return limits.counted(g.session, _network_key(), window=LASTS, now=g.now) >= FREE_OF_ADDRESS


def _is_proved() -> bool:
    """Whether the sum of this form was answered, for the first time."""
    asking, written = request.form.get("asking", "")[:64], request.form.get("proof", "")[:8]
    answered = is_answered(_of(asking), written)
    return answered and limits.first_use(g.session, _of(asking), lasts=2 * HOLDS, now=g.now)


def _network_key() -> str:
    return f"password-asked/network/{network_of_request()}"


def _of(asking: str) -> str:
    """What a form's sum is reckoned from."""
    return f"password-sum/{asking}"


@blueprint.get("/password/<token>")
@allows(Anyone)
def choose(token: str) -> ResponseReturnValue:
    """The form of the link; looking uses nothing up."""
    return _page(token)


@blueprint.post("/password/<token>")
@allows(Anyone)
def change(token: str) -> ResponseReturnValue:
    """Set the password, use the link up, and end every sign-in."""
    try:
        hashed = sign_in.hash_password(request.form.get("password", ""))
        account = sign_in.use_ticket(g.session, token, purpose=PURPOSE, host=g.host, now=g.now)
        if account is None:
            raise NotFound("This link was used already or is older than an hour. Ask for a new one.")
    except AduanError as error:
        return _page(token, refused(error), status_of(error))
    if not second_factor.has(g.session, account.id):  # a mail alone takes no second step away
        proof.prove(g.session, account, g.now)
    account.password_hash = hashed
    sign_in.end_all(g.session, account.id, now=g.now)
    return redirect("/password?changed=1", 303)


def _page(token: str, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    account = sign_in.holder_of(g.session, token, purpose=PURPOSE, host=g.host, now=g.now)
    shown = render_template(
        "new_password.html",
        token=token,
        email=account.email if account else "",
        errors=errors or {},
        least=sign_in.SHORTEST_PASSWORD,
    )
    return shown, 404 if account is None and status == 200 else status


def _mail(account: Account) -> None:
    """From the city that was asked; on the national host from the commons."""
    account_id, email, name = account.id, account.address, account.name
    card = g.tenant or office().directory.commons
    token = sign_in.issue_ticket(g.session, account_id, purpose=PURPOSE, host=g.host, now=g.now, lasts=LASTS)
    url = f"{office().addresses.of(card)}/password/{token}"
    values = {
        "who": name or _("Hello"),
        "url": url,
        "until": due_time(g.now + LASTS, g.language, card.time_zone),
        "city": words(card.name),
    }
    with scope.enter(g.session, card.id):
        outbox.mail(
            g.session,
            office().queue,
            PURPOSE,
            email,
            texts.compose(PURPOSE, g.language, values, card.texts),
            language=g.language,
            now=g.now,
            link=url,
        )
