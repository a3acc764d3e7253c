"""What the pages of the sign-up share: whose claim this browser goes on with, the steps, and the portal so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import shapely
from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from onboarding import place
from onboarding.boundaries import catalogue
from onboarding.claim import DEVICE_LASTS, Claim, claim_of
from onboarding.place import Place
from tenants.boundary import Boundary
from tenants.errors import N_, AduanError
from tenants.geometry import geodesic_area_m2
from tenants.tenant import Tenant, in_language
from web.access import Anyone, allows
from web.context import office, settings
from web.errors import sentence, status_of
from web.resident.outline_map import Drawing, drawing

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

NAMES = {
    "you": N_("You"),
    "place": N_("Your municipality"),
    "people": N_("Colleagues"),
    "rehearsal": N_("Rehearsal"),
    "live": N_("Going live"),
}
"""The steps in their order."""

ADDRESSES = {"you": "/signup", **{key: f"/signup/{key}" for key in ("place", "people", "rehearsal", "live")}}


@dataclass(frozen=True)
class Step:
    """One step of the rail. state: done, here, open or todo. hint: what was chosen there."""

    key: str
    name: str
    href: str
    state: str
    hint: str


def needs_claim(view: View) -> View:
    """A page of whoever holds a confirmed claim in this browser: it is the first argument. Others begin at step one."""

    @allows(Anyone, national=True)
    @wraps(view)
    def held(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        claim = current_claim()
        if claim is None:
            return redirect("/signup", 303)
        return view(claim, *args, **kwargs)

    return held  # type: ignore[return-value]  # a wrapped view, with one argument fewer


def current_claim() -> Claim | None:
    """The claim that this browser goes on with."""
    token = request.cookies.get(cookie_name())
    found = claim_of(g.session, token, g.now) if token else None
    if found is not None:
        keep_out_of_browsers()
    return found


def keep_out_of_browsers() -> None:
    """Let no browser keep this answer, as of somebody signed in: it shows whose sign-up it is."""
    g.signed_in = True


def cookie_name() -> str:
    """`__Host-` under https: no subdomain can set it for another."""
    return "__Host-sign-up" if settings().secure else "sign-up"


def with_cookie(response: Response, token: str) -> Response:
    """The response with the token of this browser's claim; nothing else is kept there."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(DEVICE_LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings().secure,
        path="/",
    )
    return response


def goes_back() -> bool:
    """Whether the form came by its button back: what was typed is kept, and the step before is shown."""
    return request.form.get("go") == "back"


def next_of(claim: Claim) -> str:
    """The first step that isn't done."""
    return next((key for key in NAMES if not done(claim, key)), "live")


def done(claim: Claim, key: str) -> bool:
    """Whether a step is behind."""
    return {
        "you": claim.confirmed_at is not None,
        "place": claim.slug is not None,
        "people": claim.tenant_id is not None,
        "rehearsal": claim.rehearsed_at is not None,
        "live": claim.live_at is not None,
    }[key]


def page(
    here: str,
    template: str,
    claim: Claim | None,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    **values: Any,
) -> ResponseReturnValue:
    """A page of the wizard with its rail and the portal so far."""
    chosen = place.place(g.session, claim.municipality_code) if claim and claim.municipality_code else None
    steps = _steps(claim, here, chosen)
    shown = render_template(
        f"onboarding/{template}.html",
        claim=claim,
        steps=steps,
        number=list(NAMES).index(here) + 1,
        most=len(NAMES),
        chosen=chosen,
        portal=_portal(claim, *_looked_at(chosen, values)),
        in_figures=format_decimal,
        errors=errors or {},
        **values,
    )
    return shown, status


def sent_file(name: str, most_bytes: int) -> tuple[str, bytes]:
    """(name, content) of a file that came with the form, read no further than a byte beyond most_bytes; empty for none.

    Closed once it is read, as a large one lies on the disk.
    """
    file = request.files.get(name)
    if not file:
        return "", b""
    with file.stream:
        return file.filename or "", file.stream.read(most_bytes + 1)


