"""`/admin/standing`: a city pauses and goes on, takes everything of itself along, and leaves."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from configuration import standstill
from configuration.editing import Author
from onboarding.leaving import archiving, departure
from people.permissions import Permission
from tenants import scope
from tenants.database import db
from tenants.errors import NotFound
from web.access import allows
from web.app import utc_now
from web.context import office
from web.errors import status_of
from web.forms import MENDABLE, refused
from web.saving import author, own_city, saved
from web.staff.names import names_of
from web.staff.viewer import menu

PATH = "/admin/standing"
CHUNK_BYTES = 1 << 18

blueprint = Blueprint("admin_standing", __name__)


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """How the city stands, and what it can do about it."""
    return _page()


@blueprint.post(f"{PATH}/pause")
@allows(Permission.CONFIGURE, tenant=True)
def pause() -> ResponseReturnValue:
    """Pause from now on."""
    return _done(lambda: standstill.pause(g.session, g.tenant.id, author=author(), now=g.now))


@blueprint.post(f"{PATH}/resumption")
@allows(Permission.CONFIGURE, tenant=True)
def resume() -> ResponseReturnValue:
    """Go on."""
    return _done(lambda: departure.resume(g.session, g.tenant, author=author(), now=g.now))


@blueprint.post(f"{PATH}/leaving")
@allows(Permission.CONFIGURE, tenant=True)
def leave() -> ResponseReturnValue:
    """The first step of leaving."""
    return _done(lambda: departure.ask(g.session, office(), g.tenant, author=author(), now=g.now))


@blueprint.post(f"{PATH}/leaving/withdrawal")
@allows(Permission.CONFIGURE, tenant=True)
def stay() -> ResponseReturnValue:
    """Take the leaving back."""
    return _done(lambda: departure.withdraw(g.session, office(), g.tenant, author=author(), now=g.now))


@blueprint.post(f"{PATH}/leaving/confirmation")
@allows(Permission.CONFIGURE, tenant=True)
def confirm() -> ResponseReturnValue:
    """The second step."""
    slug = request.form.get("slug", "")
    return _done(lambda: departure.confirm(g.session, office(), g.tenant, slug=slug, author=author(), now=g.now))


@blueprint.post(f"{PATH}/archives")
@allows(Permission.CONFIGURE, tenant=True)
def archive() -> ResponseReturnValue:
    """Have an archive made."""
    return _done(lambda: archiving.ask(g.session, office(), author=author(), now=g.now))


@blueprint.post(f"{PATH}/archives/<uuid:archive_id>/copy")
@allows(Permission.CONFIGURE, tenant=True)
def download(archive_id: UUID) -> ResponseReturnValue:
    """The archive itself; who takes it is noted, since all that residents wrote is in it."""
    try:
        row, content = archiving.open_for(g.session, office(), archive_id, author=author(), now=g.now)
    except MENDABLE as error:
        return _page(refused(error)), status_of(error)
    sent = _chunks(content, db.engine, g.tenant.id, row.id, author())
    answer = Response(sent, content_type="application/x-tar")
    answer.call_on_close(content.close)  # also where nobody asked for the first of them
    answer.headers["Content-Length"] = str(row.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{g.tenant.slug}-{row.state_at:%Y-%m-%d}.tar"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _chunks(content: BinaryIO, engine: Engine, tenant_id: UUID, archive_id: UUID, by: Author) -> Iterator[bytes]:
    """The content; that it was taken is noted, in a session of its own, when whoever sends it asks for more at its end:
    all has then gone out. A download that breaks off is never asked for so far.
    """
    with content:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk
    with suppress(NotFound), Session(engine) as session:  # the city may be gone by then, and its archives with it
        scope.name_tenant(session, tenant_id)
        archiving.had_whole(session, archive_id, author=by, now=utc_now())
        session.commit()


def _done(step: Callable[[], object]) -> ResponseReturnValue:
    """Make a step; what doesn't go is said on the page."""
    try:
        step()
    except MENDABLE as error:
        return _page(refused(error)), status_of(error)
    return saved(PATH)


def _page(errors: dict[str, str] | None = None) -> str:
    leaving = departure.current(g.session)
    last = departure.last(g.session)
    archives = archiving.latest(g.session)
    erased_at = archiving.last_erasure(g.session, g.now)
    missing = departure.missing_archive(g.session) if leaving else ""
    return render_template(
        "onboarding/standing.html",
        menu=menu(),
        city=own_city(),
        archives=archives,
        overtaken={row.id for row in archives if archiving.is_overtaken(row, erased_at)},
        names=names_of(g.session, {row.asked_by for row in archives if row.asked_by}),
        days=archiving.KEPT.days,
        leaving=leaving,
        erased_from=leaving.confirmed_at + departure.LAST_DAY if leaving and leaving.confirmed_at else None,
        may_confirm=leaving is not None and g.now >= leaving.confirm_from_at,
        missing=_(missing) if missing else "",
        stopped=last if last and last.stopped_at and leaving is None else None,
        waits=departure.WAITS.days,
        typed=request.form.get("slug", ""),
        errors=errors or {},
    )
