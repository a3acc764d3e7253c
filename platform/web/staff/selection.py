"""One step for the reports that were chosen in the queue: its form, and how it went for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import ValidationError, fields

from complaints import bulk, handling, queue
from complaints.bulk import Chosen, Outcome
from complaints.queue_row import Row
from complaints.rules.rulebook import Rulebook
from complaints.workflow import MOVES, IllegalMove, Move, Need
from people.permissions import Permission
from tenants.errors import N_, AduanError, Invalid, NotAllowed
from web.access import allows
from web.context import office, words
from web.errors import sentence, status_of
from web.forms import MENDABLE, Form, Text, Tick, refused
from web.options import by_group
from web.staff.complaint import list_query
from web.staff.dossier import city_name
from web.staff.moves import OFFERED, Offered, words_of
from web.staff.names import category_name, place_of
from web.staff.queue import shown_list
from web.staff.step import StepForm, carried
from web.staff.viewer import menu, viewer
from web.statuses import Shown, shown_to_officials

blueprint = Blueprint("staff_selection", __name__)


class Ticked(fields.Field[Chosen]):
    """A report that was ticked, with the version that was looked at: "id~version"."""

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> Chosen:
        id_, _tilde, version = value.partition("~")
        try:
            return Chosen(UUID(id_), int(version))
        except ValueError:
            raise ValidationError(N_("This form is incomplete. Choose the reports again in the queue.")) from None


class SelectionForm(Form):
    """Which reports, and which step: `move` from the bar's own buttons, `other` from its list. go: it is filled in."""

    chosen = fields.List(Ticked())
    move = Text()
    other = Text()
    go = Tick()


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
class Filling:
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
    try:
        asked = SelectionForm().load(request.form)
        name, chosen = asked["move"] or asked["other"], asked["chosen"]
        move = next((one for (_status, other), one in MOVES.items() if other == name and name in bulk.BULK), None)
        if move is None:
            raise Invalid("This step is made for each report by itself.", field="move")
        bulk.check_number(chosen)
    except Invalid as error:
        return _queue_again(error), status_of(error)
    if not current_user.actor.holds(move.permission):
        raise NotAllowed("Your role doesn't allow this step.")
    if move.needs and not asked["go"]:
        return _page(chosen, form=_form(name, move))
    try:
        said = StepForm().load(request.form)
        outcomes = bulk.move_many(
            g.session,
            office(),
            chosen,
            name,
            actor=current_user.actor,
            viewer=viewer(),
            card=g.tenant,
            now=g.now,
            carried=carried(name, said),
            to=office().directory.by_slug.get(said["tenant"]) if name == "hand_over" else None,
        )
    except MENDABLE as error:
        return _page(chosen, form=_form(name, move, request.form, refused(error))), status_of(error)
    return _page(chosen, outcomes=outcomes, offered=OFFERED[name])


def _queue_again(error: Invalid) -> str:
    """The list with its ticks, and why nothing was done."""
    return render_template("staff/queue.html", list=shown_list(), menu=menu(), here="queue", unchosen=sentence(error))


def _form(
    name: str, move: Move, values: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Filling:
    book = office().rulebooks.of(g.session, g.tenant)
    options: list[tuple[str, str]] = []
    if Need.AGENCY in move.needs:
        options = [(str(one.id), words(one.name)) for one in book.agencies.values()]
    elif name == "hand_over":
        cards = [card for card in office().directory.live if card.id != g.tenant.id]
        options = sorted(((card.slug, city_name(card, g.language)) for card in cards), key=lambda pair: pair[1])
    return Filling(
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
    form: Filling | None = None,
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
    if isinstance(outcome.refusal, IllegalMove) and "status" in outcome.refusal.details:  # the version is the one seen
        return _("This step isn't possible while a report has this status.")
    if isinstance(outcome.refusal, AduanError):
        return sentence(outcome.refusal)
    return _("Passed to and fro: somebody above decides now.") if outcome.goes_above else _("It went through.")
