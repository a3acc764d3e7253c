"""`/admin/notices`: known works, so that residents follow them instead of reporting what the city knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.together import works_following
from complaints.together.works import Works, works_here
from configuration import notices
from configuration.editing import Stale
from configuration.faults import Faults
from people.permissions import Permission
from tenants.times import local
from web.access import allows
from web.admin.clash import Clash, clash
from web.area_picking import area_choices, area_words, pick
from web.context import office, settings, words
from web.errors import sentence
from web.resident.works import place_words
from web.saving import author, looked_at, saved
from web.staff.viewer import menu
from web.tongues import tongue

PATH = "/admin/notices"
MOST = 50

blueprint = Blueprint("admin_notices", __name__)


@dataclass(frozen=True)
class Listed:
    """One notice. state: coming, now or over, in words."""

    works: Works
    title: str
    where: str
    state: str
    over: bool


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The notices, the newest first."""
    asked = request.args.get("after", "")
    found = notices.listed(g.session, after=_id(asked), most=MOST)
    return render_template(
        "admin/notices.html",
        menu=menu(),
        listed=[_listed(one) for one in found[:MOST]],
        next_url=f"{PATH}?after={found[MOST - 1].id}" if len(found) > MOST else None,
        first_url=PATH if asked else None,
    )


@blueprint.get(PATH + "/new")
@allows(Permission.CONFIGURE, tenant=True)
def new() -> ResponseReturnValue:
    """The form of a new one."""
    today = local(g.now, g.tenant.time_zone).date()
    return _page(None, {"from_on": today.isoformat(), "place": "city", "categories": []})


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Add one."""
    typed = _typed()
    book = office().rulebooks.of(g.session, g.tenant)
    try:
        notices.add(g.session, g.tenant, book, _notice(typed), author=author(), now=g.now)
    except Faults as error:
        return _page(None, typed, errors=_sentences(error)), 422
    return saved(PATH)


@blueprint.get(PATH + "/<uuid:works_id>")
@allows(Permission.CONFIGURE, tenant=True)
def notice(works_id: UUID) -> ResponseReturnValue:
    """The form of one."""
    found = works_here(g.session, works_id)
    return _page(found, _stands(found))


@blueprint.post(PATH + "/<uuid:works_id>")
@allows(Permission.CONFIGURE, tenant=True)
def save(works_id: UUID) -> ResponseReturnValue:
    """Save one."""
    found, typed = works_here(g.session, works_id), _typed()
    book = office().rulebooks.of(g.session, g.tenant)
    how: dict[str, Any] = {"author": author(), "now": g.now, "expected_version": looked_at()}
    try:
        notices.change(g.session, g.tenant, book, found, _notice(typed), **how)
    except Faults as error:
        return _page(found, typed, errors=_sentences(error)), 422
    except Stale as error:
        return _page(found, typed, other=clash(error, _said(typed), _said(_stands(found)))), 409
    return saved(PATH)


@blueprint.post(PATH + "/<uuid:works_id>/end")
@allows(Permission.CONFIGURE, tenant=True)
def end(works_id: UUID) -> ResponseReturnValue:
    """End one now; whoever follows it is told."""
    notices.end(g.session, works_here(g.session, works_id), author=author(), now=g.now)
    works_following.tell_of_ended(g.session, office(), g.tenant, g.now)
    return saved(PATH)


def _listed(one: Works) -> Listed:
    over = one.is_over(g.now)
    state = _("over") if over else _("holds now") if one.from_at <= g.now else _("coming")
    return Listed(one, words(one.title), place_words(one) or _("on the map"), state, over)


def _typed() -> dict[str, Any]:
    """What was sent; an area that was written by name becomes its code, or stays with those that it may mean."""
    typed: dict[str, Any] = request.form.to_dict() | {"categories": request.form.getlist("categories")}
    book = office().rulebooks.of(g.session, g.tenant)
    picked = pick(book, typed.get("area", ""), typed.get("area_pick", ""))
    return typed | {"area": picked.code or typed.get("area", ""), "offered": picked.offered}


def _notice(typed: Mapping[str, Any]) -> notices.Notice:
    def by_language(name: str) -> dict[str, str]:
        return {language: typed.get(f"{name}-{language}", "") for language in g.tenant.languages}

    return notices.Notice(
        title=by_language("title"),
        text=by_language("text"),
        place=typed.get("place", ""),
        at={name: typed.get(name, "") for name in ("area", "lon", "lat", "radius_m", *notices.SIDES)},
        from_on=typed.get("from_on", ""),
        until_on=typed.get("until_on", ""),
        categories=typed.get("categories", ()),
    )


def _stands(found: Works) -> dict[str, Any]:
    """What is saved, by the names of the controls."""
    book, zone = office().rulebooks.of(g.session, g.tenant), g.tenant.time_zone
    area = book.areas.get(found.area_id) if found.area_id else None
    numbers = {name: getattr(found, name) for name in ("lon", "lat", "radius_m", *notices.SIDES)}
    place = "area" if found.area_id else "circle" if found.radius_m else "box" if found.west is not None else "city"
    last = local(found.until_at, zone).date() - timedelta(days=1) if found.until_at else None
    return {
        **{f"title-{language}": found.title.get(language, "") for language in g.tenant.languages},
        **{f"text-{language}": found.text.get(language, "") for language in g.tenant.languages},
        **{name: "" if number is None else str(number) for name, number in numbers.items()},
        "place": place,
        "area": area.code if area else "",
        "from_on": local(found.from_at, zone).date().isoformat(),
        "until_on": last.isoformat() if last else "",
        "categories": list(found.categories),
    }


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: ", ".join(value) if isinstance(value, list) else value for name, value in values.items()}


def _page(
    found: Works | None,
    typed: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    other: Clash | None = None,
) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    areas = area_choices(book)
    return render_template(
        "admin/notice.html",
        menu=menu(),
        found=found,
        over=found is not None and found.is_over(g.now),
        path=f"{PATH}/{found.id}" if found else PATH,
        values=typed if areas is not None else {**typed, "area": area_words(book, typed.get("area", ""))},
        errors=errors or {},
        other=other,
        spoken=[(code, tongue(code, g.language)) for code in g.tenant.languages],
        longest=notices.LONGEST,
        areas=areas,
        offered=typed.get("offered", ()),
        radii=[(str(metres), _("%(metres)s m around it", metres=metres)) for metres in notices.RADII_M],
        categories=[(code, words(one.name)) for code, one in book.categories.items()],
        tiles_url=settings().map_tiles_url,
    )


def _sentences(error: Faults) -> dict[str, str]:
    return {name: sentence(one) for name, one in error.by_field.items()}


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
