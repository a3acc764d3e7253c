"""A list of the queue as a file, CSV or a workbook: what this official may see of it, sent while it is read."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from complaints.finding.listed import Listed, listed
from complaints.queue import Filter
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from people.permissions import Permission, may
from tenants import scope
from tenants.database import db
from tenants.errors import N_
from web.access import allows
from web.context import office, words
from web.staff.corrected import kind_word
from web.staff.listing import asked_list, end_of_day
from web.staff.names import category_name
from web.staff.viewer import viewer
from web.statuses import shown_to_officials
from web.table import csv_line
from web.xlsx import Value, workbook

blueprint = Blueprint("staff_files", __name__)

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
VISIBILITIES = {"public": N_("public"), "private": N_("private"), "restricted": N_("restricted")}


@blueprint.get("/staff/list.<any(csv, xlsx):form>")
@allows(Permission.SEE_CONSOLE, tenant=True)
def download(form: str) -> ResponseReturnValue:
    """The list of this address, whole, with a search what it finds."""
    book = office().rulebooks.of(g.session, g.tenant)
    reader, zone = viewer(), ZoneInfo(g.tenant.time_zone)
    what = asked_list(g.session, book, reader, request.args, now=g.now, zone=g.tenant.time_zone, code=g.tenant.code)
    rows = _rows(what, book, reader, zone, names_reporters=may(current_user.seat.role, Permission.REVEAL_REPORTER))
    sent = workbook(_names(), rows) if form == "xlsx" else _csv(rows)
    answer = Response(stream_with_context(sent), content_type=TYPES[form])
    name = f"{g.tenant.slug}-{g.now.astimezone(zone):%Y-%m-%d-%H%M}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _rows(
    what: Filter | list[UUID], book: Rulebook, reader: Viewer, zone: ZoneInfo, *, names_reporters: bool
) -> Iterator[list[Value]]:
    """The lines of the file, from a session of their own: the request's is over before they are sent."""
    verifies = bool(g.tenant.options.get("verification"))
    day = {"now": g.now, "today_ends_at": end_of_day(g.now, g.tenant.time_zone)}
    with Session(db.engine) as session:
        scope.name_tenant(session, g.tenant.id)
        try:
            for one in listed(session, reader, what, names_reporters=names_reporters, **day):
                yield _line(one, book, zone, verifies=verifies)
        finally:
            session.commit()  # what was read is logged, also when the reader went away in the middle


def _names() -> list[str]:
    zone = g.tenant.time_zone
    return [
        _("Number"), _("Status"), _("Kind"), _("Category"), _("Agency"), _("Area"), _("Place"), _("Description"),
        _("Latitude"), _("Longitude"), _("Who can see it"), _("Holder"), _("Reporter"),
        *(f"{name} ({zone})" for name in (
            _("Received"), _("First answer"), _("Answer due"), _("Done due"), _("Done"),
        )),
    ]  # fmt: skip


def _line(one: Listed, book: Rulebook, zone: ZoneInfo, *, verifies: bool) -> list[Value]:
    row = one.row
    agency = book.agencies.get(row.agency_id) if row.agency_id else None
    area = book.areas.get(row.area_id) if row.area_id else None
    instants = (row.received_at, row.responded_at, row.respond_due_at, row.resolve_due_at, one.resolved_at)
    return [
        row.reference,
        _(shown_to_officials(row.status, verifies).word),
        kind_word(one.kind),
        category_name(row.category_id, book),
        words(agency.name) if agency else "",
        words(area.name) if area else "",
        row.place or "",
        one.description,
        one.lat,
        one.lon,
        _(VISIBILITIES[one.visibility]),
        one.holder,
        one.reporter,
        *(_here(at, zone) for at in instants),
    ]


def _here(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """An instant as the city's clocks show it, to the minute: a spreadsheet knows no zones."""
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if at else None


def _csv(rows: Iterator[list[Value]]) -> Iterator[str]:
    """After a mark by which spreadsheets know the encoding."""
    yield "\ufeff" + csv_line(_names())
    for row in rows:
        yield csv_line([f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value for value in row])
