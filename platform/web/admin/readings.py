"""How a row of the settings reads in words: names of sections, columns and values."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.clock import Milestone
from configuration.change import ConfigurationChange
from people.seat import Seat
from tenants.agency import Agency
from tenants.area import Area
from tenants.calendar import CalendarRow
from tenants.category import Category
from tenants.errors import N_
from web.admin.amounts import words_of
from web.context import words
from web.milestones import milestone_name
from web.tongues import LANGUAGES, tongue

SECTIONS: Mapping[str, str] = {
    "tenant": N_("general settings"),
    "look": N_("looks"),
    "texts": N_("texts of messages"),
    "options": N_("ways of working"),
    "agencies": N_("agency"),
    "agency_areas": N_("an agency's area"),
    "areas": N_("area"),
    "categories": N_("category"),
    "assignments": N_("who gets a category"),
    "sla_rules": N_("service promise"),
    "calendars": N_("calendar"),
    "assets": N_("objects"),
    "published_templates": N_("published template"),
    "asset_rules": N_("whose an object is"),
    "seats": N_("person"),
    "deputyships": N_("deputy of"),
    "works": N_("notice of works"),
    "tenant_domains": N_("domain"),
    "city_pauses": N_("pause of the city"),
    "archives": N_("archive"),
    "departures": N_("leaving"),
    "seat_agencies": N_("a person's agency"),
}
"""What a section's rows are called; one that isn't here is called by its table's name."""

