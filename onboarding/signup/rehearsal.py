"""Step four: one report through the city's own rules, each step's result shown."""

import shapely
from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from onboarding import rehearsal
from onboarding.claim import Claim
from onboarding.signup.steps import needs_claim, outline_wkb, page, refusal
from tenants.errors import AduanError, Invalid, NotFound
from tenants.tenant import in_language
from tenants.times import due_time
from web.context import commit_and_know, office

SIZE = 280
"""Pixels of the picture's sides: it fits on the smallest phone, so that a tap is a place and nothing is scaled."""

blueprint = Blueprint("signup_rehearsal", __name__)


@blueprint.get("/signup/rehearsal")
@needs_claim
def form(claim: Claim) -> ResponseReturnValue:
    """The map to tap, and what became of the last report."""
    if claim.tenant_id is None:
        return redirect("/signup/people", 303)
    return _page(claim)


@blueprint.post("/signup/rehearsal")
@needs_claim
def send(claim: Claim) -> ResponseReturnValue:
    """Send the test report from the tapped place, or from the middle of the city."""
    if claim.tenant_id is None or claim.live_at is not None:
        return redirect("/signup", 303)
    try:
        if rehearsal.follow(g.session, claim, g.now):
            commit_and_know()
        lon, lat = _tapped(claim) or rehearsal.middle_of(g.session, claim.tenant_id)
        category = request.form.get("category", "")
        rehearsal.rehearse(g.session, office(), claim, lon=lon, lat=lat, category=category, now=g.now)
    except AduanError as error:
        errors, status = refusal(error, "point")
        return _page(claim, errors, status)
    return redirect("/signup/rehearsal#outcome", 303)


@blueprint.get("/signup/outline.svg")
@needs_claim
def outline(claim: Claim) -> ResponseReturnValue:
    """The city as a picture to tap, with a mark where the last report was made."""
    wkb = outline_wkb(claim, None)
    if wkb is None:
        raise NotFound("There is no outline yet.")
    west, north, scale = _frame(wkb)
    path = ""
    shape = shapely.from_wkb(wkb).simplify(0.7 / scale)
    for part in getattr(shape, "geoms", [shape]):
        points = [f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in part.exterior.coords[:-1]]
        path += f"M{'L'.join(points)}z"
    seen = rehearsal.outcome(g.session, office(), claim)
    mark = ""
    if seen is not None:
        x, y = (seen.lon - west) * scale, (north - seen.lat) * scale
        mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#b3261e" stroke="#fff" stroke-width="2"/>'
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}">'
        f'<rect width="{SIZE}" height="{SIZE}" fill="#eef2f6"/>'
        f'<path d="{path}" fill="#cfe0f2" stroke="#0b5fa5" stroke-width="1.5"/>{mark}</svg>'
    )
    response = Response(picture, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _tapped(claim: Claim) -> tuple[float, float] | None:
    """Where the picture was tapped: a browser sends its x and y; 0, 0 where it was pressed by keyboard."""
    try:
        x, y = int(request.form["point.x"]), int(request.form["point.y"])
    except (KeyError, ValueError):
        return None
    wkb = outline_wkb(claim, None)
    if (x, y) == (0, 0) or wkb is None:
        return None
    if not (0 <= x <= SIZE and 0 <= y <= SIZE):
        raise Invalid("This point lies outside your city. Tap inside the outline.", field="point")
    west, north, scale = _frame(wkb)
    return west + x / scale, north - y / scale


def _frame(wkb: bytes) -> tuple[float, float, float]:
    """(west edge, north edge, pixels a degree) of the picture."""
    west, south, east, north = shapely.from_wkb(wkb).bounds
    scale = (SIZE - 24) / max(east - west, north - south)
    left, top = (SIZE - (east - west) * scale) / 2, (SIZE - (north - south) * scale) / 2
    return west - left / scale, north + top / scale, scale


def _page(claim: Claim, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    card = rehearsal.card_now(office(), claim.tenant_id)
    book = office().rulebooks.of(g.session, card)
    likely = card.options.get("likely_categories", ())
    chosen = request.form.get("category", "")
    return page(
        "rehearsal",
        "rehearsal",
        claim,
        errors=errors,
        status=status,
        options=[(code, in_language(name, g.language)) for code, name in rehearsal.categories(book, likely)],
        category=chosen,
        outcome=rehearsal.outcome(g.session, office(), claim),
        in_words=lambda text: in_language(text, g.language),
        due=lambda instant: due_time(instant, g.language, card.time_zone, g.now),
        size=SIZE,
    )
