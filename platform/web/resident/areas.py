"""`/areas` and `/feed.atom`: what happens in a part of the city, in numbers and as a feed for any reader of feeds."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.counts.counting import Dimension, Measure
from complaints.figures import figures_of
from complaints.rules.rulebook import AreaEntry, Rulebook
from tenants.errors import NotFound
from web import tongues, xml_text
from web.access import Anyone, allows
from web.context import office, words
from web.period import period_of
from web.resident import listing
from web.resident.figures import FEWEST
from web.resident.listing import Page

blueprint = Blueprint("areas", __name__)

MOST_IN_FEED = 40


@blueprint.get("/areas")
@allows(Anyone, tenant=True)
def index() -> ResponseReturnValue:
    """The parts of the city."""
    book = _book()
    parts = [(area, _sorted(book.areas_in(area.id))) for area in _sorted(book.areas_in(None))]
    return render_template("resident/areas.html", parts=parts)


@blueprint.get("/areas/<code>")
@allows(Anyone, tenant=True)
def page(code: str) -> ResponseReturnValue:
    """One part of the city: its numbers, and what was reported there."""
    book = _book()
    area = _area(book, code)
    inside = book.areas_down(area.id)
    numbers: list[tuple[int | None, str]] = []
    if not book.launch.figures_hidden:
        today: date = g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date()
        period = period_of({}, today)
        said = figures_of(g.session, g.tenant.time_zone, period.from_on, period.until_on, g.now, areas=True)
        of = [(Dimension.AREA, str(one)) for one in inside]
        promised = said.promised(of)
        counts = [
            (said.number(Measure.RECEIVED, of), _("reports received")),
            (said.number(Measure.DONE, of), _("reports done")),
            (promised.missed if promised.due >= FEWEST else 0, _("promises not kept")),
        ]
        numbers = [(count if count >= FEWEST else None, what) for count, what in counts]
    return render_template(
        "resident/area.html",
        area=area,
        around=book.areas_up(area.id)[1:],
        numbers=numbers,
        fewest=FEWEST,
        page=_page(book, inside, after=request.args.get("after")),
    )


@blueprint.get("/feed.atom", defaults={"code": ""})
@blueprint.get("/areas/<code>/feed.atom")
@allows(Anyone, tenant=True)
def feed(code: str) -> ResponseReturnValue:
    """The newest public reports of the city or a part of it, also of one category, as Atom (RFC 4287)."""
    book = _book()
    area = _area(book, code) if code else None
    category = book.categories.get(request.args.get("category", ""))
    inside = book.areas_down(area.id) if area else None
    newest = _page(book, inside, limit=MOST_IN_FEED, category_id=category.id if category else None)
    name = ", ".join(words(one) for one in (category.name if category else None, area.name if area else None) if one)
    document = render_template(
        "resident/feed.xml",
        name=name,
        rows=newest.rows,
        home=office().addresses.of(g.tenant),
        address=request.full_path.rstrip("?"),
        updated_at=max((row.received_at for row in newest.rows), default=g.now),
    )
    answer = Response(xml_text.fitting(document), content_type="application/atom+xml; charset=utf-8")
    return tongues.keep(answer, seconds=300)


def _book() -> Rulebook:
    return office().rulebooks.of(g.session, g.tenant)


def _area(book: Rulebook, code: str) -> AreaEntry:
    area = book.area_of_code(code)
    if area is None:
        raise NotFound(_("There is no such part of the city."))
    return area


def _page(book: Rulebook, inside: Sequence[UUID] | None, **how: Any) -> Page:
    return listing.page_of(g.session, g.tenant, book, g.now, g.language, area_ids=inside, **how)


def _sorted(areas: Iterable[AreaEntry]) -> list[AreaEntry]:
    return sorted(areas, key=lambda area: words(area.name).casefold())
