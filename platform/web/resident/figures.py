"""`/figures`: what the city was told, what it did and what came late, for everybody, with the tables to take along."""

import json
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from sqlalchemy import select

from complaints.counts.counting import MILESTONES, Dimension, Measure
from complaints.counts.histogram import ERROR
from complaints.figures import ALL, Figures, Promise, figures_of
from complaints.rules.rulebook import Rulebook
from tenants.area import Area
from tenants.errors import NotFound
from tenants.times import duration, short_day
from web import tongues
from web.access import Anyone, allows
from web.context import office, words
from web.house import coarse
from web.lengths import lengths_table
from web.milestones import milestone_name
from web.period import LENGTHS, Period, months_until, period_of
from web.plot import share
from web.resident import comparing
from web.shares import percent
from web.table import Bars, Column, Kind, Row, Table, csv_lines

FEWEST = 5
"""Fewer than these aren't told of an area, nor a share of them: of so few somebody may know who it was."""
LICENCE = "CC BY 4.0"
"""Unless the city's option `data_licence` says otherwise."""

blueprint = Blueprint("figures", __name__)


@blueprint.get("/figures")
@allows(Anyone)
def page() -> ResponseReturnValue:
    """Three numbers in words, then each table with the sentence that it shows; of all cities what can be compared."""
    if g.tenant is None:
        return comparing.page()
    period, said = _asked()
    found = _tables(said)
    query = urlencode({"period": period.key})
    downloads = {table.key: [("CSV", f"/figures/{table.key}.csv?{query}")] for table in found}
    downloads["areas"].append(("GeoJSON", f"/figures/areas.geojson?{query}"))
    return render_template(
        "resident/figures.html",
        period=period,
        periods=_periods(),
        facts=_facts(said),
        tables=found,
        downloads=downloads,
        licence=_licence(),
        fewest=FEWEST,
        behind=said.behind,
        percent=percent,
        share=share,
    )


@blueprint.get("/figures/<key>.csv")
@allows(Anyone, tenant=True)
def download(key: str) -> ResponseReturnValue:
    """One table as CSV."""
    period, said = _asked()
    table = next((one for one in _tables(said) if one.key == key), None)
    if table is None:
        raise NotFound("There is no such table.")
    return _file(stream_with_context(csv_lines(table)), "text/csv; charset=utf-8", f"{key}-{period.key}.csv")


@blueprint.get("/figures/cities.csv")
@allows(Anyone)
def download_of_cities() -> ResponseReturnValue:
    """The table of the national host as CSV."""
    if g.tenant is not None:
        raise NotFound("There is no such table.")
    return comparing.download()


@blueprint.get("/figures/areas.geojson")
@allows(Anyone, tenant=True)
def map_of_areas() -> ResponseReturnValue:
    """The largest areas with their outlines and numbers, as GeoJSON (RFC 7946)."""
    period, said = _asked()
    book = office().rulebooks.of(g.session, g.tenant)
    sums = _by_area(said, book)
    rows = g.session.execute(select(Area.id, Area.wkb).where(Area.id.in_(list(sums)), Area.wkb.is_not(None)))
    features = [
        {
            "type": "Feature",
            "properties": {"code": book.areas[row.id].code, "name": words(book.areas[row.id].name)}
            | dict(zip(("reported", "done", "due", "not_kept", "share_not_kept"), sums[row.id], strict=True)),
            "geometry": json.loads(coarse(row.wkb)),
        }
        for row in rows
    ]
    document = {
        "type": "FeatureCollection",
        "licence": _licence(),
        "from": period.from_on.isoformat(),
        "until": period.until_on.isoformat(),
        "features": features,
    }
    return _file(json.dumps(document), "application/geo+json", f"areas-{period.key}.geojson")


def _asked() -> tuple[Period, Figures]:
    if office().rulebooks.of(g.session, g.tenant).launch.figures_hidden:
        raise NotFound(_("The figures of this city aren't published yet."))
    today: date = g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date()
    period = period_of(request.args, today)
    return period, figures_of(g.session, g.tenant.time_zone, period.from_on, period.until_on, g.now, areas=True)


def _file(content: object, content_type: str, name: str) -> Response:
    answer = Response(content, content_type=content_type)  # type: ignore[arg-type]  # text, or pieces of it
    answer.headers["Content-Disposition"] = f'attachment; filename="{g.tenant.slug}-{name}"'
    return tongues.keep(answer, seconds=300)


def _licence() -> str:
    return str(g.tenant.options.get("data_licence", LICENCE))


def _periods() -> list[tuple[str, str]]:
    today = g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date()
    days = [(str(length), _("The last %(days)s days", days=length)) for length in LENGTHS]
    return days + [(f"{month:%Y-%m}", str(format_date(month, "MMMM y"))) for month in months_until(today)]


def _facts(said: Figures) -> list[tuple[str, str]]:
    done, promised = said.lengths(Measure.DONE), said.promised()
    return [
        (format_decimal(said.number(Measure.RECEIVED)), _("reports received")),
        (format_decimal(done.count), _("reports done")),
        (format_decimal(promised.missed), _("of %(due)s promises late", due=format_decimal(promised.due))),
    ]


