"""The clock, by examples from Bekasi's offices. Local times are WIB; the tables read: started, amount, due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.clock import Pause, Target, Unit, due, elapsed, instant_at_share, share, sort_key
from tenants.errors import Invalid
from tenants.working_time import Calendar, Span, from_document

WIB = ZoneInfo("Asia/Jakarta")
ORDINARY = ["07:30-12:00", "13:00-16:00"]
FASTING = ["08:00-12:00", "12:30-15:00"]
BEKASI = from_document(
    {
        "time_zone": "Asia/Jakarta",
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu"), ORDINARY) | {"fri": ["07:30-11:30", "13:00-16:30"]},
        "dated": [
            {
                "name": {"id": "Ramadan"},
                "from": "2026-02-18",
                "until": "2026-03-19",
                "hours": dict.fromkeys(("mon", "tue", "wed", "thu"), FASTING) | {"fri": ["08:00-11:30", "12:30-15:30"]},
            }
        ],
        "holidays": {"country": "ID", "joint_leave": True, "add": [{"on": "2026-03-10", "name": {"id": "HUT Bekasi"}}]},
        "half_days": [{"on": "2026-12-30", "hours": ["07:30-12:00"]}],
    }
)
ALWAYS = Calendar("Asia/Jakarta", {weekday: (Span(0, 1440),) for weekday in range(7)})
MONDAY = "2026-01-05"


def wib(text: str) -> datetime:
    """An instant from the local `2026-01-05 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB).astimezone(UTC)


def shown(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(WIB).strftime("%Y-%m-%d %H:%M")


def paused(*times: str) -> list[Pause]:
    return [Pause(wib(begin), wib(end)) for begin, end in zip(times[::2], times[1::2], strict=True)]


@pytest.mark.parametrize(
    ("started", "minutes", "expected"),
    [
        pytest.param("2026-01-05 09:00", 120, "2026-01-05 11:00", id="within a morning"),
        pytest.param("2026-01-05 11:00", 120, "2026-01-05 14:00", id="over the break at noon"),
        pytest.param("2026-01-09 11:00", 60, "2026-01-09 13:30", id="over the long break on Friday"),
        pytest.param(
            "2026-01-05 15:00", 60, "2026-01-05 16:00", id="used up as the office closes, not when it opens again"
        ),
        pytest.param("2026-01-05 15:00", 120, "2026-01-06 08:30", id="into the next morning"),
        pytest.param("2026-01-09 16:00", 60, "2026-01-12 08:00", id="over the weekend"),
        pytest.param("2026-01-10 22:00", 30, "2026-01-12 08:00", id="filed on a Saturday night"),
        pytest.param("2026-01-05 12:30", 30, "2026-01-05 13:30", id="filed at lunch"),
        pytest.param("2026-01-15 15:30", 60, "2026-01-19 08:00", id="over Isra Mi'raj and a weekend"),
        pytest.param("2026-02-13 16:00", 60, "2026-02-18 08:30", id="over Imlek with its joint leave, into Ramadan"),
        pytest.param("2026-02-19 14:30", 60, "2026-02-20 08:30", id="Ramadan's hours"),
        pytest.param("2026-02-20 11:00", 60, "2026-02-20 13:00", id="Ramadan's Friday"),
        pytest.param("2026-03-09 14:30", 60, "2026-03-11 08:30", id="over the city's own holiday"),
        pytest.param(
            "2026-03-17 14:45", 60, "2026-03-25 08:15", id="over Nyepi, Lebaran and cuti bersama, out of Ramadan"
        ),
        pytest.param("2026-12-23 15:30", 60, "2026-12-28 08:00", id="over Christmas and its joint leave"),
        pytest.param("2026-12-30 11:30", 60, "2026-12-31 08:00", id="out of a half day"),
        pytest.param("2026-12-31 15:30", 60, "2027-01-04 08:00", id="over the year's end"),
        pytest.param("2026-01-05 07:30", 150 * 60, "2026-02-02 16:00", id="twenty days of seven and a half hours"),
    ],
)
def test_working_minutes_pass_only_in_office_hours(started: str, minutes: int, expected: str) -> None:
    assert shown(due(wib(started), Target(minutes, Unit.WORKING_MINUTES), BEKASI, ())) == expected


@pytest.mark.parametrize(
    ("started", "days", "expected"),
    [
        pytest.param("2026-01-05 09:00", 1, "2026-01-06 16:00", id="the day of receipt isn't counted"),
        pytest.param("2026-01-05 00:00", 1, "2026-01-06 16:00", id="received as the day begins"),
        pytest.param("2026-01-05 23:59", 1, "2026-01-06 16:00", id="received as the day ends"),
        pytest.param("2026-01-10 10:00", 1, "2026-01-12 16:00", id="received on a Saturday"),
        pytest.param("2026-01-05 09:00", 4, "2026-01-09 16:30", id="Friday ends later"),
        pytest.param("2026-01-05 09:00", 5, "2026-01-12 16:00", id="over a weekend"),
        pytest.param("2026-03-17 10:00", 3, "2026-03-27 16:30", id="over Lebaran"),
        pytest.param(
            "2026-03-02 10:00", 14, "2026-03-30 16:00", id="the statutory ceiling over Lebaran and a city's holiday"
        ),
        pytest.param("2026-12-29 10:00", 1, "2026-12-30 12:00", id="a half day is a whole working day"),
        pytest.param("2026-12-30 10:00", 2, "2027-01-04 16:00", id="over the year's end"),
        pytest.param("2026-12-30 10:00", 1, "2026-12-31 16:00", id="on the last day of the year"),
        pytest.param("2026-12-31 20:00", 1, "2027-01-04 16:00", id="filed on the last evening of the year"),
    ],
)
def test_working_days_end_with_the_last_hour_of_the_nth_working_day_after_receipt(
    started: str, days: int, expected: str
) -> None:
    assert shown(due(wib(started), Target(days, Unit.WORKING_DAYS), BEKASI, ())) == expected


@pytest.mark.parametrize(
    ("started", "minutes", "expected"),
    [
        ("2026-01-10 23:30", 60, "2026-01-11 00:30"),
        ("2026-12-31 23:50", 30, "2027-01-01 00:20"),
        ("2026-03-20 12:00", 3 * 24 * 60, "2026-03-23 12:00"),
    ],
)
@pytest.mark.parametrize(
    ("unit", "calendar"),
    [(Unit.MINUTES, BEKASI), (Unit.MINUTES, ALWAYS), (Unit.WORKING_MINUTES, ALWAYS)],
    ids=["calendar minutes", "calendar minutes at any hour", "working minutes of an office that never closes"],
)
def test_a_target_at_all_hours_runs_across_midnight_and_holidays(
    started: str, minutes: int, expected: str, unit: Unit, calendar: Calendar
) -> None:
    assert shown(due(wib(started), Target(minutes, unit), calendar, ())) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "pauses", "expected"),
    [
        pytest.param(60, Unit.MINUTES, ("09:30", "11:00"), f"{MONDAY} 11:30", id="minutes: its length is added"),
        pytest.param(
            60, Unit.MINUTES, ("08:00", "09:30"), f"{MONDAY} 10:30", id="minutes: only what lies after the start"
        ),
        pytest.param(60, Unit.MINUTES, ("10:00", "15:00"), f"{MONDAY} 10:00", id="minutes: too late to matter"),
        pytest.param(
            60, Unit.MINUTES, ("09:10", "09:20", "09:20", "10:00"), f"{MONDAY} 10:50", id="minutes: two that touch"
        ),
        pytest.param(120, Unit.WORKING_MINUTES, ("10:00", "10:30"), f"{MONDAY} 11:30", id="working minutes"),
        pytest.param(120, Unit.WORKING_MINUTES, ("10:00", "13:30"), f"{MONDAY} 14:30", id="working minutes: over noon"),
        pytest.param(120, Unit.WORKING_MINUTES, ("12:00", "12:59"), f"{MONDAY} 11:00", id="working minutes: at noon"),
        pytest.param(120, Unit.WORKING_MINUTES, ("09:00", "16:00"), "2026-01-06 09:30", id="working minutes: all day"),
        pytest.param(1, Unit.WORKING_DAYS, ("10:00", "15:00"), "2026-01-06 16:00", id="days: on the day of receipt"),
    ],
)
def test_paused_time_does_not_count(amount: int, unit: Unit, pauses: tuple[str, ...], expected: str) -> None:
    stretches = paused(*(f"{MONDAY} {time}" for time in pauses))
    assert shown(due(wib(f"{MONDAY} 09:00"), Target(amount, unit), BEKASI, stretches)) == expected


@pytest.mark.parametrize(
    ("days", "pauses", "expected"),
    [
        pytest.param(
            1, ("2026-01-06 00:00", "2026-01-07 00:00"), "2026-01-07 16:00", id="a whole day gives a day back"
        ),
        pytest.param(
            1, ("2026-01-05 10:00", "2026-01-07 07:30"), "2026-01-07 16:00", id="from receipt until a morning"
        ),
        pytest.param(
            1, ("2026-01-06 10:00", "2026-01-06 15:00"), "2026-01-07 11:30", id="four of seven and a half hours"
        ),
        pytest.param(2, ("2026-01-06 16:00", "2026-01-07 07:30"), "2026-01-07 16:00", id="a night moves nothing"),
        pytest.param(3, ("2026-01-09 16:30", "2026-01-12 07:00"), "2026-01-08 16:00", id="after it was due"),
        pytest.param(5, ("2026-01-10 00:00", "2026-01-12 00:00"), "2026-01-12 16:00", id="a weekend moves nothing"),
        pytest.param(
            2, ("2026-01-08 13:00", "2026-01-09 13:00"), "2026-01-07 16:00", id="two days were over before it began"
        ),
        pytest.param(
            1, ("2026-01-06 12:00", "2026-01-07 12:00"), "2026-01-07 16:00", id="the same hours of the next day"
        ),
    ],
)
def test_a_paused_working_day_is_given_back_by_the_hour(days: int, pauses: tuple[str, ...], expected: str) -> None:
    assert shown(due(wib(f"{MONDAY} 09:00"), Target(days, Unit.WORKING_DAYS), BEKASI, paused(*pauses))) == expected


@pytest.mark.parametrize("unit", list(Unit))
def test_nothing_is_due_while_a_pause_runs(unit: Unit) -> None:
    started_at, target = wib(f"{MONDAY} 09:00"), Target(3, unit)
    pauses = [*paused(f"{MONDAY} 09:01", f"{MONDAY} 09:02"), Pause(wib(f"{MONDAY} 09:30"))]
    assert due(started_at, target, BEKASI, pauses) is None
    assert instant_at_share(started_at, target, BEKASI, pauses, 0.5) is None


def test_the_used_share_stands_still_while_a_pause_runs() -> None:
    started_at, target = wib(f"{MONDAY} 09:00"), Target(120, Unit.WORKING_MINUTES)
    pauses = [Pause(wib(f"{MONDAY} 10:00"))]
    for until in (f"{MONDAY} 10:00", f"{MONDAY} 15:00", "2027-02-01 12:00"):
        assert share(started_at, wib(until), target, BEKASI, pauses) == 0.5


@pytest.mark.parametrize(
    ("unit", "amount", "part", "expected"),
    [
        (Unit.WORKING_MINUTES, 240, 0.5, "2026-01-05 11:00"),
        (Unit.WORKING_MINUTES, 240, 0.8, "2026-01-05 13:12"),
        (Unit.WORKING_MINUTES, 240, 1, "2026-01-05 14:00"),
        (Unit.MINUTES, 24 * 60, 0.5, "2026-01-05 21:00"),
        (Unit.WORKING_DAYS, 5, 0.8, "2026-01-09 16:30"),
        (Unit.WORKING_DAYS, 5, 0.5, "2026-01-08 11:15"),
        (Unit.WORKING_DAYS, 1, 0.5, "2026-01-06 11:15"),
        (Unit.WORKING_DAYS, 1, 0, "2026-01-05 09:00"),
        (Unit.WORKING_DAYS, 1, 2, "2026-01-07 16:00"),
    ],
)
def test_a_share_of_a_target_is_reached_at_an_instant_of_its_own(
    unit: Unit, amount: int, part: float, expected: str
) -> None:
    at = instant_at_share(wib(f"{MONDAY} 09:00"), Target(amount, unit), BEKASI, (), part)
    assert at is not None
    assert (shown(at), at.second, at.microsecond) == (expected, 0, 0)
    assert share(wib(f"{MONDAY} 09:00"), at, Target(amount, unit), BEKASI, ()) >= part


@pytest.mark.parametrize(
    ("until", "unit", "expected"),
    [
        ("2026-01-05 09:00", Unit.MINUTES, 0),
        ("2026-01-04 09:00", Unit.MINUTES, 0),
        ("2026-01-06 09:00", Unit.MINUTES, 1440),
        ("2026-01-05 12:30", Unit.WORKING_MINUTES, 180),
        ("2026-01-06 08:00", Unit.WORKING_MINUTES, 180 + 180 + 30),
        ("2026-01-05 23:00", Unit.WORKING_DAYS, 0),
        ("2026-01-06 11:15", Unit.WORKING_DAYS, 0.5),
        ("2026-01-11 12:00", Unit.WORKING_DAYS, 4),
        # 261 weekdays of 2026 less 22 holidays on weekdays and two days before counting began; one more in 2027.
        ("2027-01-05 00:00", Unit.WORKING_DAYS, 261 - 22 - 2 + 1),
    ],
)
def test_elapsed_time_is_counted_in_the_unit(until: str, unit: Unit, expected: float) -> None:
    assert elapsed(wib(f"{MONDAY} 09:00"), wib(until), unit, BEKASI, ()) == expected


@pytest.mark.parametrize(
    ("zone", "started", "expected"),
    [
        # An office at night, 01:00 to 04:00, in which 210 minutes are due.
        pytest.param(
            "Europe/Berlin", "2026-03-29T00:00", "2026-03-30 02:30", id="in spring the hour from two is skipped"
        ),
        pytest.param("Europe/Berlin", "2026-10-25T00:00", "2026-10-25 03:30", id="in autumn it passes twice"),
        pytest.param("America/New_York", "2026-11-01T00:00", "2026-11-01 03:30", id="also in New York"),
        pytest.param(
            "Australia/Lord_Howe", "2026-04-05T00:00", "2026-04-05 04:00", id="half an hour more on Lord Howe"
        ),
        pytest.param("Asia/Jakarta", "2026-03-29T00:00", "2026-03-30 01:30", id="Jakarta's clock never changes"),
    ],
)
def test_a_change_of_the_clock_counts_the_minutes_that_really_pass(zone: str, started: str, expected: str) -> None:
    nights = Calendar(zone, {weekday: (Span(60, 240),) for weekday in range(7)})
    started_at = datetime.fromisoformat(started).replace(tzinfo=ZoneInfo(zone))
    at = due(started_at, Target(210, Unit.WORKING_MINUTES), nights, ())
    assert at is not None
    assert at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == expected


def test_instants_come_back_in_utc_with_their_seconds() -> None:
    started_at = wib(f"{MONDAY} 09:00") + timedelta(seconds=7, microseconds=11)
    at = due(started_at, Target(60, Unit.WORKING_MINUTES), BEKASI, ())
    assert at == wib(f"{MONDAY} 10:00") + timedelta(seconds=7, microseconds=11)
    assert at is not None
    assert at.tzinfo is UTC


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, 10 * 366 + 1])
def test_a_target_is_a_whole_amount_up_to_ten_years(amount: int) -> None:
    with pytest.raises(Invalid) as refused:
        Target(amount, Unit.WORKING_DAYS)
    assert refused.value.field == "amount"


def test_a_unit_is_accepted_by_its_name_and_refused_when_unknown() -> None:
    assert Target(10 * 366 * 1440, Unit("minutes")).unit is Unit.MINUTES
    with pytest.raises(Invalid):
        Target(1, "fortnights")


def test_pauses_that_overlap_or_run_before_another_are_refused() -> None:
    started_at, target = wib(f"{MONDAY} 09:00"), Target(60, Unit.MINUTES)
    overlapping = paused(f"{MONDAY} 10:00", f"{MONDAY} 11:00", f"{MONDAY} 10:59", f"{MONDAY} 12:00")
    running = [Pause(wib(f"{MONDAY} 09:30")), *paused(f"{MONDAY} 10:00", f"{MONDAY} 11:00")]
    for pauses in (overlapping, running):
        with pytest.raises(Invalid):
            due(started_at, target, BEKASI, pauses)
        with pytest.raises(Invalid):
            elapsed(started_at, wib(f"{MONDAY} 09:10"), Unit.MINUTES, BEKASI, pauses)
    with pytest.raises(Invalid):
        Pause(wib(f"{MONDAY} 10:00"), wib(f"{MONDAY} 09:00"))


@pytest.mark.parametrize("unit", [Unit.WORKING_MINUTES, Unit.WORKING_DAYS])
def test_a_calendar_without_a_working_hour_within_a_year_is_refused(unit: Unit) -> None:
    closed = from_document(
        {
            "time_zone": "Asia/Jakarta",
            "hours": {"mon": ORDINARY},
            "dated": [{"from": "2026-01-06", "until": "2027-02-01", "hours": {}}],
        }
    )
    with pytest.raises(Invalid) as refused:
        due(wib(f"{MONDAY} 18:00"), Target(1, unit), closed, ())
    assert refused.value.field == "calendar"
    assert shown(due(wib("2026-03-06 18:00"), Target(1, Unit.WORKING_DAYS), closed, ())) == "2027-02-08 16:00"


def test_a_target_further_than_a_hundred_years_is_refused() -> None:
    rarely = Calendar("UTC", {0: (Span(0, 1),)})
    with pytest.raises(Invalid) as refused:
        due(wib(f"{MONDAY} 18:00"), Target(10_000, Unit.WORKING_MINUTES), rarely, ())
    assert refused.value.field == "amount"


def test_a_queue_sorts_by_the_earliest_running_promise_and_what_rests_comes_last_by_filing() -> None:
    filed_at = wib(f"{MONDAY} 09:00")
    near, far = wib("2026-01-06 09:00"), wib("2036-01-05 09:00")
    running = sort_key([None, far, near], filed_at)
    resting = sort_key([None, None], filed_at)
    resting_longer = sort_key([], filed_at - timedelta(minutes=1))
    assert running == near
    assert sorted([resting, resting_longer, far, running]) == [near, far, resting_longer, resting]


def test_the_examples_stand_on_the_official_holidays_of_2026() -> None:
    assert date(2026, 3, 24).strftime("%a") == "Tue"
    assert elapsed(wib("2026-03-17 23:00"), wib("2026-03-25 00:00"), Unit.WORKING_MINUTES, BEKASI, ()) == 0