FIELDS: Mapping[str, str] = {
    "stage": N_("stage"),
    "live_at": N_("live since"),
    "opens": N_("goes live once its neighbours agree"),
    "name": N_("name"),
    "help": N_("help"),
    "icon": N_("icon"),
    "code": N_("code"),
    "parent_id": N_("stands under"),
    "position": N_("place in the order"),
    "ended_at": N_("ended"),
    "partner": N_("partner"),
    "email": N_("e-mail address"),
    "phone": N_("phone"),
    "search_words": N_("everyday words"),
    "visibility": N_("who sees it"),
    "anonymous_allowed": N_("anonymous reports"),
    "photo_wanted": N_("photo wanted"),
    "place": N_("place"),
    "kinds": N_("kinds"),
    "round_the_clock": N_("round the clock"),
    "safety": N_("a danger"),
    "questions": N_("questions"),
    "off_in": N_("off in areas"),
    "responsible": N_("who is responsible"),
    "responsible_contact": N_("how to reach them"),
    "label": N_("words"),
    "choices": N_("answers"),
    "required": N_("must be answered"),
    "staff": N_("for officials"),
    "when": N_("asked only after"),
    "platform_code": N_("the platform's kind"),
    "is_group": N_("a group"),
    "category_id": N_("category"),
    "area_id": N_("area"),
    "agency_id": N_("agency"),
    "priority": N_("priority"),
    "milestones": N_("targets"),
    "ceiling": N_("longest time by law"),
    "auto_close": N_("closes by itself"),
    "pausing": N_("pauses"),
    "ladder": N_("escalation"),
    "asking": N_("waiting for the reporter"),
    "document": N_("hours and holidays"),
    "level": N_("level"),
    "valid_from": N_("holds from"),
    "role": N_("role"),
    "deputy_id": N_("deputy"),
    "from_on": N_("first day"),
    "until_on": N_("last day"),
    "look": N_("looks"),
    "texts": N_("texts of messages"),
    "options": N_("ways of working"),
    "languages": N_("languages"),
    "time_zone": N_("time zone"),
    "host": N_("domain"),
    "use": N_("what it is for"),
    "verified_at": N_("in use since"),
    "checked_at": N_("looked at"),
    "added_at": N_("added"),
    "title": N_("title"),
    "text": N_("text"),
    "categories": N_("categories"),
    "lon": N_("longitude"),
    "lat": N_("latitude"),
    "radius_m": N_("radius in metres"),
    "west": N_("west"),
    "south": N_("south"),
    "east": N_("east"),
    "north": N_("north"),
    "from_at": N_("from"),
    "until_at": N_("until"),
    "accent": N_("second colour"),
    "greeting": N_("greeting"),
    "banner": N_("announcement"),
    "imprint": N_("imprint"),
    "privacy": N_("words about personal data"),
    "emergency_numbers": N_("emergency numbers"),
    "account_id": N_("account"),
    "attribute": N_("attribute"),
    "attributes": N_("attributes"),
    "overlay": N_("government over the ground"),
    "head_id": N_("head"),
    "value": N_("value"),
    "agency": N_("agency"),
    "area": N_("area"),
    "areas": N_("areas"),
    "by_area": N_("agency by area"),
    "calendar": N_("calendar"),
    "calendar_id": N_("hours and holidays"),
    "category": N_("category"),
    "colour": N_("colour"),
    "dated": N_("dated hours"),
    "group": N_("a group"),
    "half_days": N_("half days"),
    "holidays": N_("holidays"),
    "hours": N_("hours"),
    "logo": N_("crest"),
    "outline": N_("outline"),
    "parent": N_("stands under"),
    "type": N_("level"),
    "seat_id": N_("person"),
    "ended_by": N_("ended by"),
    "state": N_("state"),
    "asked_at": N_("asked for"),
    "asked_by": N_("asked for by"),
    "begun_at": N_("begun"),
    "begun_by": N_("begun by"),
    "downloaded_at": N_("downloaded"),
    "downloaded_by": N_("downloaded by"),
    "confirm_from_at": N_("may be confirmed from"),
    "confirmed_at": N_("confirmed"),
    "confirmed_by": N_("confirmed by"),
    "withdrawn_at": N_("taken back"),
    "withdrawn_by": N_("taken back by"),
    "stopped_at": N_("stopped"),
    "stopped_by": N_("stopped by"),
    "stop_reason": N_("reason"),
    "desk": N_("Who sorts out what has no agency"),
    "verification": N_("New reports are verified first"),
    "validation": N_("Somebody else validates finished work"),
    "pause_approval": N_("A supervisor approves pauses"),
    "work_camera_only": N_("Photos of work come from the page's camera"),
    "gallery_allowed": N_("Residents may choose photos from their gallery"),
    "comments": N_("Residents may write below each other's reports"),
    "reopen_days": N_("Days in which a finished report can be opened again"),
    "silence_closes_working_days": N_("Working days of silence after which a finished report closes"),
    "field_check_percent": N_("Of a hundred finished works so many are looked at on the spot"),
    "quiet_hours": N_("quiet hours"),
    "digest_at": N_("The daily digest is sent at"),
    "retention_months": N_("Months that it is kept"),
    "contacts": N_("Names, addresses and numbers"),
    "remarks": N_("Descriptions and answers"),
    "evidence": N_("Photos"),
    "reads": N_("Who has opened private reports"),
    "emergency_words": N_("Words that sound like an emergency"),
    "likely_categories": N_("Kinds of problem with a picture"),
    "second_factor": N_("of whom the second step is asked"),
    "soft_launch": N_("Soft launch"),
    "figures_hidden": N_("The figures aren't published yet"),
    "number": N_("number"),
    "on": N_("day"),
    "from": N_("from"),
    "until": N_("until"),
    "add": N_("days added"),
    "remove": N_("days left out"),
    "country": N_("country"),
    "joint_leave": N_("joint leave"),
    "head": N_("head"),
    "ended": N_("ended"),
    "subject": N_("subject"),
    "body": N_("text"),
    "then": N_("then"),
    "file": N_("file"),
    "new": N_("new"),
    "changed": N_("changed"),
}
"""What a column is called; one that isn't here is called by its own name."""


VALUES: Mapping[str, str] = {
    "public": N_("public"),
    "private": N_("private"),
    "restricted": N_("restricted"),
    "asked": N_("asked for"),
    "exact": N_("an exact place"),
    "complaint": N_("complaint"),
    "question": N_("question"),
    "wish": N_("wish"),
    "waiting_for_reporter": N_("waiting for the reporter"),
    "scheduled": N_("scheduled"),
    "resume": N_("it goes on"),
    "close": N_("it is closed"),
    "holder": N_("whoever has it"),
    "supervisor": N_("the agency's supervisors"),
    "next_level": N_("the agency above"),
    "board": N_("the city's leadership"),
}
"""Values that are words of ours."""

