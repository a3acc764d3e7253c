"""From a point to the tenant on whose ground it lies. Pure: no database, no clock, no randomness.

Exact geometry over the boundaries in force at an instant; edges are straight in WGS84 (lon, lat) and split at +-180
(RFC 7946). The rules are those of the table in docs/routing.md; none depends on the order of boundaries.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tenants.errors import Invalid
from tenants.projection import Floats
from tenants.shapes import Shapes, are_odd, by_point, by_point_with_metres

COMMONS = "commons"
NEAREST_WITHIN_M = 250.0
DEFAULT_ACCURACY_M = 50.0
MOST_ACCURACY_M = 1000.0
# Distances are known to the millimetre; nearer to each other than that, they are equal.
SAME_DISTANCE_M = 0.0011
# Areas of one outline whose vertices stand in another order differ in their last digits.
SAME_AREA = 1e-9

INSIDE, OVERLAY, SMALLEST, OLDER = "inside", "overlay", "smallest", "older"
UNCLAIMED, NEAREST, NOWHERE, CHOSEN = "unclaimed", "nearest", "nowhere", "chosen"

_COUNTRY_PREFIX = re.compile(r"([A-Z]{2})-")


@dataclass(frozen=True, slots=True)
class Ground:
    """One version of one tenant's boundary. wkb: (multi)polygon in WGS84 degrees, valid.

    It holds from valid_from up to, not including, valid_until; None is open. overlay: the platform category codes
    that it claims on other tenants' ground; empty is ordinary ground.
    """

    boundary_id: UUID
    tenant_id: UUID
    slug: str
    name: str
    wkb: bytes
    area_m2: float
    claimed_at: datetime
    valid_from: datetime | None
    valid_until: datetime | None
    overlay: frozenset[str] = frozenset()

    def holds(self, at: datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_until is None or at < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a municipality of the catalogue that has no live tenant. wkb: as in Ground."""

    code: str
    name: str
    wkb: bytes


@dataclass(frozen=True, slots=True)
class NearBorder:
    """The nearest ordinary ground of another live tenant within the point's accuracy; distance_m is 0 in an overlap."""

    tenant_id: UUID
    slug: str
    name: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tenant whose ground covers the point or lies near; area_km2 is of that ground, distance_m 0 where it covers."""

    tenant_id: UUID
    slug: str
    area_km2: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a point belongs and why. tenant_id None is the commons.

    distance_m: to the chosen ground; 0 inside and for the commons. municipality_*: only with `unclaimed`. candidates:
    the tenants whose ground covers the point or lies within 250 m (within the accuracy, where that is more), nearest
    first.
    """

    rule: str
    tenant_id: UUID | None
    slug: str
    name: str | None
    boundary_id: UUID | None = None
    municipality_code: str | None = None
    municipality_name: str | None = None
    distance_m: float = 0.0
    near_border: NearBorder | None = None
    candidates: tuple[Candidate, ...] = ()


def chosen(tenant_id: UUID | None, slug: str, name: str | None) -> Decision:
    """The decision for a category that has no place: the tenant of the host, or the one that the reporter chose."""
    return Decision(CHOSEN, tenant_id, slug, name)


