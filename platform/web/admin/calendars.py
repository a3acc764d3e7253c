"""The city's calendars: a year at a glance, what is due when, and the editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from complaints.clock import Milestone, Target, Unit
from complaints.clocks.promise import targets
from complaints.clocks.reckoned_days import Counted, Trace, trace
from complaints.recalculating import Recalculation
from complaints.rules.kept_calendars import citys
from complaints.rules.rulebook import Rulebook, RuleEntry
from configuration import calendars, decrees
from configuration.editing import Stale
from people.permissions import Permission
from people.seat import Seat
from tenants.calendar import CalendarRow
from tenants.calendar_days import Day, days_of
from tenants.errors import AduanError, Conflict, Invalid, NotFound
from tenants.holiday_decree import Difference, HolidayDecree
from tenants.tenant import in_language
from tenants.working_time import WEEKDAYS, Calendar, from_document
from web.access import allows
from web.admin.amounts import words_of
from web.admin.calendar_form import TypedCalendar, control_of, document_of, of_document, of_form
from web.admin.calendar_year import YEARS, kinds, months, weekday_names, year_of
from web.admin.rules import rule_names
from web.context import office, words
from web.errors import sentence
from web.milestones import milestone_name
from web.saving import author, looked_at, own_city, saved
from web.staff.viewer import menu
from web.tongues import tongue

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")

blueprint = Blueprint("admin_calendars", __name__)


@dataclass(frozen=True)
class Tried:
    """A milestone tried: its due instant, and each date on the way in words."""

    name: str
    target: str
    due_at: datetime
    days: Sequence[tuple[str, str, str]]
    around_the_clock: bool
    more: int


@blueprint.get("/admin/calendars")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """Which calendars there are, and who counts by which."""
    rows, users = calendars.every(g.session), _users()
    return render_template(
        "admin/calendars.html",
        menu=menu(),
        decreed=[
            (row.id, decree.year, len(offered), _name(row))
            for row in rows
            for decree, offered in decrees.waiting(g.session, row, g.now)
        ],
        rows=[(row.id, _name(row), row.document["time_zone"], users[row.id]) for row in rows],
        ended=[(row.id, _name(row)) for row in calendars.ended(g.session)],
        recalculation=g.session.scalar(select(Recalculation)),
    )


@blueprint.get("/admin/calendars/new")
@allows(Permission.CONFIGURE, tenant=True)
def new() -> ResponseReturnValue:
    """The form of a calendar that isn't there yet: with the city's hours, to be changed."""
    return _form(of_document("", _pattern(), _said), None)


@blueprint.post("/admin/calendars")
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Save a new calendar; nothing counts by it before somebody names it."""
    typed = of_form(request.form)
    if "draw" in request.form:
        return _form(typed, None)
    language = g.tenant.languages[0]
    try:
        document = document_of(typed, _pattern(), language, _said)
        row = calendars.add(g.session, {language: typed.name}, document, author=author(), now=g.now)
    except Invalid as error:
        return _form(typed, None, error=error), 422
    return saved(f"/admin/calendars/{row.id}")


def _pattern() -> Mapping[str, Any]:
    """The document that a new calendar starts from."""
    row = citys(calendars.every(g.session), own_city().options)
    return row.document if row is not None else {"time_zone": g.tenant.time_zone, "hours": {}}


@blueprint.get("/admin/calendars/<uuid:calendar_id>")
@allows(Permission.CONFIGURE, tenant=True)
def one(calendar_id: UUID) -> ResponseReturnValue:
    """A year of a calendar, and a promise tried on it."""
    return _one(calendars.one(g.session, calendar_id))


def _one(row: CalendarRow, refusal: str = "") -> str:
    calendar = from_document(row.document)
    book = office().rulebooks.of(g.session, g.tenant)
    today = g.now.astimezone(ZoneInfo(calendar.time_zone)).date()
    year = year_of(request.args.get("year", ""), today)
    tried, errors = _tried(calendar, book)
    return render_template(
        "admin/calendar.html",
        menu=menu(),
        row=row,
        name=_name(row),
        users=_users()[row.id],
        refusal=refusal,
        year=year,
        years=range(today.year - YEARS, today.year + YEARS + 1),
        months=months(days_of(calendar, year, _languages())),
        weekdays=weekday_names("narrow"),
        kinds=kinds(),
        week=[
            (name, ", ".join(str(span) for span in calendar.weekly.get(number, ())))
            for number, name in enumerate(weekday_names("wide"))
        ],
        rules=rule_names(book),
        asked={
            "rule": request.args.get("rule", ""),
            "start": request.args.get("start") or f"{g.now.astimezone(ZoneInfo(calendar.time_zone)):%Y-%m-%dT%H:%M}",
        },
        tried=tried,
        errors=errors,
    )


