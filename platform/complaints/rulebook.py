"""A city's rules as values: what the verbs and the forms ask, read once per revision of the tenant and kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.asset_rule import AssetRuleEntry, deciding
from complaints.clock import Pause
from complaints.launch import Launch
from complaints.timers import Terms
from people import seats
from tenants import scope
from tenants.agency import Agency
from tenants.area import Area
from tenants.area_index import AreaIndex, OutlinedArea
from tenants.asset import AssetRule
from tenants.calendar import CalendarRow
from tenants.category import OTHER, Assignment, Category
from tenants.city_pause import CityPause
from tenants.database import Words
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.sla_rule import SlaRule
from tenants.working_time import Calendar, from_document


@dataclass(frozen=True)
class CategoryEntry:
    """A category as it reads now. group: the code of its group, "" where it has none."""

    id: UUID
    code: str
    platform_code: str
    group: str
    name: Words
    help: Words
    icon: str
    search_words: Mapping[str, Any]
    position: int
    visibility: str
    anonymous_allowed: bool
    photo_wanted: bool
    place: str
    kinds: tuple[str, ...]
    safety: bool
    questions: tuple[Mapping[str, Any], ...]
    revision: int
    off_in: frozenset[str] = frozenset()
    responsible: Words = field(default_factory=dict)
    responsible_contact: str | None = None


@dataclass(frozen=True)
class AgencyEntry:
    """An agency as it is now. head_id: the seat of who leads it. staffed: whether somebody works there."""

    id: UUID
    code: str
    name: Words
    parent_id: UUID | None
    partner: bool
    email: str | None
    phone: str | None = None
    head_id: UUID | None = None
    staffed: bool = True


@dataclass(frozen=True)
class AreaEntry:
    """An area as it is now."""

    id: UUID
    code: str
    name: Words
    level: str
    parent_id: UUID | None


@dataclass(frozen=True)
class RuleEntry:
    """An SLA rule as it reads now."""

    id: UUID
    code: str
    category_id: UUID | None
    priority: str | None
    area_id: UUID | None
    milestones: tuple[Mapping[str, Any], ...]
    ceiling: Mapping[str, Any] | None
    auto_close: bool
    pausing: tuple[str, ...]
    ladder: tuple[Mapping[str, Any], ...]
    revision: int
    asking: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Rulebook:
    """What a city has decided and a complaint needs. calendar None: nothing is promised (the commons).

    past_categories: those that have ended, by id, for what was reported under them.
    calendar_mark: differs where another calendar, or a pause of the city, makes other days. pauses: of the whole city,
    in order; the last one may run.
    """

    tenant_id: UUID
    revision: int
    groups: Sequence[CategoryEntry]
    categories: Mapping[str, CategoryEntry]
    agencies: Mapping[UUID, AgencyEntry]
    areas: Mapping[UUID, AreaEntry]
    assignments: Mapping[tuple[UUID, UUID | None], UUID]
    rules: Sequence[RuleEntry]
    calendar: Calendar | None
    desk_id: UUID | None
    area_index: AreaIndex = field(repr=False)
    terms: Terms = field(default_factory=Terms)
    launch: Launch = field(default_factory=Launch)
    calendar_mark: str = ""
    past_categories: Mapping[UUID, CategoryEntry] = field(default_factory=dict)
    asset_rules: Sequence[AssetRuleEntry] = ()
    pauses: Sequence[Pause] = ()

    @property
    def offered(self) -> Mapping[str, CategoryEntry]:
        """The categories that residents may choose from."""
        return {code: entry for code, entry in self.categories.items() if self.launch.offers(code)}

    def category(self, code: str) -> CategoryEntry:
        """The category of a code. Raises Invalid for one that this city doesn't have."""
        entry = self.categories.get(code)
        if entry is None:
            raise Invalid("This kind of problem isn't in the city's list. Choose one from the list.", field="category")
        return entry

    def category_by_platform_code(self, platform_code: str) -> CategoryEntry:
        """How a category of another tenant reads here: by platform code, an unknown one becomes `lain`."""
        for wanted in (platform_code, OTHER):
            for entry in self.categories.values():
                if entry.platform_code == wanted and not entry.responsible:
                    return entry
        raise Invalid("This city takes no reports of this kind.", field="category")

    def category_by_id(self, category_id: UUID) -> CategoryEntry | None:
        """The category with this id, if it hasn't ended."""
        return next((entry for entry in self.categories.values() if entry.id == category_id), None)

    def category_ever(self, category_id: UUID) -> CategoryEntry | None:
        """The category with this id, also one that has ended."""
        return self.category_by_id(category_id) or self.past_categories.get(category_id)

    def off_at(self, category: CategoryEntry, area_id: UUID | None) -> AreaEntry | None:
        """The area around this one in which a category is switched off; None where it can be reported."""
        return next((area for area in self.areas_up(area_id) if area.code in category.off_in), None)

    def area_at(self, lon: float, lat: float) -> AreaEntry | None:
        """The deepest area at a point."""
        found = self.area_index.locate(lon, lat)
        return self.areas.get(found.area_id) if found else None

    def areas_up(self, area_id: UUID | None) -> list[AreaEntry]:
        """An area and those around it, the innermost first."""
        chain = []
        while area_id is not None and area_id in self.areas and self.areas[area_id] not in chain:
            chain.append(self.areas[area_id])
            area_id = self.areas[area_id].parent_id
        return chain

    def agencies_up(self, agency_id: UUID) -> list[UUID]:
        """An agency, also one that has ended, and those above it, the nearest first."""
        chain = [agency_id]
        while (entry := self.agencies.get(chain[-1])) and entry.parent_id and entry.parent_id not in chain:
            chain.append(entry.parent_id)
        return chain

    def agencies_down(self, agency_id: UUID) -> list[UUID]:
        """An agency and those below it."""
        return [agency_id] + [one for one in self.agencies if one != agency_id and agency_id in self.agencies_up(one)]

    def asset_rule(self, category_id: UUID, attributes: Mapping[str, str] | None) -> AssetRuleEntry | None:
        """The rule by which an object's attributes say whose it is, if they do."""
        rules = [rule for rule in self.asset_rules if rule.agency_id in self.agencies] if attributes else []
        return deciding(rules, category_id, attributes or {})

    def agency_for(
        self, category_id: UUID, area_id: UUID | None, attributes: Mapping[str, str] | None = None
    ) -> AgencyEntry | None:
        """Who gets a category in an area: by the object's attributes, else by the most specific assignment, else the
        city's desk. attributes: of the very object, None where none is known.

        What would go to an agency without people goes to the nearest above it that has some.
        """
        rule = self.asset_rule(category_id, attributes)
        if rule is not None:
            return self.stand_in(rule.agency_id)
        assigned = self.assignment_for(category_id, area_id)
        if assigned is not None:
            return self.stand_in(assigned[1].id)
        return self.agencies.get(self.desk_id) if self.desk_id else None

    def assignment_for(self, category_id: UUID, area_id: UUID | None) -> tuple[UUID | None, AgencyEntry] | None:
        """The most specific assignment: the area it is for, None for the whole city, and its agency."""
        for place in [*(area.id for area in self.areas_up(area_id)), None]:
            agency_id = self.assignments.get((category_id, place))
            if agency_id is not None and agency_id in self.agencies:
                return place, self.agencies[agency_id]
        return None

    def stand_in(self, agency_id: UUID) -> AgencyEntry:
        """Who does an agency's work: itself; or, where nobody works there, the nearest above it with people."""
        above = [self.agencies[one] for one in self.agencies_up(agency_id) if one in self.agencies]
        return next((one for one in above if one.staffed), self.agencies[agency_id])

    def rule_for(self, category_id: UUID, priority: str, area_id: UUID | None) -> RuleEntry | None:
        """The most specific rule: its category, then the innermost area, then its priority; ties by code."""
        inside = [area.id for area in self.areas_up(area_id)]
        fitting = [
            rule
            for rule in self.rules
            if rule.category_id in (None, category_id)
            and rule.priority in (None, priority)
            and (rule.area_id is None or rule.area_id in inside)
        ]

        def specific(rule: RuleEntry) -> tuple[bool, int, bool, str]:
            depth = inside.index(rule.area_id) if rule.area_id is not None else len(inside)
            return (rule.category_id is None, depth, rule.priority is None, rule.code)

        return min(fitting, key=specific, default=None)

    def rule_by_id(self, rule_id: UUID | None) -> RuleEntry | None:
        """The rule with this id, if it hasn't ended."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


class Rulebooks:
    """The rulebooks that a process has read, one per tenant, renewed when the tenant's revision has risen."""

    def __init__(self) -> None:
        self._books: dict[UUID, Rulebook] = {}

    def of(self, session: Session, card: TenantCard) -> Rulebook:
        """The rulebook of a tenant; reads it in that tenant's scope when the one at hand is old."""
        book = self._books.get(card.id)
        if book is None or book.revision != card.revision:
            with scope.enter(session, card.id):
                book = read_rulebook(session, card)
            self._books[card.id] = book
        return book