class Index:
    """All boundaries, past and future versions too, and the outlines of municipalities that have no live tenant."""

    def __init__(self, grounds: Iterable[Ground], outlines: Iterable[Outline] = ()) -> None:
        # One order, whatever order they come in, so that nothing below can rest on the order of rows.
        self._grounds = sorted(grounds, key=lambda ground: (ground.tenant_id, ground.boundary_id))
        self._outlines = sorted(outlines, key=lambda outline: outline.code)
        self._ground_shapes = Shapes(
            [ground.wkb for ground in self._grounds], bordered=[not ground.overlay for ground in self._grounds]
        )
        self._outline_shapes = Shapes(
            [outline.wkb for outline in self._outlines], bordered=[False] * len(self._outlines)
        )
        self._countries = _countries(self._grounds, self._outlines)
        self._made: dict[tuple[UUID | None, str | None], Decision] = {}

    def locate(
        self,
        lon: float,
        lat: float,
        *,
        at: datetime,
        category: str | None = None,
        accuracy_m: float = DEFAULT_ACCURACY_M,
    ) -> Decision:
        """The decision for one point (degrees) at the instant `at` (aware).

        category: platform code, for overlays. accuracy_m: of the position, more than 0, cut at 1,000.
        Raises Invalid with a sentence, field lat, lon or accuracy_m.
        """
        self._check(lon, lat, accuracy_m, at)
        accuracy_m = min(accuracy_m, MOST_ACCURACY_M)
        covering, near = self._ground_shapes.around(lon, lat, max(NEAREST_WITHIN_M, accuracy_m))
        # Where ground in force covers the point, no outline is asked.
        outlines = () if self._on_ground(covering, at) else self._outline_shapes.covering(lon, lat)
        decision = self._decide(covering, near, outlines, at, category, accuracy_m)
        if decision.rule == NOWHERE:
            self._check_not_exchanged(lon, lat, at)
        return decision

    def meeting(self, shape: BaseGeometry, *, at: datetime, overlays: bool = False) -> list[Ground]:
        """The ordinary ground, or the overlays, in force then that have a point in common with a shape in degrees."""
        met = [self._grounds[number] for number in self._ground_shapes.meeting(shape)]
        return [ground for ground in met if bool(ground.overlay) is overlays and ground.holds(at)]

    def outlines_meeting(self, shape: BaseGeometry) -> list[Outline]:
        """The outlines without a live tenant that have a point in common with a shape in degrees."""
        return [self._outlines[number] for number in self._outline_shapes.meeting(shape)]

    def locate_many(
        self,
        lons: Sequence[float] | Floats,
        lats: Sequence[float] | Floats,
        *,
        at: datetime,
        categories: Sequence[str | None] | None = None,
        accuracies: Sequence[float | None] | None = None,
    ) -> list[Decision | Invalid]:
        """`locate` for many points at one instant, in their order; what it would raise stands in the point's place.

        Equal answers may be one object. Memory grows with the number of points: give some thousands at a time.
        """
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        count = len(x)
        named: Sequence[str | None] = categories if categories is not None else [None] * count
        metres = np.full(count, DEFAULT_ACCURACY_M)
        if accuracies is not None:
            metres[:] = [DEFAULT_ACCURACY_M if accuracy is None else accuracy for accuracy in accuracies]
        plain = (np.abs(x) <= 180) & (np.abs(y) <= 90) & ((x != 0) | (y != 0)) & (metres > 0)
        reach = np.maximum(NEAREST_WITHIN_M, np.minimum(metres, MOST_ACCURACY_M))
        plain[plain] = ~are_odd(x[plain], y[plain], reach[plain])
        numbers, x_plain, y_plain = np.flatnonzero(plain), x[plain], y[plain]
        pairs, triples = self._ground_shapes.around_many(x_plain, y_plain, reach[plain])
        covering, near = by_point(numbers, pairs), by_point_with_metres(numbers, triples)
        outlines = by_point(numbers, self._outline_shapes.covering_many(x_plain, y_plain))

        def answer(number: int) -> Decision | Invalid:
            lon, lat, accuracy_m = float(x[number]), float(y[number]), float(metres[number])
            try:
                if not plain[number]:
                    return self.locate(lon, lat, at=at, category=named[number], accuracy_m=accuracy_m)
                decision = self._decide(
                    covering.get(number, ()),
                    near.get(number, {}),
                    outlines.get(number, ()),
                    at,
                    named[number],
                    min(accuracy_m, MOST_ACCURACY_M),
                )
                if decision.rule == NOWHERE:
                    self._check_not_exchanged(lon, lat, at)
                return decision
            except Invalid as refusal:
                return refusal

        return [answer(number) for number in range(count)]

    def _decide(
        self,
        covering: Collection[int],
        near: Mapping[int, float],
        outlines: Collection[int],
        at: datetime,
        category: str | None,
        accuracy_m: float,
    ) -> Decision:
        """The table. covering, near (metres to the border): numbers of grounds, in force or not. outlines: numbers."""
        grounds = self._grounds
        held = [grounds[number] for number in covering if grounds[number].holds(at)]
        inside = [ground for ground in held if not ground.overlay]
        overlays = [ground for ground in held if category in ground.overlay]
        beside = [
            (metres, grounds[number])
            for number, metres in near.items()
            if number not in covering and grounds[number].holds(at)
        ]
        outline = None if inside or not outlines else self._outlines[min(outlines, key=self._outline_shapes.size)]
        if not beside and not overlays and len(inside) <= 1:
            return self._far_from_borders(inside[0] if inside else None, outline)
        if overlays:
            # The ground below an overlay has consented to it: it is no neighbour here.
            return _granted(OVERLAY, _smallest(overlays)[0], 0.0, held, beside, accuracy_m)
        if inside:
            ground, rule = _smallest(inside)
            return _granted(rule, ground, 0.0, held, [(0.0, other) for other in inside] + beside, accuracy_m)
        closest_m = min((metres for metres, _ in beside), default=math.inf)
        if outline is None and closest_m <= NEAREST_WITHIN_M:
            closest = [ground for metres, ground in beside if metres <= closest_m + SAME_DISTANCE_M]
            return _granted(NEAREST, _smallest(closest)[0], closest_m, [], beside, accuracy_m)
        return _common(outline, beside, accuracy_m)

    def _far_from_borders(self, ground: Ground | None, outline: Outline | None) -> Decision:
        """The decision where nothing else is near: most points, so it is made once for each ground and outline."""
        key = (ground.boundary_id if ground else None, outline.code if outline else None)
        decision = self._made.get(key)
        if decision is None:
            decision = _granted(INSIDE, ground, 0.0, [ground], [], 0.0) if ground else _common(outline, [], 0.0)
            self._made[key] = decision
        return decision

    def _on_ground(self, covering: Iterable[int], at: datetime) -> bool:
        return any(self._grounds[number].holds(at) and not self._grounds[number].overlay for number in covering)

    def _check(self, lon: float, lat: float, accuracy_m: float, at: datetime) -> None:
        if not math.isfinite(lat):
            raise Invalid("The latitude is not a number.", field="lat", reason="not_a_number")
        if not math.isfinite(lon):
            raise Invalid("The longitude is not a number.", field="lon", reason="not_a_number")
        if lon == 0 and lat == 0:
            raise Invalid(
                "The position 0, 0 lies in the ocean off Africa: it is what a device sends that has no position yet.",
                field="lat",
                reason="no_position",
            )
        if abs(lat) > 90 or abs(lon) > 180:
            self._check_not_exchanged(lon, lat, at)
        if abs(lat) > 90:
            raise Invalid(
                "The latitude %(degrees)s is out of range: it lies between -90 and 90 degrees.",
                field="lat",
                reason="out_of_range",
                degrees=f"{lat:g}",
            )
        if abs(lon) > 180:
            raise Invalid(
                "The longitude %(degrees)s is out of range: it lies between -180 and 180 degrees.",
                field="lon",
                reason="out_of_range",
                degrees=f"{lon:g}",
            )
        if not accuracy_m > 0:
            raise Invalid("The accuracy is a number of metres, more than 0.", field="accuracy_m", reason="accuracy")

    def _check_not_exchanged(self, lon: float, lat: float, at: datetime) -> None:
        """Raise Invalid where the point is in no country of the catalogue and, exchanged, would land in a tenant."""
        lands = abs(lon) <= 90 and self._on_ground(self._ground_shapes.covering(lat, lon), at)
        if lands and not any(
            west <= lon <= east and south <= lat <= north for west, south, east, north in self._countries
        ):
            raise Invalid(
                "Latitude and longitude seem to be exchanged: latitude %(lat)s and longitude %(lon)s were sent.",
                field="lat",
                reason="exchanged",
                lat=f"{lat:g}",
                lon=f"{lon:g}",
            )


