"""The people of a city: who works there, and letting somebody in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.rulebook import Rulebook
from configuration import invitations
from configuration.invitations import STAFF, Invited
from people import invitation, roster
from people.permissions import Permission
from people.roster import Wanted
from tenants.errors import AduanError
from web import roles
from web.access import allows
from web.admin.saving import author
from web.context import office, words
from web.errors import sentence, status_of
from web.roles import role_name, role_words
from web.staff.viewer import menu

MOST_INVITATIONS = 100
FORMER = "former"

blueprint = Blueprint("admin_people", __name__)


@dataclass(frozen=True)
class Offered:
    """An invitation that can still be taken. agencies: their names."""

    id: UUID
    name: str
    email: str
    role: str
    agencies: str
    by_mail: bool
    expires_at: datetime


@blueprint.get("/admin/people")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """Who works here, who is invited, and what each role may do."""
    book = office().rulebooks.of(g.session, g.tenant)
    asked = {name: request.args.get(name, "").strip() for name in ("q", "role", "agency")}
    chosen = next((one for one in book.agencies.values() if one.code == asked["agency"]), None)
    wanted = Wanted(
        words=asked["q"][:100],
        role=asked["role"] if asked["role"] in STAFF else "",
        agency_id=chosen.id if chosen else None,
        former=asked["role"] == FORMER,
    )
    found = roster.page(g.session, wanted, after=request.args.get("after", ""))
    kept = {name: value for name, value in asked.items() if value}
    offered = [] if any(kept.values()) or "after" in request.args else _offered(book)
    return render_template(
        "admin/people.html",
        menu=menu(),
        lines=[(one, role_name(one.role), agency_names(book, one.agency_ids)) for one in found.lines],
        asked=asked,
        roles=[("", _("Every role")), *_role_names(), (FORMER, _("Those who have left"))],
        agencies=[("", _("All agencies")), *((one.code, words(one.name)) for one in book.agencies.values())],
        next_url=f"/admin/people?{urlencode({**kept, 'after': found.next})}" if found.next else None,
        first_url=f"/admin/people?{urlencode(kept)}" if "after" in request.args else None,
        offered=offered,
        table=roles.table(),
        columns=[role_name(role) for role in roles.SHOWN],
        withdrawn="withdrawn" in request.args,
        mailed=request.args.get("mailed", ""),
    )


@blueprint.get("/admin/people/invitation")
@allows(Permission.CONFIGURE, tenant=True)
def invitation_form() -> ResponseReturnValue:
    """The form that lets somebody in."""
    return _form({"role": "officer", "way": "mail"}, [request.args.get("agency", "")], {})


@blueprint.post("/admin/people/invitation")
@allows(Permission.CONFIGURE, tenant=True)
def invite() -> ResponseReturnValue:
    """Invite, by mail or with a link that is shown once."""
    book = office().rulebooks.of(g.session, g.tenant)
    named = request.form.getlist("agencies")
    by_code = {one.code: one.id for one in book.agencies.values()}
    by_mail = request.form.get("way") != "link"
    try:
        invited = Invited(
            email=request.form.get("email", ""),
            name=request.form.get("name", ""),
            role=request.form.get("role", ""),
            agency_ids=[by_code[code] for code in named if code in by_code],
        )
        made, link = invitations.invite(
            g.session,
            office().queue,
            invited,
            base_url=office().addresses.of(g.tenant),
            by_mail=by_mail,
            author=author(),
            now=g.now,
        )
    except AduanError as error:
        g.session.rollback()
        return _form(request.form, named, {error.field or "": sentence(error)}), status_of(error)
    return _handed(made, link)


@blueprint.post("/admin/people/invitations/<uuid:invitation_id>/link")
@allows(Permission.CONFIGURE, tenant=True)
def new_link(invitation_id: UUID) -> ResponseReturnValue:
    """A new link for an invitation, shown once or mailed; the former one ends."""
    made, link = invitations.invite_anew(
        g.session,
        office().queue,
        invitation_id,
        base_url=office().addresses.of(g.tenant),
        by_mail=request.form.get("way") == "mail",
        author=author(),
        now=g.now,
    )
    return _handed(made, link)


@blueprint.post("/admin/people/invitations/<uuid:invitation_id>/withdrawal")
@allows(Permission.CONFIGURE, tenant=True)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """Let an invitation end."""
    invitations.withdraw(g.session, invitation_id, g.now)
    return redirect("/admin/people?withdrawn=1", 303)


def _role_names() -> list[tuple[str, str]]:
    return [(role.value, role_name(role)) for role in STAFF]


def role_choices() -> list[tuple[str, str, str]]:
    """(value, name, a sentence) of the roles that can be given."""
    return [(role.value, role_name(role), role_words(role)) for role in STAFF]


def agency_names(book: Rulebook, agency_ids: object) -> str:
    """The names of agencies that haven't ended, in one line."""
    ids = {str(one) for one in agency_ids} if isinstance(agency_ids, list | tuple | set | frozenset) else set()
    return ", ".join(words(one.name) for one in book.agencies.values() if str(one.id) in ids)


def _handed(made: invitation.Invitation, link: str) -> ResponseReturnValue:
    """After a mail, back to the list; a link is shown here and nowhere again, since only its hash is kept."""
    if made.by_mail:
        return redirect(f"/admin/people?{urlencode({'mailed': made.email})}", 303)
    said = _(
        "Hello %(name)s, please accept the invitation of %(city)s here: %(link)s",
        name=made.name,
        city=words(g.tenant.name),
        link=link,
    )
    return render_template(
        "admin/invited.html",
        menu=menu(),
        made=made,
        role=role_name(made.role),
        link=link,
        handed=said,
        whatsapp=f"https://wa.me/?text={quote(said)}",
    )


def _form(typed: Mapping[str, str], named: list[str], errors: Mapping[str, str]) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    return render_template(
        "admin/invitation.html",
        menu=menu(),
        typed=typed,
        named=named,
        roles=role_choices(),
        agencies=[(one.code, words(one.name)) for one in book.agencies.values()],
        errors=errors,
    )


def _offered(book: Rulebook) -> list[Offered]:
    return [
        Offered(
            one.id, one.name, one.email, role_name(one.role), agency_names(book, one.agency_ids), one.by_mail,
            one.expires_at,
        )
        for one in invitation.open_ones(g.session, g.now, most=MOST_INVITATIONS)
    ]  # fmt: skip
