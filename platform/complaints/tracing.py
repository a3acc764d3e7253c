"""Where a report would go, with the row that decided each part of it: what filing does, looked at and not done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from complaints.destination import Destination, destination
from complaints.office import Office
from complaints.report import Report
from complaints.rules.rulebook import AgencyEntry, AreaEntry
from complaints.rules.taken import check_taken
from tenants.directory import TenantCard
from tenants.errors import Invalid


@dataclass(frozen=True)
class Assigned:
    """A row that says who gets the category. area: None for the whole city. decides: whether it is the one that did."""

    area: AreaEntry | None
    agency: AgencyEntry
    decides: bool


@dataclass(frozen=True)
class Trace:
    """rows: those that speak of this place, the most specific first; what its object says comes before all of them.

    owner: whose its object's rule makes it, where one does. desk: who gets what no row names, if that is so. closed:
    why no report would be taken.
    """

    to: Destination
    areas: list[AreaEntry]
    rows: list[Assigned]
    owner: AgencyEntry | None
    desk: AgencyEntry | None
    closed: Invalid | None


def trace(
    session: Session, office: Office, report: Report, host: TenantCard, now: datetime, *, priority: str = "normal"
) -> Trace:
    """Follow a report to whoever gets it; nothing is written. Raises Invalid naming the field."""
    to = destination(session, office, report, host, now, priority=priority)
    book = office.rulebooks.of(session, to.card)
    areas = book.areas_up(to.area_id)
    owner = book.agencies.get(to.asset_rule.agency_id) if to.asset_rule and to.asset_rule.agency_id else None
    decided = book.assignment_for(to.category.id, to.area_id) if owner is None else None
    rows = []
    for area in [*areas, None]:
        place = area.id if area else None
        agency_id = book.assignments.get((to.category.id, place))
        if agency_id is not None and agency_id in book.agencies:
            rows.append(Assigned(area, book.agencies[agency_id], decided is not None and decided[0] == place))
    try:
        check_taken(book, to.category, to.area_id, report.language)
        closed = None
    except Invalid as refusal:
        closed = refusal
    desk = book.agencies.get(book.desk_id) if decided is None and owner is None and book.desk_id else None
    return Trace(to, areas, rows, owner, desk, closed)