@blueprint.get("/admin/calendars/<uuid:calendar_id>/form")
@allows(Permission.CONFIGURE, tenant=True)
def form(calendar_id: UUID) -> ResponseReturnValue:
    """The form of a calendar as it stands."""
    row = calendars.one(g.session, calendar_id)
    return _form(of_document(_said(row.name) or row.code, row.document, _said), row)


@blueprint.post("/admin/calendars/<uuid:calendar_id>")
@allows(Permission.CONFIGURE, tenant=True)
def change(calendar_id: UUID) -> ResponseReturnValue:
    """Save a calendar; the worker moves what is open and is due on another day."""
    typed, row = of_form(request.form), calendars.one(g.session, calendar_id)
    if "draw" in request.form:
        return _form(typed, row)
    language = g.tenant.languages[0]
    try:
        document = document_of(typed, row.document, language, _said)
        name = {**row.name, language: typed.name}
        calendars.change(g.session, row, name, document, author=author(), now=g.now, expected_version=looked_at())
    except Stale as error:
        return _form(typed, row, stale=error), 409
    except Invalid as error:
        return _form(typed, row, error=error), 422
    return saved(f"/admin/calendars/{row.id}")


@blueprint.post("/admin/calendars/<uuid:calendar_id>/ending")
@allows(Permission.CONFIGURE, tenant=True)
def end(calendar_id: UUID) -> ResponseReturnValue:
    """End a calendar, unless somebody counts by it."""
    row = calendars.one(g.session, calendar_id)
    try:
        calendars.end(g.session, row, words, author=author(), now=g.now, expected_version=looked_at())
    except Conflict as error:
        g.session.rollback()
        return _one(calendars.one(g.session, calendar_id), sentence(error)), 409
    return saved("/admin/calendars")


@blueprint.post("/admin/calendars/<uuid:calendar_id>/return")
@allows(Permission.CONFIGURE, tenant=True)
def bring_back(calendar_id: UUID) -> ResponseReturnValue:
    """Let a calendar that has ended be named again."""
    row = calendars.bring_back(g.session, calendar_id, author=author(), now=g.now)
    return saved(f"/admin/calendars/{row.id}")


@blueprint.get("/admin/calendars/<uuid:calendar_id>/decrees/<int:year>")
@allows(Permission.CONFIGURE, tenant=True)
def decree(calendar_id: UUID, year: int) -> ResponseReturnValue:
    """What a decree of the country's holidays has otherwise than a calendar, to be accepted day by day."""
    row = calendars.one(g.session, calendar_id)
    decreed, offered = _offered(row, year)
    return render_template("admin/decree.html", menu=menu(), row=row, name=_name(row), decree=decreed, offered=offered)


@blueprint.post("/admin/calendars/<uuid:calendar_id>/decrees/<int:year>")
@allows(Permission.CONFIGURE, tenant=True)
def answer(calendar_id: UUID, year: int) -> ResponseReturnValue:
    """Take over what is ticked; what isn't becomes the city's own decision."""
    row = calendars.one(g.session, calendar_id)
    decreed, offered = _offered(row, year)
    if not offered:  # answered by a colleague meanwhile, or in another tab
        return redirect(f"/admin/calendars/{row.id}/decrees/{year}", 303)
    decrees.answer(
        g.session,
        row,
        decreed,
        {one.on for one in offered if one.on.isoformat() in request.form.getlist("accepted")},
        language=g.tenant.languages[0],
        author=author(),
        now=g.now,
        expected_version=looked_at(),
    )
    return saved(f"/admin/calendars/{row.id}", year=str(year))


def _offered(row: CalendarRow, year: int) -> tuple[HolidayDecree, Sequence[Difference]]:
    for one, offered in decrees.waiting(g.session, row, g.now):
        if one.year == year:
            return one, offered
    country = from_document(row.document).country
    known = decrees.of_year(g.session, country, year) if country is not None else None
    if known is None or year < g.now.year:
        raise NotFound(_("Nothing is decreed for that year."))
    return known, []


