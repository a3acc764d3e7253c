"""`/admin/categories`: the list by group, its order, and what is done to several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row, select

from configuration import categories
from configuration.category_bulk import Change, apply_to_each
from configuration.naming import folded
from people.permissions import Permission
from tenants.category import Assignment, Category, Place, Visibility
from tenants.errors import Invalid
from web.access import allows
from web.admin.category_words import PLACES, VISIBILITIES
from web.context import commit_and_know, office, words
from web.errors import sentence
from web.saving import author, saved
from web.staff.viewer import menu

PAGE = 100
COLUMNS = (
    Category.id,
    Category.code,
    Category.name,
    Category.parent_id,
    Category.is_group,
    Category.icon,
    Category.visibility,
    Category.place,
    Category.safety,
    Category.off_in,
    Category.responsible,
    Category.ended_at,
)

Found = tuple[Row[Any], Row[Any] | None, Sequence[Row[Any]]]
"""A category or group, the group that it stands in, and those that stand beside it, itself among them."""

blueprint = Blueprint("admin_categories", __name__)


@dataclass(frozen=True)
class Line:
    """One row. marks: what is unusual about it, in words. first, last: of those in its group that are in force."""

    id: UUID
    code: str
    name: str
    is_group: bool
    icon: str
    agency: str
    visibility: str
    place: str
    marks: Sequence[str]
    ended: bool
    group: str
    first: bool
    last: bool


@blueprint.get("/admin/categories")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The categories by group, or those that a search finds; a hundred a page."""
    return _page()


@blueprint.post("/admin/categories/order")
@allows(Permission.CONFIGURE, tenant=True)
def arrange() -> ResponseReturnValue:
    """Move one a place up or down by its button, or put a whole group in the order that was dragged."""
    if request.form.get("ids"):
        categories.arrange(g.session, _ids(request.form["ids"].split()), author=author(), now=g.now)
        return saved("/admin/categories")
    moved, by = (request.form.get("up"), -1) if request.form.get("up") else (request.form.get("down"), 1)
    found = categories.category_here(g.session, _ids([moved or ""])[0])
    categories.shift(g.session, found, by, author=author(), now=g.now)
    return saved(f"/admin/categories#c-{found.code}")


@blueprint.post("/admin/categories/bulk")
@allows(Permission.CONFIGURE, tenant=True)
def change_several() -> ResponseReturnValue:
    """Change one thing of all that are ticked, and say of each what became of it."""
    ids = _ids(request.form.getlist("id"))
    if not ids:
        return _page(Invalid("Tick the categories first.", field="change")), 422
    what, _equals, value = request.form.get("change", "").partition("=")
    outcomes = apply_to_each(
        g.session, ids[:PAGE], Change(what, value), author=author(), now=g.now, languages=g.tenant.languages
    )
    commit_and_know()
    results = [(words(one.name), one.changed, sentence(one.refusal) if one.refusal else "") for one in outcomes]
    return render_template("admin/categories_bulk.html", menu=menu(), results=results)


def _page(error: Invalid | None = None) -> str:
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("q", "group", "state", "after")}
    columns = (*COLUMNS, Category.search_words) if asked["q"] else COLUMNS
    every = g.session.execute(select(*columns).order_by(Category.position, Category.code)).all()
    found = _found(every, asked)
    start = next((number for number, (one, _group, _beside) in enumerate(found, 1) if one.code == asked["after"]), 0)
    shown = _lines(found[start : start + PAGE])
    more = len(found) > start + PAGE
    return render_template(
        "admin/categories.html",
        menu=menu(),
        lines=shown,
        asked=asked,
        total=sum(not one.is_group and one.ended_at is None for one in every),
        ended=sum(one.ended_at is not None for one in every),
        groups=[(one.code, words(one.name)) for one in every if one.is_group and one.ended_at is None],
        bulk=_bulk(every),
        next_url=_url(asked, after=shown[-1].code) if more else None,
        first_url=_url(asked, after="") if start else None,
        errors={error.field or "": sentence(error)} if error else {},
    )


