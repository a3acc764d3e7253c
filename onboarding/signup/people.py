"""Step three: colleagues, each by address and by what they will do; and what the template filled in."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding import founding
from onboarding.claim import Claim
from onboarding.signup.steps import goes_back, needs_claim, page, refusal
from people.contacts import checked_email
from people.permissions import Role
from tenants.errors import N_, AduanError, Conflict
from web.context import commit_and_know, office

ROWS = 3
"""Fields that are offered empty."""
WHAT = {
    Role.OFFICER: N_("handles reports"),
    Role.SUPERVISOR: N_("leads: decides, validates, sees all agencies"),
    Role.ADMIN: N_("administers: settings and people"),
}

blueprint = Blueprint("signup_people", __name__)


@blueprint.get("/signup/people")
@needs_claim
def form(claim: Claim) -> ResponseReturnValue:
    """The fields."""
    if claim.slug is None:
        return redirect("/signup/place", 303)
    return _page(claim, [(one["email"], one["role"]) for one in claim.invited])


@blueprint.post("/signup/people")
@needs_claim
def invite(claim: Claim) -> ResponseReturnValue:
    """Write them down, and set the city up for its rehearsal; whoever goes back has them written down."""
    if claim.slug is None or claim.live_at is not None:
        return redirect("/signup", 303)
    pairs = list(zip(request.form.getlist("email"), request.form.getlist("role"), strict=False))[:20]
    typed = [(email.strip(), role) for email, role in pairs]
    try:
        for number, (email, _role) in enumerate(typed):
            checked_email(email, field=f"email-{number}" if number else "email")
        founding.invite(g.session, office(), claim, [{"email": email, "role": role} for email, role in typed], g.now)
        if not goes_back():
            founding.found(g.session, office(), claim, g.now)
    except Conflict as error:
        errors, status = refusal(error)
        return _page(claim, typed, errors, status)
    except AduanError as error:
        errors, status = refusal(error, "email")
        return _page(claim, typed, errors, status)
    commit_and_know()
    if goes_back():
        return redirect("/signup/place", 303)
    return redirect("/signup/check" if request.form.get("go") == "check" else "/signup/rehearsal", 303)


def _page(
    claim: Claim, people: list[tuple[str, str]], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    rows = [*people, *[("", Role.OFFICER.value)] * max(1, ROWS - len(people))]
    return page(
        "people",
        "people",
        claim,
        errors=errors,
        status=status,
        rows=rows[: founding.MOST_INVITED],
        roles=[(role.value, _(what)) for role, what in WHAT.items()],
    )
