"""The city's calendars: a year at a glance, what is due when, and the editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from complaints.clock import Milestone, Target, Unit
from complaints.promise import targets
from complaints.recalculating import Recalculation
from complaints.reckoned_days import Counted, Trace, trace
from complaints.rulebook import Rulebook, RuleEntry
from configuration import calendars, decrees
from configuration.editing import Stale
from people.permissions import Permission
from people.seat import Seat
from tenants.calendar import CalendarRow
from tenants.calendar_days import Day, Kind, days_of
from tenants.errors import AduanError, Invalid, NotFound
from tenants.holiday_decree import Difference, HolidayDecree
from tenants.tenant import in_language
from tenants.working_time import WEEKDAYS, Calendar, from_document
from web.access import allows
from web.admin.amounts import words_of
from web.admin.calendar_form import TypedCalendar, control_of, document_of, of_document, of_form
from web.admin.rules import rule_names
from web.admin.saving import author, looked_at, saved
from web.context import office, words
from web.errors import sentence
from web.milestones import milestone_name
from web.staff.viewer import menu

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
YEARS = 3
"""How many years before and after this one can be looked at."""

blueprint = Blueprint("admin_calendars", __name__)


@dataclass(frozen=True)
class Month:
    """A month of the year's view. weeks: seven days each, None outside the month. named: what is told beneath."""

    name: str
    weeks: Sequence[Sequence[Day | None]]
    named: Sequence[tuple[str, str, str]]


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
    """Which calendars there are, and by which the city's promises count."""
    rows = calendars.every(g.session)
    return render_template(
        "admin/calendars.html",
        menu=menu(),
        decreed=[
            (row.id, decree.year, len(offered), _name(row))
            for row in rows
            for decree, offered in decrees.waiting(g.session, row, g.now)
        ],
        rows=[(row.id, _name(row), row.document["time_zone"], row.code == _used(rows)) for row in rows],
        recalculation=g.session.scalar(select(Recalculation)),
    )


@blueprint.get("/admin/calendars/<uuid:calendar_id>")
@allows(Permission.CONFIGURE, tenant=True)
def one(calendar_id: UUID) -> ResponseReturnValue:
    """A year of a calendar, and a promise tried on it."""
    row = calendars.one(g.session, calendar_id)
    calendar = from_document(row.document)
    book = office().rulebooks.of(g.session, g.tenant)
    today = g.now.astimezone(ZoneInfo(calendar.time_zone)).date()
    year = _year(request.args.get("year", ""), today)
    tried, errors = _tried(calendar, book)
    return render_template(
        "admin/calendar.html",
        menu=menu(),
        row=row,
        name=_name(row),
        used=row.code == _used(calendars.every(g.session)),
        year=year,
        years=range(today.year - YEARS, today.year + YEARS + 1),
        months=_months(days_of(calendar, year, _languages())),
        weekdays=_weekday_names("narrow"),
        kinds=_kinds(),
        week=[
            (name, ", ".join(str(span) for span in calendar.weekly.get(number, ())))
            for number, name in enumerate(_weekday_names("wide"))
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
    return _form(of_document(_name(row), row.document, _said), row)


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
        name = {**row.name, language: typed.name} if typed.name else row.name
        calendars.change(g.session, row, name, document, author=author(), now=g.now, expected_version=looked_at())
    except Stale as error:
        return _form(typed, row, stale=error), 409
    except Invalid as error:
        return _form(typed, row, error=error), 422
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
    raise NotFound(_("This calendar has all that was decreed for that year."))


def _form(typed: TypedCalendar, row: CalendarRow, *, error: Invalid | None = None, stale: Stale | None = None) -> str:
    last = stale.last if stale is not None else None
    by = g.session.get(Seat, (g.tenant.id, last.seat_id)) if last is not None and last.seat_id else None
    return render_template(
        "admin/calendar_form.html",
        menu=menu(),
        form=typed,
        row=row,
        name=_name(row),
        version=row.version if stale is not None else request.form.get("version") or row.version,
        errors={control_of(error.field or ""): sentence(error)} if error is not None else {},
        stale=stale,
        saved_by=by.name if by is not None else "",
        stands=of_document(_name(row), row.document, _said) if stale is not None else None,
        zones=[*ZONES, *({row.document["time_zone"], typed.time_zone} - {*ZONES, ""})],
        weekdays=list(zip(WEEKDAYS, _weekday_names("wide"), strict=True)),
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
    return " · ".join(part for part in (day.name or (_kinds()[day.kind] if not hours else ""), hours) if part)


def _months(days: Sequence[Day]) -> list[Month]:
    months = []
    for number in range(1, 13):
        inside = [day for day in days if day.on.month == number]
        cells: list[Day | None] = [None] * inside[0].on.weekday() + list(inside)
        cells += [None] * (-len(cells) % 7)
        named: list[tuple[str, str, str]] = []
        for day in inside:
            if day.name or day.kind is Kind.DATED:
                named.append((str(day.on.day), day.kind, day.name))
        months.append(
            Month(
                format_date(date(inside[0].on.year, number, 1), "MMMM"),
                [cells[start : start + 7] for start in range(0, len(cells), 7)],
                _joined(named),
            )
        )
    return months


def _joined(named: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Dated hours once a month, though weekends and holidays lie between; the rest as it is."""
    joined: list[tuple[str, str, str]] = []
    where: dict[str, int] = {}
    for days, kind, name in named:
        if kind == Kind.DATED and name in where:
            begin = joined[where[name]][0].split("–")[0]
            joined[where[name]] = (f"{begin}–{days.split('–')[-1]}", kind, name)
            continue
        if kind == Kind.DATED:
            where[name] = len(joined)
        joined.append((days, kind, name))
    return joined


def _kinds() -> dict[str, str]:
    """What a date is, in words."""
    return {
        Kind.WORKING: _("ordinary hours"),
        Kind.DATED: _("other hours"),
        Kind.HALF: _("half day"),
        Kind.OFF: _("no hours"),
        Kind.PUBLIC: _("public holiday"),
        Kind.JOINT: _("joint leave"),
        Kind.OWN: _("the city's own holiday"),
        Kind.REMOVED: _("a holiday on which this city works"),
    }


def _weekday_names(width: str) -> list[str]:
    names: Mapping[int, str] = get_locale().days["stand-alone"][width]
    return [names[number] for number in range(7)]


def _year(asked: str, today: date) -> int:
    return int(asked) if asked.isdigit() and abs(int(asked[:5]) - today.year) <= YEARS else today.year


def _languages() -> list[str]:
    return [g.language, *g.tenant.languages]


def _said(text: Mapping[str, str]) -> str:
    """Words in the city's first language, in which the form is written."""
    return in_language(dict(text), g.tenant.languages[0], list(g.tenant.languages))


def _name(row: CalendarRow) -> str:
    return words(row.name) or row.code


def _used(rows: Sequence[CalendarRow]) -> str:
    """The code of the calendar by which promises count, as the rulebook chooses it."""
    wanted: Any = g.tenant.options.get("calendar", "kantor")
    return min(rows, key=lambda row: (row.code != wanted, row.code)).code if rows else ""
