"""How a due instant comes about, date by date: always adding up to what the clock says."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints.clock import Target, Unit, due
from complaints.clocks.reckoned_days import trace
from tenants.calendar_days import Kind, day_on, days_of
from tenants.working_time import from_document, spans_on

CALENDAR = from_document(
    {
        "time_zone": "Asia/Makassar",
        "hours": {day: ["07:30-12:00", "13:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "dated": [
            {
                "from": "2026-02-19",
                "until": "2026-03-20",
                "name": {"id": "Ramadan"},
                "hours": {"mon": ["08:00-15:00"]},
            }
        ],
        "holidays": {
            "country": "ID",
            "add": [{"on": "2026-03-02", "name": {"id": "Hari jadi"}}],
            "remove": ["2026-05-01"],
        },
        "half_days": [{"on": "2026-12-31", "hours": ["07:30-11:00"]}],
    }
)


@given(
    st.integers(0, 330 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.sampled_from([Unit.WORKING_MINUTES, Unit.WORKING_DAYS]),
    st.integers(1, 40),
)
def test_the_dates_on_the_way_add_up_to_the_target(started_at: datetime, unit: Unit, amount: int) -> None:
    target = Target(amount, unit)
    found = trace(started_at, target, CALENDAR, ["id"])
    assert found.due_at == due(started_at, target, CALENDAR, ())
    assert found.more == 0
    assert sum(one.passed for one in found.days) == amount
    assert all(one.passed >= 0 and (not one.passed or one.day.spans) for one in found.days)
    dates = [one.day.on for one in found.days]
    assert dates == [dates[0] + timedelta(days=number) for number in range(len(dates))]


def test_each_date_of_a_year_is_what_its_hours_say() -> None:
    days = days_of(CALENDAR, 2026, ["id"])
    assert len(days) == 365
    assert all(day.spans == spans_on(CALENDAR, day.on) for day in days)
    assert all(bool(day.spans) is (day.kind in (Kind.WORKING, Kind.DATED, Kind.HALF, Kind.REMOVED)) for day in days)
    kinds = {day.on.isoformat()[5:]: (day.kind, day.name) for day in days}
    assert kinds["01-01"] == (Kind.PUBLIC, "Tahun Baru Masehi")
    assert kinds["03-02"] == (Kind.OWN, "Hari jadi")
    assert kinds["03-09"] == (Kind.DATED, "Ramadan")
    assert kinds["03-10"] == (Kind.OFF, "")
    assert kinds["05-01"][0] is Kind.REMOVED
    assert kinds["12-31"] == (Kind.HALF, "")
    assert kinds["12-24"][0] is Kind.JOINT
    assert day_on(CALENDAR, date(2026, 1, 1), ["fr"]).name == "New Year's Day"
