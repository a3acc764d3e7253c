"""The front pages: a city's with one question and one button, and the national one that finds cities."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import shapely
from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import lookup
from complaints.complaint import Complaint
from complaints.counts.waiting import waiting_for
from complaints.reference import parse_reference
from complaints.rules.rulebook import Rulebook
from complaints.together import incident
from complaints.workflow import DONE
from tenants.boundary import Boundary
from tenants.catalogue import Municipality, found_by
from tenants.colours import USUAL_COLOUR
from tenants.directory import TenantCard
from tenants.tenant import Stage, in_language
from web.access import Anyone, allows
from web.context import TenantView, office, tenant_view, words
from web.errors import sentence
from web.resident import listing, works
from web.resident.listing import Row
from web.resident.outline_map import Drawing, city_outline, drawing
from web.resident.promised import promised

blueprint = Blueprint("front", __name__)

NEWEST = 5
MOST_FOUND = 20
MOST_LISTED = 24
LATELY = timedelta(days=30)
MOST_COUNTED = 1_000
MOST_NAMED = 8
# The national drawing's projection: plate carree, fitted to its 508 dots; and how many units it and a dot measure.
ACROSS, LEFT, DOWN, TOP = 21.285, -2013.7, -21.285, 136.0
WIDTH, HEIGHT, DOT = 1000, 379, 10


@dataclass(frozen=True)
class Figures:
    """The public reports of the last thirty days, at most a thousand of them. more: there are more."""

    count: int
    done: int
    more: bool


@dataclass(frozen=True)
class Find:
    """A municipality that was searched for. url: of the portal that serves it, None where none does. setting_up: its
    government is about to. waiting: reports that wait for it.
    """

    code: str
    name: str
    province: str
    url: str | None
    why_not: str
    claimable: bool
    setting_up: bool
    waiting: int


@dataclass(frozen=True)
class City:
    """A live city of the national page."""

    view: TenantView
    url: str


@dataclass(frozen=True)
class Dot:
    """Where a city lies in the national drawing, and its colour.

    kind: "serves", "begun" for one that is being set up, or "barred" for a municipality that can't join by itself.
    """

    x: float
    y: float
    colour: str
    kind: str = "serves"


@blueprint.get("/")
@allows(Anyone)
def front() -> ResponseReturnValue:
    """The front page of a city or of the platform."""
    return _national() if g.tenant is None else _city(g.tenant)


@blueprint.get("/track")
@allows(Anyone)
def track() -> ResponseReturnValue:
    """Find a report by its number, however it is written, on whichever host it is."""
    written = request.args.get("reference", "").strip()[:60]
    error = ""
    try:
        found = lookup.holder_of(g.session, office(), written) if written else None
    except lookup.HasLeft as left:
        found, error = None, sentence(left)
    reference = parse_reference(written)
    if found is not None and reference is not None:
        card = found[0]
        if card.is_commons or card.domain is None:
            return redirect(office().addresses.complaint(card, reference), 302)
        # by the slug: a form of this page may lead on to the platform's own hosts alone
        return redirect(f"{office().addresses.of_slug(card.slug)}/complaints/{reference}", 302)
    if written and not error:
        error = (
            _("This number can't be right: one looks like BKS-7K3M-9QX1. Look at it once more.")
            if reference is None
            else _("There is no report with this number. Look at it once more: one character is wrong.")
        )
    page = render_template("resident/track.html", written=written, error=error)
    return page, 404 if error else 200


def _city(card: TenantCard) -> str:
    book = office().rulebooks.of(g.session, card)
    newest = listing.page_of(g.session, card, book, g.now, g.language, limit=NEWEST)
    heading, _asked, lead = in_language(card.texts.get("greeting", {}), g.language, list(card.languages)).partition(
        "? "
    )
    return render_template(
        "resident/home.html",
        heading=f"{heading}?" if lead else "",
        lead=lead or heading,
        rows=newest.rows,
        figures=Figures(0, 0, False) if book.launch.figures_hidden else _figures(g.session),
        begins=_begins(book),
        promises=promised(book, card.options.get("likely_categories", ()), g.language, list(card.languages)),
        drawn=_drawing(g.session, card, newest.rows),
        incidents=incident.going_on(g.session),
        works_now=works.now_on(g.session),
    )


def _begins(book: Rulebook) -> list[str]:
    """With what a city begins, where it doesn't take everything yet."""
    areas = sorted(words(area.name) for area in book.areas.values() if area.code in book.launch.areas)
    kinds = [words(entry.name) for entry in book.offered.values()] if book.launch.categories else []
    said = []
    if areas:
        said.append(
            _("We begin in %(areas)s.", areas=", ".join(areas[:MOST_NAMED]) + (" …" if areas[MOST_NAMED:] else ""))
        )
    if kinds:
        said.append(
            _("We begin with %(kinds)s.", kinds=", ".join(kinds[:MOST_NAMED]) + (" …" if kinds[MOST_NAMED:] else ""))
        )
    return said


