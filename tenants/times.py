"""Instants and lengths of time as readers see them: in a language, in a tenant's zone. Pure: `now` is an argument.

instants: aware; locale: a language code ("id", "en"; one without words of its own here reads English); zone: a name of
the time zone database ("Asia/Jakarta"). A naive instant raises ValueError: nobody knows which moment it means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

# Indonesia's three zones have the same short names in every language; the time zone database and CLDR disagree on them.
ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
}


@dataclass(frozen=True)
class Words:
    """What Babel doesn't know, or says less well than a person."""

    just_now: str
    ago: str
    ahead: str
    today: str
    yesterday: str
    tomorrow: str
    at: str
    clock: str  # strftime
    units: Mapping[str, tuple[str, str]]  # one, many
    short: Mapping[str, str]


WORDS = {
    "id": Words(
        just_now="baru saja",
        ago="{} lalu",
        ahead="{} lagi",
        today="hari ini",
        yesterday="kemarin",
        tomorrow="besok",
        at="{day}, pukul {clock} {zone}",
        clock="%H.%M",
        units={"day": ("hari", "hari"), "hour": ("jam", "jam"), "minute": ("menit", "menit")},
        short={"day": "hari", "hour": "jam", "minute": "mnt", "hours": "j", "minutes": "m"},
    ),
    "en": Words(
        just_now="just now",
        ago="{} ago",
        ahead="in {}",
        today="today",
        yesterday="yesterday",
        tomorrow="tomorrow",
        at="{day}, at {clock} {zone}",
        clock="%H:%M",
        units={"day": ("day", "days"), "hour": ("hour", "hours"), "minute": ("minute", "minutes")},
        short={"day": "d", "hour": "h", "minute": "min", "hours": "h", "minutes": "m"},
    ),
}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def relative_time(instant: datetime, now: datetime, locale: str, zone: str) -> str:
    """How long ago, or until: "3 jam lalu", "kemarin", "5 hari lalu"; from a week on the day, "26 November"."""
    words, gap = words_of(locale), now - instant
    days = (local(now, zone).date() - local(instant, zone).date()).days
    if abs(gap) < MINUTE:
        return words.just_now
    if abs(gap) >= DAY and abs(days) == 1:
        return words.yesterday if days > 0 else words.tomorrow
    if abs(gap) >= 7 * DAY:
        return _day(local(instant, zone).date(), "d MMMM", locale, local(now, zone).year)
    pattern = words.ago if gap > timedelta(0) else words.ahead
    if abs(gap) >= DAY:
        return pattern.format(_counted(abs(days), "day", words))
    return pattern.format(duration(gap, locale, units=1))


def day_time(instant: datetime, now: datetime, locale: str, zone: str) -> str:
    """The day as short as it is clear, and the clock: "hari ini, 08.05", "kemarin, 15.20", "26 Nov, 12.30"."""
    words, here, today = words_of(locale), local(instant, zone), local(now, zone).date()
    day = _near(here.date(), today, words) or _day(here.date(), "d MMM", locale, today.year)
    return f"{day}, {here.strftime(words.clock)}"


def full_time(instant: datetime, locale: str, zone: str) -> str:
    """The whole instant with its zone: "Kamis, 26 November 2026, pukul 15.00 WIB"."""
    return _at(local(instant, zone), "EEEE, d MMMM y", locale, zone)


def due_time(instant: datetime, locale: str, zone: str, now: datetime | None = None) -> str:
    """The instant of a promise: "Kamis, 26 November, pukul 15.00 WIB"; the year only where it isn't now's.

    now: puts "hari ini", "besok" or "kemarin" before it; leave it out of what is read later (a mail).
    """
    here = local(instant, zone)
    if now is None:
        return full_time(instant, locale, zone)
    today = local(now, zone).date()
    near = _near(here.date(), today, words_of(locale))
    words = _at(here, "EEEE, d MMMM" if here.year == today.year else "EEEE, d MMMM y", locale, zone)
    return f"{near}, {words}" if near else words


def full_day(day: date, locale: str) -> str:
    """A date: "Kamis, 26 November 2026"."""
    return _written(day, "EEEE, d MMMM y", _known(locale))


