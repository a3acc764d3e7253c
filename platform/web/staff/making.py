"""Making moves: each has a form, and a POST that makes a resource of its own; all through the one workflow table."""

from collections.abc import Mapping, Sequence
from typing import NoReturn
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from complaints import handling, noting, workflow
from complaints.complaint import Complaint
from complaints.crews import splitting
from complaints.duplicates import closed_within
from complaints.evidence import Photo
from complaints.rules import quarrel
from complaints.rules.competence import Matter, competent
from complaints.together import merging
from complaints.transfers import handover
from complaints.workflow import MOVES, Move, Need
from people import seats
from people.permissions import Permission
from tenants.directory import TenantCard
from tenants.errors import AduanError, Invalid, NotAllowed
from tenants.times import relative_time
from web.access import allows
from web.context import office, words
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, Tick, refused
from web.options import by_group
from web.staff import alike
from web.staff.complaint import complaint_page, list_query
from web.staff.composer import Typed, ready_replies
from web.staff.dossier import city_name, log_read, visible_complaint
from web.staff.form import Filling, photos_sent, stage
from web.staff.moves import BY_RESOURCE, OFFERED, RESOURCES
from web.staff.step import StepForm, carried
from web.staff.viewer import by_hand, viewer

blueprint = Blueprint("staff_moves", __name__)


class RemarkForm(Form):
    """The composer. audience: "reply" for a public reply. use: the button that takes the ready reply over."""

    audience = Text()
    note = Text()
    ready = Text()
    use = Tick()


