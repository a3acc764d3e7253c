"""A year's working time as instants: its edges, changes of the clock, and dates that never were."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenants.errors import Invalid
from tenants.working_time import Calendar, Span
from tenants.working_year import DAY, EPOCH, MINUTE, working_year, year_of

HOUR = 60 * MINUTE
ALL_DAY = {weekday: (Span(0, 1440),) for weekday in range(7)}


def instant(text: str, zone: str = "UTC") -> int:
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return (at - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "year", "days"),
    [
        pytest.param("Asia/Jakarta", 2026, 365, id="without changes of the clock"),
        pytest.param("Asia/Jakarta", 2028, 366, id="a leap year"),
        pytest.param("Europe/Berlin", 2026, 365, id="an hour lost and found"),
        pytest.param("Australia/Lord_Howe", 2026, 365, id="half an hour lost and found"),
        pytest.param("Pacific/Apia", 2011, 364, id="Samoa left out 30 December 2011"),
        pytest.param("America/St_Johns", 2006, 365, id="St. John's put its clock back across midnight"),
        pytest.param("Africa/Casablanca", 2026, 365, id="Morocco's clock in Ramadan"),
    ],
)
def test_an_office_that_never_closes_works_the_whole_year(zone: str, year: int, days: int) -> None:
    found = year_of(Calendar(zone, ALL_DAY), year)
    assert len(found.days_through) == len(found.day_starts) == days
    assert found.total == found.until - found.first
    assert list(found.starts) == sorted(found.starts)
    assert list(found.day_starts) == sorted(found.day_starts)
    assert all(end <= start for end, start in zip(found.ends, list(found.starts)[1:], strict=False))


@pytest.mark.parametrize(
    "zone", ["Asia/Jakarta", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"]
)
def test_years_meet_where_the_local_new_year_begins(zone: str) -> None:
    calendar = Calendar(zone, ALL_DAY)
    for year in range(1993, 2000):
        assert year_of(calendar, year).until == year_of(calendar, year + 1).first
    begins = instant("2026-01-01T00:00", zone)
    assert working_year(calendar, begins)[0] == 2026
    assert working_year(calendar, begins - 1)[0] == 2025


def test_an_instant_is_worked_exactly_up_to_itself() -> None:
    calendar = Calendar("Asia/Jakarta", {0: (Span(450, 720), Span(780, 960))})
    year = year_of(calendar, 2026)
    monday = instant("2026-01-05T00:00", "Asia/Jakarta")
    for hours, expected in (
        (0, 0),
        (7.5, 0),
        (8, 30),
        (12, 270),
        (12.5, 270),
        (13, 270),
        (14, 330),
        (16, 450),
        (24, 450),
    ):
        assert year.worked(monday + int(hours * HOUR)) == expected * MINUTE
    assert year.reached_at(270 * MINUTE) == monday + 12 * HOUR
    assert year.reached_at(270 * MINUTE + 1) == monday + 13 * HOUR + 1
    assert year.reached_at(450 * MINUTE) == monday + 16 * HOUR
    assert year.next_day_at(monday) == monday + DAY
    assert year.next_day_at(monday - 1) == monday


def test_hours_that_the_clock_skips_make_no_working_day() -> None:
    skipped = Calendar("Europe/Berlin", {6: (Span(120, 180),)})
    year = year_of(skipped, 2026)
    # 52 Sundays: that of 29 March has no such hour, that of 25 October has it twice.
    assert len(year.days_through) == 51
    assert year.total == (51 + 1) * HOUR


def test_a_span_that_ends_within_the_repeated_hour_is_worked_in_both_passes() -> None:
    nights = Calendar("Europe/Berlin", {6: (Span(60, 150),)})
    year = year_of(nights, 2026)
    autumn = instant("2026-10-24T23:00")
    assert [start for start in year.starts if autumn <= start < autumn + DAY] == [autumn, autumn + 2 * HOUR]
    assert year.worked(autumn + DAY) - year.worked(autumn) == 2 * HOUR


def test_a_year_is_computed_once_for_equal_calendars() -> None:
    one, other = (Calendar("Asia/Makassar", {0: (Span(450, 720),)}) for _ in range(2))
    assert year_of(one, 2026) is year_of(other, 2026)


@pytest.mark.parametrize("year", [1, 9998])
def test_a_year_beyond_what_dates_can_say_is_refused(year: int) -> None:
    with pytest.raises(Invalid):
        year_of(Calendar("UTC", ALL_DAY), year)


@pytest.mark.parametrize("year", [2, 1900, 9997])
@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/New_York"])
def test_distant_years_have_their_hours(zone: str, year: int) -> None:
    begins = datetime(year, 1, 1, tzinfo=UTC)
    found = year_of(Calendar(zone, ALL_DAY), year)
    assert abs(found.first - (begins - EPOCH) // timedelta(microseconds=1)) < DAY