def _found(every: Sequence[Row[Any]], asked: dict[str, str]) -> list[Found]:
    """Groups with what stands in them, in order; of a search only what it finds."""
    ended = asked["state"] == "ended"
    still = [one for one in every if (one.ended_at is not None) is ended]
    groups = [one for one in still if one.is_group]
    known = {one.id: one for one in every if one.is_group}
    wanted = folded(asked["q"]).split()
    sorted_in: dict[UUID | None, list[Row[Any]]] = {one.id: [] for one in groups}
    for one in still:
        if not one.is_group:
            sorted_in.setdefault(one.parent_id, []).append(one)
    order = [*groups, *(known[one] for one in sorted_in if one in known and known[one] not in groups)]
    found: list[Found] = []
    for group in [*order, None]:
        inside = sorted_in.get(group.id if group else None, [])
        if asked["group"] and (group is None or group.code != asked["group"]):
            continue
        fitting = [one for one in inside if _fits(one, wanted)]
        if group is not None and (fitting or (not wanted and group in groups)):
            found.append((group, None, groups))
        found += [(one, group, inside) for one in fitting]
    return found


def _lines(found: Sequence[Found]) -> list[Line]:
    """What is shown of a page of them, each with who gets it."""
    agencies = office().rulebooks.of(g.session, g.tenant).agencies
    ids = [one.id for one, _group, _beside in found]
    owners = dict(
        g.session.execute(
            select(Assignment.category_id, Assignment.agency_id).where(
                Assignment.area_id.is_(None), Assignment.category_id.in_(ids)
            )
        ).all()
    )
    lines = []
    for one, group, beside in found:
        owner = agencies.get(owners[one.id]) if one.id in owners else None
        lines.append(_line(one, words(group.name) if group else "", beside, words(owner.name) if owner else ""))
    return lines


def _line(one: Row[Any], group: str, beside: Sequence[Row[Any]], agency: str) -> Line:
    marks = []
    if one.responsible:
        marks.append(_("not ours: %(who)s", who=words(one.responsible)))
    if one.off_in:
        marks.append(_("off in %(count)s areas", count=len(one.off_in)))
    if one.safety:
        marks.append(_("a danger"))
    return Line(
        id=one.id,
        code=one.code,
        name=words(one.name),
        is_group=one.is_group,
        icon=one.icon,
        agency=agency,
        visibility=_(VISIBILITIES[one.visibility]),
        place=_(PLACES[one.place]) if one.place != Place.EXACT else "",
        marks=marks,
        ended=one.ended_at is not None,
        group=group,
        first=not beside or beside[0].id == one.id,
        last=not beside or beside[-1].id == one.id,
    )


def _fits(one: Row[Any], wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    texts = [one.code, *one.name.values(), *(word for said in one.search_words.values() for word in said)]
    whole = folded(" ".join(texts))
    return all(word in whole for word in wanted)


def _bulk(every: Sequence[Row[Any]]) -> dict[str, list[tuple[str, str]]]:
    """What can be changed of several at once, by heading: (value, words)."""
    book = office().rulebooks.of(g.session, g.tenant)
    return {
        _("On or off"): [("off=", _("Switch off: nobody can report in it")), ("on=", _("Switch on again"))],
        _("Who sees it"): [(f"visibility={one}", _(VISIBILITIES[one])) for one in Visibility],
        _("Group"): [
            *((f"parent={one.code}", words(one.name)) for one in every if one.is_group and one.ended_at is None),
            ("parent=", _("Without a group")),
        ],
        _("Agency"): sorted(
            ((f"agency={one.code}", words(one.name)) for one in book.agencies.values()), key=lambda pair: pair[1]
        ),
    }


def _ids(texts: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise Invalid(_("This form is incomplete. Please open the page anew.")) from None


def _url(asked: dict[str, str], **more: str) -> str:
    told = {name: value for name, value in {**asked, **more}.items() if value}
    return "/admin/categories" + (f"?{urlencode(told)}" if told else "")
