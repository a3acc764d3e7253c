from datetime import UTC, date, datetime, timedelta

import pytest

from tenants.times import (
    day_time,
    due_time,
    duration,
    filters,
    full_day,
    full_time,
    relative_time,
    short_duration,
    zone_name,
)

NOW = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)  # Thursday, 12.30 in Jakarta
JAKARTA = "Asia/Jakarta"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("ago", "indonesian", "english"),
    [
        (minutes(0), "baru saja", "just now"),
        (minutes(0.9), "baru saja", "just now"),
        (minutes(1), "1 menit lalu", "1 minute ago"),
        (minutes(25), "25 menit lalu", "25 minutes ago"),
        (minutes(59.9), "59 menit lalu", "59 minutes ago"),
        (minutes(60), "1 jam lalu", "1 hour ago"),
        (minutes(185), "3 jam lalu", "3 hours ago"),
        (timedelta(hours=23), "23 jam lalu", "23 hours ago"),
        (timedelta(hours=25), "kemarin", "yesterday"),
        (timedelta(days=3), "3 hari lalu", "3 days ago"),
        (timedelta(days=6, hours=23), "7 hari lalu", "7 days ago"),
        (timedelta(days=8), "18 November", "18 November"),
        (timedelta(days=400), "22 Oktober 2025", "22 October 2025"),
        (-minutes(40), "40 menit lagi", "in 40 minutes"),
        (-timedelta(hours=30), "besok", "tomorrow"),
        (-timedelta(days=3), "3 hari lagi", "in 3 days"),
    ],
)
def test_what_is_fresh_is_relative(ago: timedelta, indonesian: str, english: str) -> None:
    assert relative_time(NOW - ago, NOW, "id", JAKARTA) == indonesian
    assert relative_time(NOW - ago, NOW, "en", JAKARTA) == english


def test_a_promise_is_absolute_and_has_its_zone() -> None:
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert due_time(monday, "id", JAKARTA, NOW) == "Senin, 30 November, pukul 15.00 WIB"
    assert due_time(monday, "en", JAKARTA, NOW) == "Monday, 30 November, at 15:00 WIB"


def test_a_promise_for_today_or_tomorrow_says_so_and_its_date() -> None:
    assert due_time(NOW + minutes(150), "id", JAKARTA, NOW) == "hari ini, Kamis, 26 November, pukul 15.00 WIB"
    assert due_time(NOW + timedelta(hours=22), "id", JAKARTA, NOW) == "besok, Jumat, 27 November, pukul 10.30 WIB"


def test_a_promise_that_is_read_later_says_no_today_and_names_the_year() -> None:
    assert due_time(NOW, "id", JAKARTA) == "Kamis, 26 November 2026, pukul 12.30 WIB"


def test_a_promise_for_next_year_names_it() -> None:
    january = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
    assert due_time(january, "id", JAKARTA, NOW) == "Senin, 4 Januari 2027, pukul 09.00 WIB"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("zone", "name", "clock"),
    [
        ("Asia/Jakarta", "WIB", "12"),
        ("Asia/Pontianak", "WIB", "12"),
        ("Asia/Makassar", "WITA", "13"),
        ("Asia/Jayapura", "WIT", "14"),
        ("Asia/Kolkata", "UTC+05:30", "11"),
    ],
)
def test_the_zone_has_its_name_in_every_language(language: str, zone: str, name: str, clock: str) -> None:
    words = full_time(NOW, language, zone)
    assert words.endswith(f" {name}")
    assert clock in words
    assert zone_name(NOW, zone) == name


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    assert day_time(late, NOW, "id", "Asia/Jakarta") == "hari ini, 23.00"
    assert day_time(late, NOW, "id", "Asia/Jayapura") == "besok, 01.00"


@pytest.mark.parametrize(
    ("back", "words"),
    [(0, "hari ini, 12.30"), (1, "kemarin, 12.30"), (2, "24 Nov, 12.30"), (400, "22 Okt 2025, 12.30")],
)
def test_a_history_names_the_day_as_short_as_it_is_clear(back: int, words: str) -> None:
    assert day_time(NOW - timedelta(days=back), NOW, "id", JAKARTA) == words


@pytest.mark.parametrize(
    ("length", "long", "one", "short"),
    [
        (timedelta(seconds=20), "1 menit", "1 menit", "1 mnt"),
        (minutes(5), "5 menit", "5 menit", "5 mnt"),
        (minutes(80), "1 jam 20 menit", "1 jam", "1 j 20 m"),
        (minutes(125), "2 jam 5 menit", "2 jam", "2 j 05 m"),
        (timedelta(hours=3), "3 jam", "3 jam", "3 jam"),
        (minutes(430), "7 jam 10 menit", "7 jam", "7 jam"),
        (timedelta(days=1, hours=3), "1 hari 3 jam", "1 hari", "1 hari"),
        (timedelta(days=6, hours=3), "6 hari", "6 hari", "6 hari"),
        (-timedelta(hours=3), "3 jam", "3 jam", "3 jam"),
    ],
)
def test_a_length_of_time_has_one_or_two_units(length: timedelta, long: str, one: str, short: str) -> None:
    assert duration(length, "id") == long
    assert duration(length, "id", units=1) == one
    assert short_duration(length, "id") == short


def test_english_counts() -> None:
    assert duration(timedelta(days=1, hours=1), "en") == "1 day 1 hour"
    assert duration(timedelta(hours=2), "en") == "2 hours"


def test_a_language_without_words_of_its_own_reads_english_throughout() -> None:
    assert full_time(NOW, "su", JAKARTA) == full_time(NOW, "en", JAKARTA)
    assert full_time(NOW, "id_ID", JAKARTA) == full_time(NOW, "id", JAKARTA)


def test_a_date_has_its_weekday() -> None:
    assert full_day(date(2026, 12, 11), "id") == "Jumat, 11 Desember 2026"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        full_time(datetime(2026, 11, 26, 12, 30), "id", JAKARTA)  # noqa: DTZ001  (that it is refused)


def test_the_filters_ask_for_language_zone_and_moment_each_time() -> None:
    languages = iter(["id", "en"])
    made = filters(lambda: next(languages), lambda: JAKARTA, lambda: NOW)
    assert made["relative_time"](NOW - timedelta(hours=3)) == "3 jam lalu"
    assert made["relative_time"](NOW - timedelta(hours=3)) == "3 hours ago"
