"""One category in its editor: words, who gets it, its questions, and beside it the form that residents will see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from complaints.complaint import Complaint
from complaints.rules.rulebook import Rulebook
from configuration import categories
from configuration.category_faults import Faults, Faulty
from configuration.editing import Stale
from configuration.schema import CategorySchema
from people.permissions import Permission
from people.seat import Seat
from tenants.category import OTHER, Category
from tenants.errors import Invalid
from web.access import allows
from web.admin import category_form
from web.admin.category_preview import preview_of
from web.admin.category_words import ICONS, KINDS, PLACES, TYPES, VISIBILITIES, said
from web.admin.readings import Namer, field_name
from web.area_picking import Picked, area_words, pick, unclear
from web.context import office, words
from web.errors import sentence
from web.saving import author, saved
from web.staff.viewer import menu
from web.tongues import tongue

COUNTED = 100
NOBODY = Picked()
ANSWERED = ("save", "area", "off")
"""The buttons after which what is wrong is said; the others only bring the form back."""

blueprint = Blueprint("admin_category", __name__)


@dataclass
class Editing:
    """What the editor's page shows. category: None for a new one. row: as it was typed, or as it stands."""

    row: dict[str, Any]
    category: Category | None = None
    faults: Faults | None = None
    stale: Stale | None = None
    by_area: Picked = NOBODY
    off_in: Picked = NOBODY


@blueprint.get("/admin/categories/new")
@allows(Permission.CONFIGURE, tenant=True)
def begin() -> ResponseReturnValue:
    """The editor of a category, or a group, that isn't there yet."""
    return _page(Editing(_blank(bool(request.args.get("group")))))


@blueprint.post("/admin/categories/new")
@allows(Permission.CONFIGURE, tenant=True)
def make() -> ResponseReturnValue:
    """Add it, or do what another button of its form says and keep what was typed."""
    shown = _typed(None, _blank(bool(request.form.get("group"))))
    step = category_form.pressed(request.form)[0]
    if step != "save" or shown.faults:
        return _page(shown), 422 if shown.faults and step in ANSWERED else 200
    try:
        made = categories.add(g.session, shown.row, author=author(), now=g.now, languages=g.tenant.languages)
    except Faulty as refused:
        shown.faults = refused.faults
        return _page(shown), 422
    return saved(f"/admin/categories/{made.id}")


@blueprint.get("/admin/categories/<uuid:category_id>")
@allows(Permission.CONFIGURE, tenant=True)
def page(category_id: UUID) -> ResponseReturnValue:
    """The editor of one."""
    category = categories.category_here(g.session, category_id)
    standing = categories.row_of(g.session, category)
    return _page(Editing(standing, category), standing)


@blueprint.post("/admin/categories/<uuid:category_id>")
@allows(Permission.CONFIGURE, tenant=True)
def change(category_id: UUID) -> ResponseReturnValue:
    """Save it, or do what another button of its form says and keep what was typed."""
    category = categories.category_here(g.session, category_id)
    shown = _typed(category, categories.row_of(g.session, category))
    step = category_form.pressed(request.form)[0]
    if step != "save" or shown.faults:
        return _page(shown), 422 if shown.faults and step in ANSWERED else 200
    seen = request.form.get("seen", "-")
    try:
        categories.change(
            g.session, category, shown.row, author=author(), now=g.now, languages=g.tenant.languages, seen=seen
        )
    except Faulty as refused:
        shown.faults = refused.faults
        return _page(shown), 422
    except Stale as stale:
        shown.stale = stale
        return _page(shown), 409
    return saved(f"/admin/categories/{category_id}")


@blueprint.post("/admin/categories/preview")
@allows(Permission.CONFIGURE, tenant=True)
def preview() -> ResponseReturnValue:
    """The form that residents will see, from the editor's as it is typed now."""
    row = category_form.read(request.form, g.tenant.languages, _blank(group=False))
    row["platform_code"] = request.form.get("platform_code", "")
    return render_template("admin/category_preview_page.html", preview=preview_of(row, request.form))


@blueprint.post("/admin/categories/<uuid:category_id>/end")
@allows(Permission.CONFIGURE, tenant=True)
def end(category_id: UUID) -> ResponseReturnValue:
    """Switch it off."""
    categories.end(g.session, categories.category_here(g.session, category_id), author=author(), now=g.now)
    return saved(f"/admin/categories/{category_id}")


@blueprint.post("/admin/categories/<uuid:category_id>/return")
@allows(Permission.CONFIGURE, tenant=True)
def bring_back(category_id: UUID) -> ResponseReturnValue:
    """Switch it on again."""
    categories.bring_back(g.session, categories.category_here(g.session, category_id), author=author(), now=g.now)
    return saved(f"/admin/categories/{category_id}")


@blueprint.get("/admin/categories/of/<code>")
@allows(Permission.CONFIGURE, tenant=True)
def of_code(code: str) -> ResponseReturnValue:
    """The same by its code, for links of other pages."""
    return redirect(f"/admin/categories/{categories.category_of(g.session, code).id}", 302)


