"""Step one: who signs up, and that the address is theirs, by the code of a mail or by its link."""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from onboarding import authority, founding, place
from onboarding import claim as claims
from onboarding.signup.steps import (
    ADDRESSES,
    cookie_name,
    current_claim,
    keep_out_of_browsers,
    next_of,
    page,
    refusal,
    with_cookie,
)
from people import limits
from people.contacts import checked_email
from tenants.errors import N_, AduanError, Invalid
from web.access import Anyone, allows
from web.asked_sum import asked_sum, is_answered
from web.context import office, settings
from web.device import device_of_request, named_device, network_of_request, remember_device
from web.proofs import HOLDS

WINDOW = timedelta(hours=1)
MOST_MAILS = 5
"""Mails to one address in an hour."""
MOST_OF_DEVICE = 10
"""Sign-ups begun on one device in an hour."""
FREE_OF_NETWORK = 30
"""Sign-ups begun from one network address in an hour before each further one needs a proof. A government sits behind
one, and a carrier's is a whole city's: nobody is refused for it."""

_FORM = re.compile("[0-9a-f]{32}")

blueprint = Blueprint("signup_you", __name__)


@blueprint.get("/signup")
@allows(Anyone, national=True)
def form() -> ResponseReturnValue:
    """How it goes, and the form; who is further already goes on there, unless they look back."""
    claim = current_claim()
    if claim is not None and "back" not in request.args:
        code = _wanted()
        aim = ADDRESSES[next_of(claim)]
        return redirect(f"{aim}?chosen={code}" if code and aim == ADDRESSES["place"] else aim, 303)
    return page("you", "you", claim, typed={}, wanted=_wanted_place())


@blueprint.post("/signup")
@allows(Anyone, national=True)
def begin() -> ResponseReturnValue:
    """Mail the code and the link; nothing is told of whether the address has begun before."""
    typed = {key: request.form.get(key, "").strip() for key in ("name", "email", "form", "proof")}
    try:
        email = checked_email(typed["email"])
        if email is None:
            raise Invalid("Write the address of your office.", field="email")
        authority.check_address(email, place.domains(g.session))
        _slow_down(email, typed)
        claim, token, link, code = claims.begin(
            g.session, name=typed["name"], email=email, language=g.language, secret=office().secret, now=g.now
        )
    except AduanError as error:
        errors, status = refusal(error, "email")
        return page("you", "you", None, errors=errors, status=status, wanted=_wanted_place(), **_asked(typed, errors))
    url = f"{office().addresses.national}/signup/confirm/{link}"
    founding.tell(g.session, office(), "confirm", claim.email, {"code": code, "url": url}, g.now, language=g.language)
    answer = with_cookie(redirect(f"/signup/code{_passed_on()}", 303), token)
    remember_device(answer, named_device())
    return answer


@blueprint.get("/signup/code")
@allows(Anyone, national=True)
def code_form() -> ResponseReturnValue:
    """Where the code is typed, and where the mail went."""
    device = _device()
    return page("you", "code", None, hint=_hint(device), wanted=_wanted()) if device else redirect("/signup", 303)


@blueprint.post("/signup/code")
@allows(Anyone, national=True)
def confirm_by_code() -> ResponseReturnValue:
    """Compare the code; a try counts also when it fails."""
    token = request.cookies.get(cookie_name(), "")
    if _device() is None:
        return redirect(f"/signup{_passed_on()}", 303)
    try:
        claims.confirm_by_code(g.session, token, request.form.get("code", ""), secret=office().secret, now=g.now)
    except claims.WrongCode as error:
        g.session.commit()
        errors, status = refusal(error, "code")
        return page("you", "code", None, errors=errors, status=status, hint=_hint(_device()), wanted=_wanted())
    return redirect(f"/signup{_passed_on()}", 303)


