"""`/sign-in/code`: residents sign in by a code that is mailed, without a password."""

from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from complaints import joining
from messages import outbox, texts
from messages.letter import Channel
from people import sign_in_code
from tenants.errors import AduanError
from tenants.tenant import in_language
from web.access import Anyone, allows
from web.context import office, settings
from web.errors import sentence, status_of
from web.sign_in import go_in, own_path

blueprint = Blueprint("sign_in_code", __name__)


@blueprint.get("/sign-in/code")
@allows(Anyone, tenant=True)
def form() -> ResponseReturnValue:
    """Where to send the code; for whom it was sent to, where to enter it."""
    email = request.args.get("email", "")
    return _form(email=email, asked=bool(email), next=own_path(request.args.get("next", "")))


@blueprint.post("/sign-in/code")
@allows(Anyone, tenant=True)
def ask() -> ResponseReturnValue:
    """Mail a code. The page is the same whether or not anything was sent."""
    email, target = request.form.get("email", ""), own_path(request.form.get("next", ""))
    try:
        address = sign_in_code.ask(g.session, email, host=g.host, now=g.now, limited=settings().rate_limits)
    except AduanError as error:
        return _form(email=email, next=target, errors={error.field or "email": sentence(error)}), status_of(error)
    if address is not None:
        _mail(address)
    return _form(email=email.strip(), next=target, asked=True)


@blueprint.post("/sign-in/code/entry")
@allows(Anyone, tenant=True)
def enter() -> ResponseReturnValue:
    """Sign in, and put the reports that were made with this address into the account."""
    email, target = request.form.get("email", "").strip(), own_path(request.form.get("next", ""))
    try:
        account = sign_in_code.enter(
            g.session, office().secret, email, request.form.get("code", ""), host=g.host, now=g.now
        )
    except AduanError as error:
        errors = {error.field or "code": sentence(error)}
        return _form(email=email, next=target, asked=True, errors=errors), status_of(error)
    joining.join_earlier(g.session, account.id, (account.email, email))
    return go_in(account, target, home="/account")


def _mail(address: str) -> None:
    code = sign_in_code.code_of(office().secret, g.host, address, g.now)
    url = f"{office().addresses.of(g.tenant)}/sign-in/code?{urlencode({'email': address})}"
    values = {"code": code, "url": url, "city": in_language(g.tenant.name, g.language, list(g.tenant.languages))}
    subject, body = texts.compose("sign_in_code", g.language, values, g.tenant.texts)
    outbox.post(
        g.session,
        event="sign_in_code",
        channel=Channel.EMAIL,
        destination=address,
        language=g.language,
        subject=subject,
        body=body,
        now=g.now,
        defer_with=office().queue,
    )


def _form(*, email: str = "", next: str = "", asked: bool = False, errors: dict[str, str] | None = None) -> str:
    return render_template("resident/sign_in_code.html", email=email, next=next, asked=asked, errors=errors or {})
