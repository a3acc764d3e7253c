"""One step for the reports that were chosen in the queue: its form, and how it went for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from complaints import bulk, handling, queue
from complaints.bulk import Chosen, Outcome
from complaints.handling import Carried
from complaints.queue_row import Row
from complaints.rules.rulebook import Rulebook
from complaints.workflow import MOVES, Move, Need
from people.permissions import Permission
from tenants.directory import TenantCard
from tenants.errors import AduanError, Invalid, NotAllowed
from web.access import allows
from web.context import office, words
from web.errors import sentence, status_of
from web.options import by_group
from web.staff.complaint import list_query
from web.staff.dossier import city_name
from web.staff.form import agency_of, date_of
from web.staff.moves import OFFERED, Offered, words_of
from web.staff.names import category_name, place_of
from web.staff.viewer import menu, viewer
from web.statuses import Shown, shown_to_officials

blueprint = Blueprint("staff_selection", __name__)


@dataclass(frozen=True)
class Line:
    """A chosen report. value: as the form carries it. outcome: a sentence, once it was tried. done: whether it went."""

    id: UUID
    value: str
    reference: str
    category: str
    place: str
    status: Shown | None
    outcome: str = ""
    done: bool = False


@dataclass(frozen=True)
class Form:
    """A step for many that is being filled in; as of one report, but for what depends on the report."""

    name: str
    offered: Offered
    move: Move
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[tuple[str, str]] = ()
    categories: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@blueprint.post("/staff/selection")
@allows(Permission.SEE_CONSOLE, tenant=True)
def make() -> ResponseReturnValue:
    """Make a step for each that was chosen, and say of each how it went; what has to be filled in is asked first."""
    name = request.form.get("move") or request.form.get("other", "")
    move = next((one for (_status, other), one in MOVES.items() if other == name and name in bulk.BULK), None)
    if move is None:
        raise Invalid("This step is made for each report by itself.", field="move")
    if not current_user.actor.holds(move.permission):
        raise NotAllowed("Your role doesn't allow this step.")
    chosen = _chosen(request.form)
    if move.needs and "go" not in request.form:
        return _page(chosen, form=_form(name, move))
    try:
        outcomes = bulk.move_many(
            g.session,
            office(),
            chosen,
            name,
            actor=current_user.actor,
            viewer=viewer(),
            card=g.tenant,
            now=g.now,
            carried=_carried(name),
            to=_city() if name == "hand_over" else None,
        )
    except Invalid as error:
        g.session.rollback()
        errors = {error.field or "": sentence(error)}
        return _page(chosen, form=_form(name, move, request.form.to_dict(), errors)), status_of(error)
    return _page(chosen, outcomes=outcomes, offered=OFFERED[name])


def _chosen(values: MultiDict[str, str]) -> list[Chosen]:
    """What was ticked, as "id~version". Raises Invalid for none, too many, or what can't be read."""
    found = []
    for written in values.getlist("chosen"):
        id_, _tilde, version = written.partition("~")
        try:
            found.append(Chosen(UUID(id_), int(version)))
        except ValueError:
            raise Invalid("This form is incomplete. Choose the reports again in the queue.", field="chosen") from None
    bulk.check_number(found)
    return found


def _carried(name: str) -> Carried:
    said = {
        need: request.form[need.value] for need in (Need.NOTE, Need.QUESTION, Need.REASON) if need.value in request.form
    }
    return Carried(
        words={need: one for need, one in said.items() if one},
        agency_id=agency_of(request.form),
        right_category=(request.form.get("right_category") or None) if name == "reject" else None,
        date=date_of(request.form, g.tenant.time_zone, g.now) if name == "schedule" else None,
    )


def _city() -> TenantCard | None:
    return office().directory.by_slug.get(request.form.get("tenant", ""))


def _form(
    name: str, move: Move, values: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Form:
    book = office().rulebooks.of(g.session, g.tenant)
    options: list[tuple[str, str]] = []
    if Need.AGENCY in move.needs:
        options = [(str(one.id), words(one.name)) for one in book.agencies.values()]
    elif name == "hand_over":
        cards = [card for card in office().directory.live if card.id != g.tenant.id]
        options = sorted(((card.slug, city_name(card, g.language)) for card in cards), key=lambda pair: pair[1])
    return Form(
        name=name,
        offered=OFFERED[name],
        move=move,
        values=values or {},
        errors=errors or {},
        options=options,
        categories=by_group(book) if name == "reject" else {},
    )


def _page(
    chosen: Sequence[Chosen],
    *,
    form: Form | None = None,
    outcomes: Sequence[Outcome] = (),
    offered: Offered | None = None,
) -> str:
    lines = _lines(chosen, {one.complaint_id: one for one in outcomes})
    return render_template(
        "staff/selection.html",
        lines=lines,
        form=form,
        field_of_words=words_of(form.move) if form else None,
        offered=offered or (form.offered if form else None),
        tried=not form,
        went=sum(line.done for line in lines),
        carried=list_query(),
        menu=menu(),
        here="queue",
    )


def _lines(chosen: Sequence[Chosen], outcomes: Mapping[UUID, Outcome]) -> list[Line]:
    """The chosen in words, as they are now; what this official doesn't see has neither number nor place."""
    book = office().rulebooks.of(g.session, g.tenant)
    rows = {row.id: row for row in queue.these(g.session, viewer(), [one.complaint_id for one in chosen])}
    lines = []
    for one in dict.fromkeys(chosen):
        row, outcome = rows.get(one.complaint_id), outcomes.get(one.complaint_id)
        lines.append(
            Line(
                id=one.complaint_id,
                value=f"{one.complaint_id}~{one.version}",
                reference=row.reference if row else outcome.reference if outcome else "",
                category=category_name(row.category_id, book) if row else "",
                place=_place(row, book) if row else "",
                status=shown_to_officials(row.status, "verification" in handling.steps_of(g.tenant)) if row else None,
                outcome=_said(outcome) if outcome else "",
                done=outcome is not None and outcome.refusal is None,
            )
        )
    return lines


def _place(row: Row, book: Rulebook) -> str:
    return place_of(row.place, row.area_id, book)


def _said(outcome: Outcome) -> str:
    if isinstance(outcome.refusal, AduanError):
        return sentence(outcome.refusal)
    return _("Passed to and fro: somebody above decides now.") if outcome.goes_above else _("It went through.")
