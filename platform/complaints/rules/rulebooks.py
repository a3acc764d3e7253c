"""A city's rules read from its rows, once per revision of the tenant, and kept."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from complaints.clocks.timers import Terms
from complaints.rules.asset_rule import AssetRuleEntry
from complaints.rules.kept_calendars import read_calendars
from complaints.rules.launch import Launch
from complaints.rules.rulebook import AgencyEntry, AreaEntry, CategoryEntry, Rulebook, RuleEntry
from people import seats
from tenants import scope
from tenants.agency import Agency
from tenants.area import Area
from tenants.area_index import AreaIndex, OutlinedArea
from tenants.asset import AssetRule
from tenants.category import Assignment, Category
from tenants.directory import TenantCard
from tenants.sla_rule import SlaRule

_OF_CATEGORIES = (
    *(getattr(Category, column.name) for column in fields(CategoryEntry) if column.name != "group"),
    *(Category.parent_id, Category.is_group, Category.ended_at),
)
_OF_RULES = tuple(getattr(SlaRule, column.name) for column in fields(RuleEntry))
"""Read as columns: of a thousand rows it takes a third of what it takes to read them as objects."""


class Rulebooks:
    """The rulebooks that a process has read, one per tenant, renewed when the tenant's revision has risen."""

    def __init__(self) -> None:
        self._books: dict[UUID, Rulebook] = {}

    def of(self, session: Session, card: TenantCard) -> Rulebook:
        """The rulebook of a tenant; reads it in that tenant's scope when the one at hand is old."""
        book = self._books.get(card.id)
        if book is None or book.revision != card.revision:
            with scope.enter(session, card.id):
                book = read_rulebook(session, card, book)
            self._books[card.id] = book
        return book


def read_rulebook(session: Session, card: TenantCard, earlier: Rulebook | None = None) -> Rulebook:
    """The rules as rows have them now; the session is in the tenant's scope.

    earlier: as they were read before; its index of areas serves on where no outline has changed since.
    """
    every = session.execute(select(*_OF_CATEGORIES).order_by(Category.position, Category.code)).all()
    entries = [row for row in every if row.ended_at is None]
    group_codes = {row.id: row.code for row in entries if row.is_group}
    agencies = session.scalars(
        select(Agency).where(Agency.ended_at.is_(None)).order_by(Agency.position, Agency.code)
    ).all()
    staffed = seats.staffed_agencies(session)
    by_id = {row.id: _agency(row, staffed=row.id in staffed) for row in agencies}
    area_mark, areas, area_index = _areas(session, earlier)
    ties = session.execute(select(Assignment.category_id, Assignment.area_id, Assignment.agency_id))
    calendars = read_calendars(session, card, agencies)
    desk = card.options.get("desk", "diskominfo")
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
        areas=areas,
        assignments={(row.category_id, row.area_id): row.agency_id for row in ties},
        asset_rules=[
            AssetRuleEntry(row.category_id, row.attribute, row.value, row.agency_id, row.overlay)
            for row in session.scalars(select(AssetRule).where(AssetRule.ended_at.is_(None)))
        ],
        rules=[_rule(row) for row in session.execute(select(*_OF_RULES).where(SlaRule.ended_at.is_(None)))],
        calendar=calendars.city,
        desk_id=next((agency.id for agency in by_id.values() if agency.code == desk), None),
        area_index=area_index,
        area_mark=area_mark,
        terms=Terms.of(card.options),
        launch=Launch.of(card.options),
        calendar_mark=calendars.mark,
        own_calendars=calendars.own,
        pauses=calendars.pauses,
        past_categories={
            row.id: _category(row, "", anonymity) for row in every if row.ended_at is not None and not row.is_group
        },
    )


def _areas(session: Session, earlier: Rulebook | None) -> tuple[str, Mapping[UUID, AreaEntry], AreaIndex]:
    """A mark that differs where any area reads otherwise, the areas that hold now by code, and their index.

    Of 3,000 outlines these are most of what reading the rules takes, and a change of another setting leaves them as
    they are: then they are taken from the earlier reading.
    """
    standing = select(Area).where(Area.ended_at.is_(None))
    known = (Area.id, Area.code, Area.name, Area.level, Area.parent_id, Area.depth, Area.area_m2)
    said = (func.coalesce(cast(column, Text), "") for column in known)
    each = func.concat_ws("|", *said, func.md5(Area.wkb))
    mark = session.scalar(
        standing.with_only_columns(func.md5(func.string_agg(each, aggregate_order_by(literal(","), Area.code))))
    )
    if earlier is not None and mark is not None and earlier.area_mark == mark:
        return mark, earlier.areas, earlier.area_index
    rows = session.execute(standing.with_only_columns(*known, Area.wkb).order_by(Area.code)).all()
    return (
        mark or "",
        {row.id: AreaEntry(row.id, row.code, row.name, row.level, row.parent_id) for row in rows},
        AreaIndex(
            OutlinedArea(
                row.id, row.code, next(iter(row.name.values()), row.code), row.depth, row.wkb, row.area_m2 or 0.0
            )
            for row in rows
        ),
    )


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


def _category(row: Row[Any], group: str, anonymity: bool) -> CategoryEntry:
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


def _rule(row: Row[Any]) -> RuleEntry:
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
