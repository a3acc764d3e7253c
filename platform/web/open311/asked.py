"""What a client asks: parameters from the query or from a form, where an empty one is as good as none."""

import math
import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request

from tenants.errors import Invalid
from web.forms import clean

MOST_WORDS = 1_000
"""Of a list with commas."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_OFFSET_UNESCAPED = re.compile(r" (?=\d{2}:?\d{2}$)")
"""A plus that a client didn't escape in an address arrives as a space."""
SECOND = timedelta(seconds=1) - timedelta(microseconds=1)


def word(name: str) -> str:
    """A parameter as text, "" for none; of several of one name the first that says something."""
    return next((text for one in request.values.getlist(name) if (text := clean(one).strip())), "")


def words(name: str) -> list[str]:
    """A list with commas, also given several times; each once, in order. Raises Invalid for too many."""
    given = [one.strip() for text in request.values.getlist(name) for one in clean(text).split(",")]
    found = list(dict.fromkeys(one for one in given if one))
    if len(found) > MOST_WORDS:
        raise Invalid("Ask for up to %(most)s at once.", field=name, most=MOST_WORDS)
    return found


def flag(name: str) -> bool:
    """Whether a parameter says yes."""
    return word(name).casefold() in ("true", "1", "yes")


def number(name: str) -> float | None:
    """A number, None for none; NaN and the infinities are for routing to refuse. Raises Invalid."""
    text = word(name)
    try:
        return float(text) if text else None
    except ValueError:
        raise Invalid("Send this as a number.", field=name) from None


def whole_number(name: str, *, most: int) -> int | None:
    """A number of pages or rows, None for none, at most as many. Raises Invalid for one below 0, or for no number."""
    found = number(name)
    if found is None:
        return None
    if not math.isfinite(found) or found < 0 or found != int(found):
        raise Invalid("Send this as a whole number.", field=name)
    return min(int(found), most)


def point() -> tuple[float, float] | None:
    """(lon, lat), None for none. Raises Invalid where one of both is missing."""
    lat, lon = number("lat"), number("long")
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        raise Invalid("Give both lat and long, or neither.", field="lat" if lat is None else "long")
    return lon, lat


def instant(name: str, zone: str, *, end: bool = False) -> datetime | None:
    """An instant of ISO 8601, in a city's zone where it names none; None for none. Raises Invalid.

    end: the last instant that is still meant: of a day without a time its end, else the end of the second.
    """
    text = word(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(_OFFSET_UNESCAPED.sub("+", text))
        if end and _DAY.fullmatch(text):
            found = datetime.combine(found.date(), time.max)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone))
        found = found + SECOND if end and found.microsecond == 0 else found
        found.astimezone(ZoneInfo("UTC"))  # what no calendar has in UTC, no database has
    except (ValueError, OverflowError):
        raise Invalid("Send this as a date like 2026-01-31T08:00:00Z.", field=name) from None
    return found


def choices(name: str, known: Sequence[str]) -> frozenset[str]:
    """A list with commas of a few words, in any case. Raises Invalid."""
    found = frozenset(one.casefold() for one in words(name))
    if not found <= frozenset(known):
        raise Invalid("Choose one of: %(choices)s.", field=name, choices=", ".join(known))
    return found
