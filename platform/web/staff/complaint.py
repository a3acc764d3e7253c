"""One complaint at the console: the whole page, the part that is swapped beside the list, and its photos."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from complaints import handling, undoing, watching
from complaints.complaint import Complaint, Contact, Evidence
from complaints.crews.sent_work import links_of
from complaints.duplicates import closed_within
from complaints.handling import steps_of
from complaints.rules import competence, own_work
from complaints.together import adding
from complaints.words.exposed import covered
from people.permissions import Permission
from tenants.errors import AduanError, NotFound
from web.access import allows
from web.context import office, settings
from web.errors import status_of
from web.forms import MENDABLE, refused
from web.house import photo
from web.staff import alike, incidents, parts
from web.staff.about import about
from web.staff.composer import Typed, ready_replies
from web.staff.dossier import dossier, log_read, visible_complaint
from web.staff.foreseen import CorrectionFilling
from web.staff.form import Filling
from web.staff.listing import kept
from web.staff.moves import DONE, OFFERED, laid_out
from web.staff.queue import shown_list
from web.staff.viewer import by_hand, menu, viewer
from web.statuses import shown_to_officials

blueprint = Blueprint("staff_complaint", __name__)


@blueprint.get("/staff/complaints/<uuid:complaint_id>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page(complaint_id: UUID) -> ResponseReturnValue:
    """The complaint; a read of a private one is logged."""
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    log_read(g.session, complaint, viewer(), "complaint", g.now)
    return complaint_page(complaint, contact)


@blueprint.get("/staff/complaints/<uuid:complaint_id>/photos/<uuid:evidence_id>/<any(public,thumbnail):size>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def picture(complaint_id: UUID, evidence_id: UUID, size: str) -> ResponseReturnValue:
    """A photo, to who may see its complaint; kept by nobody but the reader's browser."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    row = g.session.scalar(
        select(Evidence).where(
            Evidence.id == evidence_id, Evidence.complaint_id == complaint.id, Evidence.state == "ready"
        )
    )
    if row is None:
        raise NotFound("There is no such photo here.")
    log_read(g.session, complaint, viewer(), "photo", g.now)
    return photo(row, size, cache="private, no-cache")


@blueprint.post("/staff/complaints/<uuid:complaint_id>/undoing")
@allows(Permission.SEE_CONSOLE, tenant=True)
def undo(complaint_id: UUID) -> ResponseReturnValue:
    """Take back the step that this official has just made; where that is over, the page says so."""
    complaint, _contact = visible_complaint(g.session, viewer(), complaint_id)
    try:
        undoing.undo(g.session, office(), complaint, **by_hand())
    except MENDABLE as error:
        return page_again(complaint_id, error)
    return redirect(f"/staff/complaints/{complaint_id}?{_and(list_query())}done=undoing", 303)


def page_again(complaint_id: UUID, error: AduanError) -> ResponseReturnValue:
    """The page as it is now, with why something didn't go."""
    [why] = refused(error).values()
    complaint, contact = visible_complaint(g.session, viewer(), complaint_id)
    return complaint_page(complaint, contact, refusal=why, status=status_of(error))


def complaint_page(
    complaint: Complaint,
    contact: Contact | None,
    *,
    form: Filling | None = None,
    correction: CorrectionFilling | None = None,
    typed: Typed | None = None,
    refusal: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page, or for a swap its right side alone. form: a move being filled in; correction: that one, with a page of
    its own. refusal: what didn't go.
    """
    book = office().rulebooks.of(g.session, g.tenant)
    shown = dossier(
        g.session,
        office().directory,
        book,
        complaint,
        contact,
        viewer=viewer(),
        role=current_user.seat.role,
        now=g.now,
        language=g.language,
    )
    actor = current_user.actor
    possible = handling.possible_moves(complaint, actor, g.tenant, book)
    withheld = {
        why: None
        for move in handling.permitted_moves(complaint, actor, g.tenant).values()
        if (why := handling.refused(complaint, move, actor, book))
    }
    if shown.own_work:
        own = [possible.pop(name) for name in own_work.BY_ANOTHER if name in possible]
        withheld |= {own_work.OWN_WORK: None} if own else {}
    buttons, others = laid_out(
        complaint.status,
        possible,
        can_return=shown.sender_id is not None,
        can_secure=shown.can_secure,
        passes_on=competence.NOT_COMPETENT in withheld,
    )
    swap = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    answer = render_template(
        "staff/swap.html" if swap else "staff/complaint.html",
        dossier=shown,
        complaint=complaint,
        shown=shown_to_officials(complaint.status, "verification" in steps_of(g.tenant)),
        moves=OFFERED,
        possible=possible,
        withheld=list(withheld) if complaint.is_open else [],
        buttons=buttons,
        others=others,
        form=form,
        correction=correction,
        reveals=actor.holds(Permission.REVEAL_REPORTER),
        typed=typed or Typed(),
        ready=ready_replies(complaint, contact) if "reply" in possible else [],
        suggested=alike.suggested(g.session, book, viewer(), complaint, g.now, closed_within(g.tenant.options)),
        back=alike.came_back(g.session, book, viewer(), shown.again_id),
        **incidents.membership(complaint),
        leads=actor.holds(Permission.LEAD_INCIDENTS),
        merged=alike.merged(g.session, book, viewer(), complaint),
        about=about(g.session, viewer(), complaint, picks="correct" in possible),
        crews=links_of(g.session, complaint.id),
        additions=adding.waiting(g.session, complaint.id) if shown.has_additions else [],
        covered=covered,
        parts=parts.lines_of(complaint, book),
        refusal=refusal,
        watched=watching.watches(g.session, complaint.id, viewer().seat_id),
        undo_s=undoing.seconds_left(shown.last, current_user.seat.id, g.now),
        done=DONE.get(request.args.get("done", "")),
        list=None if swap else shown_list(complaint.id),
        carried=list_query(),
        menu=menu(),
        here="queue",
        tiles=settings().map_tiles_url or "",
    )
    return answer, status, {"Vary": "HX-Request"}


def _and(query: str) -> str:
    return f"{query}&" if query else ""


def list_query() -> str:
    """The arguments of the address that describe the list, for the links and forms beside it."""
    return urlencode(kept(request.args))
