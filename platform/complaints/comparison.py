"""What cities can be compared by: how long the same kind of problem took, rolled up once a day in each city's scope.

Numbers of reports aren't compared, since cities differ in size and in how many report; nor kept promises, since each
city promises something else. Problems are the same where the default catalogue calls them the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Select, and_, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints import figures
from complaints.complaint import Complaint
from complaints.counts.counting import Measure
from complaints.intake import LOGGED
from complaints.office import Office
from complaints.workflow import DONE
from tenants.category import Category
from tenants.database import Base
from tenants.directory import TenantCard

DAYS = 90
FEWEST = 10
"""Finished reports of one kind, of which a median says something."""
ALL = ""


class CityLength(Base):
    """How long it took in one city in the DAYS up to a day: of a kind of the default catalogue, by its code.

    category ALL: the whole city, with the number of what was reported and done, and no median.
    """

    __tablename__ = "city_lengths"

    city_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    until_on: Mapped[date]
    reported: Mapped[int]
    done: Mapped[int]
    median_s: Mapped[int | None]
    ninetieth_s: Mapped[int | None]


@dataclass(frozen=True)
class Length:
    """What is told of one city and kind."""

    city_id: UUID
    done: int
    median: timedelta
    ninetieth: timedelta


def roll_up(session: Session, office: Office, card: TenantCard, now: datetime) -> bool:
    """Bring the city's rows to yesterday, in its scope; whether anything was to be done.

    A city that publishes no figures has no rows. Where the counting is behind, the next run does it.
    """
    until_on = now.astimezone(ZoneInfo(card.time_zone)).date() - timedelta(days=1)
    known = session.scalar(select(CityLength.until_on).where(CityLength.city_id == card.id, CityLength.category == ALL))
    book = office.rulebooks.of(session, card)
    hidden = card not in office.directory.live or book.launch.figures_hidden
    if known == (None if hidden else until_on):
        return False
    rows = [] if hidden else _rows(session, card, until_on, now)
    if not hidden and not rows:
        return False
    session.execute(delete(CityLength).where(CityLength.city_id == card.id))
    session.add_all(rows)
    session.flush()
    return True


def kinds(session: Session) -> list[str]:
    """The codes of the kinds that can be compared between two cities at least, the most widely told first."""
    codes = session.scalars(
        select(CityLength.category).where(CityLength.category != ALL, CityLength.done >= FEWEST)
    ).all()
    count = {code: codes.count(code) for code in set(codes)}
    return sorted((code for code, cities in count.items() if cities > 1), key=lambda code: (-count[code], code))


def lengths(session: Session, kind: str) -> list[Length]:
    """How long it took in each city that finished enough of a kind."""
    rows = session.scalars(
        select(CityLength).where(CityLength.category == kind, CityLength.category != ALL, CityLength.done >= FEWEST)
    )
    return [
        Length(row.city_id, row.done, timedelta(seconds=row.median_s), timedelta(seconds=row.ninetieth_s or 0))
        for row in rows
        if row.median_s is not None
    ]


def totals(session: Session) -> Sequence[CityLength]:
    """The whole of each city that publishes its figures."""
    return session.scalars(select(CityLength).where(CityLength.category == ALL)).all()


def _rows(session: Session, card: TenantCard, until_on: date, now: datetime) -> list[CityLength]:
    from_on = until_on - timedelta(days=DAYS - 1)
    said = figures.figures_of(session, card.time_zone, from_on, until_on, now)
    if said.behind:
        return []
    whole = said.number(Measure.RECEIVED), said.lengths(Measure.DONE).count
    rows = [CityLength(city_id=card.id, category=ALL, until_on=until_on, reported=whole[0], done=whole[1])]
    for row in session.execute(_took(card, from_on, until_on)):
        one = CityLength(city_id=card.id, category=row.kind, until_on=until_on, reported=0, done=row.done)
        one.median_s, one.ninetieth_s = round(row.median_s), round(row.ninetieth_s)
        rows.append(one)
    return rows


def _took(card: TenantCard, from_on: date, until_on: date) -> Select[tuple[str, int, float, float]]:
    """Of each kind: how many were done in these days, the median and the ninetieth percentile in seconds.

    It reads all that the city ever finished, once a day: the cells of the figures know no length by kind.
    """
    zone = ZoneInfo(card.time_zone)
    first, last = (datetime.combine(day, time(), zone) for day in (from_on, until_on + timedelta(days=1)))
    seconds = func.extract("epoch", Complaint.resolved_at - Complaint.received_at)
    return (
        select(
            Category.platform_code.label("kind"),
            func.count().label("done"),
            func.percentile_disc(0.5).within_group(seconds).label("median_s"),
            func.percentile_disc(0.9).within_group(seconds).label("ninetieth_s"),
        )
        .join(Category, and_(Category.tenant_id == Complaint.tenant_id, Category.id == Complaint.category_id))
        .where(
            Complaint.status.in_(DONE),
            Complaint.kind == "complaint",
            Complaint.adopted.is_(False),
            Complaint.channel != LOGGED,
            Complaint.resolved_at >= first,
            Complaint.resolved_at < last,
        )
        .group_by(Category.platform_code)
    )
