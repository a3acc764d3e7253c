"""The supervisor's morning: what was promised for yesterday and not kept, what will break today, and who has nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from complaints import queue
from complaints.counts.counting import Dimension
from complaints.figures import WEEKS, Figures, Promise, figures_of
from complaints.queue import MOST_COUNTED, Filter, Tab
from complaints.queue_row import Row
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from complaints.workflow import Status
from people.permissions import Permission
from tenants.category import OTHER
from tenants.times import short_day
from web.access import allows
from web.context import office
from web.plot import curve, share
from web.shares import percent
from web.staff.listing import end_of_day
from web.staff.names import category_name, names_of, place_of, short_name
from web.staff.remaining import Remaining, coarse, remaining
from web.staff.viewer import menu, viewer
from web.staff.whose import Whose, agency_name, whose

ROWS = 8
"""How many reports a part of the page shows; the queue has all."""
BARS = 8

blueprint = Blueprint("staff_morning", __name__)


@dataclass(frozen=True)
class Line:
    """What one agency had promised for yesterday. href: its late reports in the queue, None for nobody's."""

    name: str
    promise: Promise
    href: str


@dataclass(frozen=True)
class Case:
    """One report. cause: why nobody has it."""

    href: str
    name: str
    place: str
    safety: bool
    remaining: Remaining
    received_at: datetime
    age: timedelta
    agency: str
    holder: str
    cause: str


@dataclass(frozen=True)
class Cases:
    """The first reports of a part, how many there are ("99+"), and where all stand."""

    rows: Sequence[Case]
    count: str
    href: str


@blueprint.get("/staff/morning")
@allows(Permission.SEE_FIGURES, tenant=True)
def page() -> ResponseReturnValue:
    """Yesterday, today, nobody's, and eight weeks; with `agency`, of that agency and those below."""
    book = office().rulebooks.of(g.session, g.tenant)
    seen = viewer()
    asked = whose(book, seen, request.args)
    yesterday = g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date() - timedelta(days=1)
    said = figures_of(g.session, g.tenant.time_zone, yesterday, yesterday, g.now)
    lines = lines_of(said, book, asked)
    total = said.promised(asked.of)
    weeks = said.week_by_week(asked.of)
    return render_template(
        "staff/morning.html",
        menu=menu(),
        here="morning",
        whose=asked,
        title=title(total),
        total=total,
        lines=lines,
        bars=lines[:BARS],
        most_due=max((line.promise.due for line in lines), default=0),
        spread=spread(lines, total),
        today=_cases(g.session, book, seen, asked, Tab.TODAY),
        nobody=_cases(g.session, book, seen, asked, Tab.UNASSIGNED),
        weeks=weeks,
        trend=trend(weeks),
        behind=said.behind,
        now=g.now,
        percent=percent,
        share=share,
        **_drawn(weeks),
    )


def title(total: Promise) -> str:
    """What became of yesterday's promises, in one sentence."""
    if not total.due:
        return _("No promise fell due yesterday")
    if not total.missed:
        return ngettext("Yesterday's only promise was kept", "All %(num)s promises of yesterday were kept", total.due)
    if total.due == 1:
        return _("Yesterday's only promise wasn't kept")
    return _(
        "Yesterday %(missed)s of %(due)s promises (%(share)s) weren't kept",
        missed=format_decimal(total.missed),
        due=format_decimal(total.due),
        share=percent(total.share_missed),
    )


def lines_of(said: Figures, book: Rulebook, asked: Whose) -> list[Line]:
    """By agency, those who broke most first."""
    lines = []
    for (dimension, key), _by_milestone in said.promises.items():
        promise = said.promised([(dimension, key)])
        if dimension != Dimension.AGENCY or not promise.due or not asked.holds(key):
            continue
        entry = book.agencies.get(UUID(key)) if key else None
        href = f"/staff?{urlencode({'tab': 'late', 'agency': entry.code})}" if entry else "/staff?tab=late"
        lines.append(Line(agency_name(book, key), promise, href))
    return sorted(lines, key=lambda line: (-line.promise.missed, -line.promise.due, line.name))


