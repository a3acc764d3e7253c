"""`/sign-in/code`: residents sign in by a code that is sent to them, without a password."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from complaints.audience import sent_code
from complaints.reporters import joining
from people import identities, sign_in_code
from tenants.errors import AduanError
from web.access import Anyone, allows
from web.context import office, settings
from web.device import network_of_request
from web.errors import sentence, status_of, waiting_of
from web.sign_in import go_in, own_path

blueprint = Blueprint("sign_in_code", __name__)


@blueprint.get("/sign-in/code")
@allows(Anyone, tenant=True)
def form() -> ResponseReturnValue:
    """Where to send the code; for whom it was sent to, where to enter it."""
    contact = request.args.get("contact", "")
    return _form(contact=contact, asked=bool(contact), next=own_path(request.args.get("next", "")))


@blueprint.post("/sign-in/code")
@allows(Anyone, tenant=True)
def ask() -> ResponseReturnValue:
    """Send a code. The page is the same whether or not anything was sent."""
    contact, target = request.form.get("contact", ""), own_path(request.form.get("next", ""))
    try:
        asked = sign_in_code.ask(
            g.session,
            contact,
            host=g.host,
            network=network_of_request(),
            phones=office().ways.phone,
            now=g.now,
            limited=settings().rate_limits,
        )
    except AduanError as error:
        page = _form(contact=contact, next=target, errors={error.field or "contact": sentence(error)})
        return page, status_of(error), waiting_of(error)
    if asked is not None:
        sent_code.send(g.session, office(), g.tenant, asked, host=g.host, language=g.language, now=g.now)
    return _form(contact=contact.strip(), next=target, asked=True)


@blueprint.post("/sign-in/code/entry")
@allows(Anyone, tenant=True)
def enter() -> ResponseReturnValue:
    """Sign in, and put the reports that were made with this address or number into the account."""
    contact, target = request.form.get("contact", "").strip(), own_path(request.form.get("next", ""))
    try:
        account = sign_in_code.enter(
            g.session,
            office().secret,
            contact,
            request.form.get("code", ""),
            host=g.host,
            network=network_of_request(),
            now=g.now,
        )
    except AduanError as error:
        errors = {error.field or "code": sentence(error)}
        return _form(contact=contact, next=target, asked=True, errors=errors), status_of(error), waiting_of(error)
    emails = [contact, account.email] if account.email and "@" in contact else []
    joining.join_earlier(g.session, account.id, emails=emails, phones=identities.phones_of(g.session, account.id))
    return go_in(account, target, home="/account")


def _form(*, contact: str = "", next: str = "", asked: bool = False, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "resident/sign_in_code.html",
        contact=contact,
        next=next,
        asked=asked,
        phones=office().ways.phone,
        by_phone="@" not in contact,
        errors=errors or {},
    )
