"""From the features of a file to the areas that a city would have: what is new, changed and gone. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from configuration.area_file import AreaRow
from tenants.errors import Invalid

BY_CODE, BY_PLACE = "@code", "@place"
KEEP, END = "keep", "end"
_SPACES = re.compile(r"[\s/\\,;:]+")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_NAME = 200
MOST_LEVELS = 6


@dataclass(frozen=True)
class Reading:
    """Which properties of a file's features say what; "" for none.

    level_word: the level of all of them where no property says it. parent: a property that holds the code or the name,
    BY_CODE (32.75.01.1001 lies in 32.75.01), BY_PLACE (in the smallest that covers it), or "" for right under the city.
    missing: whether areas of these levels that the file lacks KEEP on or END. language: of the names.
    """

    code: str = ""
    name: str = ""
    level: str = ""
    level_word: str = ""
    parent: str = BY_CODE
    missing: str = KEEP
    language: str = "id"


@dataclass(frozen=True)
class Feature:
    """One outline of a file, mended."""

    properties: Mapping[str, Any]
    geometry: BaseGeometry
    area_m2: float


@dataclass(frozen=True)
class Present:
    """An area that the city has now."""

    code: str
    name: Mapping[str, str]
    level: str
    parent: str | None
    geometry: BaseGeometry | None
    area_m2: float | None


@dataclass(frozen=True)
class Planned:
    """An area as it would be. was: as it is now, None for a new one. official: whether its code is an official one.

    changed: of what it is ("name", "level", "parent", "outline") all that differs; for a new one empty.
    """

    code: str
    name: Mapping[str, str]
    level: str
    parent: str | None
    geometry: BaseGeometry
    area_m2: float
    was: Present | None
    official: bool
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """areas: in the file's order. ended: codes. faults: (which feature, why); with any of them nothing can be done."""

    areas: Sequence[Planned] = ()
    ended: Sequence[str] = ()
    faults: Sequence[tuple[str, Invalid]] = field(default_factory=list)

    @property
    def new(self) -> list[Planned]:
        return [one for one in self.areas if one.was is None]

    @property
    def changed(self) -> list[Planned]:
        return [one for one in self.areas if one.changed]


def plan(
    features: Sequence[Feature],
    reading: Reading,
    present: Sequence[Present],
    official: Sequence[AreaRow],
) -> Plan:
    """What a file would make of a city's areas. official: those of its municipality in the catalogue, if any."""
    here = {area.code: area for area in present}
    spelled = {code.casefold(): code for code in here}
    book = _Official(official)
    rows: list[Planned] = []
    faults: list[tuple[str, Invalid]] = []
    for number, feature in enumerate(features, 1):
        label = str(number)
        try:
            name = _text(feature.properties, reading.name)
            label = f"{number} ({name})" if name else label
            row = _planned(feature, reading, name, here, spelled, book)
        except Invalid as error:
            faults.append((label, error))
        else:
            rows.append(row)
    faults += _twice(rows)
    if not faults:
        rows, lost = _with_parents(rows, features, reading, here)
        faults += lost
    if not faults:
        faults += _circles(rows, here)
    if faults:
        return Plan(faults=faults)
    rows = [replace(row, changed=_changed(row)) for row in rows]
    ended = _ended(rows, present) if reading.missing == END else []
    orphans = {area.code for area in present if area.parent in ended and area.code not in ended}
    orphans -= {row.code for row in rows}
    if orphans:
        why = Invalid(
            "%(count)s areas lie in areas that would end: %(codes)s. Give them another parent in the file, or keep what"
            " it lacks.",
            count=len(orphans),
            codes=", ".join(sorted(orphans)[:5]),
        )
        return Plan(faults=[("", why)])
    return Plan(rows, ended)


def properties_of(features: Sequence[Feature]) -> list[str]:
    """The names of the properties that the features have, in the order of the first that has each."""
    return list(dict.fromkeys(name for feature in features for name in feature.properties))


def guessed(names: Sequence[str], language: str, levels: Sequence[str]) -> Reading:
    """What the properties' names suggest. levels: of the city, the outermost first."""
    folded = {name.casefold(): name for name in reversed(names)}

    def first(*usual: str) -> str:
        return next((folded[one] for one in usual if one in folded), "")

    return Reading(
        code=first("code", "kode", "kdepum", "kdcpum", "kode_desa", "kd_kelurahan", "kode_wilayah", "id"),
        name=first("name", "nama", "namobj", "wadmkd", "wadmkc", "kelurahan", "desa", "kecamatan"),
        level=first("type", "level", "tingkat", "tipadm_nama"),
        level_word=levels[-1] if levels else "kelurahan",
        parent=first("parent", "induk") or BY_CODE,
        language=language,
    )


class _Official:
    """The official areas, by code and by what they are called."""

    def __init__(self, rows: Sequence[AreaRow]) -> None:
        self.codes = {row.code for row in rows}
        self.bare = {row.code.replace(".", ""): row.code for row in rows}
        named = Counter((_folded(next(iter(row.name.values()))), row.type) for row in rows)
        self.named = {
            key: row.code for row in rows if named[key := (_folded(next(iter(row.name.values()))), row.type)] == 1
        }

    def by_name(self, name: str, level: str) -> str | None:
        return self.named.get((_folded(name), level))


