"""`/admin/assets`: the city's objects, listed, ended, and as labels to print."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
import shapely
from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from complaints.rules.rulebook import CategoryEntry, Rulebook
from configuration import assets, editing
from people.permissions import Permission
from tenants.asset import Asset
from tenants.errors import NotFound
from tenants.ground_map import Layer, ground_map, ground_of
from web.access import allows
from web.context import office, words
from web.saving import author, saved
from web.staff.viewer import menu

LABELS = 24

blueprint = Blueprint("admin_assets", __name__)


@dataclass(frozen=True)
class Label:
    """One sticker. drawn: the code as an SVG."""

    code: str
    name: str
    drawn: Markup


@blueprint.get("/admin/assets")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The objects, fifty a page, by category and by words."""
    book = rulebook()
    query, category = request.args.get("q", "").strip()[:100], book.categories.get(request.args.get("category", ""))
    after = request.args.get("after", "")
    rows, more = assets.listing(g.session, query=query, category_id=category.id if category else None, after=after)
    counts = assets.counts(g.session)
    asked = {"q": query, "category": category.code if category else ""}
    return render_template(
        "admin/assets.html",
        menu=menu(),
        rows=rows,
        category_names={entry.id: words(entry.name) for entry in book.categories.values()},
        category_options=[
            ("", _("All categories")),
            *(
                (entry.code, f"{words(entry.name)} ({counts[entry.id]})")
                for entry in book.categories.values()
                if entry.id in counts
            ),
        ],
        total=sum(counts.values()),
        asked=asked,
        next_url=_url("/admin/assets", asked, after=more) if more else None,
        first_url=_url("/admin/assets", asked) if after else None,
        labels_url=_url("/admin/assets/labels", asked),
    )


@blueprint.get("/admin/assets/<uuid:asset_id>")
@allows(Permission.CONFIGURE, tenant=True)
def asset(asset_id: UUID) -> ResponseReturnValue:
    """One object with its attributes, its place and its label."""
    found = _asset(asset_id)
    shape, city = shapely.from_wkb(found.wkb), ground_of(g.session, g.tenant.id)
    category = rulebook().category_by_id(found.category_id)
    return render_template(
        "admin/asset.html",
        menu=menu(),
        asset=found,
        category=words(category.name) if category else "–",
        drawn=ground_map([Layer("city", [city] if city is not None else []), Layer(found.shape, [shape])]),
        label=_label(found.code, found.name),
        address=_address(found.code),
    )


@blueprint.post("/admin/assets/<uuid:asset_id>/ending")
@allows(Permission.CONFIGURE, tenant=True)
def end(asset_id: UUID) -> ResponseReturnValue:
    """Take an object out of use; what was reported about it stays."""
    editing.end(g.session, _asset(asset_id), author=author(), now=g.now)
    return saved("/admin/assets")


@blueprint.get("/admin/assets/labels")
@allows(Permission.CONFIGURE, tenant=True)
def labels() -> ResponseReturnValue:
    """A sheet of labels to print, with the next behind a link."""
    category = rulebook().categories.get(request.args.get("category", ""))
    asked = {"q": request.args.get("q", "").strip()[:100], "category": category.code if category else ""}
    rows, more = assets.listing(
        g.session,
        query=asked["q"],
        category_id=category.id if category else None,
        after=request.args.get("after", ""),
        most=LABELS,
    )
    return render_template(
        "admin/asset_labels.html",
        menu=menu(),
        labels=[_label(row.code, row.name) for row in rows],
        sought=any(asked.values()) or "after" in request.args,
        next_url=_url("/admin/assets/labels", asked, after=more) if more else None,
        back_url=_url("/admin/assets", asked),
        city=words(dict(g.tenant.name)),
    )


def rulebook() -> Rulebook:
    """The rules of the city of the page."""
    return office().rulebooks.of(g.session, g.tenant)


def with_place(book: Rulebook) -> list[CategoryEntry]:
    """The categories that objects can belong to."""
    return [entry for entry in book.categories.values() if entry.place != "none"]


def _asset(asset_id: UUID) -> Asset:
    found = g.session.scalar(select(Asset).where(Asset.id == asset_id, Asset.ended_at.is_(None)))
    if found is None:
        raise NotFound(_("There is no such object in this city."))
    return found


def _address(code: str) -> str:
    return f"{office().addresses.of(g.tenant)}/report?{urlencode({'asset': code})}"


def _label(code: str, name: str) -> Label:
    return Label(code, name, _drawn(_address(code)))


@lru_cache(maxsize=500)  # six milliseconds each, and a sheet has two dozen
def _drawn(address: str) -> Markup:
    made: Any = segno.make(address, error="m", micro=False)
    svg = made.svg_inline(border=2, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - made by the library from modules, not from the text


def _url(path: str, asked: dict[str, str], **more: str | None) -> str:
    told = {name: value for name, value in {**asked, **more}.items() if value}
    return path + (f"?{urlencode(told)}" if told else "")
