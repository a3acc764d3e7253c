"""The order in which to visit places, so that the way is short: nearest first, then crossings undone. Pure."""

import math
from collections.abc import Sequence

METRES_PER_DEGREE = 111_195.0
ROUNDS = 50
"""Of undoing crossings: with a day's two dozen places it settles within a few."""


def ordered(places: Sequence[tuple[float, float]], start: tuple[float, float] | None = None) -> list[int]:
    """The numbers of the places in the order of an open way that begins nearest to `start`, or at the first place.

    places, start: (lon, lat) in degrees, some kilometres apart. Distances are as the crow flies: roads are the map
    app's matter. The way is never longer than going to the nearest next one each time; it needn't be the shortest.
    """
    if not places:
        return []
    begin = start if start is not None else places[0]
    return _without_crossings(places, begin, _nearest_next(places, begin))


def lengths_m(places: Sequence[tuple[float, float]], start: tuple[float, float] | None = None) -> list[float]:
    """How far each place is from the one before it, in metres; the first from `start`, 0 without one."""
    before = [start if start is not None else places[0], *places[:-1]] if places else []
    return [apart_m(one, other) for one, other in zip(before, places, strict=True)]


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places of one city, on a plane through both."""
    narrowing = math.cos(math.radians((one[1] + other[1]) / 2))
    return METRES_PER_DEGREE * math.hypot((one[0] - other[0]) * narrowing, one[1] - other[1])


def _nearest_next(places: Sequence[tuple[float, float]], begin: tuple[float, float]) -> list[int]:
    left, here, order = set(range(len(places))), begin, []
    while left:
        nearest = min(left, key=lambda number: (apart_m(here, places[number]), number))
        left.remove(nearest)
        order.append(nearest)
        here = places[nearest]
    return order


def _without_crossings(
    places: Sequence[tuple[float, float]], begin: tuple[float, float], order: list[int]
) -> list[int]:
    """Turn stretches around while that makes the way shorter (2-opt)."""
    for _round in range(ROUNDS):
        turned = False
        for first in range(len(order) - 1):
            for last in range(first + 1, len(order)):
                before = begin if first == 0 else places[order[first - 1]]
                after = places[order[last + 1]] if last + 1 < len(order) else None
                head, tail = places[order[first]], places[order[last]]
                as_it_is = apart_m(before, head) + (apart_m(tail, after) if after else 0.0)
                as_turned = apart_m(before, tail) + (apart_m(head, after) if after else 0.0)
                if as_turned < as_it_is - 1e-6:
                    order[first : last + 1] = reversed(order[first : last + 1])
                    turned = True
        if not turned:
            break
    return order