def refusal(error: AduanError, field: str = "") -> tuple[dict[str, str], int]:
    """(errors by field, status) of a refusal, after what was begun is rolled back."""
    g.session.rollback()
    return {error.field or field: sentence(error)}, status_of(error)


@dataclass(frozen=True)
class Portal:
    """The portal as far as it is known. address: its host as it will be typed. asks, lead: its own greeting, if any.
    crest, css: addresses of its crest and its colours, "" before it has any.
    """

    name: str
    address: str
    drawn: Drawing | None
    area_km2: float | None
    asks: str = ""
    lead: str = ""
    crest: str = ""
    css: str = ""


def outline_wkb(claim: Claim | None, chosen: Place | None) -> bytes | None:
    """The ground of the claim: the city's own once it is set up, the catalogue's before."""
    if claim is not None and claim.tenant_id is not None:
        wkb = g.session.scalar(
            select(Boundary.wkb).where(Boundary.tenant_id == claim.tenant_id, Boundary.valid_until.is_(None))
        )
        if wkb is not None:
            return wkb
    if chosen is None:
        return None
    if claim is not None and claim.boundary_name is not None and claim.municipality_code == chosen.code:
        return claim.boundary
    try:
        return shapely.to_wkb(catalogue.outline_of(g.session, chosen.code))
    except AduanError:
        return None


def drawn(wkb: bytes | None) -> Drawing | None:
    """An outline as a drawing."""
    return drawing(wkb, (), ()) if wkb else None


def _steps(claim: Claim | None, here: str, chosen: Place | None) -> list[Step]:
    ahead = next_of(claim) if claim else "you"
    hints = {
        "you": claim.email if claim else "",
        "place": f"{chosen.name}, {chosen.code}" if chosen else "",
        "people": _("%(count)s invited", count=len(claim.invited)) if claim and claim.invited else "",
    }
    steps = []
    for key, name in NAMES.items():
        finished = claim is not None and done(claim, key)
        state = "done" if finished else "open" if key == ahead and claim else "todo"
        steps.append(Step(key, _(name), ADDRESSES[key], "here" if key == here else state, hints.get(key, "")))
    return steps


def _looked_at(chosen: Place | None, values: Mapping[str, Any]) -> tuple[Place | None, bool]:
    """(whose portal grows beside the page: the chosen one's, or on the page of the place that which is looked at while
    it can be had; whether it is the chosen one).
    """
    candidate: Place | None = values.get("candidate")
    if candidate is None:
        return chosen, True
    is_chosen = chosen is not None and chosen.code == candidate.code
    return (candidate if values.get("free") else None), is_chosen


def _portal(claim: Claim | None, shown: Place | None, is_chosen: bool) -> Portal | None:
    if shown is None:
        return None
    slug = claim.slug if claim and claim.slug and is_chosen else ""
    city = g.session.get(Tenant, claim.tenant_id) if claim and claim.tenant_id and is_chosen else None
    greeting = in_language(city.texts.get("greeting", {}), g.language, city.languages) if city else ""
    heading, asked, lead = greeting.partition("? ")
    wkb = outline_wkb(claim if is_chosen else None, shown)
    brought = wkb if is_chosen and claim is not None and claim.boundary_name is not None else None
    area_m2 = geodesic_area_m2(shapely.from_wkb(brought)) if brought is not None else shown.area_m2
    return Portal(
        asks=f"{heading}?" if asked else "",
        lead=lead or heading,
        crest=f"/signup/crest?{logo}" if city and (logo := city.look.get("logo")) else "",
        css=f"/signup/colours.css?{city.version}" if city else "",
        name=shown.name,
        address=office().addresses.of_slug(slug).partition("://")[2] if slug else "",
        drawn=drawn(wkb),
        area_km2=area_m2 / 1e6 if area_m2 else None,
    )
