"""The supervisor's figures: how old, kept or not, how long, how steady, by whom, by which way; each as a file too."""

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
from sqlalchemy.orm import Session

from complaints.counts.counting import Measure
from complaints.figures import Figures, figures_of
from people.permissions import Permission, Role
from people.seat import Seat, SeatAgency
from tenants.errors import NotFound
from tenants.times import duration
from web.access import allows
from web.context import office
from web.period import LENGTHS, Period, months_until, period_of
from web.plot import share
from web.shares import percent
from web.staff.files import TYPES
from web.staff.tables import tables
from web.staff.viewer import menu, viewer
from web.staff.whose import Whose, whose
from web.table import Table, csv_lines, names_of, rows_of
from web.xlsx import workbook

STAFF = (Role.OFFICER, Role.SUPERVISOR, Role.ADMIN, Role.PARTNER)

blueprint = Blueprint("staff_figures", __name__)


@blueprint.get("/staff/figures")
@allows(Permission.SEE_FIGURES, tenant=True)
def page() -> ResponseReturnValue:
    """All tables of a period; with `agency`, of that agency and those below."""
    asked, period, said, found = _asked()
    query = urlencode({"period": period.key} | ({"agency": asked.chosen} if asked.chosen else {}))
    return render_template(
        "staff/figures.html",
        menu=menu(),
        here="figures",
        whose=asked,
        period=period,
        periods=_periods(),
        facts=_facts(said, asked),
        tables=found,
        downloads={
            table.key: [(form.upper(), f"/staff/figures/{table.key}.{form}?{query}") for form in TYPES]
            for table in found
        },
        behind=said.behind,
        percent=percent,
        share=share,
    )


@blueprint.get("/staff/figures/<key>.<any(csv, xlsx):form>")
@allows(Permission.SEE_FIGURES, tenant=True)
def download(key: str, form: str) -> ResponseReturnValue:
    """One table as CSV or as a workbook, sent while it is made."""
    _whose, period, _said, found = _asked()
    table = next((one for one in found if one.key == key), None)
    if table is None:
        raise NotFound("There is no such table.")
    sent = workbook(names_of(table), rows_of(table)) if form == "xlsx" else csv_lines(table)
    answer = Response(stream_with_context(sent), content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{g.tenant.slug}-{key}-{period.key}.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked() -> tuple[Whose, Period, Figures, list[Table]]:
    """Whose figures, of which days, and the tables of them."""
    book = office().rulebooks.of(g.session, g.tenant)
    asked = whose(book, viewer(), request.args)
    period = period_of(request.args, _today())
    said = figures_of(g.session, g.tenant.time_zone, period.from_on, period.until_on, g.now)
    people = _people(g.session, asked)
    return asked, period, said, tables(said, book, asked, people, g.language)


def _today() -> date:
    today: date = g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date()
    return today


def _periods() -> list[tuple[str, str]]:
    days = [(str(length), _("The last %(days)s days", days=length)) for length in LENGTHS]
    return days + [(f"{month:%Y-%m}", str(format_date(month, "MMMM y"))) for month in months_until(_today())]


def _facts(said: Figures, asked: Whose) -> list[tuple[str, str]]:
    """The three numbers that come first, each with its words."""
    promise = said.promised(asked.of)
    first = said.lengths(Measure.FIRST, asked.of)
    kept = "–" if promise.share_missed is None else percent(1 - promise.share_missed)
    return [
        (format_decimal(said.number(Measure.RECEIVED, asked.of)), _("reports received")),
        (kept, _("of %(due)s promises kept", due=format_decimal(promise.due))),
        (duration(first.median, g.language) if first.median else "–", _("until a first answer, in the median")),
    ]


def _people(session: Session, asked: Whose) -> Mapping[UUID, str]:
    """Who works there, by id: of the whole city, or of the agencies that are shown."""
    seats = select(Seat.id, Seat.name).where(Seat.ended_at.is_(None), Seat.role.in_([role.value for role in STAFF]))
    if asked.agency_ids is not None:
        of_them = select(SeatAgency.seat_id).where(SeatAgency.agency_id.in_(asked.agency_ids))
        seats = seats.where(Seat.id.in_(of_them))
    return {row.id: row.name for row in session.execute(seats)}
