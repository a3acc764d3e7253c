"""Step one: who signs up, and that the address is theirs, by the code of a mail or by its link."""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from onboarding import authority, founding, place
from onboarding import claim as claims
from onboarding.signup.steps import ADDRESSES, cookie_name, current_claim, next_of, page, refusal, with_cookie
from people import limits
from people.contacts import checked_email
from tenants.errors import AduanError, Invalid
from web.access import Anyone, allows
from web.context import office, settings
from web.device import network_of_request

WINDOW = timedelta(hours=1)
MOST_MAILS = 5
"""Mails to one address in an hour."""
MOST_OF_ADDRESS = 30
"""Sign-ups begun from one network address in an hour. A government sits behind one, and doesn't begin so often."""

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
    typed = {key: request.form.get(key, "").strip() for key in ("name", "email")}
    try:
        email = checked_email(typed["email"])
        if email is None:
            raise Invalid("Write the address of your office.", field="email")
        authority.check_address(email, place.domains(g.session))
        _slow_down(email)
        claim, token, link, code = claims.begin(
            g.session, name=typed["name"], email=email, language=g.language, secret=office().secret, now=g.now
        )
    except AduanError as error:
        errors, status = refusal(error, "email")
        return page("you", "you", None, errors=errors, status=status, typed=typed, wanted=_wanted_place())
    url = f"{office().addresses.national}/signup/confirm/{link}"
    founding.tell(g.session, office(), "confirm", claim.email, {"code": code, "url": url}, g.now, language=g.language)
    return with_cookie(redirect(f"/signup/code{_passed_on()}", 303), token)


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


@blueprint.get("/signup/confirm/<link>")
@allows(Anyone, national=True)
def link_form(link: str) -> ResponseReturnValue:
    """The page of the mail's link: its button confirms, so that no mail scanner does."""
    found = claims.claim_of_link(g.session, link, g.now)
    shown = render_template("onboarding/confirm.html", link=link, email=found.email if found else "")
    return shown, 200 if found else 404


@blueprint.post("/signup/confirm/<link>")
@allows(Anyone, national=True)
def confirm_by_link(link: str) -> ResponseReturnValue:
    """Confirm this browser, on whichever device it is."""
    try:
        _claim, token = claims.confirm_by_link(g.session, link, g.now)
    except AduanError as error:
        errors, status = refusal(error, "email")
        return page("you", "you", None, errors=errors, status=status, typed={}, wanted=None)
    return with_cookie(redirect("/signup", 303), token)


@blueprint.post("/signup/end")
@allows(Anyone, national=True)
def end() -> ResponseReturnValue:
    """Forget the claim in this browser; it goes on by the next mail."""
    if token := request.cookies.get(cookie_name()):
        claims.forget_device(g.session, token, g.now)
    response: Response = redirect("/signup", 303)
    response.delete_cookie(cookie_name(), path="/", secure=settings().secure, httponly=True, samesite="Lax")
    return response


def _slow_down(email: str) -> None:
    mails = limits.count(g.session, f"sign-up/{email.casefold()[:200]}", window=WINDOW, now=g.now)
    network = network_of_request()
    tries = limits.count(g.session, f"sign-up-ip/{network}", window=WINDOW, now=g.now)
    g.session.commit()
    if not settings().rate_limits:
        return
    until = limits.until(WINDOW, g.now)
    if mails > MOST_MAILS:
        raise limits.TooMany(
            "Five mails went to this address within the hour. Look for them, or wait.", until=until, field="email"
        )
    if tries > MOST_OF_ADDRESS:
        raise limits.TooMany(
            "Too many sign-ups were begun from your network. Please wait an hour.", until=until, field="email"
        )


def _device() -> claims.ClaimDevice | None:
    return claims.device_of(g.session, request.cookies.get(cookie_name(), ""), g.now)


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
