"""An edition of the catalogue beside what stands: each difference of codes, names and outlines by itself. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from onboarding.readiness import MAPPING_ERROR_M2
from tenants.geometry import geodesic_area_m2

LEAST_M2 = 100.0
"""A smaller piece is a stroke of the pen."""
SAME_SHARE = 0.5
"""A new code on more than this of an ended one's ground, and the other way round, is that municipality renumbered."""
NAMED_SHARE = 0.02
"""Who has less of the ground in question isn't named."""
MOST_NAMED = 8
WORDS = ("name", "type", "province_code", "province_name")
KINDS = ("Kota ", "Kabupaten ")


class Kind(StrEnum):
    """What differs."""

    CODE = "code"
    NAME = "name"
    OUTLINE = "outline"
    NEW = "new"
    ENDED = "ended"


@dataclass(frozen=True)
class Government:
    """A municipality as the catalogue or an edition has it. outline: None where it is not known."""

    code: str
    name: str
    type: str
    province_code: str
    province_name: str
    outline: BaseGeometry | None


@dataclass(frozen=True)
class Edition:
    """governments: those that it lists. complete: whether it lists all of their provinces, also those whose outline it
    doesn't have; else only a municipality whose outline is known can have ended.
    """

    name: str
    governments: Sequence[Government]
    complete: bool = False


@dataclass(frozen=True)
class Share:
    """Ground in question that is or becomes another's. comes: from that one, else it goes there. share: 0 to 1."""

    code: str
    name: str
    area_m2: float
    share: float
    comes: bool


@dataclass(frozen=True)
class Difference:
    """code, name: as they stand; those of a new municipality are its own. then: the code in the edition, empty for what
    has ended. before, after: the words that differ.

    outline: the edition's; was_m2: of the present one, None where there is none. gained, lost: m² beside it.
    """

    kind: Kind
    code: str
    name: str
    then: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    outline: BaseGeometry | None = None
    was_m2: float | None = None
    becomes_m2: float | None = None
    gained_m2: float = 0.0
    lost_m2: float = 0.0
    shares: Sequence[Share] = ()


def differences(standing: Iterable[Government], edition: Edition) -> list[Difference]:
    """Every difference, by code. Provinces of which the edition has nothing are left alone.

    An outline that differs by less than two maps of one border do isn't another one.
    """
    now = {one.code: one for one in standing}
    then = {one.code: one for one in edition.governments}
    provinces = {one.province_code for one in edition.governments}
    ended = [
        one
        for code, one in sorted(now.items())
        if code not in then and one.province_code in provinces and (edition.complete or one.outline is not None)
    ]
    come = [one for code, one in sorted(then.items()) if code not in now]
    elsewhere = [one for code, one in sorted(now.items()) if code in then and not _is_same(one, then[code])]
    renumbered = _renumbered([*ended, *elsewhere], [*come, *(then[one.code] for one in elsewhere)])
    present, future = _Ground(now.values()), _Ground(then.values())
    found: list[Difference] = []
    for code, one in sorted(now.items()):
        other = renumbered.get(code) or then.get(code)
        if other is not None:
            found += _of_one(one, other, present, future)
        elif one in ended:
            shares = future.shares(one.outline, comes=False, leave_out=code)
            words = {"code": one.code, "name": one.name}
            area = area_m2(one.outline) if one.outline is not None else None
            found.append(Difference(Kind.ENDED, code, one.name, "", words, {}, was_m2=area, shares=shares))
    taken = {one.code for one in renumbered.values()}
    for one in come:
        if one.code not in taken:
            found.append(
                Difference(
                    Kind.NEW, one.code, one.name, one.code, {},
                    {"code": one.code} | {name: getattr(one, name) for name in WORDS},
                    outline=one.outline,
                    becomes_m2=area_m2(one.outline) if one.outline is not None else None,
                    shares=present.shares(one.outline, comes=True, leave_out=one.code),
                )
            )  # fmt: skip
    return found


def area_m2(shape: BaseGeometry) -> float:
    """Of all pieces that are more than a stroke."""
    parts = [one for one in getattr(shape, "geoms", [shape]) if one.geom_type == "Polygon" and not one.is_empty]
    areas = [geodesic_area_m2(one) for one in parts]
    return float(sum(area for area in areas if area >= LEAST_M2))