def _national() -> str:
    searched = request.args.get("city", "").strip()[:100]
    return render_template(
        "resident/national.html",
        searched=searched,
        found=_search(g.session, searched) if searched else None,
        cities=_live_cities(g.session),
        dots=_dots(g.session),
        others=max(0, len(office().directory.live) - MOST_LISTED),
    )


def _figures(session: Session) -> Figures:
    """Counted from the newest thousand, so that the page costs the same in a large city."""
    newest = (
        select(Complaint.status)
        .where(Complaint.visibility == "public", listing.HERE, Complaint.received_at > g.now - LATELY)
        .order_by(Complaint.received_at.desc())
        .limit(MOST_COUNTED + 1)
    )
    statuses = session.scalars(newest).all()
    counted = statuses[:MOST_COUNTED]
    return Figures(len(counted), sum(status in DONE for status in counted), len(statuses) > MOST_COUNTED)


def _drawing(session: Session, card: TenantCard, rows: Sequence[Row]) -> Drawing | None:
    outline = city_outline(session, card.id)
    if outline is None:
        return None
    points = [(row.lon, row.lat, row.pin) for row in rows if row.lon is not None and row.lat is not None]
    return drawing(*outline, points)


def _search(session: Session, searched: str) -> list[Find]:
    """Municipalities by words of the name or by the official code, of today or before; kota before kabupaten."""
    query = select(
        Municipality.code,
        Municipality.name,
        Municipality.province_code,
        Municipality.province_name,
        Municipality.claimable,
        Municipality.why_not,
    ).where(Municipality.level == "municipality")
    for word in searched.split()[:5]:
        query = query.where(found_by(word))
    serving = {card.municipality_code: card for card in office().directory.serving if card.municipality_code}
    cards = office().directory.by_slug.values()
    begun = {card.municipality_code for card in cards if card.stage == Stage.REHEARSAL}
    found = []
    rows = session.execute(query.order_by(Municipality.name.desc(), Municipality.code).limit(MOST_FOUND)).all()
    waits = waiting_for(session, [row.code for row in rows])
    for code, name, province_code, province_name, claimable, why_not in rows:
        card = serving.get(code) or serving.get(province_code)
        found.append(
            Find(
                code=code,
                name=name,
                province=province_name,
                url=office().addresses.of(card) if card else None,
                why_not=in_language(why_not or {}, g.language),
                claimable=claimable,
                setting_up=code in begun,
                waiting=waits.get(code, 0),
            )
        )
    return sorted(found, key=lambda one: one.url is None)


def _live_cities(session: Session) -> Sequence[City]:
    """The first of the live cities by name; the others are found by searching. Looked up once per directory."""
    directory = office().directory
    kept = _listed.get(g.language)
    if kept is None or kept[0] != directory.epoch:
        cities = tuple(
            City(view=tenant_view(session, card, g.language), url=office().addresses.of(card))
            for card in directory.live[:MOST_LISTED]
        )
        kept = _listed[g.language] = (directory.epoch, cities)
    return kept[1]


def _dots(session: Session) -> tuple[Dot, ...]:
    """The cities that serve, are being set up or can't be in the national drawing; reckoned once per state of the
    directory.

    Of those that would lie on one another only one is drawn, so that the page weighs no more with thousands of cities.
    """
    directory = office().directory
    if _drawn.get("epoch") != directory.epoch:
        rows = session.execute(select(Boundary.tenant_id, Boundary.wkb).where(Boundary.valid_until.is_(None)))
        live = {card.id: card for card in directory.live}
        dots = [
            _dot(wkb, kind="barred") for wkb in _barred(session, {card.municipality_code for card in live.values()})
        ]
        dots += [_dot(one.wkb, directory.by_id[one.tenant_id], kind="begun") for one in directory.rehearsing]
        dots += [_dot(wkb, live[tenant_id]) for tenant_id, wkb in rows if tenant_id in live]
        seen = [dot for dot in dots if 0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT]
        _drawn["dots"] = tuple({(2 * dot.x // DOT, 2 * dot.y // DOT): dot for dot in seen}.values())
        _drawn["epoch"] = directory.epoch
    return _drawn["dots"]


def _barred(session: Session, served: Container[str | None]) -> list[bytes]:
    """The outlines of municipalities that can't join and that nobody serves."""
    barred = select(Municipality.code, Municipality.province_code, Municipality.outline).where(
        Municipality.level == "municipality",
        ~Municipality.claimable,
        Municipality.ended_at.is_(None),
        Municipality.outline.is_not(None),
    )
    return [
        outline
        for code, province_code, outline in session.execute(barred)
        if outline and code not in served and province_code not in served
    ]


def _dot(wkb: bytes, card: TenantCard | None = None, *, kind: str = "serves") -> Dot:
    west, south, east, north = shapely.bounds(shapely.from_wkb(wkb))
    lon, lat = (west + east) / 2, (south + north) / 2
    colour = card.look.get("colour", USUAL_COLOUR) if card is not None else ""
    return Dot(round(lon * ACROSS + LEFT, 1), round(lat * DOWN + TOP, 1), colour, kind)


_drawn: dict[str, Any] = {}
_listed: dict[str, tuple[int, Sequence[City]]] = {}
"""By language: the epoch of the directory, and what was listed of it."""
