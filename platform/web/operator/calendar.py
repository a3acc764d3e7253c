"""The holidays that a country's government decreed: written down once, offered to every city as a difference."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration import decrees
from people.permissions import Permission
from tenants.calendar_days import Kind, official_names
from tenants.errors import AduanError, Invalid
from tenants.holiday_decree import Decreed, days_of
from web.access import allows
from web.admin.calendar_form import dated_lines
from web.errors import sentence, status_of
from web.operator.menu import menu
from web.whole_number import whole_number

COUNTRY = "ID"
AHEAD = 2
"""Years ahead of this one that can be written down."""

blueprint = Blueprint("operator_calendar", __name__)


@blueprint.get("/operator/calendar")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """A year's decree as it stands; where there is none, what the library knows, to be corrected."""
    year = _year(request.args.get("year", ""))
    row = decrees.of_year(g.session, COUNTRY, year)
    days = days_of(row) if row is not None else _known(year)
    return _page(year, row.source if row is not None else "", _written(days, joint=False), _written(days, joint=True))


@blueprint.post("/operator/calendar")
@allows(Permission.OPERATE, national=True)
def save() -> ResponseReturnValue:
    """Write it down; each city with another calendar sees the difference."""
    year = _year(request.form.get("year", ""))
    source, public, joint = (request.form.get(name, "") for name in ("source", "public", "joint"))
    try:
        days = [*_read(public, "public"), *_read(joint, "joint")]
        decrees.write_down(
            g.session,
            COUNTRY,
            year,
            source,
            days,
            now=g.now,
            expected_version=whole_number(request.form.get("version", "")) or 0,
        )
    except AduanError as error:
        return _page(year, source, public, joint, error), status_of(error)
    return redirect(f"/operator/calendar?year={year}&saved=1", 303)


def _page(year: int, source: str, public: str, joint: str, error: AduanError | None = None) -> str:
    if error is not None:
        g.session.rollback()
    row = decrees.of_year(g.session, COUNTRY, year)
    known = {day.on: day for day in _known(year)}
    decreed = {day.on: day for day in days_of(row)} if row is not None else {}
    return render_template(
        "operator/calendar.html",
        menu=menu(),
        here="calendar",
        year=year,
        years=range(g.now.year, g.now.year + AHEAD + 1),
        source=source,
        public=public,
        joint=joint,
        version=row.version if row is not None else 0,
        saved_at=row.saved_at if row is not None else None,
        differences=[
            (on, decreed[on].name if on in decreed else known[on].name, on in decreed)
            for on in sorted(known.keys() ^ decreed.keys())
        ]
        if row is not None
        else [],
        errors={error.field or "": sentence(error)} if error is not None else {},
    )


def _known(year: int) -> list[Decreed]:
    """What the library knows of a year."""
    names = official_names(COUNTRY, year, "id")
    return [Decreed(on, name, kind is Kind.JOINT) for on, (kind, name) in sorted(names.items())]


def _written(days: Sequence[Decreed], *, joint: bool) -> str:
    return "\n".join(f"{day.on.isoformat()} {day.name}" for day in days if day.joint is joint)


def _read(written: str, control: str) -> list[Decreed]:
    try:
        return [
            Decreed(date.fromisoformat(on), name, control == "joint")
            for on, name in dated_lines(written, control, "2027-01-01 Tahun Baru Masehi")
        ]
    except ValueError:
        raise Invalid(_("One of the dates isn't in the calendar."), field=control) from None


def _year(asked: str) -> int:
    year = whole_number(asked)
    return year if year is not None and 0 <= year - g.now.year <= AHEAD else g.now.year + 1