def _form(
    typed: TypedCalendar, row: CalendarRow | None, *, error: Invalid | None = None, stale: Stale | None = None
) -> str:
    last = stale.last if stale is not None else None
    by = g.session.get(Seat, (g.tenant.id, last.seat_id)) if last is not None and last.seat_id else None
    return render_template(
        "admin/calendar_form.html",
        menu=menu(),
        form=typed,
        row=row,
        name=_name(row) if row is not None else "",
        version=(row.version if stale is not None else request.form.get("version") or row.version) if row else "",
        errors={control_of(error.field or ""): sentence(error)} if error is not None else {},
        stale=stale,
        saved_by=by.name if by is not None else "",
        stands=of_document(_said(row.name), row.document, _said) if row is not None and stale is not None else None,
        written_in=tongue(g.tenant.languages[0], g.language),
        zones=[*ZONES, *({row.document["time_zone"] if row else "", typed.time_zone} - {*ZONES, ""})],
        weekdays=list(zip(WEEKDAYS, weekday_names("wide"), strict=True)),
    )


def _tried(calendar: Calendar, book: Rulebook) -> tuple[Sequence[Tried], dict[str, str]]:
    """The rule that is asked about, from the instant that is asked about; or what is wrong with the question."""
    asked = request.args.get("rule", "")
    if not asked:
        return [], {}
    rule = next((rule for rule in book.rules if rule.code == asked), None)
    if rule is None:
        return [], {"rule": _("There is no such rule, or it has ended.")}
    try:
        start = datetime.fromisoformat(request.args.get("start", ""))
        if not 2000 <= start.year <= 2100:
            raise ValueError
        started_at = start.replace(tzinfo=ZoneInfo(calendar.time_zone)).astimezone(UTC)
    except ValueError:
        return [], {"start": _("Choose a day and a time, such as 2026-03-04 10:00.")}
    try:
        return [_told(name, trace(started_at, target, calendar, _languages())) for name, target in _promised(rule)], {}
    except AduanError as error:
        return [], {"rule": sentence(error)}


def _promised(rule: RuleEntry) -> list[tuple[str, Target]]:
    found = targets(rule.milestones, {})
    promised = [(milestone_name(one), found[one]) for one in Milestone if one in found]
    if rule.ceiling:
        promised.append((_("Legal limit"), Target(rule.ceiling["amount"], Unit(rule.ceiling["unit"]))))
    return promised


def _told(name: str, found: Trace) -> Tried:
    return Tried(
        name=name,
        target=words_of({"amount": found.target.amount, "unit": found.target.unit}),
        due_at=found.due_at,
        days=[
            (format_date(one.day.on, "EEE, d MMM y"), _what(one.day), _passed(one, found.target.unit))
            for one in found.days
        ],
        around_the_clock=found.target.unit is Unit.MINUTES,
        more=found.more,
    )


def _passed(one: Counted, unit: Unit) -> str:
    """What a date counts for."""
    if not one.passed:
        return _("doesn't count")
    if unit is Unit.WORKING_DAYS:
        return _("working day %(number)s", number=-(-one.total.numerator // one.total.denominator))
    return words_of({"amount": max(1, round(one.passed)), "unit": str(unit)})


def _what(day: Day) -> str:
    """A date in words: its hours, and why they aren't the ordinary ones."""
    hours = ", ".join(str(span) for span in day.spans)
    return " · ".join(part for part in (day.name or (kinds()[day.kind] if not hours else ""), hours) if part)


def _languages() -> list[str]:
    return [g.language, *g.tenant.languages]


def _said(text: Mapping[str, str]) -> str:
    """Words in the city's first language, in which the form is written."""
    return in_language(dict(text), g.tenant.languages[0], list(g.tenant.languages))


def _name(row: CalendarRow) -> str:
    return words(row.name) or row.code


def _users() -> dict[UUID, tuple[bool, list[tuple[UUID, str]]]]:
    """By calendar: whether the city's promises count by it, and the agencies that keep it."""
    found = calendars.users(g.session, own_city().options)
    return {row_id: (who.city, [(one.id, words(one.name)) for one in who.agencies]) for row_id, who in found.items()}