def read_rulebook(session: Session, card: TenantCard) -> Rulebook:
    """The rules as rows have them now; the session is in the tenant's scope."""
    every = session.scalars(select(Category).order_by(Category.position, Category.code)).all()
    entries = [row for row in every if row.ended_at is None]
    group_codes = {row.id: row.code for row in entries if row.is_group}
    agencies = session.scalars(select(Agency).where(Agency.ended_at.is_(None)).order_by(Agency.position, Agency.code))
    staffed = seats.staffed_agencies(session)
    by_id = {row.id: _agency(row, staffed=row.id in staffed) for row in agencies}
    areas = session.scalars(select(Area).where(Area.ended_at.is_(None)).order_by(Area.code)).all()
    calendar = session.scalar(
        select(CalendarRow)
        .order_by(CalendarRow.code != card.options.get("calendar", "kantor"), CalendarRow.code)
        .limit(1)
    )
    desk = card.options.get("desk", "diskominfo")
    pauses = [
        Pause(row.from_at, row.until_at) for row in session.scalars(select(CityPause).order_by(CityPause.from_at))
    ]
    anonymity = bool(card.options.get("anonymous_allowed", True))
    return Rulebook(
        tenant_id=card.id,
        revision=card.revision,
        groups=[_category(row, "", anonymity) for row in entries if row.is_group],
        categories={
            row.code: _category(row, group_codes.get(row.parent_id, "") if row.parent_id else "", anonymity)
            for row in entries
            if not row.is_group
        },
        agencies=by_id,
        areas={row.id: AreaEntry(row.id, row.code, row.name, row.level, row.parent_id) for row in areas},
        assignments={(row.category_id, row.area_id): row.agency_id for row in session.scalars(select(Assignment))},
        asset_rules=[
            AssetRuleEntry(row.category_id, row.attribute, row.value, row.agency_id)
            for row in session.scalars(select(AssetRule).where(AssetRule.ended_at.is_(None)))
        ],
        rules=[_rule(row) for row in session.scalars(select(SlaRule).where(SlaRule.ended_at.is_(None)))],
        calendar=from_document(calendar.document) if calendar and not card.is_commons else None,
        desk_id=next((agency.id for agency in by_id.values() if agency.code == desk), None),
        area_index=AreaIndex(
            OutlinedArea(
                row.id, row.code, next(iter(row.name.values()), row.code), row.depth, row.wkb, row.area_m2 or 0.0
            )
            for row in areas
        ),
        terms=Terms.of(card.options),
        launch=Launch.of(card.options),
        calendar_mark=_mark(calendar.document, pauses) if calendar and not card.is_commons else "",
        pauses=pauses,
        past_categories={
            row.id: _category(row, "", anonymity) for row in every if row.ended_at is not None and not row.is_group
        },
    )


