"""The people of a city: who works there, and letting somebody in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select

from complaints.complaint import Complaint
from complaints.rules.rulebook import Rulebook
from configuration import invitations, staff
from configuration.editing import Stale
from configuration.invitations import STAFF, Invited
from people import invitation, roster, seats, second_factor, sign_in
from people.permissions import Permission, may
from people.roster import Wanted
from people.seat import Seat
from people.second_factor import Demand
from tenants.errors import AduanError, Conflict, Invalid
from web import roles
from web.access import allows
from web.admin.clash import clash
from web.context import office, words
from web.errors import sentence, status_of
from web.roles import role_name, role_words
from web.saving import author, looked_at, saved
from web.staff.absence import room_of
from web.staff.viewer import menu

MOST_INVITATIONS = 100
MOST_COUNTED = 1000
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
    found = roster.page(g.session, wanted, hosts=_hosts(), after=request.args.get("after", ""))
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
        wanted=g.tenant.options.get(second_factor.OPTION, Demand.NOBODY),
        demands=[
            (Demand.NOBODY, _("Of nobody"), _("Whoever wants it switches it on.")),
            (Demand.ADMINS, _("Of administrators"), _("They change the settings and let people in.")),
            (Demand.EVERYBODY, _("Of everybody who works here"), _("Before anything else they set it up once.")),
        ],
        columns=[role_name(role) for role in roles.SHOWN],
        withdrawn="withdrawn" in request.args,
        left=request.args.get("left", ""),
        mailed=request.args.get("mailed", ""),
    )


@blueprint.get("/admin/people/<uuid:seat_id>")
@allows(Permission.CONFIGURE, tenant=True)
def one(seat_id: UUID) -> ResponseReturnValue:
    """Somebody who works here: their role and agencies, what they have open, where they are signed in."""
    seat = staff.one(g.session, seat_id)
    return _person(seat, {"name": seat.name, "role": seat.role}, _codes_of(seat))


@blueprint.post("/admin/people/<uuid:seat_id>")
@allows(Permission.CONFIGURE, tenant=True)
def change(seat_id: UUID) -> ResponseReturnValue:
    """Save a role and agencies."""
    seat, named = staff.one(g.session, seat_id), request.form.getlist("agencies")
    try:
        staff.change(
            g.session,
            seat,
            name=request.form.get("name", ""),
            role=request.form.get("role", ""),
            agency_ids=_ids_of(named),
            author=author(),
            now=g.now,
            expected_version=looked_at(),
        )
    except Stale as error:
        return _person(seat, request.form, named, stale=error), 409
    except (Invalid, Conflict) as error:
        g.session.rollback()
        seat = staff.one(g.session, seat_id)
        return _person(seat, request.form, named, errors={error.field or "": sentence(error)}), 422
    return saved(f"/admin/people/{seat_id}" if may(current_user.seat.role, Permission.CONFIGURE) else "/staff")


@blueprint.get("/admin/people/<uuid:seat_id>/leaving")
@allows(Permission.CONFIGURE, tenant=True)
def leaving(seat_id: UUID) -> ResponseReturnValue:
    """What they hold, and the question who gets it."""
    return _leaving(staff.one(g.session, seat_id), "", {})


@blueprint.post("/admin/people/<uuid:seat_id>/leaving")
@allows(Permission.CONFIGURE, tenant=True)
def leave(seat_id: UUID) -> ResponseReturnValue:
    """End their seat; what they hold goes on."""
    seat, to = staff.one(g.session, seat_id), request.form.get("to", "")
    own, name = seat.id == current_user.seat.id, seat.name
    try:
        staff.leave(
            g.session,
            office(),
            seat,
            to_id=UUID(to) if to else None,
            hosts=_hosts(),
            author=author(),
            now=g.now,
            expected_version=looked_at(),
        )
    except (Invalid, Conflict, ValueError) as error:
        g.session.rollback()
        words_said = sentence(error) if isinstance(error, AduanError) else _("Choose somebody who works here.")
        return _leaving(staff.one(g.session, seat_id), to, {"to": words_said}), 422
    return saved("/") if own else saved("/admin/people", left=name)


@blueprint.post("/admin/people/<uuid:seat_id>/sign-ins/ending")
@allows(Permission.CONFIGURE, tenant=True)
def end_sign_ins(seat_id: UUID) -> ResponseReturnValue:
    """End their sign-ins at this city: a telephone was lost."""
    seat = staff.one(g.session, seat_id)
    sign_in.end_all(g.session, seat.account_id, hosts=_hosts(), now=g.now)
    return saved(f"/admin/people/{seat_id}")


@blueprint.post("/admin/people/second-factor")
@allows(Permission.CONFIGURE, tenant=True)
def demand_second_factor() -> ResponseReturnValue:
    """Say of whom the second step is asked."""
    staff.demand_second_factor(g.session, request.form.get("wanted", ""), author=author(), now=g.now)
    return saved("/admin/people")


@blueprint.post("/admin/people/<uuid:seat_id>/second-factor/removal")
@allows(Permission.CONFIGURE, tenant=True)
def reset_second_factor(seat_id: UUID) -> ResponseReturnValue:
    """Let somebody who lost their telephone and codes set the second step up anew."""
    staff.reset_second_factor(g.session, staff.one(g.session, seat_id), author=author(), now=g.now)
    return saved(f"/admin/people/{seat_id}")


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


def _hosts() -> frozenset[str]:
    """The hosts at which this city answers."""
    return office().directory.hosts_of(g.tenant, office().addresses.base_host)


def _role_names() -> list[tuple[str, str]]:
    return [(role.value, role_name(role)) for role in STAFF]


def role_choices() -> list[tuple[str, str, str]]:
    """(value, name, a sentence) of the roles that can be given."""
    return [(role.value, role_name(role), role_words(role)) for role in STAFF]


def agency_names(book: Rulebook, agency_ids: object) -> str:
    """The names of agencies that haven't ended, in one line."""
    ids = {UUID(str(one)) for one in agency_ids} if isinstance(agency_ids, list | tuple | set | frozenset) else set()
    return ", ".join(words(one.name) for id_, one in book.agencies.items() if id_ in ids)


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


