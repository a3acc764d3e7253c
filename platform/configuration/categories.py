"""What an admin does with categories: add, change, arrange, end and bring back, each through the ledger.

A category is one row here, as the bundle has it: with its agency and those by area, which the database keeps beside it.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.category_faults import Faulty, Surroundings, checked
from configuration.change import ConfigurationChange, Did
from configuration.documents import category_document
from configuration.editing import Author, Stale
from configuration.naming import folded
from tenants.agency import Agency
from tenants.area import Area
from tenants.category import OTHER, Assignment, Category
from tenants.database import new_id
from tenants.errors import Conflict, Invalid, NotFound
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant

LONGEST_CODE = 40
_ELSEWHERE = ("code", "group", "parent", "agency", "by_area", "ended", "platform_code")


@dataclass(frozen=True)
class Codes:
    """The ids of what rows name by code, and the codes that assignments have."""

    categories: dict[str, UUID]
    agencies: Mapping[str, UUID]
    areas: Mapping[str, UUID]
    assignments: set[str]


def category_here(session: Session, category_id: UUID) -> Category:
    """The category of this tenant with an id, also an ended one. Raises NotFound."""
    found = session.scalar(select(Category).where(Category.id == category_id))
    if found is None:
        raise NotFound("There is no such category here.")
    return found


def category_of(session: Session, code: str) -> Category:
    """The category of this tenant with a code, also an ended one. Raises NotFound."""
    found = session.scalar(select(Category).where(Category.code == code))
    if found is None:
        raise NotFound("There is no such category here.")
    return found


def every(session: Session) -> list[Category]:
    """All categories and groups, also the ended ones, in their order."""
    return list(session.scalars(select(Category).order_by(Category.position, Category.code)))


def rows_of(session: Session, categories: Sequence[Category]) -> dict[UUID, dict[str, Any]]:
    """Categories as their bundle's rows, by id."""
    ids = [category.id for category in categories]
    ties = session.execute(
        select(Assignment.category_id, Assignment.area_id, Assignment.agency_id).where(Assignment.category_id.in_(ids))
    ).all()
    named: dict[Any, set[UUID | None]] = {
        Category: {category.parent_id for category in categories},
        Agency: {tie.agency_id for tie in ties},
        Area: {tie.area_id for tie in ties},
    }
    codes: dict[UUID, str] = {}
    for table, wanted in named.items():
        codes |= dict(session.execute(select(table.id, table.code).where(table.id.in_(wanted - {None}))).all())
    owners: dict[UUID, dict[str | None, str]] = {}
    for tie in ties:
        owners.setdefault(tie.category_id, {})[codes[tie.area_id] if tie.area_id else None] = codes[tie.agency_id]
    return {
        one.id: category_document(one, codes[one.parent_id] if one.parent_id else None, owners.get(one.id))
        for one in categories
    }


def row_of(session: Session, category: Category) -> dict[str, Any]:
    """One category as its bundle's row."""
    return rows_of(session, [category])[category.id]