def _mark(document: Mapping[str, Any], pauses: Sequence[Pause]) -> str:
    """Of a calendar as written, of the package that knows the holidays of the country, and of the city's pauses."""
    stood_still = [[one.from_at.isoformat(), one.until_at and one.until_at.isoformat()] for one in pauses]
    written = json.dumps([document, metadata.version("holidays"), *stood_still], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _agency(row: Agency, *, staffed: bool) -> AgencyEntry:
    return AgencyEntry(
        id=row.id,
        code=row.code,
        name=row.name,
        parent_id=row.parent_id,
        partner=row.partner,
        email=row.email,
        phone=row.phone,
        head_id=row.head_id,
        staffed=staffed,
    )


def _category(row: Category, group: str, anonymity: bool) -> CategoryEntry:
    """anonymity: whether the city takes anonymous reports at all."""
    return CategoryEntry(
        id=row.id,
        code=row.code,
        platform_code=row.platform_code,
        group=group,
        name=row.name,
        help=row.help,
        icon=row.icon,
        search_words=row.search_words,
        position=row.position,
        visibility=row.visibility,
        anonymous_allowed=row.anonymous_allowed and anonymity,
        photo_wanted=row.photo_wanted,
        place=row.place,
        kinds=tuple(row.kinds),
        safety=row.safety,
        questions=tuple(row.questions),
        revision=row.revision,
        off_in=frozenset(row.off_in),
        responsible=row.responsible,
        responsible_contact=row.responsible_contact,
    )


def _rule(row: SlaRule) -> RuleEntry:
    return RuleEntry(
        id=row.id,
        code=row.code,
        category_id=row.category_id,
        priority=row.priority,
        area_id=row.area_id,
        milestones=tuple(row.milestones),
        ceiling=row.ceiling,
        auto_close=row.auto_close,
        pausing=tuple(row.pausing),
        ladder=tuple(row.ladder),
        asking=row.asking,
        revision=row.revision,
    )