@blueprint.get("/signup/confirm/<token>")
@allows(Anyone, national=True)
def link_form(token: str) -> ResponseReturnValue:
    """The page of the mail's link: its button confirms, so that no mail scanner does."""
    found = claims.claim_of_link(g.session, token, g.now)
    shown = render_template("onboarding/confirm.html", token=token, email=found.email if found else "")
    return shown, 200 if found else 404


@blueprint.post("/signup/confirm/<token>")
@allows(Anyone, national=True)
def confirm_by_link(token: str) -> ResponseReturnValue:
    """Confirm this browser, on whichever device it is."""
    try:
        _claim, of_browser = claims.confirm_by_link(g.session, token, g.now)
    except AduanError as error:
        errors, status = refusal(error, "email")
        return page("you", "you", None, errors=errors, status=status, typed={}, wanted=None)
    return with_cookie(redirect("/signup", 303), of_browser)


@blueprint.post("/signup/end")
@allows(Anyone, national=True)
def end() -> ResponseReturnValue:
    """Forget the claim in this browser; it goes on by the next mail."""
    if token := request.cookies.get(cookie_name()):
        claims.forget_device(g.session, token, g.now)
    response: Response = redirect("/signup", 303)
    response.delete_cookie(cookie_name(), path="/", secure=settings().secure, httponly=True, samesite="Lax")
    return response


def _slow_down(email: str, typed: Mapping[str, str]) -> None:
    """Count one more sign-up that begins, or refuse it; of one that lacks the proof nothing is written down."""
    network = f"sign-up-ip/{network_of_request()}"
    until, limited = limits.until(WINDOW, g.now), settings().rate_limits
    if (
        limited
        and limits.counted(g.session, network, window=WINDOW, now=g.now) >= FREE_OF_NETWORK
        and not _is_proved(typed)
    ):
        raise Invalid(
            N_("Many sign-ups came from your network within the hour, so please answer one short question."),
            field="proof",
        )
    to_address, device = f"sign-up/{email.casefold()[:200]}", device_of_request()
    of_device = f"sign-up-device/{device}"
    keys = [network, to_address, *([of_device] if device else [])]
    tries = limits.count_all(g.session, keys, window=WINDOW, now=g.now)
    g.session.commit()
    if limited and tries[to_address] > MOST_MAILS:
        raise limits.TooMany(
            "Five mails went to this address within the hour. Look for them, or wait.", until=until, field="email"
        )
    if limited and tries.get(of_device, 0) > MOST_OF_DEVICE:
        raise limits.TooMany(
            "Too many sign-ups were begun on this device. Please wait an hour.", until=until, field="email"
        )


def _is_proved(typed: Mapping[str, str]) -> bool:
    """Whether the sum of this form was answered; an answer serves once."""
    if not _FORM.fullmatch(typed["form"]) or not is_answered(typed["form"], typed["proof"]):
        return False
    return limits.first_use(g.session, f"sign-up-proof/{typed['form']}", lasts=2 * HOLDS, now=g.now)


def _asked(typed: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """What was typed; where a proof is wanted a new question with it."""
    if "proof" not in errors and not typed["form"]:
        return {"typed": typed}
    form = secrets.token_hex(16)
    return {"typed": {**typed, "form": form, "proof": ""}, "question": asked_sum(form)}


def _device() -> claims.ClaimDevice | None:
    found = claims.device_of(g.session, request.cookies.get(cookie_name(), ""), g.now)
    if found is not None:
        keep_out_of_browsers()
    return found


def _hint(device: claims.ClaimDevice | None) -> str:
    """The address that was typed in this browser."""
    claim = g.session.get(claims.Claim, device.claim_id) if device else None
    return claim.email if claim else ""


def _wanted() -> str:
    """The municipality that a link of the national page named."""
    return request.values.get("municipality", "")[:20]


def _wanted_place() -> place.Place | None:
    try:
        return place.place(g.session, _wanted()) if _wanted() else None
    except AduanError:
        return None


def _passed_on() -> str:
    return f"?municipality={_wanted()}" if _wanted_place() else ""