def _of_one(one: Government, other: Government, present: "_Ground", future: "_Ground") -> Iterator[Difference]:
    other = replace(other, name=_full_name(one, other))
    differing = [name for name in WORDS if getattr(one, name) != getattr(other, name) and getattr(other, name)]
    if other.code != one.code:
        # a new code is mostly that of a new province
        moved = ["code", *(name for name in differing if name.startswith("province"))]
        before, after = ({name: getattr(side, name) for name in moved} for side in (one, other))
        yield Difference(Kind.CODE, one.code, one.name, other.code, before, after)
        differing = [name for name in differing if name not in moved]
    if differing:
        before, after = ({name: getattr(side, name) for name in differing} for side in (one, other))
        yield Difference(Kind.NAME, one.code, one.name, other.code, before, after)
    if other.outline is None or one.outline is other.outline:
        return
    if one.outline is None:
        becomes = area_m2(other.outline)
        words = (Kind.OUTLINE, one.code, one.name, other.code)
        yield Difference(*words, {}, {}, outline=other.outline, becomes_m2=becomes, gained_m2=becomes)
        return
    if shapely.to_wkb(one.outline) == shapely.to_wkb(other.outline):
        return
    gained, lost = other.outline.difference(one.outline), one.outline.difference(other.outline)
    gained_m2, lost_m2 = area_m2(gained), area_m2(lost)
    if max(gained_m2, lost_m2) <= MAPPING_ERROR_M2:
        return
    shares = [
        *present.shares(gained, comes=True, leave_out=one.code),
        *future.shares(lost, comes=False, leave_out=other.code),
    ]
    yield Difference(
        Kind.OUTLINE, one.code, one.name, other.code, {}, {},
        outline=other.outline, was_m2=area_m2(one.outline), becomes_m2=area_m2(other.outline),
        gained_m2=gained_m2, lost_m2=lost_m2, shares=shares,
    )  # fmt: skip


def _full_name(one: Government, other: Government) -> str:
    """A name that only leaves out whether it is a kota or a kabupaten is no other name."""
    return one.name if f"{_kind(one.name)}{other.name}" == one.name else other.name


def _kind(name: str) -> str:
    return next((kind for kind in KINDS if name.startswith(kind)), "")


def _renumbered(ended: Sequence[Government], come: Sequence[Government]) -> dict[str, Government]:
    """Who goes on under which other code, by the present one; by the ground, and by the name where one has no outline.

    Codes that two municipalities have exchanged are such, too.
    """
    found: dict[str, Government] = {}
    for one in ended:
        free = [new for new in come if new.code not in {taken.code for taken in found.values()}]
        same = [new for new in free if _is_same(one, new)]
        if len(same) == 1:
            found[one.code] = same[0]
    return found


def _is_same(one: Government, new: Government) -> bool:
    if one.outline is None or new.outline is None:
        return (one.name, one.type) == (new.name, new.type)
    if not one.outline.intersects(new.outline):
        return False
    common = one.outline.intersection(new.outline).area
    return bool(common > SAME_SHARE * one.outline.area and common > SAME_SHARE * new.outline.area)


class _Ground:
    """Outlines, to be asked whose some ground is; of a province that stands among them not its members beside it."""

    def __init__(self, governments: Iterable[Government]) -> None:
        outlined = [one for one in governments if one.outline is not None]
        whole = {one.code for one in outlined if one.code == one.province_code}
        self._all = [one for one in outlined if one.code in whole or one.province_code not in whole]
        self._tree = shapely.STRtree([one.outline for one in self._all if one.outline is not None])

    def shares(self, ground: BaseGeometry | None, *, comes: bool, leave_out: str) -> list[Share]:
        """Who has how much of it, the largest first; of the municipality itself nothing is said."""
        if ground is None or ground.is_empty or not self._all:
            return []
        whole, found = area_m2(ground), []
        for number in self._tree.query(ground, predicate="intersects"):
            one = self._all[number]
            if one.code == leave_out or one.outline is None:
                continue
            area = area_m2(ground.intersection(one.outline))
            if whole and area / whole >= NAMED_SHARE:
                found.append(Share(one.code, one.name, area, min(area / whole, 1.0), comes))
        return sorted(found, key=lambda share: -share.area_m2)[:MOST_NAMED]