def _typed(category: Category | None, before: Mapping[str, Any]) -> Editing:
    """The row as the form says it, after the step that its button asks for."""
    form = request.form
    row = category_form.read(form, g.tenant.languages, before)
    shown = Editing(row, category)
    if row.get("group"):
        return shown
    book = office().rulebooks.of(g.session, g.tenant)
    if category is None and form.get("platform_code") in dict(_alike(book)):
        row["platform_code"] = form["platform_code"]
    shown.by_area = pick(book, form.get("area_q", ""), form.get("area_pick", ""))
    shown.off_in = pick(book, form.get("off_q", ""), form.get("off_pick", ""))
    faults: Faults = {}
    if shown.by_area.code and form.get("area_agency"):
        row["by_area"][shown.by_area.code] = form["area_agency"]
    elif shown.by_area.code:
        faults["area_agency"] = Invalid("Choose the agency for this area.", field="area_agency")
    elif form.get("area_q"):
        faults["area_q"] = unclear(shown.by_area, "area_q")
    if shown.off_in.code:
        row["off_in"] = list(dict.fromkeys([*row["off_in"], shown.off_in.code]))
    elif form.get("off_q"):
        faults["off_q"] = unclear(shown.off_in, "off_q")
    shown.faults = faults or None
    shown.row = category_form.done(row, category_form.pressed(form), form)
    return shown


def _blank(group: bool) -> dict[str, Any]:
    loaded: dict[str, Any] = CategorySchema().load({"code": "new", "name": {"id": "-"}, "group": group})
    return loaded | {"code": "", "name": {}}


def _alike(book: Rulebook) -> list[tuple[str, str]]:
    """(the platform's kind, the city's name of it) of the kinds that other governments know too."""
    found = {one.platform_code: words(one.name) for one in reversed(list(book.categories.values()))}
    return sorted(((code, name) for code, name in found.items() if code != OTHER), key=lambda pair: pair[1])


def _page(shown: Editing, standing: dict[str, Any] | None = None) -> str:
    """standing: the row as it is saved, where it was read already."""
    row, category = shown.row, shown.category
    book = office().rulebooks.of(g.session, g.tenant)
    standing = standing or (categories.row_of(g.session, category) if category else None)
    faults = {name: sentence(error) for name, error in (shown.faults or {}).items()}
    agencies = sorted(((one.code, words(one.name)) for one in book.agencies.values()), key=lambda pair: pair[1])
    named = dict(agencies)
    typed = request.form
    return render_template(
        "admin/category_group.html" if row["group"] else "admin/category.html",
        menu=menu(),
        category=category,
        row=row,
        errors=faults,
        seen=categories.mark_of(standing) if standing else "",
        clash=_clash(shown, standing) if shown.stale and standing else None,
        tongues=[(code, tongue(code, g.language)) for code in g.tenant.languages],
        groups=[("", _("Without a group")), *((one.code, words(one.name)) for one in book.groups)],
        agencies=agencies,
        alike=[(OTHER, _("None of these")), *_alike(book)] if category is None else [],
        by_area=[
            (f"{area}={agency}", area_words(book, area), named.get(agency, agency))
            for area, agency in (row.get("by_area") or {}).items()
        ],
        off_in=[(area, area_words(book, area)) for area in row.get("off_in") or []],
        adding={
            "area_q": typed.get("area_q", "") if shown.faults else "",
            "area_agency": typed.get("area_agency", "") if shown.faults else "",
            "off_q": typed.get("off_q", "") if shown.faults else "",
        },
        by_area_offered=shown.by_area.offered,
        off_in_offered=shown.off_in.offered,
        choices={
            "places": said(PLACES),
            "visibilities": said(VISIBILITIES),
            "kinds": said(KINDS),
            "types": said(TYPES),
            "icons": _icons(row["icon"]),
        },
        hangs=_hangs(row.get("questions") or []),
        open=_open(category),
        promise=book.rule_for(category.id, "normal", None) if category else None,
        preview=None if row["group"] else preview_of(row, typed),
    )


def _icons(present: str) -> list[tuple[str, str]]:
    known = said(ICONS)
    return known if present in ICONS else [(present, present), *known]


def _hangs(questions: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    """For each question those before it that it can hang on: their words, and ("question=answer", words) of each."""
    found = []
    for number in range(len(questions)):
        before = []
        for one in category_form.askable(questions, number):
            answers = (
                [("yes", _("Yes")), ("no", _("No"))]
                if one["type"] == "yes_no"
                else [(choice["code"], words(choice["label"])) for choice in one["choices"] if choice["code"]]
            )
            before.append((words(one["label"]), [(f"{one['code']}={code}", label) for code, label in answers]))
        found.append(before)
    return found


def _open(category: Category | None) -> str:
    """How many open reports there are in it, "100+" from a hundred on."""
    if category is None:
        return ""
    some = select(Complaint.id).where(Complaint.category_id == category.id, Complaint.is_open).limit(COUNTED).subquery()
    count = g.session.scalar(select(func.count()).select_from(some)) or 0
    return f"{COUNTED}+" if count == COUNTED else str(count)


def _clash(shown: Editing, standing: Mapping[str, Any]) -> dict[str, Any]:
    """Who was quicker, and both readings of what differs."""
    namer = Namer(g.session, [])
    last = shown.stale.last if shown.stale else None
    by = g.session.scalar(select(Seat.name).where(Seat.id == last.seat_id)) if last and last.seat_id else None
    return {
        "by": by or "",
        "at": last.at if last else None,
        "fields": [
            (field_name(name), namer.said(shown.row.get(name)), namer.said(standing.get(name)))
            for name in standing
            if (shown.row.get(name) or None) != (standing.get(name) or None)
        ],
    }