def _ids_of(codes: Sequence[str]) -> list[UUID]:
    by_code = {one.code: one.id for one in office().rulebooks.of(g.session, g.tenant).agencies.values()}
    return [by_code[code] for code in codes if code in by_code]


def _codes_of(seat: Seat) -> list[str]:
    book, ids = office().rulebooks.of(g.session, g.tenant), set(sign_in.agencies_of(g.session, seat.id))
    return [one.code for one in book.agencies.values() if one.id in ids]


def _person(
    seat: Seat,
    typed: Mapping[str, str],
    named: Sequence[str],
    *,
    errors: Mapping[str, str] | None = None,
    stale: Stale | None = None,
) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    stands = {
        "name": seat.name,
        "role": role_name(seat.role),
        "agencies": agency_names(book, sign_in.agencies_of(g.session, seat.id)),
    }
    mine = {
        "name": typed.get("name", ""),
        "role": role_name(typed["role"]) if typed.get("role") in STAFF else "",
        "agencies": agency_names(book, _ids_of(named)),
    }
    line = roster.lines_of(g.session, [seat], _hosts())[0]
    return render_template(
        "admin/person.html",
        menu=menu(),
        seat=seat,
        line=line,
        own=seat.id == current_user.seat.id,
        version=request.form.get("version") if errors else seat.version,
        typed=typed,
        named=named,
        roles=role_choices(),
        agencies=[(one.code, words(one.name)) for one in book.agencies.values()],
        errors=errors or {},
        clash=clash(stale, mine, stands) if stale is not None else None,
        held=_held_by(seat),
        signed_in=sign_in.running(g.session, seat.account_id, g.now, hosts=_hosts()),
        most=MOST_COUNTED,
        deputies=room_of(seat),
        second_step=second_factor.has(g.session, seat.account_id),
    )


def _held_by(seat: Seat) -> int:
    held = select(Complaint.id).where(Complaint.is_open, Complaint.holder_id == seat.id).limit(MOST_COUNTED)
    return g.session.scalar(select(func.count()).select_from(held.subquery())) or 0


def _leaving(seat: Seat, to: str, errors: Mapping[str, str]) -> str:
    agency_ids = sign_in.agencies_of(g.session, seat.id)
    heirs = {
        str(one.seat_id): one.name
        for agency_id in agency_ids
        for one in seats.members_of(g.session, agency_id)
        if one.seat_id != seat.id
    }
    return render_template(
        "admin/leaving.html",
        menu=menu(),
        seat=seat,
        held=_held_by(seat),
        most=MOST_COUNTED,
        to=to,
        heirs=[("", _("Nobody: they wait in the queue of their agency")), *sorted(heirs.items(), key=itemgetter(1))],
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
