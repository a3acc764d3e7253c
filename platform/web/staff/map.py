"""`/staff/map`: a list of the queue on the map, with the same as a list beside it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import shapely
from flask import Blueprint, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from complaints.finding.queue_map import OnMap, on_map
from complaints.ground import Box
from people.permissions import Permission
from web.access import allows
from web.context import office, settings
from web.resident.around import box_from
from web.resident.outline_map import Drawing, city_outline, drawing
from web.staff.choices import choices
from web.staff.listing import ORDER, RowShown, asked_list, end_of_day, kept, searched, shown_rows
from web.staff.names import tab_name
from web.staff.viewer import menu, viewer

blueprint = Blueprint("staff_map", __name__)

EVERYWHERE = Box(-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Sight:
    """What a box shows. rows: with their pins. count: in words, "20,000+" where it's more than is counted."""

    found: OnMap
    rows: list[RowShown]

    @property
    def count(self) -> str:
        return format_decimal(self.found.count) + ("+" if self.found.more else "")


@blueprint.get("/staff/map")
@allows(Permission.SEE_CONSOLE, tenant=True)
def page() -> ResponseReturnValue:
    """The whole city: the outline with pins or heaps, drawn by the server, and the list."""
    outline = city_outline(g.session, g.tenant.id)
    box = Box(*shapely.from_wkb(outline[0]).bounds) if outline else EVERYWHERE
    sight = _sight(box)
    asked = kept(request.args)
    return render_template(
        "staff/map.html",
        sight=sight,
        drawn=_drawn(outline, sight) if outline else None,
        tabs=[
            (tab_name(tab), "/staff/map?" + urlencode({**_filters(asked), "tab": tab}), tab == asked.get("tab", "all"))
            for tab in ORDER
        ],
        tab=asked.get("tab", "all"),
        filters=choices(office().rulebooks.of(g.session, g.tenant), asked),
        query=searched(asked),
        everything=urlencode({"tab": "all", **asked}),
        tiles=settings().map_tiles_url or "",
        menu=menu(),
        here="queue",
    )


@blueprint.get("/staff/map.json")
@allows(Permission.SEE_CONSOLE, tenant=True)
def places() -> ResponseReturnValue:
    """What is in the visible box: `bbox=west,south,east,north`."""
    sight = _sight(box_from(request.args.get("bbox")))
    return jsonify(
        {
            "pins": [_pin(row, sight.found) for row in sight.rows if row.id in sight.found.points],
            "clusters": [
                {
                    "lon": heap.lon,
                    "lat": heap.lat,
                    "count": heap.count,
                    "words": ngettext("%(num)s report here; zoom in", "%(num)s reports here; zoom in", heap.count),
                }
                for heap in sight.found.heaps
            ],
            "count": sight.count if sight.found.count else 0,
            "rows": render_template("staff/map_rows.html", rows=sight.rows),
        }
    )


def _sight(box: Box) -> Sight:
    book = office().rulebooks.of(g.session, g.tenant)
    what = asked_list(g.session, book, viewer(), request.args, now=g.now, zone=g.tenant.time_zone, code=g.tenant.code)
    today_ends_at = end_of_day(g.now, g.tenant.time_zone)
    found = on_map(g.session, viewer(), what, box, now=g.now, today_ends_at=today_ends_at)
    everything = urlencode({"tab": "all", **kept(request.args)})
    verifies = bool(g.tenant.options.get("verification"))
    return Sight(found, shown_rows(g.session, book, found.rows, g.now, everything, verifies=verifies, viewer=viewer()))


def _pin(row: RowShown, found: OnMap) -> dict[str, Any]:
    lon, lat = found.points[row.id]
    words = f"{row.category}, {row.place}: {_(row.status.word)}"
    return {"lon": lon, "lat": lat, "kind": row.status.pin, "words": words, "url": row.href}


def _drawn(outline: tuple[bytes, tuple[bytes, ...]], sight: Sight) -> Drawing:
    """Pins by their kind; a heap's kind is its number."""
    points = [(*sight.found.points[row.id], row.status.pin) for row in sight.rows if row.id in sight.found.points]
    points += [(heap.lon, heap.lat, str(heap.count)) for heap in sight.found.heaps]
    return drawing(*outline, points)


def _filters(asked: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name not in ("tab", "after", "saved")}