def _granted(
    rule: str,
    ground: Ground,
    distance_m: float,
    covering: Iterable[Ground],
    beside: Sequence[tuple[float, Ground]],
    accuracy_m: float,
) -> Decision:
    """beside: (metres, ground) of whatever counts as a neighbour, the chosen tenant's own ground too."""
    return Decision(
        rule=rule,
        tenant_id=ground.tenant_id,
        slug=ground.slug,
        name=ground.name,
        boundary_id=ground.boundary_id,
        distance_m=distance_m,
        near_border=_near_border(ground.tenant_id, beside, accuracy_m),
        candidates=_candidates([(0.0, other) for other in covering] + list(beside)),
    )


def _common(outline: Outline | None, beside: Sequence[tuple[float, Ground]], accuracy_m: float) -> Decision:
    return Decision(
        rule=UNCLAIMED if outline else NOWHERE,
        tenant_id=None,
        slug=COMMONS,
        name=None,
        municipality_code=outline.code if outline else None,
        municipality_name=outline.name if outline else None,
        near_border=_near_border(None, beside, accuracy_m),
        candidates=_candidates(beside),
    )


def _smallest(grounds: Sequence[Ground]) -> tuple[Ground, str]:
    """The smallest ground, of equal ones the older claim; and the rule that decided between tenants."""
    if len({ground.tenant_id for ground in grounds}) == 1:
        return min(grounds, key=_by_size), INSIDE
    most = min(ground.area_m2 for ground in grounds) * (1 + SAME_AREA)
    equal = [ground for ground in grounds if ground.area_m2 <= most]
    rule = SMALLEST if len({ground.tenant_id for ground in equal}) == 1 else OLDER
    return min(equal, key=lambda ground: (ground.claimed_at, ground.tenant_id, ground.boundary_id)), rule


