"""Checks on the spot: what was drawn, the page on which somebody says what they found, and what was found by agency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from complaints.complaint import Complaint, Evidence, HistoryRow, Remark
from complaints.crews import checking
from complaints.crews.checking import PAGE, Tally, Verdict
from complaints.evidence import Photo
from complaints.field_check import OPTION, FieldCheck
from complaints.rules import own_work
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Need
from people.permissions import Permission
from tenants.errors import N_, Invalid
from web.access import allows
from web.context import office, words
from web.errors import status_of
from web.forms import MENDABLE, Choice, Form, Text, refused
from web.staff.comparing import work_of
from web.staff.dossier import log_read, visible_complaint
from web.staff.form import photos_sent, stage
from web.staff.names import category_name, place_of
from web.staff.route import directions
from web.staff.viewer import by_hand, menu, viewer

FOUND_SINCE = timedelta(days=90)
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.AS_PROMISED: (N_("As promised"), N_("It stays done.")),
    Verdict.PARTLY: (N_("Partly"), N_("It stays done; your note tells the agency what is missing.")),
    Verdict.NOT: (N_("Not as promised"), N_("The report is opened again; its agency and the reporter are told.")),
}
"""What can be found, each with what follows from it. Msgids."""

blueprint = Blueprint("staff_checks", __name__)


class CheckForm(Form):
    """What was found on the spot."""

    verdict = Choice({one.value: one for one in Verdict}, N_("Choose what you found."))
    note = Text()
    waiver = Text()


@dataclass(frozen=True)
class Drawn:
    """A check that waits. directions: to the place in the map app, "" without a point. own: the viewer did the work."""

    id: UUID
    reference: str
    category: str
    place: str
    agency: str
    drawn_at: datetime
    directions: str
    photo: tuple[UUID, UUID] | None
    own: bool


@dataclass(frozen=True)
class Found:
    """What checks found of an agency's work, in words."""

    agency: str
    tally: Tally


@blueprint.get("/staff/checks")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """What was drawn and nobody has looked at, the oldest first; beneath, what was found lately."""
    found = checking.open_checks(g.session, _after(request.args.get("after", "")))
    return render_template(
        "staff/checks.html",
        rows=_drawn(found[:PAGE]),
        after=f"{found[PAGE - 1][0].drawn_at.isoformat()}~{found[PAGE - 1][0].id}" if len(found) > PAGE else None,
        further="after" in request.args,
        found=_found() if current_user.actor.holds(Permission.SEE_ALL_AGENCIES) else [],
        since_days=FOUND_SINCE.days,
        percent=g.tenant.options.get(OPTION) or 0,
        done="done" in request.args,
        menu=menu(),
        here="checks",
    )


@blueprint.get("/staff/checks/<uuid:check_id>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def one(check_id: UUID) -> ResponseReturnValue:
    """One check: before and after, and the form of what was found."""
    check, complaint = _here(check_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    return _shown(check, complaint)


@blueprint.post("/staff/checks/<uuid:check_id>/verdict")
@allows(Permission.SEE_CONSOLE, tenant=True)
def judge(check_id: UUID) -> ResponseReturnValue:
    """Say what was found on the spot."""
    check, _complaint = _here(check_id)
    photos: list[Photo] = []
    try:
        photos = photos_sent(office().storage)
        checking.judge(g.session, office(), check, photos=photos, **CheckForm().load(request.form), **by_hand())
    except MENDABLE as error:
        errors = refused(error, among=_FIELDS)
        check, complaint = _here(check_id)
        return _shown(check, complaint, errors, stage(photos, office().storage)), status_of(error)
    return redirect("/staff/checks?done=1", 303)


def _here(check_id: UUID) -> tuple[FieldCheck, Complaint]:
    """The check and its complaint, if this viewer may see that. Raises NotFound."""
    check = checking.check_here(g.session, check_id)
    complaint, _contact = visible_complaint(g.session, viewer(), check.complaint_id)
    return check, complaint


def _shown(
    check: FieldCheck, complaint: Complaint, errors: Mapping[str, str] | None = None, staged: Sequence[str] = ()
) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    work = work_of(g.session, book, complaint, viewer(), request.args)
    before = work.photos.before
    return render_template(
        "staff/check.html",
        check=check,
        complaint=complaint,
        work=work,
        open=check.checked_at is None and check.ended_at is None,
        found=VERDICTS[Verdict(check.verdict)][0] if check.verdict else "",
        directions=_directions(complaint),
        verdicts=VERDICTS,
        own=checking.OWN_WORK if work.own else "",
        before=f"/staff/complaints/{complaint.id}/photos/{before.id}/public" if before and before.ready else "",
        typed=request.form,
        staged=staged,
        errors=errors or {},
        menu=menu(),
        here="checks",
    )


_FIELDS = frozenset((Need.NOTE.value, Need.PHOTO.value, "verdict"))


def _drawn(found: Sequence[tuple[FieldCheck, Complaint]]) -> list[Drawn]:
    """The checks in words, those that the viewer may see, in three statements more."""
    book = office().rulebooks.of(g.session, g.tenant)
    seen = [(check, complaint) for check, complaint in found if viewer().sees(complaint)]
    ids = [complaint.id for _check, complaint in seen]
    if not ids:
        return []
    places = dict(
        g.session.execute(
            select(Remark.complaint_id, Remark.place).where(Remark.complaint_id.in_(ids), Remark.kind == "description")
        ).all()
    )
    photos = dict(
        g.session.execute(
            select(Evidence.complaint_id, Evidence.id)
            .where(Evidence.complaint_id.in_(ids), Evidence.side == "after", Evidence.state == "ready")
            .order_by(Evidence.created_at)
        ).all()
    )
    histories: dict[UUID, list[HistoryRow]] = {id_: [] for id_ in ids}
    for row in g.session.scalars(
        select(HistoryRow).where(HistoryRow.complaint_id.in_(ids)).order_by(HistoryRow.number)
    ):
        histories[row.complaint_id].append(row)
    return [
        Drawn(
            id=check.id,
            reference=complaint.reference,
            category=category_name(complaint.category_id, book),
            place=place_of(places.get(complaint.id), complaint.area_id, book),
            agency=_agency(book, check.agency_id),
            drawn_at=check.drawn_at,
            directions=_directions(complaint),
            photo=(complaint.id, photos[complaint.id]) if complaint.id in photos else None,
            own=own_work.is_own(histories[complaint.id], viewer().seat_id),
        )
        for check, complaint in seen
    ]


def _directions(complaint: Complaint) -> str:
    if complaint.lon is None or complaint.lat is None:
        return ""
    return directions([(complaint.lon, complaint.lat)])


def _agency(book: Rulebook, agency_id: UUID | None) -> str:
    agency = book.agencies.get(agency_id) if agency_id else None
    return words(agency.name) if agency else ""


def _found() -> list[Found]:
    """What was found lately, by agency, those with the most checks first."""
    book = office().rulebooks.of(g.session, g.tenant)
    tallies = sorted(checking.tallies(g.session, g.now - FOUND_SINCE), key=lambda one: -one.drawn)
    return [Found(_agency(book, one.agency_id), one) for one in tallies]


def _after(written: str) -> tuple[datetime, UUID] | None:
    if not written:
        return None
    try:
        drawn_at, id_ = written.split("~")
        return datetime.fromisoformat(drawn_at), UUID(id_)
    except ValueError:
        raise Invalid("This page of the list can't be found. Start from the first one.", field="after") from None
