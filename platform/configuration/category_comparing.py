"""Many categories at once, from a file or a template: what each would change, said before anything does."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration import categories
from configuration.category_faults import Faults, Faulty, Surroundings, checked
from configuration.category_sheet import Given
from configuration.editing import Author
from configuration.naming import folded
from configuration.schema import CategorySchema
from tenants.agency import Agency
from tenants.area import Area
from tenants.category import Category
from tenants.database import Words
from tenants.errors import Invalid
from tenants.sla_rule import SlaRule

_CATEGORY = CategorySchema()
AT_A_TIME = 200


class What(StrEnum):
    """What a line would do."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Compared:
    """One line beside what stands. fields: (key, before, after) of what differs. row: as it would read."""

    number: int
    code: str
    name: Words
    what: What
    fields: Sequence[tuple[str, Any, Any]] = ()
    faults: Faults = field(default_factory=dict)
    row: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Ground:
    """All that the lines speak of; it grows with what earlier lines of the same file bring.

    rows: of the categories that have a line, as they stand. groups: whether it is one, by the code of every category.
    running_groups: the codes of those that haven't ended.
    """

    languages: Sequence[str]
    rows: dict[str, dict[str, Any]]
    groups: dict[str, bool]
    ended: set[str]
    agencies: frozenset[str]
    areas: frozenset[str]
    hanging: dict[str, list[tuple[str, Mapping[str, Sequence[str]]]]]
    running_groups: set[str]
    names: dict[tuple[bool, str], tuple[str, str]] = field(default_factory=dict)
    """(whether of a group, the name folded): (the code of whose it is, the name as it is written)."""
    named: dict[str, list[tuple[bool, str]]] = field(default_factory=dict)
    """The keys of `names` by code: five thousand lines would take minutes to look through them all for each."""

    def around(self, row: Mapping[str, Any]) -> Surroundings:
        """Of the names only those that the row has too."""
        met = {folded(name): self.names.get((row["group"], folded(name))) for name in (row["name"] or {}).values()}
        return Surroundings(
            language=self.languages[0],
            agencies=self.agencies,
            areas=self.areas,
            groups=self.running_groups,
            names={name: other[1] for name, other in met.items() if other is not None and other[0] != row["code"]},
            hanging=self.hanging.get(row["code"], ()),
        )

    def call(self, code: str, names: Iterable[str], *, group: bool) -> None:
        for key in self.named.pop(code, ()):
            if self.names.get(key, ("", ""))[0] == code:
                del self.names[key]
        self.named[code] = [(group, folded(name)) for name in names]
        self.names |= {(group, folded(name)): (code, name) for name in names}

    def keep(self, row: Mapping[str, Any]) -> None:
        self.call(row["code"], row["name"].values(), group=row["group"])
        self.rows[row["code"]] = dict(row)
        self.groups[row["code"]] = row["group"]
        if row["group"]:
            self.running_groups.add(row["code"])


def compare(
    session: Session,
    lines: Iterable[Given],
    languages: Sequence[str],
    heard: Callable[[int], None] = lambda _done: None,
) -> list[Compared]:
    """What each line would do, in the order in which they would be taken: groups first. Nothing is written.

    heard: is told how many lines are through; what it raises ends the work.
    """
    given = list(lines)
    ground = _ground(session, languages, {str(line.row.get("code")) for line in given})
    seen: set[str] = set()
    found = []
    for line in sorted(given, key=lambda one: not one.row.get("group")):
        compared = _compared(line, ground, seen)
        found.append(compared)
        if compared.what is not What.REFUSED:
            ground.keep(compared.row)
            seen.add(compared.code)
        if len(found) % AT_A_TIME == 0:
            heard(len(found))
    return found