def _near_border(
    tenant_id: UUID | None, beside: Iterable[tuple[float, Ground]], accuracy_m: float
) -> NearBorder | None:
    others = [(metres, ground) for metres, ground in beside if ground.tenant_id != tenant_id and metres < accuracy_m]
    if not others:
        return None
    closest_m = min(metres for metres, _ in others)
    ground, _ = _smallest([ground for metres, ground in others if metres <= closest_m + SAME_DISTANCE_M])
    return NearBorder(ground.tenant_id, ground.slug, ground.name, closest_m)


def _candidates(grounds: Iterable[tuple[float, Ground]]) -> tuple[Candidate, ...]:
    """One for each tenant, by its nearest ground; nearest first, then smaller, then by slug."""
    found: dict[UUID, Candidate] = {}
    for metres, ground in sorted(grounds, key=lambda pair: (pair[0], _by_size(pair[1]))):
        if ground.tenant_id not in found:
            found[ground.tenant_id] = Candidate(ground.tenant_id, ground.slug, ground.area_m2 / 1e6, metres)
    return tuple(
        sorted(found.values(), key=lambda candidate: (candidate.distance_m, candidate.area_km2, candidate.slug))
    )


def _by_size(ground: Ground) -> tuple[float, datetime, UUID]:
    return ground.area_m2, ground.claimed_at, ground.boundary_id


def _countries(grounds: Sequence[Ground], outlines: Sequence[Outline]) -> list[tuple[float, float, float, float]]:
    """Boxes (west, south, east, north): one for each country of the catalogue, and one for each ground.

    A country is what stands before the hyphen of a code (`FR-01338`); Indonesia's codes have no such prefix.
    """
    shapes: dict[str, list[bytes]] = {}
    for outline in outlines:
        prefix = _COUNTRY_PREFIX.match(outline.code)
        shapes.setdefault(prefix[1] if prefix else "ID", []).append(outline.wkb)
    groups = [*shapes.values(), *([ground.wkb] for ground in grounds)]
    return [tuple(shapely.total_bounds(shapely.from_wkb(np.array(group, dtype=object))).tolist()) for group in groups]
