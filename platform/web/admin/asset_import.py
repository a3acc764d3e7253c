"""`/admin/assets/imports`: a file of objects, row by row what it would change, and then all of it or nothing."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from configuration import asset_bringing, asset_file, asset_staging, assets, import_notes, imports
from configuration.asset_staging import StagedAssets
from configuration.assets import Outlook
from configuration.import_notes import Standing, State
from people.permissions import Permission
from tenants.errors import Conflict, Invalid
from tenants.ground_map import ground_of
from web.access import allows
from web.admin.assets import rulebook, with_place
from web.admin.import_progress import file_id, once_over, told
from web.context import office, words
from web.errors import sentence
from web.saving import author, saved
from web.staff.viewer import menu

SHOWN = 100

blueprint = Blueprint("admin_asset_import", __name__)


@blueprint.get("/admin/assets/imports")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The form for a file."""
    return _form()


@blueprint.post("/admin/assets/imports")
@allows(Permission.CONFIGURE, tenant=True)
def take() -> ResponseReturnValue:
    """Read a file; nothing changes yet."""
    upload, category = request.files.get("file"), rulebook().categories.get(request.form.get("category", ""))
    try:
        if category is None:
            raise Invalid("Choose what kind of problem these objects have.", field="category")
        if upload is None or not upload.filename:
            raise Invalid("Choose a file.", field="file")
        read = asset_file.read_assets(upload.read(), upload.filename, ground_of(g.session, g.tenant.id))
    except Invalid as error:
        return _form(error), 422
    missing = assets.END if request.form.get("missing") == assets.END else assets.KEEP
    staged = StagedAssets(upload.filename[:200], category.code, missing, read)
    key = asset_staging.stage(office().storage, g.tenant.id, staged)
    return redirect(f"/admin/assets/imports/{key}", 303)


@blueprint.get("/admin/assets/imports/<key>")
@allows(Permission.CONFIGURE, tenant=True)
def look(key: str) -> ResponseReturnValue:
    """What the file would change, row by row; once it was asked for, how far that has come."""
    stands = _standing(key)
    if over := once_over(stands):
        return over
    if stands.state not in (State.READ, State.STOPPED):
        return _progress(key, stands)
    return _look(key, *asset_bringing.outlook(g.session, office(), g.tenant, key), stopped=stands.state)


@blueprint.post("/admin/assets/imports/<key>/application")
@allows(Permission.CONFIGURE, tenant=True)
def apply(key: str) -> ResponseReturnValue:
    """Bring it all in, unless something has to be put right first; a large file by the worker."""
    if _standing(key).state in (*import_notes.OPEN, State.DONE):
        return redirect(f"/admin/assets/imports/{key}", 303)
    staged, seen = asset_bringing.outlook(g.session, office(), g.tenant, key)
    if staged.file.faults or seen.elsewhere:
        return _look(key, staged, seen, Conflict("Some rows have to be put right first; nothing was taken.")), 409
    if sum(one.what != "same" for one in seen.changes) + len(seen.ended) > asset_bringing.AT_ONCE:
        asset_bringing.ask(g.session, office(), g.tenant, key, author=author(), now=g.now)
        return redirect(f"/admin/assets/imports/{key}", 303)
    category = asset_bringing.bring_in(g.session, office(), g.tenant, key, author=author(), now=g.now)
    g.session.commit()
    asset_staging.drop(office().storage, key)
    return saved("/admin/assets", category=category)


@blueprint.post("/admin/assets/imports/<key>/stopping")
@allows(Permission.CONFIGURE, tenant=True)
def stop(key: str) -> ResponseReturnValue:
    """Ask the worker to stop bringing a file in."""
    imports.stop(g.session, office().storage, g.tenant, asset_bringing.KIND, file_id(key), g.now)
    return redirect(f"/admin/assets/imports/{key}", 303)


def _standing(key: str) -> Standing:
    return imports.standing(g.session, office().storage, g.tenant, asset_bringing.KIND, file_id(key), g.now)


def _progress(key: str, stands: Standing) -> str:
    return render_template(
        "admin/asset_progress.html", menu=menu(), address=f"/admin/assets/imports/{key}", stands=told(stands)
    )


def _form(error: Invalid | None = None) -> str:
    book = rulebook()
    groups: dict[str, list[tuple[str, str]]] = {}
    names = {group.code: words(group.name) for group in book.groups}
    for entry in with_place(book):
        groups.setdefault(names.get(entry.group, ""), []).append((entry.code, words(entry.name)))
    return render_template(
        "admin/asset_import.html",
        menu=menu(),
        groups=groups,
        category=request.form.get("category", request.args.get("category", "")),
        missing=request.form.get("missing", assets.KEEP),
        errors={error.field or "file": sentence(error)} if error else {},
    )


def _look(
    key: str, staged: StagedAssets, seen: Outlook, error: Conflict | None = None, *, stopped: State = State.READ
) -> str:
    book = rulebook()
    here = {entry.id: words(entry.name) for entry in book.categories.values()}
    faults: list[tuple[int, str]] = [(line, sentence(fault)) for line, fault in staged.file.faults[:SHOWN]]
    faults += [(line, sentence(_elsewhere(code, here.get(id_, "–")))) for line, code, id_ in seen.elsewhere[:SHOWN]]
    touched = [one for one in seen.changes if one.what != "same"]
    return render_template(
        "admin/asset_outlook.html",
        menu=menu(),
        key=key,
        staged=staged,
        category=words(book.category(staged.category).name),
        counts={what: format_decimal(seen.count(what)) for what in ("new", "changed", "back", "same")},
        ended=seen.ended,
        faults=faults,
        fault_count=len(staged.file.faults) + len(seen.elsewhere),
        touched=touched[:SHOWN],
        touched_count=len(touched) + len(seen.ended),
        shown=SHOWN,
        errors={"": sentence(error)} if error else {},
        stopped=stopped is State.STOPPED,
    )


def _elsewhere(code: str, category: str) -> Any:
    return Invalid("The code %(code)s belongs to an object of “%(category)s”.", code=code, category=category)
