"""How a city works: steps, terms, hours, how long is kept what, and with what it begins. One form, one change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.reporters.retention import USUAL_MONTHS
from complaints.rules.launch import OPTION as SOFT_LAUNCH
from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.faults import Faults
from configuration.naming import folded
from configuration.schema import OptionsSchema
from tenants.agency import Agency
from tenants.area import Area
from tenants.calendar import CalendarRow
from tenants.category import Category
from tenants.database import Configured
from tenants.errors import N_, Invalid
from tenants.tenant import Tenant

SWITCHES = (
    "verification",
    "validation",
    "pause_approval",
    "work_camera_only",
    "gallery_allowed",
    "anonymous_allowed",
    "comments",
)
NUMBERS = {"reopen_days": (0, 365), "silence_closes_working_days": (1, 365), "field_check_percent": (0, 100)}
"""Name: the least and the most."""
RETENTION = tuple(USUAL_MONTHS)
RETENTION_MONTHS = (1, 1_200)
TIMES = ("quiet_from", "quiet_until", "digest_at")
MOST_LIKELY = 6
"""As many kinds of problem have a picture before all others."""
MOST_URGENT, LONGEST_URGENT = 60, 60

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_BETWEEN = N_("Write a whole number from %(least)s to %(most)s.")


@dataclass(frozen=True)
class Options:
    """What a form says, as it was written. numbers, retention: by name. desk, calendar: codes.

    launch_areas, launch_categories: codes that the city begins with; empty for all. likely: codes, the first one first.
    urgent: {language: words that sound like an emergency, a line each}.
    """

    switches: frozenset[str]
    numbers: Mapping[str, str]
    retention: Mapping[str, str]
    times: Mapping[str, str]
    desk: str
    calendar: str
    launch_areas: Sequence[str] = field(default_factory=tuple)
    launch_categories: Sequence[str] = field(default_factory=tuple)
    figures_hidden: bool = False
    likely: Sequence[str] = field(default_factory=tuple)
    urgent: Mapping[str, str] = field(default_factory=dict)


def stands(tenant: Tenant) -> dict[str, Any]:
    """The options as they hold, with what holds where the city has said nothing."""
    schema = OptionsSchema()
    loaded: dict[str, Any] = schema.load({k: v for k, v in tenant.options.items() if k in schema.fields})
    return loaded


def save(
    session: Session,
    tenant_id: UUID,
    given: Options,
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> ConfigurationChange | None:
    """Bring a city's ways of working to what the form says; what the form doesn't know stays. Raises Faults, Stale."""
    tenant = session.get_one(Tenant, tenant_id)
    faults: dict[str, Invalid] = {}
    values: dict[str, Any] = {name: name in given.switches for name in SWITCHES}
    values |= {name: _whole(name, given.numbers.get(name, ""), *NUMBERS[name], faults) for name in NUMBERS}
    values["retention_months"] = {
        name: _whole(f"retention-{name}", given.retention.get(name, ""), *RETENTION_MONTHS, faults)
        for name in RETENTION
    }
    times = {name: _time(name, given.times.get(name, ""), faults) for name in TIMES}
    values |= {"quiet_hours": [times["quiet_from"], times["quiet_until"]], "digest_at": times["digest_at"]}
    values["desk"] = _one(session, Agency, "desk", given.desk, N_("Choose the agency that sorts out the rest."), faults)
    values["calendar"] = _one(session, CalendarRow, "calendar", given.calendar, N_("Choose a calendar."), faults)
    values[SOFT_LAUNCH] = _launch(session, given, faults)
    values["likely_categories"] = _likely(session, given.likely, faults)
    stood = stands(tenant)
    values["emergency_words"] = _urgent(given.urgent, stood["emergency_words"], faults)
    if faults:
        raise Faults(faults)
    options = {**tenant.options, **{name: value for name, value in values.items() if stood[name] != value}}
    return editing.change(
        session, tenant, {"options": options}, author=author, now=now, expected_version=expected_version
    )


def _whole(name: str, written: str, least: int, most: int, faults: dict[str, Invalid]) -> int:
    written = written.strip()
    if not re.fullmatch(r"[0-9]{1,6}", written, re.ASCII) or not least <= int(written) <= most:
        faults[name] = Invalid(_BETWEEN, least=least, most=most)
        return least
    return int(written)


def _time(name: str, written: str, faults: dict[str, Invalid]) -> str:
    if not _TIME.fullmatch(written.strip()):
        faults[name] = Invalid(N_("Write a time of day such as 21:00."))
    return written.strip()


def _one(
    session: Session, table: type[Configured], name: str, code: str, sentence: str, faults: dict[str, Invalid]
) -> str | None:
    """A code that there is, and whose row doesn't end before the caller's transaction does; none where the city has no
    such rows at all.
    """
    row = select(table.id).where(table.code == code)
    if hasattr(table, "ended_at"):
        row = row.where(table.ended_at.is_(None))
    if session.scalar(row.with_for_update(read=True, key_share=True)) is None and (
        code or session.scalar(select(table.id).limit(1))
    ):
        faults[name] = Invalid(sentence)
    return code or None


def _launch(session: Session, given: Options, faults: dict[str, Invalid]) -> dict[str, Any] | None:
    areas, categories = sorted(set(given.launch_areas)), sorted(set(given.launch_categories))
    if set(areas) != _known(session, Area, areas):
        faults["launch_areas"] = Invalid(N_("One of these areas isn't in the city's list any more."))
    if set(categories) != _known(session, Category, categories):
        faults["launch_categories"] = Invalid(N_("One of these categories isn't in the city's list any more."))
    if not areas and not categories and not given.figures_hidden:
        return None
    return {"areas": areas, "categories": categories, "figures_hidden": given.figures_hidden}


def _likely(session: Session, codes: Sequence[str], faults: dict[str, Invalid]) -> list[str]:
    chosen = list(dict.fromkeys(code for code in codes if code))
    if len(chosen) > MOST_LIKELY or set(chosen) != _known(session, Category, chosen):
        faults["likely"] = Invalid(N_("One of these categories isn't in the city's list any more."))
    return chosen


def _urgent(
    given: Mapping[str, str], stood: Mapping[str, list[str]], faults: dict[str, Invalid]
) -> dict[str, list[str]]:
    """The words by language, each once; those in languages that the form doesn't have stay."""
    said = {language: words for language, words in stood.items() if language not in given}
    for language, written in given.items():
        words = {folded(word): " ".join(word.split()) for word in re.split(r"[\n,;]", written) if word.strip()}
        if len(words) > MOST_URGENT or any(len(word) > LONGEST_URGENT for word in words.values()):
            faults[f"urgent-{language}"] = Invalid(
                N_("At most %(most)s words or phrases of up to %(longest)s characters."),
                most=MOST_URGENT,
                longest=LONGEST_URGENT,
            )
        elif words:
            said[language] = list(words.values())
    return said


def _known(session: Session, table: type[Any], codes: Sequence[str]) -> set[str]:
    """Those of the codes that rows have which haven't ended."""
    query = select(table.code).where(table.code.in_(codes))
    if hasattr(table, "ended_at"):
        query = query.where(table.ended_at.is_(None))
    return set(session.scalars(query))