def spread(lines: Sequence[Line], total: Promise) -> str:
    """With whom most of what wasn't kept lies. lines: those who broke most first."""
    if not total.due:
        return _("What falls due is listed here by agency")
    if not total.missed:
        return _("Every agency kept what it had promised")
    first = lines[0]
    if first.promise.missed == total.missed:
        return ngettext(
            "The one that wasn't kept is with %(name)s",
            "All %(num)s that weren't kept are with %(name)s",
            total.missed,
            name=first.name,
        )
    if first.promise.missed * 2 > total.missed:
        return _(
            "More than half of what wasn't kept is with %(name)s: %(part)s of %(whole)s",
            name=first.name,
            part=format_decimal(first.promise.missed),
            whole=format_decimal(total.missed),
        )
    two = first.promise.missed + lines[1].promise.missed
    if two == total.missed:
        return _(
            "All %(num)s that weren't kept are with %(name)s and %(other)s",
            num=format_decimal(two),
            name=first.name,
            other=lines[1].name,
        )
    if two * 2 > total.missed:
        return _(
            "More than half of what wasn't kept is with %(name)s and %(other)s: %(part)s of %(whole)s",
            name=first.name,
            other=lines[1].name,
            part=format_decimal(two),
            whole=format_decimal(total.missed),
        )
    return _(
        "What wasn't kept is spread over %(agencies)s agencies; most is with %(name)s: %(part)s of %(whole)s",
        agencies=sum(1 for line in lines if line.promise.missed),
        name=first.name,
        part=format_decimal(first.promise.missed),
        whole=format_decimal(total.missed),
    )


def trend(weeks: Sequence[tuple[date, Promise]]) -> str:
    """Where the share of broken promises has gone, in one sentence."""
    shares = [promise.share_missed for _monday, promise in weeks if promise.share_missed is not None]
    if not shares:
        return _("No promise fell due in the last %(weeks)s weeks", weeks=WEEKS)
    if len(shares) == 1:
        return _("There is no trend yet: promises fell due in one of the last %(weeks)s weeks", weeks=WEEKS)
    first, last = percent(shares[0]), percent(shares[-1])
    if first == last:
        return _("What wasn't kept is at %(share)s, as it was %(weeks)s weeks ago", share=last, weeks=WEEKS)
    if shares[-1] < shares[0]:
        return _(
            "What wasn't kept fell from %(first)s to %(last)s in %(weeks)s weeks", first=first, last=last, weeks=WEEKS
        )
    return _("What wasn't kept rose from %(first)s to %(last)s in %(weeks)s weeks", first=first, last=last, weeks=WEEKS)


def _drawn(weeks: Sequence[tuple[date, Promise]]) -> dict[str, Any]:
    """The line of the weeks and its words; no line for fewer than two weeks with a promise."""
    shares = [promise.share_missed for _monday, promise in weeks]
    line = curve(shares)
    return {
        "curve": line if len(line.dots) > 1 else None,
        "weeks_words": [percent(dot.value) for dot in line.dots],
        "weeks_under": [short_day(monday, g.language) for monday, _promise in weeks],
        "scale": [percent(tick.value) for tick in line.ticks],
    }


def _cases(session: Session, book: Rulebook, seen: Viewer, asked: Whose, tab: Tab) -> Cases:
    """The first of a tab, of those whose figures are shown."""
    only = {"agency": asked.chosen} if asked.chosen else {}
    href = f"/staff?{urlencode({'tab': tab.value, **only})}"
    if asked.agency_ids == ():
        return Cases([], "0", href)
    chosen = Filter(tab, agency_ids=asked.agency_ids or ())
    day = {"now": g.now, "today_ends_at": end_of_day(g.now, g.tenant.time_zone)}
    rows = queue.page(session, seen, chosen, **day).rows
    count = len(rows) if len(rows) < queue.PAGE else queue.count(session, seen, chosen, **day)
    shown = rows[:ROWS]
    names = names_of(session, {row.holder_id for row in shown if row.holder_id})
    return Cases(
        [_case(row, book, names.get(row.holder_id, "") if row.holder_id else "") for row in shown],
        f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count),
        href,
    )


def _case(row: Row, book: Rulebook, holder: str) -> Case:
    return Case(
        href=f"/staff/complaints/{row.id}",
        name=category_name(row.category_id, book),
        place=place_of(row.place, row.area_id, book),
        safety=row.urgency == 0,
        remaining=remaining(row, g.now),
        received_at=row.received_at,
        age=coarse(g.now - row.received_at),
        agency=agency_name(book, str(row.agency_id or "")),
        holder=short_name(holder),
        cause=_cause(row, book),
    )


def _cause(row: Row, book: Rulebook) -> str:
    category = book.category_ever(row.category_id)
    if row.status == Status.COORDINATING:
        return _("The offer has no answer yet")
    if row.agency_id is None:
        return _("No agency has it")
    if row.near_border:
        return _("Near a border")
    if category is not None and category.platform_code == OTHER:
        return _("In no category of its own")
    return _("Nobody has taken it yet")
