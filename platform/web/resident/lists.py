"""`/complaints`, `/map` and `/account`: what was reported, as a list, on a map, and one's own."""

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from tenants import scope
from tenants.directory import TenantCard
from web.access import Anyone, SignedIn, allows
from web.context import office, settings
from web.resident import around, listing, works
from web.resident.listing import Page, Row

blueprint = Blueprint("lists", __name__)

MOST_BESIDE_MAP = 30
LONGEST_QUERY = 200


@blueprint.get("/complaints")
@allows(Anyone)
def public_list() -> ResponseReturnValue:
    """The public complaints of a city, on the national host those of no city; newest first."""
    shown = request.args.get("status", "")
    shown = shown if shown in listing.FILTERS else ""
    asked = request.args.get("q", "").strip()[:LONGEST_QUERY] if g.tenant else ""
    page = _searched(asked) if asked else _page(shown=shown, after=request.args.get("after"))
    return render_template(
        "resident/list.html",
        page=page,
        asked=asked,
        filters=listing.FILTERS,
        shown=shown,
        on_page=_link,
        works_now=works.now_on(g.session) if g.tenant and not request.args.get("after") else [],
    )


@blueprint.get("/map")
@allows(Anyone, tenant=True)
def map_page() -> ResponseReturnValue:
    """The map, with the same as a list beside it."""
    page = _page(limit=MOST_BESIDE_MAP)
    return render_template(
        "resident/map.html", page=page, tiles_url=settings().map_tiles_url, works_now=works.now_on(g.session)
    )


@blueprint.get("/map.json")
@allows(Anyone, tenant=True)
def pins() -> ResponseReturnValue:
    """What is in the visible box: `bbox=west,south,east,north`."""
    box = around.box_from(request.args.get("bbox"))
    found = around.pins(g.session, box)
    if found is None:
        heaps = around.heaps(g.session, box)
        return jsonify(
            {"pins": [], "clusters": [_heap(heap) for heap in heaps], "count": sum(heap.count for heap in heaps)}
        )
    book = office().rulebooks.of(g.session, g.tenant)
    rows = listing.rows_of(g.session, found, g.tenant, book, g.now, g.language)
    beside = render_template("resident/rows.html", rows=rows[:MOST_BESIDE_MAP])
    return jsonify({"pins": [_pin(row) for row in rows], "clusters": [], "count": len(rows), "rows": beside})


@blueprint.get("/account")
@allows(SignedIn)
def account() -> ResponseReturnValue:
    """One's own reports on this host."""
    page = _page(own=True, after=request.args.get("after"))
    return render_template("resident/account.html", page=page, on_page=_link)


def _page(*, own: bool = False, **how: Any) -> Page:
    card: TenantCard = g.tenant or office().directory.commons
    with scope.enter(g.session, card.id):
        book = office().rulebooks.of(g.session, card)
        mine = current_user.account.id if own else None
        return listing.page_of(g.session, card, book, g.now, g.language, own_account_id=mine, **how)


def _searched(asked: str) -> Page:
    book = office().rulebooks.of(g.session, g.tenant)
    return listing.searched(g.session, g.tenant, book, g.now, g.language, asked)


def _link(after: str | None, **others: str) -> str:
    kept = {name: value for name, value in {**others, "after": after or ""}.items() if value}
    return request.path + (
        "?" + "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in kept.items()) if kept else ""
    )


def _pin(row: Row) -> dict[str, Any]:
    words = f"{row.title}, {row.where}: {_(row.status.word)}"
    return {"lon": row.lon, "lat": row.lat, "kind": row.pin, "words": words, "url": row.url}


def _heap(heap: around.Heap) -> dict[str, Any]:
    words = ngettext("%(num)s report here; zoom in", "%(num)s reports here; zoom in", heap.count)
    return {"lon": heap.lon, "lat": heap.lat, "count": heap.count, "words": words}
