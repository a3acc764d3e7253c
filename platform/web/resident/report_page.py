"""The report's page: what its templates need, the parts that its script asks for again, and the steps of fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from flask import g, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from complaints.guessing import SURE, Guess, Taught, reports_of
from complaints.rules.rulebook import CategoryEntry
from complaints.words.exposed import exposed
from tenants import scope
from tenants.boundary import Boundary
from tenants.catalogue import Municipality
from tenants.category import Visibility
from tenants.directory import TenantCard
from tenants.errors import AduanError
from tenants.tenant import in_language
from web.asked_sum import asked_sum
from web.context import office, settings
from web.errors import sentence
from web.explain import explanation
from web.options import by_district, chosen, draw, drawn_once
from web.resident import alike, categories, incidents, report_asset, urgent, works
from web.resident.drafts import Draft
from web.resident.report_form import codes
from web.resident.responsible import contact_href
from web.resident.situation import Situation
from web.statuses import WAITING

LAST_STEP = 5
COVERABLE = ("description", "place")
"""What was typed and everybody will read, beside the words for the spot."""
WORTH_A_LOOK = 0.1
"""Of a guess's share among all categories; some thirty share one whole."""
STEP_OF = {
    "photos": 1,
    "spot": 2,
    "area": 2,
    "place": 2,
    "category": 3,
    "city": 3,
    "border": 3,
    "answers": 4,
    "description": 4,
}
PARTS = ("shots", "here", "found", "meant", "closed", "city", "alike", "border", "tell", "terms", "preview")


@dataclass(frozen=True)
class Going:
    """Where a report would go. municipality: whose ground it is where no government is connected, "" where unknown.

    paused: that government is on the platform and has paused.
    """

    slug: str
    government: str
    agency: str
    municipality: str
    connected: bool
    paused: bool


def render(
    draft: Draft, found: Situation, step: int, *, faults: Mapping[str, AduanError] | None = None, gone: bool = False
) -> str:
    """The whole page with one of its steps in front. gone: a draft was asked for that isn't kept any more."""
    return render_template(
        "resident/report.html",
        **_context(draft, found, step, faults or {}),
        areas=chosen(_areas(found.host), draft.value("area")),
        gone=gone,
    )


def parts(
    draft: Draft, found: Situation, step: int, *, faults: Mapping[str, AduanError], of_step: Mapping[str, AduanError]
) -> dict[str, Any]:
    """The parts of the page as they are now, by name, and what keeps the step from being left."""
    context = _context(draft, found, step, faults)
    return {
        "draft": draft.id,
        "shown_tenant": context["shown_tenant"],
        "photo_count": len(draft.photos),
        "asked": context["asked"],
        "point": {"lon": draft.lon, "lat": draft.lat, "accuracy_m": draft.accuracy_m} if draft.point else None,
        "area": draft.value("area"),
        "faults": {name: sentence(error) for name, error in of_step.items()},
        "parts": {name: render_template(f"resident/report/{name}.html", **context) for name in PARTS},
    }


def offered(found: Situation) -> str:
    """Which complaints nearby the page offers to follow instead, as its hidden field says it."""
    offers = alike.offers(g.session, office(), found, g.now, g.language)
    return _offered(offers, _notices(found))


def _notices(found: Situation) -> Sequence[incidents.Notice]:
    """What the city knows of already: what has happened, and what it does there."""
    known = works.notices(g.session, office(), found, g.language)
    return [*incidents.notices(g.session, office(), found), *known]


def _offered(offers: Sequence[alike.Offer], notices: Sequence[incidents.Notice]) -> str:
    return codes([*(one.row.reference for one in offers), *(str(one.id) for one in notices)])


def middle(card: TenantCard | None) -> tuple[float, float] | None:
    """A point of a tenant's ground, (lon, lat); None for none."""
    if card is None:
        return None
    wkb = g.session.scalar(
        select(Boundary.wkb)
        .where(Boundary.tenant_id == card.id, Boundary.valid_until.is_(None))
        .order_by(Boundary.created_at.desc())
        .limit(1)
    )
    return _middle(wkb) if wkb else None


@lru_cache(maxsize=500)
def _middle(wkb: bytes) -> tuple[float, float]:
    point = shapely.from_wkb(wkb).representative_point()
    return point.x, point.y


def named(card: TenantCard) -> str:
    """A tenant's name in the page's language."""
    return in_language(card.name, g.language, list(card.languages))


def going(found: Situation) -> Going:
    """Where it would go by what is known now."""
    agency = found.book.agencies.get(found.to.agency_id) if found.to and found.to.agency_id else None
    decision = found.decision
    return Going(
        slug=found.card.slug,
        government=named(found.card),
        agency=in_language(agency.name, g.language, list(found.card.languages)) if agency else "",
        municipality=(decision.municipality_name or "") if decision else "",
        connected=not found.card.is_commons,
        paused=decision is not None and office().directory.paused_at(decision.municipality_code) is not None,
    )