def _planned(
    feature: Feature,
    reading: Reading,
    name: str,
    here: Mapping[str, Present],
    spelled: Mapping[str, str],
    book: _Official,
) -> Planned:
    level = _level(_text(feature.properties, reading.level) or reading.level_word)
    if not name:
        raise Invalid("It has no name.")
    if len(name) > LONGEST_NAME:
        raise Invalid("Its name is longer than %(most)s characters.", most=LONGEST_NAME)
    given = _text(feature.properties, reading.code)
    if given:
        code = book.bare.get(given, given)
    elif (found := book.by_name(name, level)) is not None:
        code = found
    else:
        raise Invalid("It has no code, and no official area of this level bears its name alone.")
    if not _CODE.fullmatch(code):
        raise Invalid("Its code, %(code)s, has characters other than letters, digits, dots and dashes.", code=code[:70])
    code = spelled.get(code.casefold(), code)
    was = here.get(code)
    words = {**(was.name if was else {}), reading.language: name}
    return Planned(code, words, level, None, feature.geometry, feature.area_m2, was, code in book.codes)


def _level(text: str) -> str:
    level = _SPACES.sub("-", text.strip().lower()).strip("-")
    if not _CODE.fullmatch(level):
        raise Invalid("It has no level. Say which property holds it, or write the level of all of them.")
    return level


def _twice(rows: Sequence[Planned]) -> Iterator[tuple[str, Invalid]]:
    counts = Counter(row.code.casefold() for row in rows)
    for row in rows:
        if counts[row.code.casefold()] > 1:
            yield (
                row.code,
                Invalid("The code %(code)s is here more than once, capitals or not.", code=row.code),
            )


def _with_parents(
    rows: Sequence[Planned], features: Sequence[Feature], reading: Reading, here: Mapping[str, Present]
) -> tuple[list[Planned], list[tuple[str, Invalid]]]:
    known = {**{code: code for code in here}, **{row.code: row.code for row in rows}}
    if not reading.parent:
        return list(rows), []
    if reading.parent == BY_CODE:
        return [replace(row, parent=_above(row.code, known)) for row in rows], []
    if reading.parent == BY_PLACE:
        return _placed(rows, here), []
    named: dict[str, list[str]] = {}
    for code, names in [
        *((code, area.name) for code, area in here.items()),
        *((row.code, row.name) for row in rows if row.was is None),
    ]:
        for one in {_folded(name) for name in names.values()}:
            named.setdefault(one, []).append(code)
    spelled = {code.casefold(): code for code in known}
    found, faults = [], []
    for number, (row, feature) in enumerate(zip(rows, features, strict=True), 1):
        said = _text(feature.properties, reading.parent)
        fitting = [code for code in named.get(_folded(said), []) if code != row.code]
        parent = spelled.get(said.casefold()) or (fitting[0] if len(fitting) == 1 else None)
        if said and parent is None:
            why = (
                Invalid("Several areas are called %(name)s; name its parent by its code.", name=said[:80])
                if fitting
                else Invalid("Its parent, %(name)s, is neither in the city nor in the file.", name=said[:80])
            )
            faults.append((f"{number} ({next(iter(row.name.values()))})", why))
        found.append(replace(row, parent=parent))
    return found, faults


def _above(code: str, known: Mapping[str, str]) -> str | None:
    while "." in code:
        code = code.rpartition(".")[0]
        if code in known:
            return code
    return None


def _placed(rows: Sequence[Planned], here: Mapping[str, Present]) -> list[Planned]:
    """Each in the smallest area of another level that covers a point of it and is larger."""
    shapes = {code: (area.geometry, area.area_m2 or 0.0, area.level) for code, area in here.items() if area.geometry}
    shapes |= {row.code: (row.geometry, row.area_m2, row.level) for row in rows}
    codes = list(shapes)
    tree = shapely.STRtree([shapes[code][0] for code in codes])
    points = [row.geometry.representative_point() for row in rows]
    inside: dict[int, list[str]] = {}
    for number, hit in zip(*tree.query(points, predicate="intersects").tolist(), strict=True):
        inside.setdefault(number, []).append(codes[hit])
    placed = []
    for number, row in enumerate(rows):
        larger = [
            code
            for code in inside.get(number, [])
            if code != row.code and shapes[code][2] != row.level and shapes[code][1] > row.area_m2
        ]
        placed.append(replace(row, parent=min(larger, key=lambda code: shapes[code][1], default=None)))
    return placed


def _circles(rows: Sequence[Planned], here: Mapping[str, Present]) -> Iterator[tuple[str, Invalid]]:
    parents = {code: area.parent for code, area in here.items()} | {row.code: row.parent for row in rows}
    for row in rows:
        above, steps = row.parent, 1
        while above is not None and above != row.code and steps <= MOST_LEVELS:
            above, steps = parents.get(above), steps + 1
        if above == row.code:
            yield row.code, Invalid("It would lie in itself.")
        elif above is not None:
            yield row.code, Invalid("It would lie deeper than %(most)s levels.", most=MOST_LEVELS)


def _changed(row: Planned) -> tuple[str, ...]:
    was = row.was
    if was is None:
        return ()
    same = was.geometry is not None and shapely.equals_exact(
        shapely.normalize(was.geometry), shapely.normalize(row.geometry), 1e-9
    )
    differs = {
        "name": dict(was.name) != dict(row.name),
        "level": was.level != row.level,
        "parent": was.parent != row.parent,
        "outline": not same,
    }
    return tuple(name for name, so in differs.items() if so)


def _ended(rows: Sequence[Planned], present: Sequence[Present]) -> list[str]:
    levels, codes = {row.level for row in rows}, {row.code for row in rows}
    return sorted(area.code for area in present if area.level in levels and area.code not in codes)


def _text(properties: Mapping[str, Any], name: str) -> str:
    value = properties.get(name) if name else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or isinstance(value, dict | list | bool) else " ".join(str(value).split())


def _folded(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text.casefold()))
