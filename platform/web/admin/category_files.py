"""Categories out to a spreadsheet and in again: first what every row would change, then, on a button, all of it."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration import categories, category_sheet
from configuration.category_comparing import Compared, What, compare, take
from configuration.category_sheet import Given
from people.permissions import Permission
from tenants.errors import AduanError, Invalid
from web.access import allows
from web.admin.readings import Namer, field_name
from web.context import office
from web.errors import sentence
from web.saving import author, saved
from web.spreadsheet import read_rows
from web.staff.viewer import menu
from web.table import csv_line
from web.xlsx import workbook

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_SHOWN = 500

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
    """Read a file and say what each row would change; nothing is changed yet."""
    sent = request.files.get("file")
    try:
        lines = category_sheet.given_in(read_rows(sent.read() if sent else b""), g.tenant.languages)
    except Invalid as error:
        return render_template("admin/category_files.html", menu=menu(), error=sentence(error)), 422
    kept = [{"number": one.number, "row": one.row, "tongues": _listed(one)} for one in lines]
    key = "" if any(one.faults for one in lines) else secrets.token_hex(16)
    if key:
        document = {"tenant": str(g.tenant.id), "revision": g.tenant.revision, "lines": kept}
        office().storage.put(f"staging/{key}", json.dumps(document).encode(), "application/json")
    return report(compare(g.session, lines, g.tenant.languages), key)


@blueprint.post("/admin/categories/files/<key>/taking")
@allows(Permission.CONFIGURE, tenant=True)
def take_over(key: str) -> ResponseReturnValue:
    """Let a file that was looked at hold; where the settings have changed since, it is looked at once more."""
    try:
        kept = json.loads(office().storage.get(f"staging/{key}"))
    except (AduanError, ValueError):
        kept = {}
    if kept.get("tenant") != str(g.tenant.id):
        words = _("The file was kept for 24 hours and is gone. Please send it again.")
        return render_template("admin/category_files.html", menu=menu(), error=words), 422
    lines = [
        Given(one["number"], one["row"], {name: frozenset(said) for name, said in one["tongues"].items()})
        for one in kept["lines"]
    ]
    compared = compare(g.session, lines, g.tenant.languages)
    if kept["revision"] != g.tenant.revision or any(one.what is What.REFUSED for one in compared):
        office().storage.put(
            f"staging/{key}", json.dumps(kept | {"revision": g.tenant.revision}).encode(), "application/json"
        )
        return report(compared, key, anew=True), 409
    take(g.session, compared, author=author(), now=g.now)
    return saved("/admin/categories")


def report(compared: Sequence[Compared], key: str, *, anew: bool = False) -> str:
    """The page that says of each row what it would change. anew: the settings have changed since it was first shown."""
    namer = Namer(g.session, [])
    counts = {what: sum(one.what is what for one in compared) for what in What}
    telling = [one for one in compared if one.what is not What.SAME]
    return render_template(
        "admin/category_report.html",
        menu=menu(),
        counts=counts,
        lines=[shown(one, namer) for one in telling[:MOST_SHOWN]],
        left=max(len(telling) - MOST_SHOWN, 0),
        action=f"/admin/categories/files/{key}/taking",
        takes=bool(key) and not counts[What.REFUSED] and bool(counts[What.ADDED] + counts[What.CHANGED]),
        anew=anew,
    )


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
        "faults": [f"{name}: {sentence(error)}" for name, error in one.faults.items()],
    }


def _listed(line: Given) -> dict[str, list[str]]:
    return {name: sorted(said) for name, said in line.tongues.items()}
