"""Parts of a complaint that other agencies do: asking for them, ending them, and what my agency is asked for."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from complaints import handling, subtask
from complaints.complaint import Complaint
from complaints.crews import splitting
from complaints.rules.rulebook import Rulebook
from complaints.subtask import DAYS, Asked, Subtask
from people.permissions import Permission
from tenants.errors import N_, AduanError
from web.access import allows
from web.context import office, words
from web.errors import status_of
from web.forms import MENDABLE, Form, Id, Text, Tick, Whole, refused
from web.staff.dossier import log_read, visible_complaint
from web.staff.names import category_name
from web.staff.viewer import by_hand, menu, viewer
from web.statuses import Shown

blueprint = Blueprint("staff_parts", __name__)

STATES = {
    "open": Shown("is-busy", N_("Asked for")),
    "done": Shown("is-done", N_("Done")),
    "refused": Shown("is-end", N_("Refused")),
    "dropped": Shown("is-end", N_("Dropped")),
}

ENDS = {"completion": "part_done", "refusal": "part_refused", "cancellation": "part_dropped"}
"""What a POST makes, and its move."""


class PartForm(Form):
    """What another agency is asked for."""

    agency_id = Id(N_("Choose an agency of this city."), data_key="agency")
    task = Text()
    days = Whole()
    required = Tick()


class EndForm(Form):
    """What was done, or why not."""

    words = Text()


@dataclass(frozen=True)
class Line:
    """A part as a page shows it. mine: whether this official may end it. late: whether its time is over."""

    part: Subtask
    agency: str
    shown: Shown
    mine: bool
    late: bool


@dataclass(frozen=True)
class Errand:
    """What my agency is asked for, in the list."""

    part: Subtask
    complaint: Complaint
    agency: str
    category: str
    late: bool


@blueprint.get("/staff/parts")
@allows(Permission.SEE_CONSOLE, tenant=True)
def mine() -> ResponseReturnValue:
    """What the viewer's agencies are asked for on others' reports, the most urgent first."""
    book = office().rulebooks.of(g.session, g.tenant)
    found = splitting.open_parts(g.session, viewer().agency_ids)
    errands = [
        Errand(
            part,
            complaint,
            _agency(book, part.agency_id),
            category_name(complaint.category_id, book),
            part.is_late(g.now),
        )
        for part, complaint in found
    ]
    return render_template("staff/errands.html", menu=menu(), here="parts", errands=errands)


@blueprint.get("/staff/complaints/<uuid:complaint_id>/parts")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page(complaint_id: UUID) -> ResponseReturnValue:
    """The parts of a report, and the form of another."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    return _page(complaint)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/parts")
@allows(Permission.ASSIGN, tenant=True)
def ask(complaint_id: UUID) -> ResponseReturnValue:
    """Ask another agency for a part."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    try:
        splitting.ask(g.session, office(), complaint, Asked(**PartForm().load(request.form)), **by_hand())
    except MENDABLE as error:
        return _again(complaint_id, error, "")
    return redirect(f"/staff/complaints/{complaint_id}/parts", 303)


@blueprint.post(
    "/staff/complaints/<uuid:complaint_id>/parts/<uuid:part_id>/<any(completion,refusal,cancellation):what>"
)
@allows(Permission.HANDLE, tenant=True)
def end(complaint_id: UUID, part_id: UUID, what: str) -> ResponseReturnValue:
    """Say that it is done, refuse it, or drop it."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    said = EndForm().load(request.form)
    try:
        splitting.end(g.session, office(), complaint, part_id, ENDS[what], words=said["words"], **by_hand())
    except MENDABLE as error:
        return _again(complaint_id, error, str(part_id))
    seen = complaint.id if what != "refusal" else None
    return redirect(f"/staff/complaints/{seen}/parts" if seen else "/staff/parts", 303)


def _again(complaint_id: UUID, error: AduanError, about: str) -> ResponseReturnValue:
    errors = {"words" if about and name else name: one for name, one in refused(error).items()}
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    return _page(complaint, errors=errors, about=about), status_of(error)


def lines_of(complaint: Complaint, book: Rulebook) -> list[Line]:
    """The parts of a report in words; one statement."""
    actor = current_user.actor
    return [
        Line(
            part,
            _agency(book, part.agency_id),
            STATES[part.state],
            splitting.works_on(part, actor, book),
            part.is_late(g.now),
        )
        for part in subtask.parts_of(g.session, complaint.id)
    ]


def _page(complaint: Complaint, *, errors: dict[str, str] | None = None, about: str | None = None) -> str:
    """about: the id of the part whose form was sent, "" for that of a new one."""
    book = office().rulebooks.of(g.session, g.tenant)
    return render_template(
        "staff/parts.html",
        menu=menu(),
        here="queue",
        complaint=complaint,
        category=category_name(complaint.category_id, book),
        lines=lines_of(complaint, book),
        possible=handling.possible_moves(complaint, current_user.actor, g.tenant, book),
        agencies=[(str(one.id), words(one.name)) for one in book.agencies.values() if one.id != complaint.agency_id],
        days=[
            (str(days), _("one working day") if days == 1 else _("%(days)s working days", days=days)) for days in DAYS
        ],
        typed=request.form,
        errors=errors or {},
        about=about,
    )


def _agency(book: Rulebook, agency_id: UUID) -> str:
    agency = book.agencies.get(agency_id)
    return words(agency.name) if agency else _("an agency")
