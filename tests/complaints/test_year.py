"""Jakarta's reports of the lockdown year, replayed through the core; a thinned set, the whole one is `bench year`."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.figures import figures_of
from complaints.handling import Actor
from complaints.office import Office
from config.settings import ROOT
from onboarding.bundle import read_bundle
from onboarding.demonstration import FOLDER
from onboarding.provision import provision
from people.account import Account
from people.sign_in import seat_of
from tenants import scope
from tests.cast import photo
from tests.complaints.replaying import Year, read, wrong_ladders
from tests.complaints.test_figures import check

DATA = Path(__file__).parents[2] / "../shared/data/complaints"
FOUNDED = datetime(2020, 1, 1, tzinfo=UTC)
DAYS, EVERY = 90, 40
DEAD = (
    (datetime(2020, 4, 6, 1, 0, tzinfo=UTC), datetime(2020, 4, 8, 7, 30, tzinfo=UTC)),
    (datetime(2020, 5, 23, 20, 0, tzinfo=UTC), datetime(2020, 5, 29, 2, 0, tzinfo=UTC)),
)
"""When no worker runs: two days, and over Lebaran six."""


@pytest.fixture
def year(office: Office, session: Session, tmp_path: Path) -> Year:
    if not (DATA / "jakarta_crm_psbb_daily_2020.csv").is_file():
        pytest.skip("Jakarta's reports of 2020 aren't beside this checkout (shared/data).")
    scope.name_tenant(session, None)
    provision(session, read_bundle(jakarta(tmp_path)), now=FOUNDED)
    session.commit()
    office.keeper.refresh()
    card = office.directory.by_slug["jakarta"]
    scope.name_tenant(session, card.id)
    account = session.scalars(select(Account).where(Account.email == "supervisor@jakarta.example")).one()
    seated = seat_of(session, account.id)
    assert seated is not None
    seat, agency_ids = seated
    actor = Actor("staff", seat.id, seat.role, agency_ids)
    session.commit()
    return Year(session, office, card, actor, photo(size=(64, 64)), DEAD)


def jakarta(folder: Path) -> Path:
    """The demonstration's bundle of Jakarta, with its outline beside it instead of in the catalogue."""
    written = (FOLDER / "jakarta.yaml").read_text(encoding="utf-8")
    bundle = folder / "jakarta.yaml"
    bundle.write_text(written.replace("boundary: catalogue:31", "boundary: jakarta.geojson"), encoding="utf-8")
    features = json.loads((ROOT / "onboarding" / "data" / "first_tenants.geojson").read_text(encoding="utf-8"))
    outline = next(one for one in features["features"] if one["properties"]["code"] == "31")
    (folder / "jakarta.geojson").write_text(json.dumps(outline), encoding="utf-8")
    return bundle


@pytest.mark.slow
def test_nothing_is_lost_each_step_is_taken_once_and_the_figures_are_the_historys(year: Year) -> None:
    volumes, points = read(DATA, DAYS, EVERY)
    until = datetime(2020, 7, 1, tzinfo=UTC)
    year.live(volumes, points, until)
    session, card = year.session, year.card
    scope.name_tenant(session, card.id)
    assert len(year.filed) + year.elsewhere == sum(many for _, many in volumes) > 60
    assert session.scalar(select(func.count()).select_from(Complaint)) == len(year.filed)
    assert year.done["mind"] > 5 * len(year.filed)
    assert wrong_ladders(year, until) == {}
    scope.name_tenant(session, card.id)
    for first, last in ((date(2020, 3, 1), date(2020, 6, 30)), (date(2020, 5, 1), date(2020, 5, 31))):
        said = figures_of(session, card.time_zone, first, last, until, areas=True)
        assert not said.behind
        check(session, said, until)


def test_a_worker_that_forgets_a_step_or_takes_one_twice_is_found_out(year: Year) -> None:
    volumes, points = read(DATA, 10, 5)
    until = datetime(2020, 4, 1, tzinfo=UTC)
    year.live(volumes, points, until)
    assert wrong_ladders(year, until) == {}
    assert wrong_ladders(replace(year, dead=((FOUNDED, until - timedelta(days=1)),)), until) != {}
