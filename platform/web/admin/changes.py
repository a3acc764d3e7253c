"""Who changed which setting: the ledger of a city, filtered, as a file, each change in words, and taken back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from configuration import ledger
from configuration.change import ConfigurationChange, Did
from configuration.ledger import PAGE, Wanted
from people.permissions import Permission
from tenants import scope
from tenants.database import db
from tenants.errors import Conflict, Invalid, NotFound
from web.access import allows
from web.admin.entries import entries_of
from web.admin.particulars import particulars
from web.admin.readings import Namer, field_name, section_name, section_names
from web.errors import sentence, status_of
from web.saving import author, looked_at, saved
from web.staff.names import names_of
from web.staff.viewer import menu
from web.table import csv_line

MOST_ENTRIES = 5
FILTERS = ("section", "seat", "row", "code")

blueprint = Blueprint("admin_changes", __name__)


@dataclass(frozen=True)
class Line:
    """One change of the list. what: "changed the category Jalan berlubang". fields: names of what differs."""

    id: UUID
    at: Any
    who: str
    what: str
    fields: str


@blueprint.get("/admin/changes")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The latest changes, filtered by section, person, row or code."""
    wanted = _wanted()
    rows = ledger.changes(g.session, wanted, after=request.args.get("after") or None)
    shown = rows[:PAGE]
    query = {
        name: value for name, value in request.args.items() if value and name in ("section", "seat", "row", "code")
    }
    more = f"/admin/changes?{urlencode({**query, 'after': ledger.key_of(shown[-1])})}" if len(rows) > PAGE else None
    return render_template(
        "admin/changes.html",
        menu=menu(),
        lines=lines_of(g.session, shown),
        sections=section_names(),
        chosen=query,
        more=more,
        first=f"/admin/changes?{urlencode(query)}" if "after" in request.args else None,
        file=f"/admin/changes.csv?{urlencode(query)}",
        entries=entries_of(g.session, g.now, MOST_ENTRIES),
    )


@blueprint.get("/admin/changes.csv")
@allows(Permission.CONFIGURE, tenant=True)
def download() -> ResponseReturnValue:
    """The same as CSV: a line for each column that was changed."""
    answer = Response(stream_with_context(_file(_wanted(), g.tenant.id)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{g.tenant.slug}-changes.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/admin/changes/<uuid:change_id>")
@allows(Permission.CONFIGURE, tenant=True)
def one(change_id: UUID) -> ResponseReturnValue:
    """One change: before and after in words, and both readings to go back to."""
    return _one(ledger.change_by_id(g.session, change_id))


@blueprint.post("/admin/changes/<uuid:change_id>/restoration")
@allows(Permission.CONFIGURE, tenant=True)
def restore(change_id: UUID) -> ResponseReturnValue:
    """Let the row read again as it did before this change, or after it."""
    change = ledger.change_by_id(g.session, change_id)
    reading = change.before if request.form.get("reading") == "before" else change.after
    try:
        if reading is None:
            raise Invalid("There is no such reading.")
        made = ledger.restore_reading(
            g.session, change, reading, author=author(), now=g.now, expected_version=looked_at()
        )
    except (Invalid, Conflict) as error:
        g.session.rollback()
        return _one(ledger.change_by_id(g.session, change_id), sentence(error)), status_of(error)
    return saved(f"/admin/changes/{made.id if made else change_id}")


def _one(change: ConfigurationChange, error: str = "") -> str:
    namer = Namer(g.session, [change])
    row = ledger.row_of(g.session, change)
    return render_template(
        "admin/change.html",
        menu=menu(),
        line=lines_of(g.session, [change])[0],
        change=change,
        section=section_name(change.section),
        differences=particulars(ledger.differences(change.before, change.after), namer),
        addresses_changed=bool(change.fields) and not ledger.differences(change.before, change.after),
        restorable=row is not None,
        version=getattr(row, "version", 0),
        error=error,
    )


def lines_of(session: Session, rows: Sequence[ConfigurationChange]) -> list[Line]:
    """Changes in words."""
    seats = names_of(session, {row.seat_id for row in rows if row.seat_id})
    namer = Namer(session, rows, whole=False)
    return [
        Line(
            id=row.id,
            at=row.at,
            who=seats.get(row.seat_id, _("A former official")) if row.seat_id else _("The platform"),
            what=_what(row, namer),
            fields=", ".join(field_name(name) for name in row.fields),
        )
        for row in rows
    ]


def _what(row: ConfigurationChange, namer: Namer) -> str:
    said = {"section": section_name(row.section), "name": namer.name(row)}
    words = {
        Did.ADDED: _("added: %(section)s %(name)s", **said),
        Did.CHANGED: _("changed: %(section)s %(name)s", **said),
        Did.ENDED: _("ended: %(section)s %(name)s", **said),
        Did.RESTORED: _("restored: %(section)s %(name)s", **said),
    }[Did(row.did)]
    return words.rstrip()  # some have no name


def _file(wanted: Wanted, tenant_id: UUID) -> Iterator[str]:
    zone = ZoneInfo(g.tenant.time_zone)
    yield "\ufeff" + csv_line([_("When"), _("Who"), _("What"), _("Field"), _("Before"), _("After")])
    with Session(db.engine) as session:
        scope.name_tenant(session, tenant_id)
        for row in ledger.every_change(session, wanted):
            namer = Namer(session, [row])
            [line] = lines_of(session, [row])
            head = [f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}", line.who, line.what]
            for part in particulars(ledger.differences(row.before, row.after), namer):
                yield csv_line([*head, *part])


def _wanted() -> Wanted:
    try:
        return Wanted(
            section=request.args.get("section") or None,
            seat_id=UUID(request.args["seat"]) if request.args.get("seat") else None,
            row_id=UUID(request.args["row"]) if request.args.get("row") else None,
            code=request.args.get("code", "").strip() or None,
        )
    except ValueError:
        raise NotFound(_("There is no such page here.")) from None