STEPS: Mapping[str, str] = {
    "percent": N_("percent of a promise"),
    "unanswered_hours": N_("hours without an answer"),
    "offer_working_hours": N_("working hours after an offer"),
}
"""When a step of the ladder is taken, after its number."""


_NAMING = ("category_id", "area_id", "agency_id", "seat_id")
"""By what a row without a name of its own is called."""


class Namer:
    """Says values in words: ids by the names of what they stand for, read once for all changes at hand.

    whole: whether values will be asked for that stand deep in the rows, beside what the changes are of.
    """

    def __init__(self, session: Session, changes: Sequence[ConfigurationChange], *, whole: bool = True) -> None:
        said = [reading for change in changes for reading in (change.before, change.after) if reading]
        ids = _ids(said if whole else [[reading.get(key) for key in _NAMING] for reading in said])
        ids |= {change.row_id for change in changes}
        self._names: dict[UUID, str] = {}
        if not ids:
            return
        for table in (Agency, Area, CalendarRow, Category):
            found = session.execute(select(table.id, table.name).where(table.id.in_(ids)))
            self._names |= {row.id: words(row.name) for row in found}
        seats = session.execute(select(Seat.id, Seat.name).where(Seat.id.in_(ids)))
        self._names |= {row.id: row.name for row in seats}

    def name(self, change: ConfigurationChange) -> str:
        """What the row of a change is called: as it reads after it, else its code."""
        reading = change.after or change.before or {}
        name = reading.get("name") or reading.get("title") or reading.get("host")
        if isinstance(name, dict) and name:
            return words(name)
        if isinstance(name, str):
            return name
        named = [
            self._names[UUID(reading[key])] for key in _NAMING if reading.get(key) and UUID(reading[key]) in self._names
        ]
        return self._names.get(change.row_id) or ", ".join(named) or change.code

    def said(self, value: Any) -> str:
        """A value in words."""
        if value is None or value in ("", [], {}):
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return "; ".join(self.said(one) for one in value)
        if isinstance(value, dict) and is_whole(value):
            return self._whole(value)
        if isinstance(value, dict):
            return ", ".join(f"{field_name(key)}: {self.said(one)}" for key, one in value.items() if one is not None)
        if isinstance(value, str):
            if _is_id(value):
                return self._names.get(UUID(value), value)
            return _(VALUES[value]) if value in VALUES else value
        return str(value)

    def _whole(self, value: Mapping[str, Any]) -> str:
        """A target, or a step of the ladder: "The first answer: 6 working hours"."""
        rest = {key: one for key, one in value.items() if key not in ("amount", "unit", "milestone", "tell", *STEPS)}
        if "tell" in value:
            steps = [f"{value[key]} {_(STEPS[key])}" for key in STEPS if value.get(key) is not None]
            said = f"{', '.join(steps)}: {self.said(value['tell'])}"
        else:
            said = words_of({"amount": value["amount"], "unit": value["unit"]})
            if "milestone" in value:
                said = f"{milestone_name(Milestone(value['milestone']))}: {said}"
        return ", ".join([said, *([self.said(rest)] if any(rest.values()) else [])])


def is_whole(value: Mapping[str, Any]) -> bool:
    """Whether it is said as one: a target, a step of the ladder."""
    return {"amount", "unit"} <= value.keys() or "tell" in value


def section_name(section: str) -> str:
    """What one row of a section is called."""
    return _(SECTIONS[section]) if section in SECTIONS else section


def section_names() -> list[tuple[str, str]]:
    """(section, its name) of all that can be filtered by."""
    return [(section, _(name)) for section, name in SECTIONS.items()]


def field_name(field: str) -> str:
    """What a column, or a key within one, is called; words have a language's."""
    if field in FIELDS:
        return _(FIELDS[field])
    return tongue(field, g.language) if field in LANGUAGES else field


def _ids(value: Any) -> set[UUID]:
    if isinstance(value, Mapping):
        return {found for one in value.values() for found in _ids(one)}
    if isinstance(value, list | tuple):
        return {found for one in value for found in _ids(one)}
    return {UUID(value)} if isinstance(value, str) and _is_id(value) else set()


def _is_id(value: str) -> bool:
    if len(value) != 36:
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True