@blueprint.get(f"/staff/complaints/<uuid:complaint_id>/<any({RESOURCES}):resource>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def fill_in(complaint_id: UUID, resource: str) -> ResponseReturnValue:
    """The complaint with the form of a move open."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    name = BY_RESOURCE[resource]
    move = _possible(complaint).get(name)
    if move is None:
        _refuse(complaint, name)
    return complaint_page(complaint, contact, form=_form(complaint, name, move, values=_suggested(complaint, name)))


@blueprint.post(f"/staff/complaints/<uuid:complaint_id>/<any({RESOURCES}):resource>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def make(complaint_id: UUID, resource: str) -> ResponseReturnValue:
    """Make the move; what can't be made comes back with its sentence and everything that was typed."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    name = BY_RESOURCE[resource]
    if "show" in request.form:  # the people of another agency, before anything is assigned
        return _show_again(complaint_id, name)
    photos: list[Photo] = []
    try:
        photos = photos_sent(office().storage)
        above = carry_out(complaint, name, photos)
    except MENDABLE as error:
        return _once_more(complaint_id, name, photos, error)
    if not _still_seen(complaint):
        return redirect(f"/staff?{urlencode({'passed': complaint.reference})}", 303)
    return redirect(_address(complaint_id, above or resource), 303)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/remarks")
@allows(Permission.SEE_CONSOLE, tenant=True)
def say(complaint_id: UUID) -> ResponseReturnValue:
    """What the composer sends: a public reply, or an internal note."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    said = RemarkForm().load(request.form)
    if said["use"]:  # a ready reply, to be read and changed before it is sent
        text = next((one.text for one in ready_replies(complaint, contact) if one.code == said["ready"]), "")
        return complaint_page(complaint, contact, typed=Typed("reply", "\n\n".join(filter(None, (said["note"], text)))))
    name = "reply" if said["audience"] == "reply" else "note"
    try:
        carry_out(complaint, name, [])
    except MENDABLE as error:
        typed = Typed(name, said["note"], refused(error))
        complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
        return complaint_page(complaint, contact, typed=typed, status=status_of(error))
    return redirect(_address(complaint_id, OFFERED[name].resource), 303)


def carry_out(complaint: Complaint, name: str, photos: Sequence[Photo]) -> str:
    """Make it by the request's form; "operator" or "supervisor" where one of these has to decide first, else ""."""
    how, said = by_hand(), StepForm().load(request.form)
    if name == "hand_over":
        passed = handover.hand_over(g.session, office(), complaint, _city(said["tenant"]), reason=said["reason"], **how)
        return "" if passed else "operator"
    if name == "return":
        passed = handover.give_back(g.session, office(), complaint, reason=said["reason"], **how)
        return "" if passed else "operator"
    if name == "note":
        noting.add_note(g.session, office(), complaint, said["note"], **how)
    elif name == "merge":
        other = merging.find(g.session, viewer(), said["number"] or said["target"])
        merging.merge(g.session, office(), complaint, other, **how)
    elif name == "unmerge":
        merging.unmerge(g.session, office(), complaint, **how)
    else:
        row = handling.move(g.session, office(), complaint, name, carried=carried(name, said, photos), **how)
        return "supervisor" if row.move == quarrel.DISAGREE else ""
    return ""


def _once_more(complaint_id: UUID, name: str, photos: Sequence[Photo], error: AduanError) -> ResponseReturnValue:
    """The page as it is now, with the form as it was sent. Nothing of the move remains in the database."""
    errors = refused(error, among=_FIELDS)
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    possible = _possible(complaint).get(name)
    form = _form(
        complaint,
        name,
        possible or _as_it_was(name),
        possible=possible is not None,
        values=request.form,
        errors=errors,
        staged=stage(photos, office().storage),
    )
    return complaint_page(complaint, contact, form=form, status=status_of(error))


def _show_again(complaint_id: UUID, name: str) -> ResponseReturnValue:
    """The form as it was filled in so far, with what depends on it."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    move = _possible(complaint).get(name)
    if move is None:
        _refuse(complaint, name)
    return complaint_page(complaint, contact, form=_form(complaint, name, move, values=request.form))


_FIELDS = frozenset({*(need.value for need in Need), "tenant", "seat", "right_category"})


def _form(
    complaint: Complaint,
    name: str,
    move: Move,
    *,
    possible: bool = True,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    staged: Sequence[str] = (),
) -> Filling:
    options: list[tuple[str, ...]] = []
    people: list[tuple[str, str]] = []
    if Need.AGENCY in move.needs:
        book = office().rulebooks.of(g.session, g.tenant)
        options = [
            (str(one.id), words(one.name))
            for one in book.agencies.values()
            if name == "assign" or one.id != complaint.agency_id
        ]
        if name == "assign":
            people = _people((values or {}).get("agency", ""))
    elif name == "hand_over":
        options = list(_cities(complaint))
    elif name == "merge":
        options = _like(complaint)
    return Filling(
        name=name,
        offered=OFFERED[name],
        move=move,
        possible=possible,
        values=values or {},
        errors=errors or {},
        options=options,
        people=people,
        categories=by_group(office().rulebooks.of(g.session, g.tenant)) if name == "reject" else {},
        staged=staged,
    )


def _people(agency: str) -> list[tuple[str, str]]:
    """Who works for the agency of a form, by name."""
    try:
        agency_id = UUID(agency)
    except ValueError:
        return []
    return [(str(one.seat_id), one.name) for one in seats.members_of(g.session, agency_id)]


def _like(complaint: Complaint) -> list[tuple[str, ...]]:
    """What this report may be the same as: its number, what it is, and what tells it from the others."""
    book = office().rulebooks.of(g.session, g.tenant)
    found = alike.suggested(g.session, book, viewer(), complaint, g.now, closed_within(g.tenant.options))
    title = "{}, {}"
    return [
        (one.reference, title.format(one.category, one.place) if one.place else one.category, _told_apart(one))
        for one in found
        if one.done_at is None
    ]


def _told_apart(kin: alike.Kin) -> str:
    away = _("%(metres)s m away", metres=kin.metres) if kin.metres else ""
    ago = relative_time(kin.received_at, g.now, g.language, g.tenant.time_zone)
    return ", ".join(filter(None, (kin.reference, away, ago)))


def _cities(complaint: Complaint) -> list[tuple[str, str]]:
    """The live cities to choose from, those that lie near the point first."""
    near = [one["slug"] for one in complaint.routing.get("candidates", ())] + [_owner(complaint)]
    others = [card for card in office().directory.live if card.id != g.tenant.id]
    others.sort(key=lambda card: (card.slug not in near, city_name(card, g.language)))
    return [(card.slug, city_name(card, g.language)) for card in others]


def _suggested(complaint: Complaint, name: str) -> dict[str, str]:
    if name == "merge":
        return {Need.TARGET.value: request.args.get(Need.TARGET.value, "")}
    if name == "assign":
        return {"agency": str(_whose(complaint) or "")}
    if name == "hand_over" and (owner := _owner(complaint)) not in ("", g.tenant.slug):
        return {"tenant": owner}
    beside = office().directory.by_id.get(complaint.near_border_tenant_id) if complaint.near_border_tenant_id else None
    return {"tenant": beside.slug} if name == "hand_over" and beside is not None else {}


def _whose(complaint: Complaint) -> UUID | None:
    """The agency that has it; where that one can't finish it, the one to which the city's rules would send it."""
    book = office().rulebooks.of(g.session, g.tenant)
    matter = Matter(complaint.agency_id, complaint.holder_id, complaint.category_id, complaint.area_id)
    routed = book.agency_for(complaint.category_id, complaint.area_id)
    return complaint.agency_id if routed is None or competent(book, matter) else routed.id


def _owner(complaint: Complaint) -> str:
    """The slug of the overlay that the report's object belongs to by the city's rules; "" for none."""
    return str(complaint.routing.get("asset", {}).get("overlay", ""))


def _city(slug: str) -> TenantCard:
    card = office().directory.by_slug.get(slug)
    if card is None:
        raise Invalid("Choose another city that is on this platform.", field="tenant")
    return card


def _possible(complaint: Complaint) -> dict[str, Move]:
    book = office().rulebooks.of(g.session, g.tenant)
    return handling.possible_moves(complaint, current_user.actor, g.tenant, book)


def _refuse(complaint: Complaint, name: str) -> NoReturn:
    """Say why this move can't be made: the table doesn't have it from the present status, or it is for others."""
    move = workflow.move_from(complaint.status, name, handling.steps_of(g.tenant))
    book = office().rulebooks.of(g.session, g.tenant)
    permitted = current_user.actor.holds(move.permission)
    why = handling.refused(complaint, move, current_user.actor, book) if permitted else None
    raise NotAllowed(why or "Your role doesn't allow this step.")


def _as_it_was(name: str) -> Move:
    """A move that is no longer possible, for showing what was typed into its form."""
    return next(move for (_status, one), move in MOVES.items() if one == name)


def _still_seen(complaint: Complaint) -> bool:
    """Whether who made the step may open the report after it: a partner that refuses, or passes it on, may not."""
    reader = viewer()
    return reader.sees(complaint) or splitting.asked_of(g.session, complaint.id, reader.agency_ids)


def _address(complaint_id: UUID, resource: str) -> str:
    """The page after a move, which tells what was done."""
    query = list_query()
    return f"/staff/complaints/{complaint_id}?{f'{query}&' if query else ''}done={resource}"