def _context(draft: Draft, found: Situation, step: int, faults: Mapping[str, AduanError]) -> dict[str, Any]:
    errors = {name: sentence(error) for name, error in faults.items()}
    languages = list(found.card.languages)
    visibility = found.to.visibility if found.to else None
    category_name = in_language(found.category.name, g.language, languages) if found.category else ""
    offers = alike.offers(g.session, office(), found, g.now, g.language)
    notices = _notices(found)
    sought = draft.value("q") or ("" if found.category else draft.value("description"))
    fixed = found.category is not None and found.category.visibility != Visibility.PUBLIC
    return {
        "draft": draft,
        "found": found,
        "step": step,
        "steps": LAST_STEP,
        "errors": errors,
        "fixes": {"preview" if name == "shown_tenant" else name: words for name, words in errors.items()},
        "going": going(found),
        "shown_tenant": found.card.slug if found.known else "",
        "asked": codes(question["code"] for question in found.questions),
        "explanation": explanation(found.decision, category_name) if found.decision else "",
        "border_words": explanation(found.reckoned, category_name) if found.reckoned else "",
        "place_words": ", ".join(word for word in (draft.spot_words, draft.value("place")) if word),
        "area_words": ", ".join(in_language(area.name, g.language, languages) for area in found.areas),
        "category_name": category_name,
        "closed": sentence(found.closed) if found.closed else "",
        **_responsible(found.category),
        "category_help": in_language(found.category.help, g.language, languages) if found.category else "",
        "picture": categories.PICTURES.get(found.category.platform_code, "") if found.category else "",
        "say": lambda words: in_language(words or {}, g.language, languages),
        "urgent_words": urgent.words_of(found.card.options.get("emergency_words", {})),
        "urgent": urgent.sounds_urgent(
            draft.value("description"), urgent.words_of(found.card.options.get("emergency_words", {}))
        ),
        "public": visibility == Visibility.PUBLIC if visibility else draft.value("visibility") != "private",
        "visibility_fixed": fixed,
        "waiting": WAITING,
        "respond_at": found.to.dues.respond_at if found.to else None,
        "kinds": found.category.kinds if found.category else ("complaint",),
        "kind": found.report.kind,
        "cities": [(card.slug, named(card)) for card in office().directory.live] if found.host is None else [],
        "border_options": _border_options(found),
        "alike": offers,
        "incidents": notices,
        "offered": _offered(offers, notices),
        "offer": categories.offer(
            found.book,
            found.card.options.get("likely_categories", ()),
            draft.value("q"),
            g.language,
            languages,
            [guess.label for guess in _guesses(found, sought)],
        ),
        "exposed": _exposed(draft, found),
        "meant": _meant(found, _guesses(found, draft.value("description"))),
        "photo_point": next((photo for photo in draft.photos if photo.gps), None) if draft.source != "photo" else None,
        "objects": report_asset.offered(g.session, found, draft),
        "tiles_url": settings().map_tiles_url,
        "sum": asked_sum(draft.id) if draft.proof_asked else "",
    }


def _guesses(found: Situation, text: str) -> list[Guess]:
    """The categories that a text may be about, the likeliest first."""
    if not text:
        return []
    book = found.book
    card = office().directory.by_id[book.tenant_id]

    def reports() -> list[Taught]:
        with scope.enter(g.session, card.id):
            return reports_of(g.session, book)

    guesses = office().guessers.of(book, g.now, reports).guesses(text)
    return [guess for guess in guesses if guess.share >= WORTH_A_LOOK and guess.label in book.offered]


def _exposed(draft: Draft, found: Situation) -> list[str]:
    """What in the words of a report that will be public tells who somebody is."""
    public = found.to.visibility == Visibility.PUBLIC if found.to else draft.value("visibility") != "private"
    if not public:
        return []
    texts = (*(draft.values.get(name, "") for name in COVERABLE), draft.spot_words)
    return [one.words for text in texts for one in exposed(text)]


def _meant(found: Situation, guesses: Sequence[Guess]) -> tuple[str, str] | None:
    """(code, name) of the category that the description sounds like, where another one was chosen."""
    if found.category is None or not guesses or found.category.code in [guess.label for guess in guesses]:
        return None
    if guesses[0].share < SURE:
        return None
    entry = found.book.offered[guesses[0].label]
    return entry.code, in_language(entry.name, g.language, list(found.card.languages))


def _responsible(category: CategoryEntry | None) -> dict[str, str]:
    contact = category.responsible_contact or "" if category and category.responsible else ""
    return {"responsible_contact": contact, "responsible_href": contact_href(contact)}


def _border_options(found: Situation) -> list[tuple[str, str]]:
    """(slug, name) of the two sides, the reckoned one first."""
    decision = found.reckoned
    if decision is None or decision.near_border is None:
        return []
    here = decision.name or decision.municipality_name or _("Ground of no connected government")
    return [(decision.slug, here), (decision.near_border.slug, decision.near_border.name)]


def _areas(host: TenantCard | None) -> Markup:
    """The areas to choose from, as options: the host's smallest, else the country's municipalities."""
    if host is not None:
        return drawn_once(office().rulebooks.of(g.session, host), "area", by_district)
    rows = g.session.execute(
        select(Municipality.province_name, Municipality.code, Municipality.name)
        .where(Municipality.level == "municipality", Municipality.outline.is_not(None))
        .order_by(Municipality.code)
    )
    groups: dict[str, list[tuple[str, str]]] = {}
    for province, code, name in rows:
        groups.setdefault(province, []).append((code, name))
    return draw(groups)
