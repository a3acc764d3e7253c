"""A city's rules as values: what the verbs and the forms ask."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any
from uuid import UUID

from complaints.clock import Pause
from complaints.clocks.timers import Terms
from complaints.rules.asset_rule import AssetRuleEntry, deciding
from complaints.rules.launch import Launch
from tenants.area_index import AreaIndex
from tenants.category import OTHER
from tenants.database import Words
from tenants.errors import Invalid
from tenants.working_time import Calendar


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
    calendar_mark: differs where another calendar, the city's or an agency's, or a pause of the city makes other days.
    own_calendars: of the agencies that keep another one. area_mark: differs where an area, or its outline, does.
    pauses: of the whole city, in order; the last one may run.
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
    area_mark: str = ""
    past_categories: Mapping[UUID, CategoryEntry] = field(default_factory=dict)
    asset_rules: Sequence[AssetRuleEntry] = ()
    pauses: Sequence[Pause] = ()
    own_calendars: Mapping[UUID, Calendar] = field(default_factory=dict)

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

    def category_shown_as(self, shown: CategoryEntry) -> CategoryEntry:
        """How a category that another tenant showed reads here: ours of the same code only where it means the same."""
        same = self.categories.get(shown.code)
        if same is not None and same.platform_code == shown.platform_code:
            return same
        return self.category_by_platform_code(shown.platform_code)

    def category_by_id(self, category_id: UUID) -> CategoryEntry | None:
        """The category with this id, if it hasn't ended."""
        return self._categories_by_id.get(category_id)

    def category_ever(self, category_id: UUID) -> CategoryEntry | None:
        """The category with this id, also one that has ended."""
        return self.category_by_id(category_id) or self.past_categories.get(category_id)

    def off_at(self, category: CategoryEntry, area_id: UUID | None) -> AreaEntry | None:
        """The area around this one in which a category is switched off; None where it can be reported."""
        return next((area for area in self.areas_up(area_id) if area.code in category.off_in), None)

    def area_of_code(self, code: str) -> AreaEntry | None:
        """The area with this code, if it hasn't ended."""
        return self._areas_by_code.get(code)

    def area_at(self, lon: float, lat: float) -> AreaEntry | None:
        """The deepest area at a point."""
        found = self.area_index.locate(lon, lat)
        return self.areas.get(found.area_id) if found else None

    def areas_up(self, area_id: UUID | None) -> list[AreaEntry]:
        """An area and those around it, the innermost first."""
        chain: dict[UUID, AreaEntry] = {}
        while area_id is not None and area_id not in chain and (area := self.areas.get(area_id)) is not None:
            chain[area_id] = area
            area_id = area.parent_id
        return list(chain.values())

    def areas_in(self, area_id: UUID | None) -> Sequence[AreaEntry]:
        """The areas right under one, by code; of None those at the top."""
        return self._areas_below.get(area_id, ())

    def areas_down(self, area_id: UUID) -> list[UUID]:
        """An area and all in it."""
        found, seen = [area_id], {area_id}
        for one in found:
            inner = [area.id for area in self.areas_in(one) if area.id not in seen]
            seen.update(inner)
            found += inner
        return found

    def agencies_up(self, agency_id: UUID) -> list[UUID]:
        """An agency, also one that has ended, and those above it, the nearest first."""
        chain = [agency_id]
        while (entry := self.agencies.get(chain[-1])) and entry.parent_id and entry.parent_id not in chain:
            chain.append(entry.parent_id)
        return chain

    def agencies_down(self, agency_id: UUID) -> list[UUID]:
        """An agency and those below it."""
        return [agency_id] + [one for one in self.agencies if one != agency_id and agency_id in self.agencies_up(one)]

    def asset_rule(
        self, category_id: UUID, attributes: Mapping[str, str] | None, overlays: Collection[str] = ()
    ) -> AssetRuleEntry | None:
        """The rule by which an object's attributes say whose it is, if they do. overlays: the slugs of those there."""
        if not attributes:
            return None
        rules = [rule for rule in self.asset_rules if rule.overlay in overlays or rule.agency_id in self.agencies]
        return deciding(rules, category_id, attributes)

    def agency_for(
        self, category_id: UUID, area_id: UUID | None, attributes: Mapping[str, str] | None = None
    ) -> AgencyEntry | None:
        """Who gets a category in an area: by the object's attributes, else by the most specific assignment, else the
        city's desk. attributes: of the very object, None where none is known.

        What would go to an agency without people goes to the nearest above it that has some.
        """
        rule = self.asset_rule(category_id, attributes)
        if rule is not None and rule.agency_id is not None:
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

    def calendar_of(self, agency_id: UUID | None) -> Calendar | None:
        """By whose hours an agency's promises run: by its own, else by the city's; None: nothing is promised.

        What the law sets, and what residents are given time for, counts by the city's whoever holds the complaint.
        """
        return self.own_calendars.get(agency_id, self.calendar) if agency_id is not None else self.calendar

    def rule_for(self, category_id: UUID, priority: str, area_id: UUID | None) -> RuleEntry | None:
        """The most specific rule: its category, then the innermost area, then its priority; ties by code."""
        around: list[UUID | None] = [area.id for area in self.areas_up(area_id)]
        places = product((category_id, None), [*around, None], (priority, None))
        return next((self._rules_by_place[place] for place in places if place in self._rules_by_place), None)

    def rule_by_id(self, rule_id: UUID | None) -> RuleEntry | None:
        """The rule with this id, if it hasn't ended."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @cached_property
    def levels(self) -> Sequence[tuple[str, int]]:
        """The names of the levels that the city uses, the outermost first, with how many areas each has."""
        counts: Counter[str] = Counter()
        depths: dict[str, int] = {}
        depth, areas = 1, list(self.areas_in(None))
        while areas:
            counts.update(area.level for area in areas)
            depths = dict.fromkeys((area.level for area in areas), depth) | depths
            depth, areas = depth + 1, [inner for area in areas for inner in self.areas_in(area.id)]
        return [(level, counts[level]) for level in sorted(depths, key=lambda one: (depths[one], one))]

    @cached_property
    def _categories_by_id(self) -> Mapping[UUID, CategoryEntry]:
        return {entry.id: entry for entry in self.categories.values()}

    @cached_property
    def _areas_by_code(self) -> Mapping[str, AreaEntry]:
        return {entry.code: entry for entry in self.areas.values()}

    @cached_property
    def _areas_below(self) -> Mapping[UUID | None, Sequence[AreaEntry]]:
        below: dict[UUID | None, list[AreaEntry]] = {}
        for area in self.areas.values():
            below.setdefault(area.parent_id if area.parent_id in self.areas else None, []).append(area)
        return below

    @cached_property
    def _rules_by_place(self) -> Mapping[tuple[UUID | None, UUID | None, str | None], RuleEntry]:
        """By category, area and priority; of several for the same the first by code."""
        rules = sorted(self.rules, key=lambda rule: rule.code, reverse=True)
        return {(rule.category_id, rule.area_id, rule.priority): rule for rule in rules}