def mark_of(row: Mapping[str, Any]) -> str:
    """Says which reading of a row a form was drawn from: its version alone knows nothing of its agencies."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


def add(
    session: Session, row: Mapping[str, Any], *, author: Author, now: datetime, languages: Sequence[str]
) -> Category:
    """Add a category; its code is made from its name where the row has none. Raises Faulty."""
    others = every(session)
    code = row.get("code") or new_code(name_in(row, languages), {one.code for one in others})
    if any(one.code == code for one in others):
        raise Faulty({"code": Invalid("There is a category with this code already.", field="code")})
    loaded = checked({**row, "code": code}, surroundings(session, None, others, languages))
    place = max((one.position for one in others), default=0) + 1
    return put_new(session, loaded, place, author=author, now=now, codes=codes_of(session))


def change(
    session: Session,
    category: Category,
    row: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    languages: Sequence[str],
    seen: str | None = None,
) -> bool:
    """Let a category read like a row, whose code it keeps; whether anything differed. Raises Faulty.

    seen: the `mark_of` the reading that the author had looked at; None for a step that needs no look. Raises Stale.
    """
    session.refresh(category, with_for_update=True)
    if seen is not None and seen != mark_of(row_of(session, category)):
        raise Stale(last_change(session, category))
    loaded = checked(
        {**row, "code": category.code, "group": category.is_group, "platform_code": category.platform_code},
        surroundings(session, category, every(session), languages),
    )
    return put(session, category, loaded, author=author, now=now, codes=codes_of(session))


def put_new(
    session: Session, loaded: Mapping[str, Any], position: int, *, author: Author, now: datetime, codes: Codes
) -> Category:
    """Add a category from a row that was checked."""
    made = Category(id=new_id(), code=loaded["code"], position=position)
    made.is_group, made.platform_code = loaded["group"], loaded["platform_code"]
    for name, value in _columns(loaded, codes).items():
        setattr(made, name, value)
    editing.add(session, made, author=author, now=now)
    codes.categories[made.code] = made.id
    _assign(session, made, loaded, author=author, now=now, codes=codes, new=True)
    return made


def put_all(
    session: Session,
    wanted: Iterable[tuple[Category | None, Mapping[str, Any]]],
    *,
    author: Author,
    now: datetime,
    codes: Codes,
    heard: Callable[[int], None] = lambda _done: None,
) -> None:
    """Let many categories read like rows that were checked, groups first; None is a new one, put after all others.

    They are written together: each by itself would take minutes for a few thousand. heard: is told how many are.
    """
    place = session.scalar(select(func.max(Category.position))) or 0
    rows: list[tuple[Category, dict[str, Any], Did]] = []
    read: list[tuple[Category, Mapping[str, Any], bool]] = []
    for standing, loaded in wanted:
        category = standing
        if category is None:
            place += 1
            category = Category(id=new_id(), code=loaded["code"], position=place)
            category.is_group, category.platform_code = loaded["group"], loaded["platform_code"]
            codes.categories[category.code] = category.id
        rows.append((category, _columns(loaded, codes), Did.ADDED if standing is None else Did.CHANGED))
        read.append((category, loaded, standing is None))
    editing.change_many(session, rows, author=author, now=now, heard=heard)
    ties: list[tuple[Assignment, dict[str, Any], Did]] = [
        (tie, {}, Did.ADDED)
        for category, loaded, new in read
        if new
        for tie in _ties(category, _owners(category, loaded, codes), codes)
    ]
    editing.change_many(session, ties, author=author, now=now)
    for category, loaded, new in read:
        if not new:
            _assign(session, category, loaded, author=author, now=now, codes=codes)


def put(
    session: Session, category: Category, loaded: Mapping[str, Any], *, author: Author, now: datetime, codes: Codes
) -> bool:
    """Let a category read like a row that was checked; whether anything differed."""
    changed = editing.change(session, category, _columns(loaded, codes), author=author, now=now)
    tied = _assign(session, category, loaded, author=author, now=now, codes=codes)
    return changed is not None or tied


def end(session: Session, category: Category, *, author: Author, now: datetime) -> None:
    """End a category: nobody can report in it any more; what was reported stays as it is. Raises Conflict."""
    if category.platform_code == OTHER and not category.is_group:
        others = select(Category.id).where(
            Category.platform_code == OTHER,
            Category.is_group.is_(False),
            Category.ended_at.is_(None),
            Category.id != category.id,
        )
        if session.scalar(others.limit(1)) is None:
            raise Conflict("This category takes what fits no other, also from other cities. It can't end.")
    if category.is_group and session.scalar(
        select(Category.id).where(Category.parent_id == category.id, Category.ended_at.is_(None)).limit(1)
    ):
        raise Conflict("This group still has categories. Move them into another group first.")
    editing.end(session, category, author=author, now=now)
    own = select(Tenant).where(Tenant.id == category.tenant_id).with_for_update()
    tenant = session.scalars(own.execution_options(populate_existing=True)).one()
    likely = tenant.options.get("likely_categories") or []
    if category.code in likely:
        left = {**tenant.options, "likely_categories": [code for code in likely if code != category.code]}
        editing.change(session, tenant, {"options": left}, author=author, now=now)


def bring_back(session: Session, category: Category, *, author: Author, now: datetime) -> None:
    """Let an ended category be reported in again. Raises Conflict where its name has been taken meanwhile."""
    if category.ended_at is None:
        raise Conflict("This category hasn't ended.")
    others = [one for one in every(session) if one.ended_at is None]
    taken = {folded(name) for one in others for name in one.name.values() if one.is_group == category.is_group}
    if any(folded(name) in taken for name in category.name.values()):
        raise Conflict("There is a category with this name by now. Change one of the two names first.")
    back: dict[str, Any] = {"ended_at": None}
    if category.parent_id is not None and category.parent_id not in {one.id for one in others}:
        back["parent_id"] = None
    editing.change(session, category, back, author=author, now=now, did=Did.RESTORED)


def arrange(session: Session, ids: Sequence[UUID], *, author: Author, now: datetime) -> None:
    """Put categories of one group, or groups, into this order; the places they take together stay the same ones.

    Raises Invalid unless they all stand in one group.
    """
    rows = {one.id: one for one in every(session)}
    chosen = [rows[one] for one in dict.fromkeys(ids) if one in rows]
    if len(chosen) != len(ids) or len({(one.parent_id, one.is_group) for one in chosen}) > 1:
        raise Invalid("Only what stands in one group can be put into another order.")
    places = {one.id: number for number, one in enumerate(rows.values(), 1)}
    taken = sorted(places[one.id] for one in chosen)
    places |= {one.id: place for one, place in zip(chosen, taken, strict=True)}
    for one in rows.values():
        editing.change(session, one, {"position": places[one.id]}, author=author, now=now)


def shift(session: Session, category: Category, by: int, *, author: Author, now: datetime) -> None:
    """Move a category one place up (-1) or down (1) within its group; at the edge nothing happens."""
    beside = [
        one.id
        for one in every(session)
        if one.ended_at is None and (one.parent_id, one.is_group) == (category.parent_id, category.is_group)
    ]
    here = beside.index(category.id) if category.id in beside else 0
    there = here + by
    if 0 <= there < len(beside):
        beside[here], beside[there] = beside[there], beside[here]
        arrange(session, beside, author=author, now=now)


def last_change(session: Session, category: Category) -> ConfigurationChange | None:
    """The latest change of a category or of who gets it."""
    return session.scalar(
        select(ConfigurationChange)
        .where(
            or_(
                ConfigurationChange.row_id == category.id,
                (ConfigurationChange.section == "assignments")
                & (
                    (ConfigurationChange.code == category.code)
                    | ConfigurationChange.code.startswith(f"{category.code}@", autoescape=True)
                ),
            )
        )
        .order_by(ConfigurationChange.at.desc(), ConfigurationChange.id)
        .limit(1)
    )


def surroundings(
    session: Session, category: Category | None, others: Iterable[Category], languages: Sequence[str]
) -> Surroundings:
    """What a category's row may speak of, as the rows are now; category: the one it is of, None for a new one."""
    still = [one for one in others if one.ended_at is None and (category is None or one.id != category.id)]
    group = category.is_group if category is not None else False
    rules = (
        session.scalars(select(SlaRule).where(SlaRule.category_id == category.id, SlaRule.ended_at.is_(None)))
        if category is not None
        else ()
    )
    return Surroundings(
        language=languages[0],
        agencies=frozenset(session.scalars(select(Agency.code).where(Agency.ended_at.is_(None)))),
        areas=frozenset(session.scalars(select(Area.code).where(Area.ended_at.is_(None)))),
        groups=frozenset(one.code for one in still if one.is_group),
        names={folded(name): name for one in still if one.is_group == group for name in one.name.values()},
        hanging=[(rule.code, one["when"]) for rule in rules for one in rule.milestones if one.get("when")],
    )


