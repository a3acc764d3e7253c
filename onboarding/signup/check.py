"""One page for all that a template filled in: kinds of problem and agencies, hours and holidays, colours, words."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy import func, select

from complaints.rules.kept_calendars import citys
from complaints.rules.rulebook import Rulebook
from configuration import calendars, looks
from configuration.faults import Faults
from configuration.logo import content_type, logo_key
from configuration.looks import Look
from onboarding import checking, founding, rehearsal
from onboarding.claim import Claim
from onboarding.signup.steps import goes_back, needs_claim, page, refusal, sent_file
from tenants import scope
from tenants.area import Area
from tenants.colours import USUAL_COLOUR, paper_css, repair, theme_css
from tenants.errors import AduanError, NotFound
from tenants.tenant import Tenant, in_language
from tenants.working_time import WEEKDAYS
from web.admin.calendar_form import TypedCalendar, control_of, document_of, of_document, of_form
from web.context import commit_and_know, office
from web.errors import sentence, status_of
from web.tongues import LANGUAGES

WORDS = ("greeting", "imprint", "privacy")
"""The standing words that are asked for here; an announcement is for later."""

USUAL_ACCENT = "#f2c200"
"""What is proposed for the stripe to a city that has none."""

blueprint = Blueprint("signup_check", __name__)


@dataclass(frozen=True)
class Group:
    """A group of categories as the page lists it: (code, name, agency, whether it is taken)."""

    name: str
    categories: list[tuple[str, str, str, bool]]


@blueprint.get("/signup/check")
@needs_claim
def form(claim: Claim) -> ResponseReturnValue:
    """All that the template filled in."""
    if claim.tenant_id is None or claim.live_at is not None:
        return redirect("/signup", 303)
    return _page(claim)


@blueprint.post("/signup/check")
@needs_claim
def save(claim: Claim) -> ResponseReturnValue:
    """Keep what is ticked, and what was written."""
    if claim.tenant_id is None or claim.live_at is not None:
        return redirect("/signup", 303)
    try:
        checking.check(g.session, office(), claim, _wanted(claim), g.now)
    except Faults as error:
        g.session.rollback()
        return _page(claim, {name: sentence(one) for name, one in error.by_field.items()}, status_of(error))
    except AduanError as error:
        errors, status = refusal(error, "category")
        return _page(claim, {control_of(field): said for field, said in errors.items()}, status)
    commit_and_know()
    return redirect("/signup/people" if goes_back() else "/signup/rehearsal", 303)


@blueprint.get("/signup/colours.css")
@needs_claim
def colours(claim: Claim) -> ResponseReturnValue:
    """The city's colours, for the portal beside each step alone, or for a sheet of paper."""
    look = _city(claim).look
    palette = repair(look.get("colour", USUAL_COLOUR), look.get("accent"))
    css = paper_css(palette, ".paper") if "paper" in request.args else theme_css(palette, ".dressed")
    return _private(css.encode(), "text/css; charset=utf-8")


@blueprint.get("/signup/crest")
@needs_claim
def crest(claim: Claim) -> ResponseReturnValue:
    """The city's crest, for the same."""
    city = _city(claim)
    name = city.look.get("logo")
    if not name:
        raise NotFound("There is no crest yet.")
    answer = _private(office().storage.get(logo_key(city.id, name)), content_type(name))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