def short_day(day: date, locale: str) -> str:
    """A date for a table's cell or an axis: "26 Nov"."""
    return _written(day, "d MMM", _known(locale))


def duration(length: timedelta, locale: str, units: int = 2) -> str:
    """A length of time in its one or two largest units, rounded down: "3 jam 10 menit", "6 hari"; at least a minute.

    From three days on hours are noise and left out. The sign is not said.
    """
    words, days, hours, minutes = words_of(locale), *_split(length)
    if days:
        parts = [(days, "day"), (hours if days < 3 else 0, "hour")]
    elif hours:
        parts = [(hours, "hour"), (minutes, "minute")]
    else:
        parts = [(max(minutes, 1), "minute")]
    return " ".join(_counted(count, unit, words) for count, unit in parts[:units] if count)


def short_duration(length: timedelta, locale: str) -> str:
    """The same for a table's cell: "5 mnt", "1 j 20 m", "7 jam", "2 hari"; minutes only below six hours."""
    short, days, hours, minutes = words_of(locale).short, *_split(length)
    if days:
        return f"{days} {short['day']}"
    if hours >= 6 or (hours and not minutes):
        return f"{hours} {short['hour']}"
    if hours:
        return f"{hours} {short['hours']} {minutes:02} {short['minutes']}"
    return f"{max(minutes, 1)} {short['minute']}"


def zone_name(instant: datetime, zone: str) -> str:
    """WIB, WITA or WIT; elsewhere the difference to UTC at that instant, "UTC+08:00"."""
    return ZONE_NAMES.get(zone) or f"UTC{_offset(instant, zone)}"


def local(instant: datetime, zone: str) -> datetime:
    """The instant by the clocks of a zone. Raises ValueError for one without a time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(ZoneInfo(zone))


def words_of(locale: str) -> Words:
    """The words of a locale's language ("id", "en_GB"); English where there are none."""
    return WORDS.get(locale.replace("-", "_").split("_")[0], WORDS["en"])


def filters(
    locale: Callable[[], str], zone: Callable[[], str], now: Callable[[], datetime]
) -> dict[str, Callable[..., Any]]:
    """The template filters, bound to a request's language, zone and moment, which they ask for each time."""
    return {
        "relative_time": lambda instant: relative_time(instant, now(), locale(), zone()),
        "day_time": lambda instant: day_time(instant, now(), locale(), zone()),
        "full_time": lambda instant: full_time(instant, locale(), zone()),
        "due_time": lambda instant: due_time(instant, locale(), zone(), now()),
        "short_day": lambda day: short_day(day, locale()),
        "full_day": lambda day: full_day(day, locale()),
        "duration": lambda length, units=2: duration(length, locale(), units),
        "short_duration": lambda length: short_duration(length, locale()),
    }


def _at(here: datetime, pattern: str, locale: str, zone: str) -> str:
    words = words_of(locale)
    day = _written(here.date(), pattern, _known(locale))
    return words.at.format(day=day, clock=here.strftime(words.clock), zone=zone_name(here, zone))


def _day(day: date, pattern: str, locale: str, this_year: int) -> str:
    return _written(day, pattern if day.year == this_year else f"{pattern} y", _known(locale))


@lru_cache(maxsize=2_000)
def _written(day: date, pattern: str, locale: str) -> str:
    """Kept, since a list writes the same few days over and over, and Babel takes its time."""
    return format_date(day, pattern, locale=locale)


def _near(day: date, today: date, words: Words) -> str | None:
    return {-1: words.yesterday, 0: words.today, 1: words.tomorrow}.get((day - today).days)


def _split(length: timedelta) -> tuple[int, int, int]:
    minutes = abs(length) // MINUTE
    return minutes // 1440, minutes // 60 % 24, minutes % 60


def _counted(count: int, unit: str, words: Words) -> str:
    one, many = words.units[unit]
    return f"{count} {one if count == 1 else many}"


def _offset(instant: datetime, zone: str) -> str:
    raw = local(instant, zone).strftime("%z")
    return f"{raw[:3]}:{raw[3:5]}"


def _known(locale: str) -> str:
    """Dates keep to the languages that have words here, so that no page mixes two."""
    language = locale.replace("-", "_").split("_")[0]
    return language if language in WORDS else "en"
