"""When somebody is told of what, and the hours in which they are left alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import preferences, texts
from messages.preferences import OFFICIALS, REPORTERS, How, how, next_at, quiet_for, quiet_hours

ZONES = st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  (the zone is given beside it)
CLOCKS = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda hm: f"{hm[0]:02}:{hm[1]:02}")


def test_every_event_that_can_be_chosen_is_a_message() -> None:
    events = [event for topics in (OFFICIALS, REPORTERS) for topic in topics.values() for event in topic.events]
    assert len(events) == len(set(events))
    assert set(events) <= set(texts.VALUES)


def test_what_waits_for_somebody_cannot_be_switched_off() -> None:
    assert not OFFICIALS["assigned"].can_be_silent
    assert not OFFICIALS["escalated"].can_be_silent
    assert OFFICIALS["late"].can_be_silent
    assert how(OFFICIALS, {"escalated": {"email": "never"}}, "on_the_board", "email") is How.AT_ONCE


def test_what_nobody_chose_is_as_the_topic_says_and_what_is_no_topic_is_told_at_once() -> None:
    assert how(OFFICIALS, {}, "watched_moved", "email") is How.DIGEST
    assert how(OFFICIALS, {"watched": {"email": "never"}}, "watched_moved", "email") is How.NEVER
    assert how(OFFICIALS, {"watched": {"email": "sometimes"}}, "watched_moved", "email") is How.DIGEST
    assert how(REPORTERS, {"late": {"email": "never"}}, "asked", "email") is How.AT_ONCE


@pytest.mark.parametrize(
    ("hours", "at", "waits_h"),
    [
        (("21:00", "06:00"), "2026-03-04T20:59+07:00", 0),
        (("21:00", "06:00"), "2026-03-04T21:00+07:00", 9),
        (("21:00", "06:00"), "2026-03-05T05:00+07:00", 1),
        (("12:00", "13:00"), "2026-03-05T12:00+07:00", 1),
        (("12:00", "12:00"), "2026-03-05T12:00+07:00", 0),
    ],
)
def test_quiet_hours_end_when_they_say(hours: tuple[str, str], at: str, waits_h: int) -> None:
    assert quiet_for(datetime.fromisoformat(at), "Asia/Jakarta", hours) == timedelta(hours=waits_h)


def test_in_the_night_of_the_clock_change_the_wait_is_counted_in_real_hours() -> None:
    before = datetime(2026, 3, 28, 22, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert quiet_for(before.astimezone(UTC), "Europe/Berlin", ("21:00", "06:00")) == timedelta(hours=7)


def test_ones_own_quiet_hours_go_before_the_citys_and_the_citys_before_ours() -> None:
    assert quiet_hours({}) == preferences.QUIET_HOURS
    assert quiet_hours({"quiet_hours": ["22:00", "05:00"]}) == ("22:00", "05:00")
    assert quiet_hours({"quiet_hours": ["22:00", "05:00"]}, "19:00", "07:00") == ("19:00", "07:00")


@given(INSTANTS, ZONES, CLOCKS)
def test_the_next_digest_lies_ahead_within_a_day_and_a_change_of_clocks(now: datetime, zone: str, clock: str) -> None:
    at = next_at(now, zone, clock)
    assert now < at <= now + timedelta(hours=25)
    assert next_at(at, zone, clock) - at >= timedelta(hours=22)


@given(INSTANTS, ZONES, CLOCKS, CLOCKS)
def test_after_the_wait_the_quiet_hours_are_over(now: datetime, zone: str, start: str, end: str) -> None:
    wait = quiet_for(now, zone, (start, end))
    assert timedelta(0) <= wait <= timedelta(hours=25)
    if wait and zone in ("Asia/Jakarta", "Asia/Jayapura"):  # elsewhere an hour may not exist
        assert quiet_for(now + wait, zone, (start, end)) == timedelta(0)
