"""Categories out to a spreadsheet and in again: first what every row would change, then, on a button, all of it."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from configuration import categories, category_bringing, category_sheet, category_staging, import_notes, imports
from configuration.category_bringing import COMPARE, TAKE
from configuration.category_comparing import Compared, What
from configuration.category_staging import Report, StagedCategories
from configuration.import_notes import Standing, State
from people.permissions import Permission
from tenants.errors import Conflict, Invalid
from web.access import allows
from web.admin.import_progress import file_id, once_over, told
from web.admin.readings import Namer, field_name
from web.context import office
from web.errors import sentence
from web.saving import author, saved
from web.spreadsheet import read_rows
from web.staff.viewer import menu
from web.table import csv_line
from web.xlsx import workbook

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

blueprint = Blueprint("admin_category_files", __name__)


@blueprint.get("/admin/categories/files")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """Where the files are made and taken in."""
    return render_template("admin/category_files.html", menu=menu(), error="")


@blueprint.get("/admin/categories/list.<any(csv, xlsx):form>")
@allows(Permission.CONFIGURE, tenant=True)
def download(form: str) -> ResponseReturnValue:
    """All categories in force, a line each."""
    languages = g.tenant.languages
    still = [one for one in categories.every(g.session) if one.ended_at is None]
    rows = categories.rows_of(g.session, still)
    names = category_sheet.header(languages)
    lines = [category_sheet.line_of(rows[one.id], languages) for one in still]
    body = (
        b"".join(workbook(names, lines))
        if form == "xlsx"
        else ("\ufeff" + "".join(csv_line(line) for line in [names, *lines])).encode()
    )
    answer = Response(body, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{g.tenant.slug}-categories.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/admin/categories/files")
@allows(Permission.CONFIGURE, tenant=True)
def read() -> ResponseReturnValue:
    """Read a file; what each row would change is seen next, a long file is compared by the worker."""
    sent = request.files.get("file")
    try:
        lines = category_sheet.given_in(read_rows(sent.read() if sent else b""), g.tenant.languages)
    except Invalid as error:
        return render_template("admin/category_files.html", menu=menu(), error=sentence(error)), 422
    staged = StagedCategories(((sent.filename if sent else "") or "")[:200], lines)
    key = category_staging.stage(office().storage, g.tenant.id, staged)
    if len(lines) > category_bringing.AT_ONCE:
        category_bringing.ask(g.session, office(), g.tenant, key, COMPARE, author=author(), now=g.now)
    else:
        category_bringing.look(g.session, office(), g.tenant, key, staged)
    return redirect(f"/admin/categories/files/{key}", 303)


@blueprint.get("/admin/categories/files/<key>")
@allows(Permission.CONFIGURE, tenant=True)
def look(key: str) -> ResponseReturnValue:
    """What a file would change, row by row; while the worker is at it, how far it has come."""
    stands = _standing(key)
    if over := once_over(stands):
        return over
    if stands.state is State.DONE or stands.state in import_notes.OPEN:
        return _progress(key, stands)
    if stands.state is State.STOPPED and stands.task == COMPARE:
        category_staging.staged(office().storage, g.tenant.id, key)
        return _progress(key, stands)
    return _report(key, category_staging.report(office().storage, g.tenant.id, key), stopped=stands.state)


@blueprint.post("/admin/categories/files/<key>/taking")
@allows(Permission.CONFIGURE, tenant=True)
def take_over(key: str) -> ResponseReturnValue:
    """Let a file that was looked at hold; where the settings have changed since, it is looked at once more."""
    stands = _standing(key)
    if stands.state is State.DONE or stands.state in import_notes.OPEN:
        return redirect(f"/admin/categories/files/{key}", 303)
    staged = category_staging.staged(office().storage, g.tenant.id, key)
    seen = category_staging.report(office().storage, g.tenant.id, key).revision
    if len(staged.lines) > category_bringing.AT_ONCE:
        category_bringing.ask(g.session, office(), g.tenant, key, TAKE, author=author(), now=g.now, seen=seen)
        return redirect(f"/admin/categories/files/{key}", 303)
    try:
        category_bringing.bring_in(g.session, office(), g.tenant, key, staged, seen=seen, author=author(), now=g.now)
    except Conflict:
        g.session.rollback()
        return _report(key, category_staging.report(office().storage, g.tenant.id, key)), 409
    return saved("/admin/categories")


@blueprint.post("/admin/categories/files/<key>/stopping")
@allows(Permission.CONFIGURE, tenant=True)
def stop(key: str) -> ResponseReturnValue:
    """Ask the worker to stop comparing or taking over."""
    imports.stop(g.session, office().storage, g.tenant, category_bringing.KIND, file_id(key), g.now)
    return redirect(f"/admin/categories/files/{key}", 303)


def _standing(key: str) -> Standing:
    return imports.standing(g.session, office().storage, g.tenant, category_bringing.KIND, file_id(key), g.now)


def _progress(key: str, stands: Standing) -> str:
    return render_template(
        "admin/category_progress.html", menu=menu(), stands=told(stands), address=f"/admin/categories/files/{key}"
    )


def _report(key: str, found: Report, *, stopped: State = State.READ) -> str:
    """The page that says of each row what it would change."""
    namer = Namer(g.session, [])
    telling = found.touched + found.counts[What.REFUSED]
    return render_template(
        "admin/category_report.html",
        menu=menu(),
        counts=found.counts,
        told={what: format_decimal(count) for what, count in found.counts.items()},
        lines=[shown(one, namer) for one in found.lines],
        left=telling - len(found.lines),
        action=f"/admin/categories/files/{key}/taking",
        takes=found.takes,
        anew=found.anew,
        stopped=stopped is State.STOPPED,
    )


def column_of(name: str) -> str:
    """The column of the sheet that a fault is in: `name-id`, as a form calls it, stands under `name:id`."""
    key, _dash, language = name.partition("-")
    return f"{key}:{language}" if language and key in category_sheet.WORDED else name


def shown(one: Compared, namer: Namer) -> dict[str, Any]:
    """One row of the report, in words."""
    return {
        "number": one.number,
        "code": one.code,
        "name": one.name.get(g.language) or next(iter(one.name.values()), ""),
        "what": str(one.what),
        "fields": [
            (field_name(key), namer.said(before), namer.said(after))
            for key, before, after in one.fields
            if one.what is What.CHANGED or key == "agency"
        ],
        "faults": [f"{column_of(name)}: {sentence(error)}" for name, error in one.faults.items()],
    }