def take(
    session: Session,
    compared: Iterable[Compared],
    *,
    author: Author,
    now: datetime,
    heard: Callable[[int], None] = lambda _done: None,
) -> int:
    """Let what was compared hold, all of it or, where one is refused, none; how many rows changed. Raises Invalid.

    They were checked in the same transaction, and against each other, so nothing is checked again.
    """
    wanted = list(compared)
    if any(one.what is What.REFUSED for one in wanted):
        raise Invalid("Put right what is refused first; until then nothing is taken over.", field="file")
    known = {one.code: one for one in categories.every(session)}
    changed = [(known.get(one.code), one.row) for one in wanted if one.what is not What.SAME]
    categories.put_all(session, changed, author=author, now=now, codes=categories.codes_of(session), heard=heard)
    return len(changed)


def _compared(line: Given, ground: _Ground, seen: set[str]) -> Compared:
    names: Words = line.row.get("name") or {}
    code = line.row.get("code") or categories.new_code(categories.name_in(line.row, ground.languages), ground.groups)
    standing = ground.rows.get(code)
    base = standing or _blank()
    row = {**base, **{key: _laid(line, key, value, base) for key, value in line.row.items()}, "code": code}
    shown = row["name"] or names
    faults = dict(line.faults)
    if code in seen:
        faults["code"] = Invalid("This code is in the file twice.", field="code")
    if code in ground.ended:
        faults["code"] = Invalid("This category has ended. Switch it on first.", field="code")
    if standing is not None and row["group"] != standing["group"]:
        faults["is_group"] = Invalid("A category can't become a group, nor a group a category.", field="is_group")
    if faults:
        return Compared(line.number, code, shown, What.REFUSED, faults=faults)
    try:
        loaded = checked(row, ground.around(row))
    except Faulty as refused:
        return Compared(line.number, code, shown, What.REFUSED, faults=refused.faults)
    differing = [
        (key, base.get(key), loaded[key])
        for key in loaded
        if key not in ("code", "ended") and (base.get(key) or None) != (loaded[key] or None)
    ]
    what = What.ADDED if standing is None else What.CHANGED if differing else What.SAME
    return Compared(line.number, code, loaded["name"], what, differing, row=loaded)


def _laid(line: Given, key: str, value: Any, base: Mapping[str, Any]) -> Any:
    """Words over those in languages that the file has no column for."""
    if key not in line.tongues:
        return value
    kept = {language: text for language, text in (base.get(key) or {}).items() if language not in line.tongues[key]}
    return {**kept, **value} or ({} if key in ("name", "search_words") else None)


def _blank() -> dict[str, Any]:
    loaded: dict[str, Any] = _CATEGORY.load({"code": "x", "name": {"id": "x"}})
    return loaded | {"code": "", "name": {}}


def _ground(session: Session, languages: Sequence[str], codes: Container[str]) -> _Ground:
    columns = (Category.id, Category.code, Category.name, Category.is_group, Category.ended_at)
    every = session.execute(select(*columns)).all()
    spoken_of = [one.id for one in every if one.code in codes]
    documents = categories.rows_of(session, session.scalars(select(Category).where(Category.id.in_(spoken_of))).all())
    hanging: dict[str, list[tuple[str, Mapping[str, Sequence[str]]]]] = {}
    rules = session.execute(
        select(Category.code, SlaRule.code, SlaRule.milestones)
        .join(Category, (Category.tenant_id == SlaRule.tenant_id) & (Category.id == SlaRule.category_id))
        .where(SlaRule.ended_at.is_(None))
    )
    for category, rule, milestones in rules:
        hanging.setdefault(category, []).extend((rule, one["when"]) for one in milestones if one.get("when"))
    ground = _Ground(
        languages=languages,
        rows={one.code: documents[one.id] for one in every if one.id in documents},
        groups={one.code: one.is_group for one in every},
        ended={one.code for one in every if one.ended_at is not None},
        agencies=frozenset(session.scalars(select(Agency.code).where(Agency.ended_at.is_(None)))),
        areas=frozenset(session.scalars(select(Area.code).where(Area.ended_at.is_(None)))),
        hanging=hanging,
        running_groups={one.code for one in every if one.is_group and one.ended_at is None},
    )
    for one in every:
        if one.ended_at is None:
            ground.call(one.code, one.name.values(), group=one.is_group)
    return ground
