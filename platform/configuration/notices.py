"""Notices of known works, as an administrator writes them: where, about what, from when until when, in which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.rules.rulebook import Rulebook
from complaints.together.works import Works
from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.faults import Faults
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import N_, Conflict, Invalid

LONGEST = {"title": 120, "text": 2000}
RADII_M = (100, 250, 500, 1000, 2000, 5000)
LONGEST_DAYS = 3 * 366
SIDES = ("west", "south", "east", "north")

_POINT = ("lon", "lat")
_TOO_LONG = N_("This has %(count)s characters; at most %(most)s are possible.")


@dataclass(frozen=True)
class Notice:
    """What a form says, as it was written. title, text: by language. place: city, area, circle or box.

    at: what the place needs: area (a code); lon, lat, radius_m; west, south, east, north. from_on, until_on: days, the
    last one included; until_on may be empty.
    """

    title: Mapping[str, str]
    text: Mapping[str, str]
    place: str
    at: Mapping[str, str]
    from_on: str
    until_on: str
    categories: Sequence[str] = field(default_factory=tuple)


def add(session: Session, card: TenantCard, book: Rulebook, notice: Notice, *, author: Author, now: datetime) -> Works:
    """A new notice. Raises Faults."""
    works = Works(id=new_id(), created_at=now, **_values(card, book, notice))
    editing.add(session, works, author=author, now=now)
    return works


def change(
    session: Session,
    card: TenantCard,
    book: Rulebook,
    works: Works,
    notice: Notice,
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> ConfigurationChange | None:
    """Bring a notice to what the form says. Raises Faults, Stale."""
    values = _values(card, book, notice)
    return editing.change(session, works, values, author=author, now=now, expected_version=expected_version)


def end(session: Session, works: Works, *, author: Author, now: datetime) -> ConfigurationChange:
    """End a notice now. Raises Conflict for one that is over."""
    if works.is_over(now):
        raise Conflict(N_("This has ended."))
    return editing.end(session, works, author=author, now=now)


def listed(session: Session, *, after: UUID | None = None, most: int = 50) -> list[Works]:
    """The notices, the newest first; one more than asked for where more follow. after: the last one of a page."""
    query = select(Works).order_by(Works.created_at.desc(), Works.id.desc())
    last = session.scalar(select(Works).where(Works.id == after)) if after else None
    if last is not None:
        query = query.where(
            (Works.created_at < last.created_at) | ((Works.created_at == last.created_at) & (Works.id < last.id))
        )
    return list(session.scalars(query.limit(most + 1)))


def _values(card: TenantCard, book: Rulebook, notice: Notice) -> dict[str, Any]:
    faults: dict[str, Invalid] = {}
    values: dict[str, Any] = {
        **{name: _words(name, getattr(notice, name), card.languages, faults) for name in ("title", "text")},
        "categories": sorted(set(notice.categories)),
        **_place(book, notice, faults),
        **_dates(card, notice, faults),
    }
    if set(values["categories"]) - book.categories.keys():
        faults["categories"] = Invalid(N_("One of these categories isn't in the city's list any more."))
    if faults:
        raise Faults(faults)
    return values


def _words(name: str, given: Mapping[str, str], languages: Sequence[str], faults: dict[str, Invalid]) -> dict[str, str]:
    words = {language: text.strip() for language, text in given.items() if text.strip()}
    for language, text in words.items():
        if len(text) > LONGEST[name]:
            faults[f"{name}-{language}"] = Invalid(_TOO_LONG, count=len(text), most=LONGEST[name])
    if not words.get(languages[0]):
        faults.setdefault(f"{name}-{languages[0]}", Invalid(N_("Residents read this: write it in the first language.")))
    return words


def _place(book: Rulebook, notice: Notice, faults: dict[str, Invalid]) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(("area_id", "radius_m", *_POINT, *SIDES))
    if notice.place == "area":
        area = book.area_of_code(notice.at.get("area", ""))
        if area is None:
            faults["area"] = Invalid(N_("Choose an area of the city."))
        else:
            values["area_id"] = area.id
    elif notice.place == "circle":
        values |= {name: _degrees(name, notice.at, faults) for name in _POINT}
        radius = notice.at.get("radius_m", "")
        if radius not in map(str, RADII_M):
            faults["radius_m"] = Invalid(N_("Choose how far around the point it reaches."))
        else:
            values["radius_m"] = int(radius)
    elif notice.place == "box":
        values |= {name: _degrees(name, notice.at, faults) for name in SIDES}
        if not faults and (values["west"] >= values["east"] or values["south"] >= values["north"]):
            faults["west"] = Invalid(N_("The box is empty: west lies before east, and south before north."))
    elif notice.place != "city":
        faults["place"] = Invalid(N_("Say where it is."))
    return values


def _degrees(name: str, given: Mapping[str, str], faults: dict[str, Invalid]) -> float | None:
    most = 90 if name in ("lat", "south", "north") else 180
    try:
        number = float(given.get(name, "").strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if not -most <= number <= most:
        faults[name] = Invalid(N_("Choose it on the map, or write degrees such as 106.99."))
        return None
    return round(number, 6)


def _dates(card: TenantCard, notice: Notice, faults: dict[str, Invalid]) -> dict[str, datetime | None]:
    first = _day("from_on", notice.from_on, faults)
    last = _day("until_on", notice.until_on, faults) if notice.until_on.strip() else None
    if first is None or "until_on" in faults:
        return {}
    if last is not None and (last < first or (last - first).days > LONGEST_DAYS):
        faults["until_on"] = Invalid(N_("The last day comes after the first, within three years."))
    zone = ZoneInfo(card.time_zone)
    return {
        "from_at": datetime.combine(first, time(), zone),
        "until_at": datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    }


def _day(name: str, written: str, faults: dict[str, Invalid]) -> date | None:
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        faults[name] = Invalid(N_("Write a day such as 2026-11-27."))
        return None
    return day
