"""`/admin/who-gets-this`: a place and a category, and who would get it, by when, with the row that decided each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints import asset
from complaints.asset import AssetEntry
from complaints.clocks.promise import targets
from complaints.correcting import priorities_of
from complaints.report import Report
from complaints.rules.questions import CHOSEN, asked_of
from complaints.rules.rulebook import CategoryEntry, Rulebook
from complaints.tracing import Trace, trace
from people.permissions import Permission
from tenants.errors import Invalid
from tenants.tenant import in_language
from web.access import allows
from web.admin.amounts import words_of
from web.admin.category_form import answers_of
from web.area_picking import area_words, pick
from web.context import office, settings, words
from web.errors import sentence
from web.explain import explanation
from web.forms import clean
from web.milestones import milestone_name
from web.resident import places, report_form, report_page
from web.resident.drafts import Draft
from web.staff.corrected import priority_word
from web.staff.viewer import menu

blueprint = Blueprint("admin_whose", __name__)


@dataclass
class Place:
    """Where was meant. offered: the areas that a name may mean. error: a sentence about the place."""

    point: tuple[float, float] | None = None
    offered: Any = ()
    error: str = ""


@dataclass
class Object:
    """The object that was named, and those of the category near the place. error: a sentence about it."""

    entry: AssetEntry | None = None
    near: Sequence[tuple[AssetEntry, float]] = ()
    error: str = ""


@blueprint.get("/admin/who-gets-this")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """What would become of a report made there now; nothing is written."""
    book = office().rulebooks.of(g.session, g.tenant)
    category = book.categories.get(request.args.get("category", ""))
    place = _place(book)
    about = _object(category, place)
    found, error = None, ""
    answers = answers_of(request.args)
    if category is not None and not place.error and not place.offered and not about.error:
        try:
            found = _found(book, category, place, about.entry, answers)
        except Invalid as refusal:
            error = sentence(refusal)
    return render_template(
        "admin/whose.html",
        menu=menu(),
        asked={name: clean(request.args.get(name, "")) for name in ("spot", "area", "asset", "category", "priority")},
        place=place,
        about=about,
        category=category,
        categories=_categories(book),
        priorities=[("normal", priority_word("normal"))]
        + [(one, priority_word(one)) for one in priorities_of(book) if one != "normal"],
        questions=_questions(category, answers),
        answers=answers,
        error=error,
        found=found,
        tiles_url=settings().map_tiles_url,
    )


def _place(book: Rulebook) -> Place:
    spot, area = (clean(request.args.get(name, "")).strip() for name in ("spot", "area"))
    if spot:
        try:
            found = places.find(spot, report_page.middle(g.tenant))
        except Invalid as error:
            return Place(error=sentence(error))
        if found is not None:
            return Place((found.lon, found.lat))
        return Place(error=_("Write coordinates, a plus code or a link of a map; or name an area below."))
    if not area:
        return Place()
    picked = pick(book, area, request.args.get("area_pick", ""))
    if picked.code:
        draft = Draft("")
        try:
            report_form.put_area(g.session, draft, picked.code, g.tenant)
        except Invalid as error:
            return Place(error=sentence(error))
        return Place(draft.point)
    return Place(offered=picked.offered, error="" if picked.offered else _("No area of this city has such a name."))


def _object(category: CategoryEntry | None, place: Place) -> Object:
    """What was named; without a place its own counts."""
    code = clean(request.args.get("asset", "")).strip()
    entry = asset.by_code(g.session, code) if code else None
    error = _("There is no object with this code.") if code and entry is None else ""
    if entry is not None and place.point is None and not place.error and not place.offered:
        place.point = (entry.lon, entry.lat)
    if entry is not None and place.point is not None and entry.metres_from(*place.point) > asset.FAR_M:
        error = _("This object is far from the place. Take one of the two away.")
    near = asset.near(g.session, category.id, *place.point) if category is not None and place.point is not None else ()
    return Object(entry, near, error)


def _found(
    book: Rulebook, category: CategoryEntry, place: Place, about: AssetEntry | None, answers: Mapping[str, Any]
) -> dict[str, Any]:
    lon, lat = place.point or (None, None)
    kind = "complaint" if "complaint" in category.kinds else category.kinds[0]
    report = Report(
        category=category.code,
        description="",
        lon=lon,
        lat=lat,
        asset=about.code if about is not None else None,
        answers=answers,
        kind=kind,
        language=g.language,
    )
    traced = trace(g.session, office(), report, g.tenant, g.now, priority=request.args.get("priority") or "normal")
    to, rule = traced.to, traced.to.rule
    there = office().rulebooks.of(g.session, to.card)
    languages = list(to.card.languages)
    promised = targets(rule.milestones, answers) if rule else {}
    dues = {"respond": to.dues.respond_at, "secure": to.dues.secure_at, "resolve": to.dues.resolve_at}
    agency = there.agencies.get(to.agency_id) if to.agency_id else None
    agency_name = in_language(agency.name, g.language, languages) if agency else ""
    rows = _rows(traced, languages)
    owner = in_language(traced.owner.name, g.language, languages) if traced.owner else ""
    led = to.overlaid
    decided = owner or next((name for _area, name, decides in rows if decides), "")
    return {
        "ours": to.card.id == g.tenant.id,
        "commons": to.card.is_commons,
        "government": in_language(to.card.name, g.language, languages),
        "why": explanation(to.decision, words(category.name)),
        "category": in_language(to.category.name, g.language, languages),
        "area": ", ".join(in_language(one.name, g.language, languages) for one in traced.areas),
        "agency": agency_name,
        "rows": rows,
        "object": led.asset if led else to.asset,
        "object_rule": led.rule if led else to.asset_rule,
        "overlaid": led is not None,
        "owner": owner,
        "own_hours": to.agency_id in there.own_calendars,
        "idle": decided if decided and agency and agency_name != decided else "",
        "desk": in_language(traced.desk.name, g.language, languages) if traced.desk else "",
        "closed": sentence(traced.closed) if traced.closed else "",
        "rule": rule,
        "rule_area": area_words(book, next((one.code for one in traced.areas if rule and one.id == rule.area_id), "")),
        "rule_priority": priority_word(rule.priority) if rule and rule.priority else "",
        "dues": [
            (milestone_name(milestone), words_of({"amount": target.amount, "unit": target.unit}), dues[milestone])
            for milestone, target in promised.items()
        ],
        "zone": to.card.time_zone,
        "private": to.visibility != "public",
    }


def _rows(traced: Trace, languages: list[str]) -> list[tuple[str, str, bool]]:
    """(area, agency, whether it decides) of each row that speaks of the place, the most specific first."""
    return [
        (
            in_language(row.area.name, g.language, languages) if row.area else "",
            in_language(row.agency.name, g.language, languages),
            row.decides,
        )
        for row in traced.rows
    ]


def _questions(category: CategoryEntry | None, answers: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """(field, words, choices) of the questions whose answers may decide a promise."""
    if category is None:
        return []
    return [
        (
            f"answers.{one['code']}",
            words(one["label"]),
            [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
            if one["type"] == "yes_no"
            else [("", "–"), *((choice["code"], words(choice["label"])) for choice in one["choices"])],
        )
        for one in asked_of(category.questions, answers)
        if one["type"] in CHOSEN
    ]


def _categories(book: Rulebook) -> dict[str, list[tuple[str, str]]]:
    groups = {group.code: words(group.name) for group in book.groups}
    offered: dict[str, list[tuple[str, str]]] = {name: [] for name in groups.values()}
    for entry in book.categories.values():
        offered.setdefault(groups.get(entry.group, ""), []).append((entry.code, words(entry.name)))
    return {name: options for name, options in offered.items() if options}