def _tables(said: Figures) -> list[Table]:
    book = office().rulebooks.of(g.session, g.tenant)
    return [_promises(said), _lengths(said), _weeks(said), _areas(said, book)]


def _promises(said: Figures) -> Table:
    by_milestone = said.promises.get(ALL, {})
    rows = [Row([milestone_name(one), *_kept(by_milestone[one])]) for one in MILESTONES if one in by_milestone]
    total = said.promised()
    title = _("No promise fell due")
    if total.due >= FEWEST and total.share_missed is not None:
        title = _("%(share)s of the promises were kept", share=percent(1 - total.share_missed))
    elif total.due:
        title = _("Too few promises fell due to tell a share")
    return Table(
        key="promises",
        title=title,
        caption=_("Promises kept and not, by milestone"),
        columns=[Column(_("Promised"), Kind.WORDS), *_columns()],
        rows=rows,
        bars=Bars(part=2, whole=1, words=(_("not kept"), _("fell due"))),
        note=_("A promise counts on the day after it fell due: kept, or not, also while its report is still open."),
    )


def _lengths(said: Figures) -> Table:
    done = said.lengths(Measure.DONE)
    title = _("Too little was done to say how long it takes")
    if done.count >= FEWEST and done.median is not None:
        title = _("Half of what was done took no longer than %(time)s", time=duration(done.median, g.language))
    return lengths_table(
        title,
        said.lengths(Measure.FIRST),
        done,
        fewest=FEWEST,
        note=_("Medians and percentiles are at most %(error)s off.", error=percent(ERROR)),
    )


def _weeks(said: Figures) -> Table:
    weeks = said.week_by_week()
    due = sum((promise for _monday, promise in weeks), Promise())
    title = _("No promise fell due in the last weeks")
    if 0 < due.due < FEWEST:
        title = _("Too few promises fell due in the last %(weeks)s weeks to tell a share", weeks=len(weeks))
    elif due.share_missed is not None:
        title = _(
            "In the last %(weeks)s weeks %(share)s weren't kept", weeks=len(weeks), share=percent(due.share_missed)
        )
    return Table(
        key="weeks",
        title=title,
        caption=_("Promises that weren't kept, week by week"),
        columns=[Column(_("Week from"), Kind.WORDS), *_columns()],
        rows=[Row([short_day(monday, g.language), *_kept(promise)]) for monday, promise in reversed(weeks)],
        bars=Bars(part=2, whole=1, words=(_("not kept"), _("fell due"))),
    )


def _areas(said: Figures, book: Rulebook) -> Table:
    sums = _by_area(said, book)
    rows = sorted((Row([words(book.areas[one].name), *values]) for one, values in sums.items()), key=_name)
    most = max((row for row in rows if row.values[1]), key=lambda row: int(row.values[1] or 0), default=None)  # type: ignore[arg-type]  # filtered: no None
    title = _("From no area came enough reports to tell of it")
    if most is not None:
        title = _(
            "Most reports came from %(name)s: %(count)s", name=most.values[0], count=format_decimal(most.values[1])
        )
    return Table(
        key="areas",
        title=title,
        caption=_("What was reported, done and late, by area"),
        columns=[Column(_("Area"), Kind.WORDS), Column(_("Reported")), Column(_("Done")), *_columns()],
        rows=rows,
        bars=Bars(part=1, words=(_("reported"), ""), kind=""),
        note=_("Of an area with fewer than %(fewest)s nothing is told, so that nobody is known by it.", fewest=FEWEST),
    )


def _name(row: Row) -> str:
    return str(row.values[0]).casefold()


def _by_area(said: Figures, book: Rulebook) -> Mapping[UUID, list[int | float | None]]:
    """Of each of the largest areas: reported, done, due, not kept and its share; None for fewer than FEWEST."""
    tops = [area.id for area in book.areas.values() if area.parent_id is None or area.parent_id not in book.areas]
    inside: dict[UUID, list[tuple[str, str]]] = {top: [] for top in tops}
    for area_id in book.areas:
        inside[book.areas_up(area_id)[-1].id].append((Dimension.AREA, str(area_id)))
    found: dict[UUID, list[int | float | None]] = {}
    for top, of in inside.items():
        promise = said.promised(of)
        counts = [said.number(Measure.RECEIVED, of), said.number(Measure.DONE, of), promise.due]
        told = [count if count >= FEWEST else None for count in counts]
        late = (promise.missed, promise.share_missed) if promise.due >= FEWEST else (None, None)
        found[top] = [*told, *late]
    return found


def _columns() -> list[Column]:
    return [Column(_("Due")), Column(_("Not kept")), Column(_("Share not kept"), Kind.SHARE)]


def _kept(promise: Promise) -> list[int | float | None]:
    """The share of fewer than FEWEST says nothing, so it is left out."""
    return [promise.due, promise.missed, promise.share_missed if promise.due >= FEWEST else None]
