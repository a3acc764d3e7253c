"""The way of who signs a city up to its own host: say one's name, choose a password, and be in the console."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from onboarding.founding import WELCOME
from people import identities, proof, sign_in
from tenants.errors import AduanError, Conflict, Invalid
from web.access import Anyone, allows
from web.context import settings
from web.errors import sentence, status_of
from web.identity import set_cookie

LONGEST_NAME = 100

blueprint = Blueprint("welcome", __name__)


@blueprint.get("/welcome/<token>")
@allows(Anyone, tenant=True)
def form(token: str) -> ResponseReturnValue:
    """Name and password; for whoever has a password already, the way to the sign-in."""
    return _page(token)


@blueprint.post("/welcome/<token>")
@allows(Anyone, tenant=True)
def take_seat(token: str) -> ResponseReturnValue:
    """Use the link up and begin a sign-in."""
    typed = " ".join(request.form.get("name", "").split())
    try:
        hashed = sign_in.hash_password(request.form.get("password", ""))
        if not typed or len(typed) > LONGEST_NAME:
            raise Invalid("Write your name, so that your colleagues know who it was.", field="name")
        account = sign_in.use_ticket(g.session, token, purpose=WELCOME, host=g.host, now=g.now)
        if account is None or account.password_hash is not None:
            raise Conflict("This link was used already or is too old. Sign in, or ask for a new one.", field="")
    except AduanError as error:
        g.session.rollback()
        return _page(token, typed, {error.field or "": sentence(error)}, status_of(error))
    proof.prove(g.session, account, g.now)
    identities.forget_providers(g.session, account.id)
    sign_in.end_all(g.session, account.id, now=g.now)
    account.name, account.password_hash = typed, hashed
    seated = sign_in.seat_of(g.session, account.id)
    if seated is not None:
        seated[0].name = typed
    running = sign_in.begin(g.session, account, host=g.host, agent=request.user_agent.string, now=g.now)
    response = redirect("/staff", 303)
    set_cookie(response, running, secure=settings().secure, max_age_s=int(sign_in.LASTS.total_seconds()))
    return response


def _page(
    token: str, typed: str | None = None, errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    account = sign_in.holder_of(g.session, token, purpose=WELCOME, host=g.host, now=g.now)
    shown = render_template(
        "onboarding/welcome.html",
        token=token,
        email=account.email if account else "",
        has_password=account is not None and account.password_hash is not None,
        name=typed if typed is not None else account.name if account else "",
        errors=errors or {},
    )
    return shown, status if account else 404
