"""Making moves: each has a form, and a POST that makes a resource of its own; all through the one workflow table."""

from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from complaints import handling, noting, workflow
from complaints.complaint import Complaint
from complaints.crews import splitting
from complaints.duplicates import closed_within
from complaints.evidence import Photo
from complaints.handling import Carried
from complaints.rules import quarrel
from complaints.together import merging
from complaints.transfers import handover
from complaints.workflow import MOVES, Move, Need
from people import seats
from people.permissions import Permission
from tenants.directory import TenantCard
from tenants.errors import AduanError, Invalid, NotAllowed, NotFound
from web.access import allows
from web.context import office, words
from web.errors import sentence, status_of
from web.options import by_group
from web.staff import alike
from web.staff.complaint import complaint_page, list_query
from web.staff.composer import Typed, ready_replies
from web.staff.dossier import city_name, log_read, visible_complaint
from web.staff.form import Form, agency_of, date_of, photos_of, seat_of, stage
from web.staff.moves import BY_RESOURCE, OFFERED, RESOURCES
from web.staff.viewer import by_hand, viewer

REMARKS = {"reply": "reply", "note": "note"}
"""What the composer can be: a public reply or an internal note."""

blueprint = Blueprint("staff_moves", __name__)


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
        photos = photos_of(
            request.files.getlist("photo"),
            request.form.getlist("staged"),
            office().storage,
            shots=request.files.getlist("shot"),
            claims=request.form.getlist("claim"),
        )
        above = carry_out(complaint, name, photos)
    except (NotFound, NotAllowed):
        raise
    except AduanError as error:
        return _once_more(complaint_id, name, photos, error)
    if not _still_seen(complaint):
        return redirect(f"/staff?{urlencode({'passed': complaint.reference})}", 303)
    return redirect(_address(complaint_id, above or resource), 303)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/remarks")
@allows(Permission.SEE_CONSOLE, tenant=True)
def say(complaint_id: UUID) -> ResponseReturnValue:
    """What the composer sends: a public reply, or an internal note."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    name = REMARKS.get(request.form.get("audience", ""), "note")
    if "use" in request.form:  # a ready reply, to be read and changed before it is sent
        chosen = request.form.get("ready", "")
        text = next((one.text for one in ready_replies(complaint, contact) if one.code == chosen), "")
        written = request.form.get("note", "").strip()
        return complaint_page(complaint, contact, typed=Typed("reply", "\n\n".join(filter(None, (written, text)))))
    try:
        carry_out(complaint, name, [])
    except (NotFound, NotAllowed):
        raise
    except AduanError as error:
        g.session.rollback()
        complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
        typed = Typed(name, request.form.get("note", ""), {error.field or "": sentence(error)})
        return complaint_page(complaint, contact, typed=typed, status=status_of(error))
    return redirect(_address(complaint_id, OFFERED[name].resource), 303)


def carry_out(complaint: Complaint, name: str, photos: Sequence[Photo]) -> str:
    """Make it by the request's form; "operator" or "supervisor" where one of these has to decide first, else ""."""
    how = by_hand()
    reason = request.form.get(Need.REASON.value, "")
    if name == "hand_over":
        passed = handover.hand_over(g.session, office(), complaint, _city(), reason=reason, **how)
        return "" if passed else "operator"
    if name == "return":
        passed = handover.give_back(g.session, office(), complaint, reason=reason, **how)
        return "" if passed else "operator"
    if name == "note":
        noting.add_note(g.session, office(), complaint, request.form.get(Need.NOTE.value, ""), **how)
    elif name == "merge":
        written = request.form.get("number", "").strip() or request.form.get(Need.TARGET.value, "")
        merging.merge(g.session, office(), complaint, merging.find(g.session, viewer(), written), **how)
    elif name == "unmerge":
        merging.unmerge(g.session, office(), complaint, **how)
    else:
        said = {need: request.form[need.value] for need in Need if request.form.get(need.value) and need in _WORDS}
        carried = Carried(
            words=said,
            agency_id=agency_of(request.form),
            seat_id=seat_of(request.form) if name == "assign" else None,
            right_category=(request.form.get("right_category") or None) if name == "reject" else None,
            date=date_of(request.form, g.tenant.time_zone, g.now),
            photos=photos,
            waiver=request.form.get("waiver", ""),
        )
        row = handling.move(g.session, office(), complaint, name, carried=carried, **how)
        return "supervisor" if row.move == quarrel.DISAGREE else ""
    return ""


_WORDS = (Need.NOTE, Need.QUESTION, Need.REASON)


def _once_more(complaint_id: UUID, name: str, photos: Sequence[Photo], error: AduanError) -> ResponseReturnValue:
    """The page as it is now, with the form as it was sent. Nothing of the move remains in the database."""
    g.session.rollback()
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    possible = _possible(complaint).get(name)
    form = _form(
        complaint,
        name,
        possible or _as_it_was(name),
        possible=possible is not None,
        values=request.form.to_dict(),
        errors={_field(error): sentence(error)},
        staged=stage(photos, office().storage),
    )
    return complaint_page(complaint, contact, form=form, status=status_of(error))


def _show_again(complaint_id: UUID, name: str) -> ResponseReturnValue:
    """The form as it was filled in so far, with what depends on it."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    move = _possible(complaint).get(name)
    if move is None:
        _refuse(complaint, name)
    return complaint_page(complaint, contact, form=_form(complaint, name, move, values=request.form.to_dict()))


def _field(error: AduanError) -> str:
    """The field of the form that an error is about; "" for the whole."""
    return error.field if error.field in _FIELDS else ""


_FIELDS = frozenset({*(need.value for need in Need), "tenant", "seat", "right_category"})


def _form(
    complaint: Complaint,
    name: str,
    move: Move,
    *,
    possible: bool = True,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    staged: Sequence[str] = (),
) -> Form:
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
    return Form(
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
    """What this report may be the same as: its number, what it is, and the number once more to be read."""
    book = office().rulebooks.of(g.session, g.tenant)
    found = alike.suggested(g.session, book, viewer(), complaint, g.now, closed_within(g.tenant.options))
    title = "{}, {}"
    return [
        (one.reference, title.format(one.category, one.place) if one.place else one.category, one.reference)
        for one in found
        if one.done_at is None
    ]


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
        return {"agency": str(complaint.agency_id or "")}
    if name == "hand_over" and (owner := _owner(complaint)) not in ("", g.tenant.slug):
        return {"tenant": owner}
    beside = office().directory.by_id.get(complaint.near_border_tenant_id) if complaint.near_border_tenant_id else None
    return {"tenant": beside.slug} if name == "hand_over" and beside is not None else {}


def _owner(complaint: Complaint) -> str:
    """The slug of the overlay that the report's object belongs to by the city's rules; "" for none."""
    return str(complaint.routing.get("asset", {}).get("overlay", ""))


def _city() -> TenantCard:
    card = office().directory.by_slug.get(request.form.get("tenant", ""))
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
