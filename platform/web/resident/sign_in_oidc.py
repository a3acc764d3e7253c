"""`/provider`: residents sign in at the platform's provider of sign-ins, where one is set.

The provider knows one address of ours, on the national host, which only leads back to the host that it began on, one
of ours and never a city's own domain: there the browser has a cookie with what makes the answer its own. That page's
button finishes it, since no GET signs in. As by a code, nobody comes in so who has a password or a seat in the city.
"""

import hmac
import logging
import secrets
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from complaints.reporters import joining
from people import identities, oidc, sign_in_code
from people.identities import Kind
from people.oidc import NotSignedIn, Provider, ProviderAway
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import AduanError, NotAllowed, NotFound
from web.access import Anyone, allows
from web.addressing import UnknownHost, place_of
from web.context import office, settings
from web.errors import sentence
from web.sign_in import go_in, own_path

BACK = "/provider/return"
FAILED = "/provider/failed"
LASTS_S = 600

blueprint = Blueprint("sign_in_oidc", __name__)
log = logging.getLogger(__name__)


@blueprint.get("/provider")
@allows(Anyone)
def begin() -> ResponseReturnValue:
    """Go to the provider; what makes its answer ours stays in this browser."""
    provider, target = _provider(), own_path(request.args.get("next", ""))
    if g.tenant is not None and not g.tenant.is_commons:
        origin = office().addresses.of_slug(g.tenant.slug)
        if urlsplit(origin).hostname != g.host:  # a domain may be somebody else's tomorrow
            return redirect(f"{origin}/provider?{urlencode({'next': target})}", 303)
    state = oidc.state_for(office().secret, g.host, secrets.token_urlsafe(24))
    begun = provider.begin(state)
    kept = {"state": state, "nonce": begun.nonce, "verifier": begun.verifier}
    response = redirect(begun.address, 303)
    response.headers["Cache-Control"] = "no-store"
    _keep(response, _sealer().dumps(kept | {"next": target}))
    return response


@blueprint.get(BACK)
@allows(Anyone)
def back() -> ResponseReturnValue:
    """Lead to the host that it began on; there, the button that finishes it."""
    name = _provider().name
    code, state = request.args.get("code", "")[:2000], request.args.get("state", "")[:700]
    host = oidc.host_in(office().secret, state)
    if host != g.host:
        try:
            place_of(host, office().directory, office().addresses, settings().also_national)
        except UnknownHost:
            raise NotSignedIn(why=f"no host of ours any more: {host}") from None
        return redirect(f"{_origin(host)}{BACK}?{urlencode({'code': code, 'state': state})}", 303)
    if not code:
        return redirect(FAILED, 303)
    return render_template("resident/sign_in_provider.html", code=code, state=state, provider=name)


@blueprint.post(BACK)
@allows(Anyone)
def finish() -> ResponseReturnValue:
    """Ask the provider who it is, and sign them in; a verified address finds the reports made with it."""
    code, state, provider = request.form.get("code", ""), request.form.get("state", ""), _provider()
    try:
        kept = _kept()
        if not hmac.compare_digest(kept["state"].encode(), state.encode()):
            raise NotSignedIn
        person = provider.finish(code, nonce=kept["nonce"], verifier=kept["verifier"])
    except (NotSignedIn, ProviderAway) as error:
        log.warning("a sign-in at the provider failed", extra={"details": error.details})
        return redirect(FAILED if isinstance(error, NotSignedIn) else f"{FAILED}?away=1", 303)
    card: TenantCard = g.tenant or office().directory.commons
    with scope.enter(g.session, card.id):
        known = identities.account_known_by(g.session, Kind.OIDC, person.identity)
        if known is not None and known.erasing_since is not None:
            return redirect(FAILED, 303)
        if known is not None and sign_in_code.signs_in_otherwise(g.session, known):
            return redirect(f"{FAILED}?otherwise=1", 303)
    name = person.name or "…"
    account = identities.account_made_for(g.session, Kind.OIDC, person.identity, name=name, now=g.now)
    if person.email:
        with scope.enter(g.session, card.id):
            joining.join_earlier(g.session, account.id, emails=[person.email])
    response = make_response(go_in(account, own_path(kept["next"]), home="/account"))
    _keep(response, "", max_age_s=0)
    return response


@blueprint.get(FAILED)
@allows(Anyone)
def failed() -> ResponseReturnValue:
    """Why nobody is signed in, and what else can be done."""
    error: AduanError = ProviderAway() if "away" in request.args else NotSignedIn()
    if "otherwise" in request.args:
        error = NotAllowed("Who works here signs in by a password, not at a provider. Please sign in with yours.")
    return render_template("resident/sign_in_provider.html", provider=_provider().name, error=sentence(error))


def _provider() -> Provider:
    found = settings().provider
    if found is None:
        raise NotFound("There is no such page here.")
    return found


def _origin(host: str) -> str:
    port = f":{settings().port}" if settings().port else ""
    return f"{settings().scheme}://{host}{port}"


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(office().secret, salt=f"oidc {g.host}")


def _kept() -> dict[str, str]:
    try:
        kept: dict[str, str] = _sealer().loads(request.cookies.get(_cookie(), ""), max_age=LASTS_S)
    except BadSignature:
        raise NotSignedIn from None
    return kept


def _keep(response: Response, sealed: str, *, max_age_s: int = LASTS_S) -> None:
    response.set_cookie(
        _cookie(), sealed, max_age=max_age_s, httponly=True, samesite="Lax", secure=settings().secure, path="/"
    )


def _cookie() -> str:
    return "__Host-provider" if settings().secure else "provider"
