"""`/admin/areas`: the tree of a city's areas, and one area with its words, its ground, and what depends on it."""

from typing import Any
from urllib.parse import urlencode

import shapely
from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from complaints.rules.rulebook import AreaEntry, Rulebook
from configuration import area_version, areas
from configuration.editing import Stale
from people.permissions import Permission
from tenants.area import Area
from tenants.errors import Invalid, NotFound
from tenants.ground_map import GroundMap, Layer, ground_map, ground_of
from web.access import allows
from web.context import office, words
from web.errors import sentence
from web.saving import author, looked_at, saved
from web.staff.viewer import menu
from web.tongues import tongue

MOST_NEIGHBOURS = 300

blueprint = Blueprint("admin_areas", __name__)


@blueprint.get("/admin/areas")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The areas right under one, or those that a search finds; fifty a page."""
    book = _book()
    query, level = request.args.get("q", "").strip()[:100], request.args.get("level", "")
    above = _entry(book, request.args["in"]) if request.args.get("in") else None
    after = request.args.get("after", "")
    found = areas.listing(g.session, book, query=query, level=level, parent_id=above.id if above else None, after=after)
    asked = {"q": query, "level": level, "in": above.code if above else ""}
    levels = book.levels
    return render_template(
        "admin/areas.html",
        menu=menu(),
        found=found,
        names={row.entry.id: _path_of(book, row.entry) for row in found.rows},
        levels=levels,
        level_options=[("", _("All levels")), *((one, one) for one, _count in levels)],
        total=len(book.areas),
        given_up=[(one, sentence(why)) for one, why in area_version.given_up(g.session)],
        asked=asked,
        above=[(entry.code, words(entry.name)) for entry in reversed(book.areas_up(above.id))] if above else [],
        next_url=_url(asked, after=found.after) if found.after else None,
        first_url=_url(asked) if after else None,
    )


@blueprint.get("/admin/areas/of/<code>")
@allows(Permission.CONFIGURE, tenant=True)
def area(code: str) -> ResponseReturnValue:
    """One area."""
    return _area_page(areas.area_of(g.session, code))


@blueprint.post("/admin/areas/of/<code>")
@allows(Permission.CONFIGURE, tenant=True)
def reword(code: str) -> ResponseReturnValue:
    """Save an area's name and the name of its level."""
    row = areas.area_of(g.session, code)
    typed = {
        "name": {
            language: said for language in g.tenant.languages if (said := request.form.get(f"name.{language}", ""))
        },
        "type": request.form.get("type", ""),
    }
    try:
        areas.reword(g.session, row, typed, author=author(), now=g.now, expected_version=looked_at())
    except Stale as stale:
        return _area_page(row, typed=typed, stale=stale), 409
    except Invalid as error:
        return _area_page(row, typed=typed, error=error), 422
    return saved(f"/admin/areas/of/{code}")


def _area_page(
    row: Area, *, typed: dict[str, Any] | None = None, error: Invalid | None = None, stale: Stale | None = None
) -> str:
    book = _book()
    entry = book.areas.get(row.id) or _entry(book, row.code)
    tied = [book.agencies[one] for one in areas.agencies_tied(g.session, row.id) if one in book.agencies]
    inside = areas.listing(g.session, book, parent_id=row.id, most=areas.PAGE)
    counted = areas.open_in(g.session, book.areas_down(row.id))
    field = {"name": f"name.{g.tenant.languages[0]}", "type": "type"}.get(error.field or "", "") if error else ""
    return render_template(
        "admin/area.html",
        menu=menu(),
        area=row,
        typed=typed or {"name": row.name, "type": row.level},
        above=[(one.code, words(one.name)) for one in reversed(book.areas_up(entry.parent_id))],
        tied=[words(one.name) for one in tied],
        inside=inside,
        open=f"{areas.COUNTED}+" if counted > areas.COUNTED else str(counted),
        levels=[level for level, _count in book.levels],
        drawn=_drawn(row),
        errors={field: sentence(error)} if error else {},
        stale=stale,
        written_in=[(language, tongue(language, g.language)) for language in g.tenant.languages],
    )


def _drawn(row: Area) -> GroundMap | None:
    """The area among its siblings, within the city."""
    if row.wkb is None:
        return None
    city = ground_of(g.session, g.tenant.id)
    beside = g.session.scalars(
        select(Area.wkb)
        .where(
            Area.parent_id.is_(None) if row.parent_id is None else Area.parent_id == row.parent_id,
            Area.id != row.id,
            Area.wkb.is_not(None),
            Area.ended_at.is_(None),
        )
        .limit(MOST_NEIGHBOURS)
    )
    here = shapely.from_wkb(row.wkb)
    return ground_map(
        [
            Layer("city", [city] if city is not None else []),
            Layer("area", [shapely.from_wkb(wkb) for wkb in beside if wkb]),
            Layer("here", [here]),
        ]
    )


def _book() -> Rulebook:
    return office().rulebooks.of(g.session, g.tenant)


def _entry(book: Rulebook, code: str) -> AreaEntry:
    found = book.area_of_code(code)
    if found is None:
        raise NotFound("There is no such area in this city.")
    return found


def _path_of(book: Rulebook, entry: AreaEntry) -> str:
    """What an area lies in, the innermost first."""
    return ", ".join(words(one.name) for one in book.areas_up(entry.parent_id))


def _url(asked: dict[str, str], **more: str | None) -> str:
    told = {name: value for name, value in {**asked, **more}.items() if value}
    return "/admin/areas" + (f"?{urlencode(told)}" if told else "")