def name_in(row: Mapping[str, Any], languages: Sequence[str]) -> str:
    """A row's name in the city's first language, else in any."""
    names: Mapping[str, str] = row.get("name") or {}
    return names.get(languages[0]) or next(iter(names.values()), "")


def new_code(name: str, taken: Container[str], most: int = LONGEST_CODE) -> str:
    """A code made from a name: small letters, digits and dashes; numbered where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:most].strip("-") or "k"
    number, tried = 1, code
    while tried in taken:
        number += 1
        tried = f"{code}-{number}"
    return tried


def codes_of(session: Session) -> Codes:
    """What rows name by code, read once for all that are put at once."""
    return Codes(
        categories=dict(session.execute(select(Category.code, Category.id)).all()),
        agencies=dict(session.execute(select(Agency.code, Agency.id)).all()),
        areas=dict(session.execute(select(Area.code, Area.id)).all()),
        assignments=set(session.scalars(select(Assignment.code))),
    )


def _columns(row: Mapping[str, Any], codes: Codes) -> dict[str, Any]:
    """A loaded row as the columns of its table, but for what never changes."""
    return {
        **{key: value for key, value in row.items() if key not in _ELSEWHERE},
        "help": row["help"] or {},
        "responsible": row["responsible"] or {},
        "parent_id": codes.categories[row["parent"]] if row["parent"] else None,
    }


def _assign(
    session: Session,
    category: Category,
    row: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    codes: Codes,
    new: bool = False,
) -> bool:
    """Bring who gets it to what the row says; whether anything differed. new: it can't have any yet."""
    wanted = _owners(category, row, codes)
    differed = False
    standing = [] if new else session.scalars(select(Assignment).where(Assignment.category_id == category.id)).all()
    for tie in standing:
        to = wanted.pop(tie.area_id, None)
        if to is None:
            editing.end(session, tie, author=author, now=now)
            differed = True
        elif editing.change(session, tie, {"agency_id": to[1]}, author=author, now=now):
            differed = True
    for tie in _ties(category, wanted, codes):
        editing.add(session, tie, author=author, now=now)
    return differed or bool(wanted)


_Owners = dict[UUID | None, tuple[str, UUID]]


def _owners(category: Category, row: Mapping[str, Any], codes: Codes) -> _Owners:
    """Who gets it by a row: the code of the assignment and the agency, by area; None for the whole city."""
    wanted: _Owners = {}
    if row["agency"]:
        wanted[None] = (category.code, codes.agencies[row["agency"]])
    for area, agency in row["by_area"].items():
        wanted[codes.areas[area]] = (f"{category.code}@{area}", codes.agencies[agency])
    return wanted


def _ties(category: Category, wanted: _Owners, codes: Codes) -> Iterator[Assignment]:
    for area_id, (code, agency_id) in wanted.items():
        free = code if code not in codes.assignments else f"{code}@{new_id()}"
        codes.assignments.add(free)
        yield Assignment(id=new_id(), code=free, category_id=category.id, area_id=area_id, agency_id=agency_id)
