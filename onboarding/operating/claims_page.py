"""The operators' pages about sign-ups: claims to decide, side by side, and the curated table of official domains."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from onboarding import deciding, place
from onboarding.authority import Standing, standing
from onboarding.claim import Claim
from onboarding.place import Place
from onboarding.signup.steps import drawn, outline_wkb
from people.contacts import checked_email
from people.permissions import Permission
from tenants.catalogue import Municipality, OfficialDomain, current_code, found_by
from tenants.errors import N_, AduanError, Invalid, NotFound
from web.access import allows
from web.context import office
from web.errors import status_of
from web.forms import MENDABLE, Choice, Form, Text, refused
from web.operator.menu import menu

LONGEST_DOMAIN = 253
MOST_CONTACTS = 100

blueprint = Blueprint("operator_claims", __name__)


class DecisionForm(Form):
    """Whether a claim is right. looked_at: the mark of what was read."""

    approve = Choice({"approve": True, "refuse": False}, N_("Choose whether you approve it."), data_key="decision")
    reason = Text()
    looked_at = Text()


class DomainForm(Form):
    """A row of the table. verified: "yes", or "no" where the word is taken back."""

    domain = Text()
    code = Text()
    verified = Text()


class ContactForm(Form):
    """The address that an office publishes, "" to take it out."""

    contact_code = Text()
    email = Text()


@dataclass(frozen=True)
class Side:
    """One claim as the operator compares it. official: its address is a verified one of that municipality."""

    claim: Claim
    place: Place | None
    official: bool
    stage: str


@dataclass(frozen=True)
class DomainLine:
    """One row of the table."""

    domain: str
    code: str
    name: str
    verified: bool


@blueprint.get("/operator/claims")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """Those that wait, and the latest that were decided."""
    return render_template(
        "operator/claims.html",
        menu=menu(),
        here="claims",
        waiting=[_side(one) for one in deciding.waiting(g.session)],
        decided=[_side(one) for one in deciding.decided(g.session)],
    )


@blueprint.get("/operator/claims/<uuid:claim_id>")
@allows(Permission.OPERATE, national=True)
def one(claim_id: UUID) -> ResponseReturnValue:
    """A claim and whoever else claims the same, side by side."""
    return _page(claim_id)


@blueprint.get("/operator/claims/<uuid:claim_id>/letter")
@allows(Permission.OPERATE, national=True)
def letter(claim_id: UUID) -> ResponseReturnValue:
    """The letter of authority, to be saved and opened outside: what is uploaded never runs here."""
    claim = deciding.claim_by_id(g.session, claim_id)
    if claim.letter_key is None:
        raise NotFound("There is no letter.")
    answer = Response(office().storage.get(claim.letter_key), content_type="application/octet-stream")
    ending = claim.letter_key.rpartition(".")[2]
    answer.headers["Content-Disposition"] = f'attachment; filename="surat-{claim.id.hex[:8]}.{ending}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/operator/claims/<uuid:claim_id>/decision")
@allows(Permission.OPERATE, national=True)
def decide(claim_id: UUID) -> ResponseReturnValue:
    """Approve or refuse, with a reason."""
    by = current_user.account.id
    try:
        deciding.decide(g.session, office(), claim_id, **DecisionForm().load(request.form), by=by, now=g.now)
    except MENDABLE as error:
        return _page(claim_id, refused(error)), status_of(error)
    g.session.commit()
    return redirect(f"/operator/claims/{claim_id}", 303)


@blueprint.get("/operator/domains")
@allows(Permission.OPERATE, national=True)
def domains() -> ResponseReturnValue:
    """The table."""
    return _domains()


@blueprint.post("/operator/domains")
@allows(Permission.OPERATE, national=True)
def verify() -> ResponseReturnValue:
    """Enter a domain as verified, or take the word back; a row that is there is changed."""
    said = DomainForm().load(request.form)
    try:
        _write(said["domain"].casefold(), said["code"], said["verified"] == "yes")
    except MENDABLE as error:
        return _domains(refused(error)), status_of(error)
    return redirect("/operator/domains", 303)


@blueprint.post("/operator/contacts")
@allows(Permission.OPERATE, national=True)
def publish_contact() -> ResponseReturnValue:
    """Write down the address that an office publishes, or take it out with an empty one."""
    said = ContactForm().load(request.form)
    try:
        municipality = g.session.get(Municipality, current_code(g.session, said["contact_code"]))
        if municipality is None:
            raise Invalid("The catalogue has no municipality with this code.", field="contact_code")
        municipality.contact_email = checked_email(said["email"])
        g.session.flush()
    except MENDABLE as error:
        return _domains(refused(error)), status_of(error)
    return redirect("/operator/domains#contacts", 303)


def _write(domain: str, code: str, verified: bool) -> None:
    parts = domain.split(".")
    if len(parts) < 2 or len(domain) > LONGEST_DOMAIN or not all(part.replace("-", "").isalnum() for part in parts):
        raise Invalid("Write a domain such as kotabogor.go.id.", field="domain")
    if domain in ("go.id", "co.id", "or.id", "ac.id"):
        raise Invalid("This is everybody's domain, not one office's.", field="domain")
    if g.session.get(Municipality, code) is None:
        raise Invalid("The catalogue has no municipality with this code.", field="code")
    row = g.session.get(OfficialDomain, domain)
    if row is None:
        row = OfficialDomain(domain=domain, municipality_code=code)
        g.session.add(row)
    row.municipality_code, row.verified = code, verified
    g.session.flush()


def _domains(errors: dict[str, str] | None = None) -> str:
    rows = g.session.execute(
        select(OfficialDomain, Municipality.name)
        .outerjoin(Municipality, Municipality.code == OfficialDomain.municipality_code)
        .order_by(OfficialDomain.verified, OfficialDomain.domain)
    )
    lines = [DomainLine(row.domain, row.municipality_code, name or "", row.verified) for row, name in rows]
    searched = request.args.get("q", "").strip()[:100]
    published = select(Municipality.code, Municipality.name, Municipality.contact_email).where(
        Municipality.contact_email.is_not(None)
    )
    for word in searched.split()[:5]:
        published = published.where(found_by(word))
    return render_template(
        "operator/domains.html",
        menu=menu(),
        here="domains",
        lines=lines,
        contacts=g.session.execute(published.order_by(Municipality.code).limit(MOST_CONTACTS)).all(),
        most=MOST_CONTACTS,
        searched=searched,
        typed=request.form,
        errors=errors or {},
    )


def _page(claim_id: UUID, errors: dict[str, str] | None = None) -> str:
    claim = deciding.claim_by_id(g.session, claim_id)
    side = _side(claim)
    return render_template(
        "operator/claim.html",
        menu=menu(),
        here="claims",
        side=side,
        looked_at=deciding.mark(claim),
        sides=[side, *[_side(other) for other in deciding.rivals(g.session, claim)]],
        drawing=drawn(outline_wkb(None, side.place)),
        open=claim.decided_at is None and claim.live_at is None and (claim.letter_at or claim.disputed_at) is not None,
        typed=request.form,
        errors=errors or {},
    )


def _side(claim: Claim) -> Side:
    wanted = place.place(g.session, claim.municipality_code) if claim.municipality_code else None
    try:
        official = standing(claim.email, claim.municipality_code or "", place.domains(g.session)) is Standing.OFFICIAL
    except AduanError:
        official = False
    return Side(claim, wanted, official, _stage(claim))


def _stage(claim: Claim) -> str:
    """How far it is, in words."""
    if claim.live_at is not None:
        return _("Live")
    if claim.rehearsed_at is not None:
        return _("Has rehearsed")
    if claim.tenant_id is not None:
        return _("Being set up")
    return _("Begun")
