"""What waits for validation: the work of others beside what was reported, what is due soon first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import handling, queue, undoing
from complaints.complaint import Complaint, Evidence, HistoryRow
from complaints.queue import Filter, Tab
from complaints.queue_row import Page
from complaints.rules import own_work
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Status
from people.permissions import Permission
from tenants.errors import NotFound
from web.access import allows
from web.context import office, words
from web.staff.dossier import visible_complaint
from web.staff.listing import end_of_day
from web.staff.moves import DONE
from web.staff.names import category_name, names_of, place_of
from web.staff.remaining import Remaining, remaining
from web.staff.viewer import menu, viewer

blueprint = Blueprint("staff_validation", __name__)


@dataclass(frozen=True)
class Waiting:
    """One piece of work. before, after: ids of photos that are ready, None for none. hints: how many things stand out.

    own: whether the viewer did it, so that somebody else validates it.
    """

    id: UUID
    reference: str
    category: str
    place: str
    safety: bool
    agency: str
    remaining: Remaining
    before: UUID | None
    after: UUID | None
    hints: int
    by: str
    at: datetime | None
    own: bool


@dataclass(frozen=True)
class Judged:
    """What was just decided, and for how long it can be taken back."""

    complaint: Complaint
    done: str
    undo_s: int


@blueprint.get("/staff/validation")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """The work that waits, twenty a page."""
    book = office().rulebooks.of(g.session, g.tenant)
    found = queue.page(
        g.session,
        viewer(),
        Filter(Tab.ALL, status=Status.AWAITING_VALIDATION),
        now=g.now,
        today_ends_at=end_of_day(g.now, g.tenant.time_zone),
        after=request.args.get("after") or None,
    )
    return render_template(
        "staff/validation.html",
        rows=_waiting(g.session, book, found, g.now),
        after=found.after,
        further="after" in request.args,
        judged=_judged(request.args),
        validates=bool(g.tenant.options.get("validation")),
        may_validate=current_user.actor.holds(Permission.VALIDATE),
        menu=menu(),
        here="validation",
    )


def _waiting(session: Session, book: Rulebook, page: Page, now: datetime) -> list[Waiting]:
    ids = [row.id for row in page.rows]
    histories: dict[UUID, list[HistoryRow]] = {id_: [] for id_ in ids}
    photos: dict[UUID, list[Evidence]] = {id_: [] for id_ in ids}
    if ids:
        for step in session.scalars(
            select(HistoryRow).where(HistoryRow.complaint_id.in_(ids)).order_by(HistoryRow.number)
        ):
            histories[step.complaint_id].append(step)
        for photo in session.scalars(
            select(Evidence)
            .where(Evidence.complaint_id.in_(ids), Evidence.state == "ready")
            .order_by(Evidence.created_at, Evidence.id)
        ):
            photos[photo.complaint_id].append(photo)
    submitted = {
        id_: next((row for row in reversed(history) if row.move == "submit"), None)
        for id_, history in histories.items()
    }
    names = names_of(session, {row.seat_id for row in submitted.values() if row is not None and row.seat_id})
    seat_id = current_user.seat.id
    shown = []
    for row in page.rows:
        last = submitted[row.id]
        agency = book.agencies.get(row.agency_id) if row.agency_id else None
        shown.append(
            Waiting(
                id=row.id,
                reference=row.reference,
                category=category_name(row.category_id, book),
                place=place_of(row.place, row.area_id, book),
                safety=row.urgency == 0,
                agency=words(agency.name) if agency else "",
                remaining=remaining(row, now),
                before=_photo(photos[row.id], "before"),
                after=_photo(photos[row.id], "after"),
                hints=sum(len(photo.flags) for photo in photos[row.id]),
                by=names.get(last.seat_id, _("A former official")) if last is not None and last.seat_id else "",
                at=last.at if last is not None else None,
                own=own_work.is_own(histories[row.id], seat_id),
            )
        )
    return shown


def _photo(photos: Sequence[Evidence], side: str) -> UUID | None:
    """The last photo of a side."""
    return next((one.id for one in reversed(photos) if one.side == side), None)


def _judged(arguments: Mapping[str, str]) -> Judged | None:
    """What the address says was done, where this official may know of it."""
    done = DONE.get(arguments.get("done", ""))
    try:
        complaint, _contact = visible_complaint(g.session, viewer(), UUID(arguments.get("last", "")))
    except (ValueError, NotFound):
        return None
    last = handling.history_of(g.session, complaint.id)[-1]
    return Judged(complaint, done, undoing.seconds_left(last, current_user.seat.id, g.now)) if done else None
