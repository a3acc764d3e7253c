"""Step two: which municipality, and by which name and letters it is known here for ever."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from onboarding import deciding
from onboarding import place as places
from onboarding.authority import municipality_of
from onboarding.boundaries import ground
from onboarding.claim import Claim
from onboarding.place import Freedom, Place
from onboarding.signup.steps import drawn, goes_back, needs_claim, outline_wkb, page, refusal, sent_file
from tenants.errors import AduanError
from web.context import office

blueprint = Blueprint("signup_place", __name__)


@blueprint.get("/signup/place")
@needs_claim
def form(claim: Claim) -> ResponseReturnValue:
    """Search, or the one that was chosen: proposed by the address, named by a link, or chosen before."""
    words = request.args.get("q", "").strip()[:100]
    if words or "search" in request.args:
        return _page(claim, None, {}, words=words)
    code = request.args.get("chosen") or claim.municipality_code
    code = code or municipality_of(claim.email, places.domains(g.session)) or ""
    return _page(claim, _place(code), {})


@blueprint.post("/signup/place")
@needs_claim
def choose(claim: Claim) -> ResponseReturnValue:
    """Write the choice down, for whoever goes back too."""
    typed = {key: request.form.get(key, "").strip() for key in ("municipality", "slug", "code")}
    typed["slug"], typed["code"] = typed["slug"].casefold(), typed["code"].upper()
    try:
        places.choose(g.session, claim, typed["municipality"], typed["slug"], typed["code"], g.now)
    except AduanError as error:
        errors, status = refusal(error, "place")
        return _page(claim, _place(typed["municipality"]), typed, errors=errors, status=status)
    return redirect("/signup?back" if goes_back() else "/signup/people", 303)


@blueprint.post("/signup/boundary")
@needs_claim
def bring(claim: Claim) -> ResponseReturnValue:
    """Take the boundary of a file, or go back to the catalogue's."""
    code, (name, content) = request.form.get("municipality", ""), sent_file("boundary", ground.MOST_FILE_BYTES)
    try:
        if request.form.get("go") == "drop":
            ground.drop(g.session, claim)
        else:
            ground.take(g.session, claim, code, name, content)
    except AduanError as error:
        errors, status = refusal(error, "boundary")
        return _page(claim, _place(code), {}, errors=errors, status=status)
    return redirect(f"/signup/place?chosen={code}#boundary", 303)


@blueprint.post("/signup/asking")
@needs_claim
def ask(claim: Claim) -> ResponseReturnValue:
    """Ask whoever has the municipality for a place among its officials."""
    code = request.form.get("municipality", "")
    try:
        deciding.ask_to_join(g.session, office(), claim, code, g.now)
    except AduanError as error:
        errors, status = refusal(error, "place")
        return _page(claim, _place(code), {}, errors=errors, status=status)
    return redirect(f"/signup/place?chosen={code}", 303)


@blueprint.post("/signup/dispute")
@needs_claim
def dispute(claim: Claim) -> ResponseReturnValue:
    """Say that it is one's own, to the operator."""
    code, why = request.form.get("municipality", ""), request.form.get("reason", "")
    try:
        deciding.dispute(g.session, office(), claim, code, why, g.now)
    except AduanError as error:
        errors, status = refusal(error, "place")
        return _page(claim, _place(code), {"reason": why}, errors=errors, status=status)
    return redirect(f"/signup/place?chosen={code}", 303)


def _page(
    claim: Claim,
    candidate: Place | None,
    typed: dict[str, str],
    *,
    words: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    slug, code = typed.get("slug", ""), typed.get("code", "")
    if candidate is not None and not typed:
        kept = candidate.code == claim.municipality_code
        kept = kept and claim.slug is not None
        slug, code = (claim.slug or "", claim.code or "") if kept else places.proposed(g.session, candidate)
    mine = candidate is not None and claim.tenant_id is not None and candidate.tenant_id == claim.tenant_id
    brought = candidate is not None and claim.boundary_name is not None and claim.municipality_code == candidate.code
    return page(
        "place",
        "place",
        claim,
        errors=errors,
        status=status,
        searched=words,
        found=places.find(g.session, words) if words else [],
        candidate=candidate,
        mine=mine,
        free=candidate is not None and (mine or brought or candidate.freedom is Freedom.FREE),
        may_bring=candidate is not None
        and claim.tenant_id is None
        and candidate.freedom in (Freedom.FREE, Freedom.NO_OUTLINE),
        figures=ground.figures(g.session, claim) if brought else None,
        url=office().addresses.of_slug(candidate.slug) if candidate is not None and candidate.slug else "",
        drawing=drawn(outline_wkb(claim if brought else None, candidate)),
        slug=slug,
        code=code,
        base=office().addresses.base_host,
        typed_reason=typed.get("reason", ""),
    )


def _place(code: str) -> Place | None:
    try:
        return places.place(g.session, code) if code else None
    except AduanError:
        return None