def _private(content: bytes, kind: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _city(claim: Claim) -> Tenant:
    if claim.tenant_id is None:
        raise NotFound("There is no city yet.")
    return g.session.get_one(Tenant, claim.tenant_id)


def _wanted(claim: Claim) -> checking.Wanted:
    """What the form says, beside what it doesn't ask."""
    city, before = _city(claim), _hours(claim)
    language = city.languages[0]
    typed = _typed_hours(before)
    return checking.Wanted(
        categories=set(request.form.getlist("category")),
        agencies=set(request.form.getlist("agency")),
        calendar=document_of(typed, before, language, _said),
        look=_look(city),
    )


def _typed_hours(before: Mapping[str, Any]) -> TypedCalendar:
    typed = of_form(request.form)
    shown = of_document("", before, _said)
    return replace(shown, hours=typed.hours, joint_leave=typed.joint_leave, added=typed.added)


def _look(city: Tenant) -> Look:
    """The look as it stands, with what was typed."""
    words = {
        code: city.texts.get(code, {})
        | ({one: request.form.get(f"{code}-{one}", "") for one in city.languages} if code in WORDS else {})
        for code in looks.WORDS
    }
    return Look(
        languages=city.languages,
        name=city.name,
        words=words,
        colour=request.form.get("colour", ""),
        accent=request.form.get("accent", "") if "with_accent" in request.form else "",
        numbers=[(one["number"], one["name"]) for one in city.options.get("emergency_numbers", ())],
        logo=sent_file("logo", looks.MOST_LOGO_BYTES)[1] or None,
        without_logo="without_logo" in request.form,
    )


def _hours(claim: Claim) -> Mapping[str, Any]:
    """The calendar by which the city counts, as a document."""
    city = _city(claim)
    with scope.enter(g.session, city.id):
        row = citys(calendars.every(g.session), city.options)
        return row.document if row is not None else {"time_zone": city.time_zone, "hours": {}}


def _page(claim: Claim, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    card = rehearsal.card_now(office(), claim.tenant_id)
    city, before = _city(claim), _hours(claim)
    sent = request.method == "POST"
    with scope.enter(g.session, card.id):
        levels = g.session.execute(
            select(Area.level, func.count()).where(Area.ended_at.is_(None)).group_by(Area.level).order_by(func.count())
        ).all()
    city = _city(claim)
    document = _document(office().rulebooks.of(g.session, card), city)
    taken = {section: {row["code"] for row in document[section]} for section in ("categories", "agencies")}
    stands = {f"{code}-{one}": city.texts.get(code, {}).get(one, "") for code in WORDS for one in city.languages}
    stands |= {"colour": city.look.get("colour", USUAL_COLOUR), "accent": city.look.get("accent") or USUAL_ACCENT}
    stands |= {"with_accent": "yes"} if city.look.get("accent") else {}
    names = get_day_names("wide", locale=get_locale())  # by number, Monday is 0
    return page(
        "rehearsal",
        "check",
        claim,
        errors=errors,
        status=status,
        groups=_groups(document, set(request.form.getlist("category")) if sent else taken["categories"]),
        agencies=_agencies(document, set(request.form.getlist("agency")) if sent else taken["agencies"]),
        weekdays=[(day, names[number]) for number, day in enumerate(WEEKDAYS)],
        hours=_typed_hours(before) if sent else of_document("", before, _said),
        values=request.form if sent else stands,
        written=city.languages,
        names=LANGUAGES,
        asked=WORDS,
        longest=looks.LONGEST,
        most_mb=looks.MOST_LOGO_BYTES // 1_000_000,
        lost_file=bool(errors) and bool(request.files.get("logo")),
        has_crest=bool(city.look.get("logo")),
        levels=[(level, count) for level, count in levels],
    )


def _document(book: Rulebook, city: Tenant) -> dict[str, Any]:
    """What of a bundle the page shows."""
    codes = {one.id: one.code for one in book.agencies.values()}
    heads = {"group": True, "parent": None, "agency": None}
    groups = [{"code": one.code, "name": one.name, **heads} for one in book.groups]
    categories = []
    for one in sorted(book.categories.values(), key=lambda one: one.position):
        owner = book.assignments.get((one.id, None))
        row = {"code": one.code, "name": one.name, "group": False, "parent": one.group}
        categories.append(row | {"agency": codes.get(owner) if owner else None})
    return {
        "categories": [*groups, *categories],
        "agencies": [{"code": one.code, "name": one.name} for one in book.agencies.values()],
        "options": city.options,
    }


def _groups(document: Mapping[str, Any], ticked: Container[str]) -> list[Group]:
    """The categories under their groups, each with who gets it."""
    names = {row["code"]: _said(row["name"]) for row in checking.offered(document, "agencies")}
    rows = checking.offered(document, "categories")
    groups = []
    for head in (row for row in rows if row["group"]):
        lines = [
            (row["code"], _said(row["name"]), names.get(row["agency"] or "", ""), row["code"] in ticked)
            for row in rows
            if row["parent"] == head["code"]
        ]
        if lines:
            groups.append(Group(_said(head["name"]), lines))
    return groups


def _agencies(document: Mapping[str, Any], ticked: Container[str]) -> list[tuple[str, str, bool, bool]]:
    """(code, name, whether it is taken, whether it is the desk, which stays)."""
    desk = document["options"].get("desk") or founding.DESK
    rows = checking.offered(document, "agencies")
    return [
        (row["code"], _said(row["name"]), row["code"] in ticked or row["code"] == desk, row["code"] == desk)
        for row in rows
    ]


def _said(words: Mapping[str, str]) -> str:
    return in_language(dict(words), g.language)
