"""A forgotten password: a link is mailed, and whoever has it chooses another one. It goes around no second step."""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from messages import outbox, texts
from people import limits, proof, second_factor, sign_in
from people.account import Account
from people.contacts import checked_email
from tenants import scope
from tenants.errors import AduanError, NotFound
from tenants.times import due_time
from web.access import Anyone, allows
from web.context import office, settings, words
from web.errors import sentence, status_of
from web.forms import refused

PURPOSE = "password"
LASTS = timedelta(hours=1)
MOST_ASKED = 3

blueprint = Blueprint("password", __name__)


@blueprint.get("/password")
@allows(Anyone)
def form() -> ResponseReturnValue:
    """Where to send the link."""
    return render_template("password.html", asked=False, errors={}, email=request.args.get("email", ""))


@blueprint.post("/password")
@allows(Anyone)
def ask() -> ResponseReturnValue:
    """Mail a link. The page is the same whether or not there is such an account."""
    typed = request.form.get("email", "")
    try:
        email = (checked_email(typed) or "").casefold()
        tries = limits.count(g.session, f"password-asked/{email[:200]}", window=LASTS, now=g.now)
        g.session.commit()  # asking counts also when nothing is sent
        if settings().rate_limits and tries > MOST_ASKED:
            raise limits.TooMany(
                "Too many links for this address. Please wait an hour.", until=limits.until(LASTS, g.now), field="email"
            )
    except AduanError as error:
        page = render_template("password.html", asked=False, errors={"email": sentence(error)}, email=typed)
        return page, status_of(error)
    account = sign_in.account_by_email(g.session, email)
    if account is not None:
        _mail(account)
    return render_template("password.html", asked=True, errors={}, email=email)


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
