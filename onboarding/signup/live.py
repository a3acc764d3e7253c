"""Step five: the checklist, one button, and then the address, a poster and a text for WhatsApp groups."""

from urllib.parse import quote

import segno
from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding import deciding, founding, place, scan
from onboarding.boundaries import border_asking
from onboarding.boundaries.neighbours import one_at_a_time
from onboarding.claim import Claim
from onboarding.facts import facts_of
from onboarding.readiness import Line, checklist, may_open
from onboarding.signup.steps import needs_claim, page, refusal, sent_file
from tenants.errors import N_, AduanError, Conflict
from tenants.tenant import Tenant, in_language
from web.context import commit_and_know, office

MENDED_AT = {
    "authority": "/signup/live#letter",
    "ground": "/signup/borders",
    "categories": "/signup/check#kinds",
    "people": "/signup/people",
    "agencies": "/signup/people",
    "calendar": "/signup/check#hours",
    "colours": "/signup/check#look",
    "privacy": "/signup/check#words",
    "mail": "/signup/people",
    "rehearsal": "/signup/rehearsal",
    "agreement": "/signup/live#agreed",
}
"""Where a line of the list is mended."""

blueprint = Blueprint("signup_live", __name__)


@blueprint.get("/signup/live")
@needs_claim
def form(claim: Claim) -> ResponseReturnValue:
    """The checklist; of a live city what to do now."""
    if claim.tenant_id is None:
        return redirect("/signup", 303)
    return _page(claim)


@blueprint.post("/signup/live")
@needs_claim
def go_live(claim: Claim) -> ResponseReturnValue:
    """Open the city, unless the list holds something red."""
    if claim.tenant_id is None or claim.live_at is not None:
        return redirect("/signup", 303)
    claim.agreed_at = g.now if request.form.get("agreed") else None
    g.session.flush()
    one_at_a_time(g.session)
    office().keeper.refresh()  # a neighbour may have become live a moment ago
    border_asking.ask(g.session, office(), claim.tenant_id, g.now)
    try:
        lines = _lines(claim)
        if not may_open(lines):
            g.session.commit()
            if may_open(_but_the_agreement(lines)):
                raise Conflict(N_("Read the agreement, and accept it here."), field="agreed")
            raise Conflict("Something on the list is still missing.", field="list")
        founding.go_live(g.session, office(), claim, g.now)
    except AduanError as error:
        errors, status = refusal(error, "list")
        return _page(claim, errors, status)
    commit_and_know()
    return redirect("/signup/live", 303)


@blueprint.post("/signup/letter")
@needs_claim
def letter(claim: Claim) -> ResponseReturnValue:
    """Keep the letter of authority for the operator."""
    if claim.tenant_id is None:
        return redirect("/signup", 303)
    name, content = sent_file("letter", scan.MOST_BYTES)
    try:
        deciding.take_letter(g.session, office(), claim, name, content, g.now)
    except AduanError as error:
        errors, status = refusal(error, "letter")
        return _page(claim, errors, status)
    return redirect("/signup/live", 303)


@blueprint.post("/signup/portal")
@needs_claim
def enter(claim: Claim) -> ResponseReturnValue:
    """To one's own console: by a pass as long as one has no password, then by signing in."""
    if claim.tenant_id is None or claim.slug is None:
        return redirect("/signup", 303)
    account = founding.account_of(g.session, claim.email)
    origin = office().addresses.of_slug(claim.slug)
    if account is None or account.password_hash is not None:
        return redirect(f"{origin}/sign-in", 303)
    token = founding.pass_for(g.session, account.id, founding.host_of(office(), claim.slug), g.now)
    return redirect(f"{origin}/welcome/{token}", 303)


@blueprint.get("/signup/poster")
@needs_claim
def poster(claim: Claim) -> ResponseReturnValue:
    """A sheet for the town hall: the name, the address as a code to be photographed, and in letters."""
    if claim.live_at is None or claim.slug is None:
        return redirect("/signup/live", 303)
    city = g.session.get_one(Tenant, claim.tenant_id)
    url = office().addresses.of_slug(claim.slug)
    code = segno.make(url, error="q").svg_inline(scale=1, border=0, omitsize=True, lineclass=None, svgclass="qr")
    return render_template(
        "onboarding/poster.html",
        name=in_language(city.name, g.language, city.languages),
        crest=f"/signup/crest?{logo}" if (logo := city.look.get("logo")) else "",
        css=f"/signup/colours.css?paper&{city.version}",
        address=url.partition("://")[2],
        url=url,
        code=code,
    )


def _lines(claim: Claim) -> list[Line]:
    tenant = g.session.get_one(Tenant, claim.tenant_id)
    return checklist(facts_of(g.session, claim, tenant, office(), g.now))


def _but_the_agreement(lines: list[Line]) -> list[Line]:
    """Without the line that is ticked on the page itself."""
    return [line for line in lines if line.key != "agreement"]


def _page(claim: Claim, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    account = founding.account_of(g.session, claim.email)
    url = office().addresses.of_slug(claim.slug or "")
    if claim.live_at is not None:
        chosen = place.place(g.session, claim.municipality_code or "")
        text = _(
            "Something broken in %(city)s? Send a photo and the place at %(url)s. It takes a minute and needs no"
            " account, and you are told who deals with it and until when.",
            city=chosen.name,
            url=url,
        )
        share = f"https://wa.me/?text={quote(text)}"
        return page(
            "live", "went_live", claim, url=url, invitation=text, share=share, has_password=_has_password(account)
        )
    lines = _lines(claim)
    return page(
        "live",
        "live",
        claim,
        errors=errors,
        status=status,
        lines=lines,
        ready=may_open(_but_the_agreement(lines)),
        mended_at=MENDED_AT,
        has_password=_has_password(account),
    )


def _has_password(account: object) -> bool:
    return getattr(account, "password_hash", None) is not None
