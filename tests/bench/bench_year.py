"""Jakarta's reports of PSBB violations from March 2020 to February 2021, by their daily volumes and points, replayed.

Filing, moves and the worker's minding go through the core in simulated time, with three spells in which no worker runs.
Then every complaint's ladder is worked out anew from its history, and the figures are computed the long way. YEAR_EVERY
thins the volumes to one report of so many. The reports lie beside the checkout (shared/data).
"""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, HistoryRow
from complaints.figures import figures_of
from complaints.handling import Actor
from config.settings import ROOT
from people.account import Account
from people.sign_in import seat_of
from tenants import scope
from tests.bench.ground import Ground
from tests.cast import photo
from tests.complaints.replaying import Year, read, wrong_ladders
from tests.complaints.test_figures import check
from tests.conftest import put_together

DATA = ROOT / "../shared/data/complaints"
DAYS = 365
BEGINS, UNTIL = date(2020, 3, 1), datetime(2021, 3, 1, tzinfo=UTC)
DEAD = (
    (datetime(2020, 4, 6, 1, 0, tzinfo=UTC), datetime(2020, 4, 8, 7, 30, tzinfo=UTC)),
    (datetime(2020, 5, 23, 20, 0, tzinfo=UTC), datetime(2020, 5, 29, 2, 0, tzinfo=UTC)),
    (datetime(2020, 12, 24, 3, 0, tzinfo=UTC), datetime(2021, 1, 3, 3, 0, tzinfo=UTC)),
)


def run(ground: Ground) -> dict[str, float | str]:
    """What was replayed, how long it took, and what was found wrong. Raises OSError without the reports."""
    volumes, points = read(DATA, DAYS, int(os.environ.get("YEAR_EVERY", "1")))
    database = ground.copy("year")
    app_url, owner_url = (ground.server.url(role, database) for role in ("aduan_app", "aduan_owner"))
    engine = create_engine(app_url)
    with put_together(app_url, owner_url, ground.folder) as app, Session(engine) as session:
        office = app.extensions["office"]
        card = office.directory.by_slug["jakarta"]
        scope.name_tenant(session, card.id)
        account = session.scalars(select(Account).where(Account.email == "supervisor@jakarta.example")).one()
        seated = seat_of(session, account.id)
        assert seated is not None
        seat, agency_ids = seated
        actor = Actor("staff", seat.id, seat.role, agency_ids)
        before = session.scalar(select(func.count()).select_from(Complaint)) or 0
        session.commit()
        year = Year(session, office, card, actor, photo(size=(64, 64)), DEAD)
        began = perf_counter()
        year.live(volumes, points, UNTIL)
        took = perf_counter() - began
        wrong = wrong_ladders(year, UNTIL)
        scope.name_tenant(session, card.id)
        here = (session.scalar(select(func.count()).select_from(Complaint)) or 0) - before
        moves = dict(session.execute(select(HistoryRow.move, func.count()).group_by(HistoryRow.move)).all())
        figures: dict[str, float | str] = {
            "year_reports": year.done["file"],
            "year_lost": year.done["file"] - here - year.elsewhere,
            "year_elsewhere": year.elsewhere,
            "year_wrong_ladders": len(wrong),
            "year_escalations": moves.get("escalate", 0),
            "year_mindings": year.done["mind"],
            "year_moves_by_people": year.done["act"] - year.overtaken,
            "year_overtaken": year.overtaken,
            "year_closed_by_silence": moves.get("close", 0),
            "year_closed_by_itself": moves.get("expire", 0),
            "year_reminded": moves.get("remind", 0),
            "year_seconds": round(took, 1),
            "year_events_per_s": round(sum(year.done.values()) / took, 1),
        }
        figures["year_wrong_figures"] = _wrong_figures(session, card.time_zone)
    engine.dispose()
    ground.drop(database)
    return figures


def _wrong_figures(session: Session, zone: str) -> int:
    """In how many of these periods the figures differ from the long way: the year, and each of its quarters."""
    quarters = [BEGINS + timedelta(days=91 * number) for number in range(5)]
    wrong = 0
    for first, last in [(BEGINS, UNTIL.date()), *pairwise(quarters)]:
        try:
            check(session, figures_of(session, zone, first, last, UNTIL, areas=True), UNTIL)
        except AssertionError:
            wrong += 1
    return wrong
