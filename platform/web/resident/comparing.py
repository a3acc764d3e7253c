"""The figures of the national host: how long the same kind of problem takes in each city, and only what is alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from complaints import comparison
from complaints.comparison import DAYS, FEWEST
from tenants import scope
from tenants.tenant import in_language
from web import tongues
from web.context import office
from web.plot import share
from web.shares import percent
from web.table import Bars, Column, Kind, Row, Table, csv_lines

LICENCE = "CC BY 4.0"


@dataclass(frozen=True)
class Kinds:
    """What can be compared. chosen: its code, "" where nothing can. names: by code, the likeliest first."""

    chosen: str
    names: dict[str, str]


def page() -> ResponseReturnValue:
    """The kind that was asked for, the cities by their names."""
    kinds = _kinds()
    return render_template(
        "resident/comparing.html",
        kinds=kinds,
        facts=_facts(),
        table=_table(kinds),
        days=DAYS,
        percent=percent,
        share=share,
        licence=LICENCE,
        downloads=[("CSV", f"/figures/cities.csv?kind={kinds.chosen}")],
    )


def download() -> ResponseReturnValue:
    """The same rows as CSV."""
    kinds = _kinds()
    answer = Response("".join(csv_lines(_table(kinds))), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="cities-{kinds.chosen or "none"}.csv"'
    return tongues.keep(answer, seconds=300)


def _kinds() -> Kinds:
    commons = office().directory.commons
    with scope.enter(g.session, commons.id):
        entries = office().rulebooks.of(g.session, commons).categories.values()
    names = {entry.platform_code: in_language(entry.name, g.language, list(commons.languages)) for entry in entries}
    known = {code: names[code] for code in comparison.kinds(g.session) if code in names}
    asked = request.args.get("kind", "")
    return Kinds(asked if asked in known else next(iter(known), ""), known)


def _facts() -> list[tuple[str, str]]:
    live = {card.id for card in office().directory.live}
    told = [one for one in comparison.totals(g.session) if one.city_id in live]
    return [
        (format_decimal(len(told)), _("cities and regencies that publish their figures")),
        (format_decimal(sum(one.reported for one in told)), _("reports received")),
        (format_decimal(sum(one.done for one in told)), _("reports done")),
    ]


def _table(kinds: Kinds) -> Table:
    rows = _rows(kinds.chosen)
    title = _("No kind of problem was finished often enough in two cities")
    if len(rows) > 1:
        title = _("%(kind)s: how long it takes until it is done", kind=kinds.names[kinds.chosen])
    return Table(
        key="cities",
        title=title,
        caption=_("How long the same kind of problem takes, by city"),
        columns=[
            Column(_("City or regency"), Kind.WORDS),
            Column(_("Done")),
            Column(_("Median"), Kind.LENGTH),
            Column(_("90th percentile"), Kind.LENGTH),
        ],
        rows=rows,
        bars=Bars(part=2, words=(_("until half of them were done"), ""), kind=""),
        note=_(
            "From the report until it was done, by the calendar. Told are cities that finished %(fewest)s or more of"
            " this kind.",
            fewest=FEWEST,
        ),
        shown=20,
    )


def _rows(kind: str) -> list[Row]:
    """The cities by their names: who asks may sort; no page of ours ranks them."""
    directory = office().directory
    cards = {card.id: card for card in directory.live}
    told = [one for one in comparison.lengths(g.session, kind) if one.city_id in cards] if kind else []
    names: dict[UUID, str] = {}
    for one in told:
        card = cards[one.city_id]
        names[one.city_id] = in_language(card.name, g.language, list(card.languages))
    found: Sequence[Row] = [
        Row(
            [names[one.city_id], one.done, one.median, one.ninetieth],
            href=f"{office().addresses.of(cards[one.city_id])}/figures",
        )
        for one in told
    ]
    return sorted(found, key=lambda row: str(row.values[0]).casefold())
