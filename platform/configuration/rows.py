"""A bundle's rows into the tenant that the session is in: added, changed with a new revision, ended; never removed.

Each section is compared by code with what is there, so that a second time changes nothing. Ids of a section are handed
to the next, which names rows by code.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from configuration import editing
from configuration.area_file import AreaRow, settled
from configuration.checks import calendar_document
from configuration.editing import Author
from tenants.agency import Agency, AgencyArea
from tenants.area import Area
from tenants.asset import AssetRule
from tenants.calendar import CalendarRow
from tenants.category import Assignment, Category, CategoryRevision
from tenants.database import Configured, new_id
from tenants.errors import Conflict, Invalid
from tenants.geometry import Mending, Unusable, mend
from tenants.sentence import refusal_of
from tenants.sla_rule import SlaRule, SlaRuleRevision

Ids = Mapping[str, UUID]
Row = TypeVar("Row", bound=Configured)


@dataclass
class Changes:
    """What was done, by section: how many rows were added, changed and ended; and what was mended in outlines.

    author: who does it by hand, so that each row's change goes into the ledger; None for a command, which tells it all
    in its report.
    """

    author: Author | None = None
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    mendings: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.ended))


def configure(
    session: Session, document: Mapping[str, Any], areas: Sequence[AreaRow], changes: Changes, *, now: datetime
) -> Ids:
    """Bring the tenant's areas, agencies, categories, assignments, rules and calendars to the bundle's.

    The session is in the tenant's scope. Answers with the ids of the agencies by code. Raises Invalid for an outline
    that can't be mended.
    """
    area_ids = _areas(session, areas, changes, now)
    calendar_ids = _calendars(session, document, changes, now)
    agency_ids = _agencies(session, document["agencies"], area_ids, calendar_ids, changes, now)
    category_ids = _categories(session, document["categories"], changes, now)
    _assignments(session, document["categories"], category_ids, area_ids, agency_ids, changes, now)
    _rules(session, document["sla_rules"], category_ids, area_ids, changes, now)
    _asset_rules(session, document["asset_rules"], category_ids, agency_ids, changes, now)
    return agency_ids


def _areas(session: Session, areas: Sequence[AreaRow], changes: Changes, now: datetime) -> Ids:
    parents = {area.code: area.parent for area in areas}
    wanted: dict[str, dict[str, Any]] = {}
    for area in sorted(areas, key=lambda area: (_depth(area.code, parents), area.code)):
        wanted[area.code] = {
            "name": area.name,
            "level": area.type,
            "depth": _depth(area.code, parents),
            "parent_id": area.parent,
            **_mended(area, changes),
        }
    return _settle(session, Area, "areas", wanted, changes, now, parent="parent_id")


def _mended(area: AreaRow, changes: Changes) -> dict[str, Any]:
    if area.outline is None:
        return {"wkb": None, "area_m2": None}
    try:
        mended = mend(coordinates_of(area.outline))
    except Unusable as error:
        raise Invalid(
            "The outline of %(code)s can't be used: %(why)s", field="areas", code=area.code, why=refusal_of(error)
        ) from None
    changes.mendings += [told(f"area {area.code}", mending) for mending in mended.mendings]
    return {"wkb": shapely.to_wkb(settled(mended.geometry)), "area_m2": mended.area_m2}


def _agencies(
    session: Session,
    agencies: Sequence[Mapping[str, Any]],
    area_ids: Ids,
    calendar_ids: Ids,
    changes: Changes,
    now: datetime,
) -> Ids:
    position = {agency["code"]: number for number, agency in enumerate(agencies, 1)}
    parents = {agency["code"]: agency["parent"] for agency in agencies}
    wanted = {
        agency["code"]: {
            "name": agency["name"],
            "parent_id": agency["parent"],
            "partner": agency["partner"],
            "position": position[agency["code"]],
            "email": agency["email"],
            "phone": agency["phone"],
            "calendar_id": calendar_ids[agency["calendar"]] if agency["calendar"] else None,
        }
        for agency in sorted(agencies, key=lambda agency: _depth(agency["code"], parents))
    }
    ids = _settle(session, Agency, "agencies", wanted, changes, now, parent="parent_id")
    tied = {(ids[agency["code"]], area_ids[area]) for agency in agencies for area in agency["areas"]}
    for tie in session.scalars(select(AgencyArea)):
        if (tie.agency_id, tie.area_id) in tied:
            tied.discard((tie.agency_id, tie.area_id))
        else:
            session.delete(tie)
            changes.ended["agency areas"] += 1
    session.add_all(AgencyArea(agency_id=agency, area_id=area) for agency, area in sorted(tied, key=str))
    _count(changes.added, "agency areas", len(tied))
    session.flush()
    return ids


def _categories(session: Session, categories: Sequence[Mapping[str, Any]], changes: Changes, now: datetime) -> Ids:
    position = {category["code"]: number for number, category in enumerate(categories, 1)}
    wanted = {
        category["code"]: {
            "platform_code": category["platform_code"],
            "parent_id": category["parent"],
            "is_group": category["group"],
            "name": category["name"],
            "help": category["help"] or {},
            "icon": category["icon"],
            "search_words": category["search_words"],
            "position": position[category["code"]],
            "visibility": category["visibility"],
            "anonymous_allowed": category["anonymous_allowed"],
            "photo_wanted": category["photo_wanted"],
            "place": category["place"],
            "kinds": category["kinds"],
            "round_the_clock": category["round_the_clock"],
            "safety": category["safety"],
            "questions": category["questions"],
            "off_in": category["off_in"],
            "responsible": category["responsible"] or {},
            "responsible_contact": category["responsible_contact"],
        }
        for category in sorted(categories, key=lambda category: category["parent"] is not None)
    }
    documents = {
        category["code"]: {key: value for key, value in category.items() if key not in ("agency", "by_area")}
        for category in categories
    }
    moved: list[Category] = []
    ids = _settle(session, Category, "categories", wanted, changes, now, parent="parent_id", moved=moved)
    if changes.author is None:
        session.add_all(
            CategoryRevision(category_id=row.id, revision=row.revision, document=documents[row.code], made_at=now)
            for row in moved
        )
    session.flush()
    return ids


def _assignments(
    session: Session,
    categories: Sequence[Mapping[str, Any]],
    category_ids: Ids,
    area_ids: Ids,
    agency_ids: Ids,
    changes: Changes,
    now: datetime,
) -> None:
    """By category and area, whatever their codes: a new one is named after both."""
    here = {(row.category_id, row.area_id): row for row in session.scalars(select(Assignment))}
    taken = {row.code for row in here.values()}
    for category in categories:
        everywhere = {None: category["agency"]} if category["agency"] else {}
        for area, agency in (everywhere | category["by_area"]).items():
            place = (category_ids[category["code"]], area_ids[area] if area else None)
            row = here.pop(place, None)
            if row is not None:
                brought = _bring(session, row, {"agency_id": agency_ids[agency]}, changes, now)
                _count(changes.changed, "assignments", int(brought))
                continue
            name = f"{category['code']}@{area}" if area else category["code"]
            code = name if name not in taken else f"{name}@{new_id()}"
            tie = Assignment(code=code, category_id=place[0], area_id=place[1], agency_id=agency_ids[agency])
            _add(session, tie, changes, now)
            changes.added["assignments"] += 1
    for row in here.values():
        _end(session, row, "assignments", changes, now)
    session.flush()


def _rules(
    session: Session,
    rules: Sequence[Mapping[str, Any]],
    category_ids: Ids,
    area_ids: Ids,
    changes: Changes,
    now: datetime,
) -> None:
    wanted = {
        rule["code"]: {
            "category_id": category_ids[rule["category"]] if rule["category"] else None,
            "priority": rule["priority"],
            "area_id": area_ids[rule["area"]] if rule["area"] else None,
            "milestones": rule["milestones"],
            "ceiling": rule["ceiling"],
            "auto_close": rule["auto_close"],
            "pausing": rule["pausing"],
            "asking": rule["asking"],
            "ladder": rule["ladder"],
        }
        for rule in rules
    }
    moved: list[SlaRule] = []
    _settle(session, SlaRule, "rules", wanted, changes, now, moved=moved)
    named = {rule["code"]: dict(rule) for rule in rules}
    if changes.author is None:
        session.add_all(
            SlaRuleRevision(sla_rule_id=row.id, revision=row.revision, document=named[row.code], made_at=now)
            for row in moved
        )
    session.flush()


def _asset_rules(
    session: Session,
    rules: Sequence[Mapping[str, Any]],
    category_ids: Ids,
    agency_ids: Ids,
    changes: Changes,
    now: datetime,
) -> None:
    wanted = {
        rule["code"]: {
            "category_id": category_ids[rule["category"]] if rule["category"] else None,
            "attribute": rule["attribute"].casefold(),
            "value": rule["value"].casefold(),
            "agency_id": agency_ids[rule["agency"]] if rule["agency"] else None,
            "overlay": rule["overlay"],
        }
        for rule in rules
    }
    # Those that aren't wanted end first: another may say the same of the same attribute.
    for row in session.scalars(select(AssetRule)):
        if row.code not in wanted:
            _end(session, row, "asset rules", changes, now)
    session.flush()
    _settle(session, AssetRule, "asset rules", wanted, changes, now)


def _calendars(session: Session, document: Mapping[str, Any], changes: Changes, now: datetime) -> Ids:
    time_zone = document["tenant"]["time_zone"]
    wanted = {
        calendar["code"]: {"name": calendar["name"], "document": calendar_document(calendar, time_zone)}
        for calendar in document["calendars"]
    }
    return _settle(session, CalendarRow, "calendars", wanted, changes, now)


def _settle(
    session: Session,
    table: type[Row],
    section: str,
    wanted: Mapping[str, dict[str, Any]],
    changes: Changes,
    now: datetime,
    *,
    parent: str | None = None,
    moved: list[Row] | None = None,
) -> Ids:
    """Bring the rows of a table to those wanted, by code; parents come before their children.

    parent: the column in which `wanted` has a code of the same section. moved: takes the rows added or changed. Rows
    that aren't wanted end, or, in a table whose rows can't end, go. Answers with the ids by code.
    """
    here = {row.code: row for row in session.scalars(select(table))}
    ids: dict[str, UUID] = {}
    for code, given in wanted.items():
        values = dict(given)
        if parent is not None and values[parent] is not None:
            values[parent] = ids[values[parent]]
        row = here.pop(code, None)
        if row is None:
            # A None given for a JSON column would be stored as JSON's null.
            row = table()
            row.id, row.code = new_id(), code
            for name, value in values.items():
                if value is not None:
                    setattr(row, name, value)
            _add(session, row, changes, now)
            changes.added[section] += 1
            touched = True
        else:
            if hasattr(row, "ended_at"):
                values["ended_at"] = None
            before = row.revision
            _count(changes.changed, section, int(_bring(session, row, values, changes, now)))
            touched = row.revision != before
        if touched and moved is not None:
            moved.append(row)
        ids[code] = row.id
    for row in here.values():
        _end(session, row, section, changes, now)
    session.flush()
    return ids


def _add(session: Session, row: Configured, changes: Changes, now: datetime) -> None:
    if changes.author is not None:
        editing.add(session, row, author=changes.author, now=now)
    else:
        session.add(row)


def _bring(session: Session, row: Configured, values: Mapping[str, Any], changes: Changes, now: datetime) -> bool:
    """Set what differs; True if anything did. A row that has only changed places keeps its revision."""
    if changes.author is not None:
        return editing.change(session, row, values, author=changes.author, now=now) is not None
    differing = editing.differing_in(row, values)
    if differing:
        editing.put(row, values, differing)
    return bool(differing)


def _end(session: Session, row: Configured, section: str, changes: Changes, now: datetime) -> None:
    if getattr(row, "ended_at", None) is not None:
        return
    if changes.author is not None:
        if isinstance(row, Agency):
            _refuse_open_reports(session, row)
        editing.end(session, row, author=changes.author, now=now)
    elif hasattr(row, "ended_at"):
        _bring(session, row, {"ended_at": now}, changes, now)
    else:
        session.delete(row)
    changes.ended[section] += 1


def _refuse_open_reports(session: Session, row: Agency) -> None:
    """Where an agency's open reports go is asked in its own room, not by a document."""
    if session.scalars(select(Complaint.id).where(Complaint.is_open, Complaint.agency_id == row.id).limit(1)).first():
        raise Conflict(
            "%(code)s has open reports. End it in its own room first, which asks where they go.", code=row.code
        )


def _depth(code: str, parents: Mapping[str, str | None]) -> int:
    """1 for what stands in nothing."""
    depth, above = 1, parents[code]
    while above is not None:
        depth, above = depth + 1, parents[above]
    return depth


def _count(counter: Counter[str], section: str, number: int) -> None:
    if number:
        counter[section] += number


def coordinates_of(outline: Any) -> list[Any]:
    """A (multi)polygon as the coordinates of a GeoJSON MultiPolygon: polygons of rings of [lon, lat]."""
    return [
        [shapely.get_coordinates(ring).tolist() for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(outline)
    ]


def told(what: str, mending: Mending) -> str:
    """A mending in a sentence for the report."""
    where = f" at {mending.where[0]:.5f}, {mending.where[1]:.5f}" if mending.where else ""
    return f"{what}: {mending.what}{where}, {mending.area_m2:,.1f} m²"


def codes_of(rows: Iterable[Configured]) -> dict[UUID, str]:
    """The codes of rows by id."""
    return {row.id: row.code for row in rows}
