"""The work beside what was reported, large, with what each photo says of itself: for whoever validates or checks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from complaints import evidence, handling, restoring
from complaints.complaint import Complaint, HistoryRow, Remark
from complaints.handling import Carried
from complaints.rules import own_work
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from complaints.workflow import Need
from people.permissions import Permission
from tenants.errors import NotFound
from web.access import allows
from web.context import office, words
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, refused
from web.staff.dossier import log_read, visible_complaint
from web.staff.names import category_name, names_of, place_of
from web.staff.provenance import Provenance, provenance
from web.staff.viewer import by_hand, menu, viewer
from web.statuses import shown_to_officials

VERDICTS: Mapping[str, str] = {"validate": "validation", "send_back": "sending-back"}
"""The moves that are made on this page, each with its resource; the first is the main one."""
DONE_BY = ("submit", "resolve")

blueprint = Blueprint("staff_comparing", __name__)


class VerdictForm(Form):
    """What becomes of the work."""

    verdict = Text()
    reason = Text()


@dataclass(frozen=True)
class Pair:
    """The photos that are shown large, None for none; others: the rest, oldest first.

    again: the reporter's, with which they said after this work that it isn't done.
    """

    before: Provenance | None
    after: Provenance | None
    again: Provenance | None
    others: Sequence[Provenance]


@dataclass(frozen=True)
class Work:
    """What is compared. note, by, at: what was written with the work, by whom and when; None where nobody has yet.

    note: "" once erased. own: whether it is the viewer's own work.
    """

    category: str
    place: str
    description: str
    agency: str
    photos: Pair
    note: str | None
    by: str
    at: datetime | None
    own: bool


@blueprint.get("/staff/complaints/<uuid:complaint_id>/work")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page(complaint_id: UUID) -> ResponseReturnValue:
    """Before and after; where the work waits for this official, it is validated or sent back from here."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    return _shown(complaint)


@blueprint.post("/staff/complaints/<uuid:complaint_id>/work/verdict")
@allows(Permission.SEE_CONSOLE, tenant=True)
def judge(complaint_id: UUID) -> ResponseReturnValue:
    """Validate the work or send it back, then on to the list of what waits."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    said = VerdictForm().load(request.form)
    verdict = said["verdict"]
    if verdict not in VERDICTS:
        raise NotFound("There is no such step here.")
    carried = Carried(words={Need.REASON: said["reason"]} if verdict == "send_back" else {})
    try:
        handling.move(g.session, office(), complaint, verdict, carried=carried, **by_hand())
    except MENDABLE as error:
        errors = refused(error, among=(Need.REASON.value,))
        complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
        return _shown(complaint, errors), status_of(error)
    return redirect(f"/staff/validation?done={VERDICTS[verdict]}&last={complaint_id}", 303)


def _shown(complaint: Complaint, errors: Mapping[str, str] | None = None) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    actor = current_user.actor
    work = work_of(g.session, book, complaint, viewer(), request.args)
    possible = handling.possible_moves(complaint, actor, g.tenant, book)
    return render_template(
        "staff/work.html",
        complaint=complaint,
        shown=shown_to_officials(complaint.status),
        work=work,
        possible=[name for name in VERDICTS if name in possible and not (work.own and name in own_work.BY_ANOTHER)],
        own=own_work.OWN_WORK if work.own and "validate" in possible else "",
        reason=request.form.get("reason", ""),
        errors=errors or {},
        menu=menu(),
        here="validation",
    )


def work_of(
    session: Session, book: Rulebook, complaint: Complaint, viewer: Viewer, arguments: Mapping[str, str]
) -> Work:
    """The work of a complaint, in four statements or five. arguments: which photos are chosen, `before` and `after`."""
    rows = session.execute(
        select(HistoryRow, Remark)
        .outerjoin(Remark, and_(Remark.tenant_id == HistoryRow.tenant_id, Remark.id == HistoryRow.remark_id))
        .where(HistoryRow.complaint_id == complaint.id)
        .order_by(HistoryRow.number)
    ).all()
    history: list[HistoryRow] = [row[0] for row in rows]
    remarks: dict[UUID, Remark] = {row[0].id: row[1] for row in rows if row[1] is not None}
    described = next((remark for remark in remarks.values() if remark.kind == "description"), None)
    done = next((row for row in reversed(restoring.standing(history)) if row.move in DONE_BY), None)
    said = remarks.get(done.id) if done else None
    names = names_of(session, {done.seat_id} if done and done.seat_id else set())
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    return Work(
        category=category_name(complaint.category_id, book),
        place=place_of(described.place if described else None, complaint.area_id, book),
        description=described.body if described else "",
        agency=words(agency.name) if agency else "",
        photos=paired(provenance(session, viewer, evidence.of(session, complaint.id)), arguments),
        note=said.body if said else None,
        by=names.get(done.seat_id, _("A former official")) if done and done.seat_id else "",
        at=done.at if done else None,
        own=own_work.is_own(history, viewer.seat_id),
    )


def paired(photos: Sequence[Provenance], arguments: Mapping[str, str]) -> Pair:
    """Which two of a complaint's photos, oldest first, are shown large: the chosen ones, else those of the last work.

    Of the last work that is the first photo that came with it, and of the reporter's the last that was there by then.
    """
    befores = [one for one in photos if one.side == "before"]
    afters = [one for one in photos if one.side == "after"]
    after = _chosen(afters, arguments.get("after")) or next(
        (one for one in afters if one.created_at == afters[-1].created_at), None
    )
    before = _chosen(befores, arguments.get("before")) or next(
        (one for one in reversed(befores) if after is None or one.created_at <= after.created_at), None
    )
    again = next((one for one in reversed(befores) if after is not None and one.created_at > after.created_at), None)
    return Pair(before, after, again, [one for one in photos if one not in (before, after, again)])


def _chosen(photos: Sequence[Provenance], written: str | None) -> Provenance | None:
    return next((one for one in photos if str(one.id) == written), None)
